// What herd7 prints, to the character: docs/litmus.md tells the lines apart, and the tests compare
// whole blocks. No line here may change its form without that document and those tests.
#include "sim/litmus/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringsim::sim::litmus {
namespace {

// herd7's words for the kind of a condition, in the line `Test`.
const char* kind_text(quantifier q) {
    switch (q) {
        case quantifier::exists:
            return "Allowed";
        case quantifier::not_exists:
            return "Forbidden";
        default:
            return "Required";
    }
}

// The words of the condition itself.
const char* quantifier_text(quantifier q) {
    switch (q) {
        case quantifier::exists:
            return "exists";
        case quantifier::not_exists:
            return "~exists";
        default:
            return "forall";
    }
}

// A race makes a C11 program undefined; an LKMM one is merely flagged. The standard's word: nothing
// is said of a program with a race.
bool undefined(const test& t, const result& r) {
    return r.race && t.language == dialect::c11;
}

// One line for each; a set, so they come in the order of their names.
std::string flag_text(const test& t, const result& r) {
    std::string text;
    for (const std::string& flag : flags_of(t, r)) text += "Flag " + flag + "\n";
    return text;
}

// Numbers by size, then addresses by name: the number that stands for an address depends on the
// order of declarations, and the output should not.
std::vector<std::vector<std::int64_t>> sorted_states(const test& t, const result& r) {
    std::vector<std::vector<std::int64_t>> states;
    for (const auto& [values, count] : r.states) states.push_back(values);
    const auto before = [&](std::int64_t a, std::int64_t b) {
        return is_address(a) && is_address(b) ? t.value_text(a, {}) < t.value_text(b, {}) : a < b;
    };
    std::ranges::sort(states, [&](const auto& a, const auto& b) {
        return std::ranges::lexicographical_compare(a, b, before);
    });
    return states;
}

}  // namespace

std::set<std::string> flags_of(const test& t, const result& r) {
    std::set<std::string> flags = r.misuse;
    if (r.race) flags.insert(undefined(t, r) ? "*undef*" : "data-race");
    return flags;
}

// One state, in one line: values in the order of the observed places.
std::string state_text(const test& t, const std::vector<std::int64_t>& values) {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const observable& o = t.asks.observed[i];
        const std::string value = t.value_text(values[i], t.shown_as(o));
        // An array is opened by its first element and closed by its last; sort() of the condition
        // keeps them together.
        if (o.element == 0 || o.elements == 0)
            text += (i > 0 ? " " : "") + o.text() + "=" + (o.elements > 0 ? "{" : "") + value;
        else
            text += "," + value;
        if (o.elements == 0 || o.element + 1 == o.elements) text += o.elements > 0 ? "};" : ";";
    }
    return text;
}

// Whether the answer hangs on something that was found by a machine which allows more than its
// model: that may not be there. What was not found is not.
bool hangs_on_what_may_not_be(const test& t, const result& r) {
    if (r.reach != reach_of::weaker_seq_cst) return false;
    if (r.race) return true;
    const bool some_hold = r.positive > 0;
    const bool some_do_not = r.negative > 0;
    // There is an end; with a filter perhaps none that it leaves in.
    if (!t.asks.filtered) return some_hold && some_do_not;
    return t.asks.how == quantifier::forall ? some_do_not : some_hold;
}

// By what was counted: with `Loop` in front, more turns might have said otherwise.
std::string verdict(const test& t, const result& r) {
    if (hangs_on_what_may_not_be(t, r)) return "Unknown";
    const char* word = undefined(t, r) ? "Undef" : r.holds(t.asks.how) ? "Ok" : "No";
    return std::string(r.loop_cut ? "Loop " : "") + word;
}

// Line by line in herd7's order. What differs between the two engines are the two lines with
// counts.
std::string block(const test& t, const result& r) {
    std::string text =
        fmt::format("Test {} {}\nStates {}\n", t.name, kind_text(t.asks.how), r.states.size());
    for (const auto& values : sorted_states(t, r)) text += state_text(t, values) + "\n";
    if (r.by_states)
        return text + fmt::format("{}\n{}Condition {} ({})\nObservation {} {}\n", verdict(t, r),
                                  flag_text(t, r), quantifier_text(t.asks.how),
                                  text_of(t.asks.what, t.asks.observed), t.name, r.observation());
    // Of ~exists, herd7 counts an execution without the proposition as a witness. The line
    // `Observation` counts the proposition itself.
    const bool swapped = t.asks.how == quantifier::not_exists;
    text += fmt::format("{}\nWitnesses\nPositive: {} Negative: {}\n{}", verdict(t, r),
                        swapped ? r.negative : r.positive, swapped ? r.positive : r.negative,
                        flag_text(t, r));
    text += fmt::format("Condition {} ({})\n", quantifier_text(t.asks.how),
                        text_of(t.asks.what, t.asks.observed));
    text +=
        fmt::format("Observation {} {} {} {}\n", t.name, r.observation(), r.positive, r.negative);
    return text;
}

// For the eyes, one test a line: columns are as wide as most names need. "incomplete" stands there
// if outcomes may have been missed.
std::string summary_line(const test& t, const result& r) {
    std::string text = fmt::format("{:<40} {:<10} {}", t.name, verdict(t, r), r.observation());
    if (!r.by_states) text += fmt::format(" {} {}", r.positive, r.negative);
    // Undef says it already.
    if (!undefined(t, r))
        for (const std::string& flag : flags_of(t, r)) text += " " + flag;
    if (!r.complete()) text += " incomplete";
    return text + "\n";
}

}  // namespace ringsim::sim::litmus
