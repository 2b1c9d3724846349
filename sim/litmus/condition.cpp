// Propositions: what they are worth in a final state, and how herd7 writes them. The two have
// little to do with each other. The value is asked for once in each execution and is a walk over a
// tree of numbers; the text is made once, for one line of the result, which tests compare with
// herd7's.
#include "sim/litmus/condition.hpp"

#include <algorithm>
#include <tuple>

namespace ringsim::sim::litmus {
namespace {

// What stands around a proposition that is shown. Array and negation have marks of their own around
// what is inside, so that nothing stands around that.
enum class above : std::uint8_t { top, conjunction, disjunction, implies };

// herd7's rule for parentheses. It is not the least that is needed: an implication inside of a
// conjunction has them, one inside of an implication has not.
bool in_parentheses(above outer, above inner) {
    switch (outer) {
        case above::top:
            return false;
        case above::implies:
            return inner != above::implies;
        case above::conjunction:
            return inner != above::conjunction;
        default:
            return inner == above::implies;
    }
}

// Declared here, for a proposition has others inside.
std::string shown(const proposition& p, const std::vector<observable>& o, above outer);

// The parts with their operator between them, in parentheses where herd7 would have them. `outer`
// is what stands around the whole, `me` what the whole is to its parts.
std::string joined(const proposition& p, const std::vector<observable>& o, above outer, above me,
                   const char* symbol) {
    std::string text;
    for (const proposition& part : p.parts) {
        if (!text.empty()) text += symbol;
        text += shown(part, o, me);
    }
    return in_parentheses(outer, me) ? "(" + text + ")" : text;
}

// x={1,2}: every part has an element on its left side, so the name is taken from the first.
std::string shown_array(const proposition& p, const std::vector<observable>& o) {
    std::string text;
    for (const proposition& part : p.parts) {
        if (!text.empty()) text += ',';
        text += part.kind == proposition::kind_of::same ? o[part.right].text() : part.value_text;
    }
    return o[p.parts[0].left].text() + "={" + text + "}";
}

std::string shown(const proposition& p, const std::vector<observable>& o, above outer) {
    using kind = proposition::kind_of;
    switch (p.kind) {
        case kind::equals:
            return o[p.left].text() + "=" + p.value_text;
        case kind::same:
            return o[p.left].text() + "=" + o[p.right].text();
        case kind::array:
            return shown_array(p, o);
        case kind::negation:
            return "not (" + shown(p.parts[0], o, above::top) + ")";
        case kind::conjunction:
            // The condition of a test without one is printed so.
            if (p.parts.empty()) return "true";
            return joined(p, o, outer, above::conjunction, " /\\ ");
        case kind::disjunction:
            if (p.parts.empty()) return "false";
            return joined(p, o, outer, above::disjunction, " \\/ ");
        default:
            return joined(p, o, outer, above::implies, " => ");
    }
}

}  // namespace

// In herd7's three notations: a variable by its thread, a location in brackets, an element without.
std::string observable::text() const {
    switch (kind) {
        case kind_of::variable:
            return std::to_string(thread) + ":" + name;
        case kind_of::location:
            // A whole array is named once, by its first element.
            return elements > 0 ? name : "[" + name + "]";
        default:
            return name + "[" + std::to_string(element) + "]";
    }
}

// The order of herd7's states: shown ones before hidden ones, variables before locations, a
// thread's registers by their rank.
bool operator<(const observable& a, const observable& b) {
    return std::tie(a.hidden, a.kind, a.thread, a.rank, a.name, a.element) <
           std::tie(b.hidden, b.kind, b.thread, b.rank, b.name, b.element);
}

// A row shorter than `observed` is no state: callers pass all final values, hidden ones too.
bool proposition::holds(std::span<const std::int64_t> values) const {
    const auto part_holds = [&](const proposition& p) { return p.holds(values); };
    switch (kind) {
        case kind_of::equals:
            return values[left] == value;
        case kind_of::same:
            return values[left] == values[right];
        case kind_of::negation:
            return !parts[0].holds(values);
        case kind_of::array:
        case kind_of::conjunction:
            return std::ranges::all_of(parts, part_holds);
        case kind_of::disjunction:
            return std::ranges::any_of(parts, part_holds);
        // Of three parts a => b => c, the parser has made a => (b => c): two parts each.
        default:
            return !parts[0].holds(values) || parts[1].holds(values);
    }
}

// As herd7 prints it in the line `Condition`, without the word in front.
std::string text_of(const proposition& p, const std::vector<observable>& observables) {
    return shown(p, observables, above::top);
}

}  // namespace ringsim::sim::litmus
