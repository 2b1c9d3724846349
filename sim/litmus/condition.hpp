// What a litmus test asks about its final states: the locations that are shown, the filter, and the
// condition, in herd7's language.
//
// Propositions do not hold names. They hold places in condition::observed, so that a final state is
// one row of numbers, which is evaluated without looking anything up: that happens once for each
// execution.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/graph/event.hpp"

namespace ringsim::sim::litmus {

// A whole array counts once for each of its elements. The row is a key of result::states, so a
// limit on its length is one on memory.
inline constexpr std::size_t observables_max = 512;

// Something whose final value is looked at: a register of a thread or a location in memory.
struct observable {
    enum class kind_of : std::uint8_t { variable, location, element } kind = kind_of::variable;
    unsigned thread = 0;    // of a variable
    unsigned rank = 0;      // of a register of assembly: its place among the registers
    std::string name;       // of a variable or of a location, an array's without index
    unsigned element = 0;   // of an array
    unsigned elements = 0;  // of the location of a whole array, whose elements follow one another
    unsigned index = 0;     // the register, or the location
    bool missing = false;   // a variable that the thread does not have: 0
    bool hidden = false;    // only the filter names it: it is not in the states
    unsigned line = 0;

    // "0:r0", "[x]", "a[1]", or "a" for a whole array: as herd7 shows it.
    std::string text() const;
    // What it shows is not compared: a place that the filter and the condition both name is one
    // place.
    friend bool operator==(const observable& a, const observable& b) {
        return a.kind == b.kind && a.thread == b.thread && a.name == b.name &&
               a.element == b.element;
    }
    // herd7's order in a state: variables by thread, rank and name, then locations by name, then
    // elements of arrays. All that is hidden comes behind all that is shown, so that the shown part
    // of a state is its beginning.
    friend bool operator<(const observable& a, const observable& b);
};

// A proposition about the final values, by their places in a list of observables.
struct proposition {
    // `parts` has: of a negation one, of `implies` two (the right one may be an `implies` again),
    // of a conjunction, disjunction or array any number. A conjunction without parts is true, a
    // disjunction without parts false.
    enum class kind_of : std::uint8_t {
        equals,
        same,
        negation,
        conjunction,
        disjunction,
        implies,
        array
    };
    kind_of kind = kind_of::conjunction;
    unsigned left = 0;               // of equals and same: an observable
    unsigned right = 0;              // of same
    std::int64_t value = 0;          // of equals
    std::string value_text;          // as it is shown
    std::vector<proposition> parts;  // of an array: one `equals` for each element

    // `values` are the final values of condition::observed, in its order, hidden ones included.
    bool holds(std::span<const std::int64_t> values) const;
};

// As herd7 shows it, without the outer parentheses: this line is compared with herd7's, character
// by character, so parentheses stand where herd7 puts them and nowhere else.
std::string text_of(const proposition& p, const std::vector<observable>& observables);

// `not_exists` is ~exists: the condition is satisfied if no execution has the proposition.
enum class quantifier : std::uint8_t { exists, not_exists, forall };

// What the test asks. If it has no condition at all it asks for nothing: forall (true), as in
// herd7.
struct condition {
    quantifier how = quantifier::forall;
    proposition what;  // true, if the test has no condition
    // Executions that do not satisfy `filter` are not counted and have no state.
    bool filtered = false;
    proposition filter;
    std::vector<observable> observed;  // all of them, sorted, each once; what the propositions mean
    std::size_t shown = 0;             // so many of them, the first, are in the states
};

}  // namespace ringsim::sim::litmus
