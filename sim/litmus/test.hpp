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

// How an integer is shown: cut to its width, with a sign or without.
struct width {
    unsigned bits = 32;
    bool is_signed = true;
};

struct location {
    std::string name;   // of an element, "a[1]"
    std::string array;  // the name of the array that it is an element of; else empty
    unsigned element = 0;
    std::int64_t initial = 0;
    width shown_as;
    bool is_atomic = false;  // declared so
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

    bool is_address(std::int64_t value) const;
    // "3", or the name of the location whose address it is.
    std::string value_text(std::int64_t value, width shown_as) const;
};

// Throws source_error.
test parse(std::string_view text);

}  // namespace ringsim::sim::litmus
