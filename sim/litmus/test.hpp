// A litmus test, ready to run, and its front end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/graph/graph.hpp"
#include "sim/litmus/code.hpp"
#include "sim/litmus/condition.hpp"
#include "sim/litmus/source.hpp"

namespace ringsim::sim::litmus {

// In what a test is written: C with the kernel's primitives or with C11's, or assembly.
enum class dialect : std::uint8_t { lkmm, c11, aarch64, x86_64, x86, riscv, ppc };

constexpr std::string_view dialect_names[] = {"LKMM", "C11",   "AArch64", "X86_64",
                                              "X86",  "RISCV", "PPC"};
constexpr std::string_view name(dialect d) {
    return dialect_names[static_cast<std::size_t>(d)];
}
constexpr bool is_assembly(dialect d) {
    return d != dialect::lkmm && d != dialect::c11;
}

struct location {
    std::string name;   // of an element, "a[1]"
    std::string array;  // the name of the array that it is an element of; else empty
    unsigned element = 0;
    std::int64_t initial = 0;
    width shown_as;
    unsigned stars = 0;        // of a pointer: 1, and one more for each pointer that it points to
    bool is_declared = false;  // with a type
    bool is_atomic = false;    // declared so

    width held_as() const { return stars > 0 ? whole : shown_as; }
    unsigned bytes() const { return (held_as().bits + 7u) / 8; }
};

struct warning {
    unsigned line;
    std::string what;
};

struct test {
    std::string name;
    dialect language = dialect::c11;
    std::vector<location> locations;
    std::vector<thread_code> threads;
    condition asks;
    std::vector<warning> warnings;  // what is accepted but maybe not meant

    // How the final value of an observable is shown.
    width shown_as(const observable& o) const;
    // Where an address points: from the beginning of a location, or of an array by its first
    // element.
    struct position {
        graph::location_id base = 0;
        std::int64_t bytes = 0;
    };
    position position_of(std::int64_t address) const;
    std::int64_t address_at(position p) const;

    // "3", or the name of the location whose address it is, "x+4" within an array.
    std::string value_text(std::int64_t value, width shown_as) const;
};

// Throws source_error. `otherwise`: whose words a test in C is in that does not show it, with plain
// accesses only.
test parse(std::string_view text, dialect otherwise = dialect::c11);

}  // namespace ringsim::sim::litmus
