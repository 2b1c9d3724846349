// A litmus test, ready to run, and its front end: parse() goes from the text of a file to a `test`,
// machine.hpp runs a `test`, report.hpp prints what came of it.
//
// A `test` is made once and not changed afterwards. A machine keeps a reference to it, so it has to
// outlive its machines.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/graph/graph.hpp"
#include "sim/litmus/code.hpp"
#include "sim/litmus/condition.hpp"
#include "sim/litmus/source.hpp"

namespace ringsim::sim::litmus {

// In what a test is written: C with the kernel's primitives or with C11's, or assembly. Above all
// it decides what words mean, which models can judge the test (judges()), and whether dependencies
// between accesses count (dependencies_count()). X86_64 and X86 are one machine in two notations.
enum class dialect : std::uint8_t { lkmm, c11, aarch64, x86_64, x86, riscv, ppc };

constexpr std::string_view dialect_names[] = {"LKMM", "C11",   "AArch64", "X86_64",
                                              "X86",  "RISCV", "PPC"};
constexpr std::string_view name(dialect d) {
    return dialect_names[static_cast<std::size_t>(d)];
}
// Assembly says itself which instruction it is, so that no mapping translates it.
constexpr bool is_assembly(dialect d) {
    return d != dialect::lkmm && d != dialect::c11;
}

// A place in memory. The elements of an array are locations of their own that follow one another;
// the first element stands for the array where a name is looked up. What a location holds is kept
// without sign, as so many bits as held_as() says (machine::stored()).
struct location {
    std::string name;   // of an element, "a[1]"
    std::string array;  // the name of the array that it is an element of; else empty
    unsigned element = 0;
    std::int64_t initial = 0;
    width shown_as;
    unsigned stars = 0;        // of a pointer: 1, and one more for each pointer that it points to
    bool is_declared = false;  // with a type
    bool is_atomic = false;    // declared so

    // A pointer needs all 64 bits for a symbolic address, whatever it points to.
    width held_as() const { return stars > 0 ? whole : shown_as; }
    // Rounded up, since a bool has one bit. It is the distance between two elements of an array
    // when assembly computes an address.
    unsigned bytes() const { return (held_as().bits + 7u) / 8; }
};

// Something that a reader of the result should know, with the line, from 1. It does not change the
// result.
struct warning {
    unsigned line;
    std::string what;
    bool is_constant = false;  // a condition names what is 0 in every execution
};

// Indices are the keys: a location_id is an index into `locations`, a thread's number one into
// `threads`, and observables of `asks` name either by such an index.
struct test {
    std::string name;
    dialect language = dialect::c11;
    std::vector<location> locations;
    std::vector<thread_code> threads;
    condition asks;
    // Labels and instructions of assembly, as the code has them: no place of memory is called so.
    std::set<std::string, std::less<>> words_of_code;
    // The labels of assembly, by which the initial state and the condition name addresses of code.
    struct code_label {
        std::string name;
        unsigned thread;
        std::size_t number;  // of the instruction behind it
    };
    std::vector<code_label> code_labels;
    std::vector<warning> warnings;  // what is accepted but maybe not meant

    // How the final value of an observable is shown. A location has the width of its declaration, a
    // variable or register the one that was declared for it, and an int if nothing was.
    width shown_as(const observable& o) const;
    // Where an address points: so many bytes from the beginning of a location, or, in an array, of
    // its first element. Positions are what address arithmetic works on: two addresses in one array
    // then differ by bytes, as on a machine, although the numbers that stand for them do not.
    struct position {
        graph::location_id base = 0;
        std::int64_t bytes = 0;
    };
    // Needs is_address(address).
    position position_of(std::int64_t address) const;
    // The inverse of position_of(): the address of a location if one begins there, in the same
    // array, else a stray address, which remembers where it points but cannot be accessed.
    std::int64_t address_at(position p) const;

    // The address of the label in that thread, or nothing.
    std::optional<std::int64_t> label_in(unsigned thread, std::string_view label) const;

    // "3", or the name of the location whose address it is, "x+4" within an array. An integer is
    // cut to `shown_as` first; an address never is.
    std::string value_text(std::int64_t value, width shown_as) const;
    // Needs is_code(value).
    std::string code_text(std::int64_t value) const;
};

// Whether some thread has an instruction that is one of those.
template <class P>
bool any_instruction(const test& t, P&& is_one) {
    return std::ranges::any_of(t.threads, [&](const thread_code& thread) {
        return std::ranges::any_of(thread.instructions, is_one);
    });
}

// From the text of a whole file. Throws source_error, with the line, for everything that is wrong
// or not supported: a test that is half understood would be judged wrongly. `otherwise` is the
// dialect of a test in C that does not show its own, because it has plain accesses only.
test parse(std::string_view text, dialect otherwise = dialect::c11);

}  // namespace ringsim::sim::litmus
