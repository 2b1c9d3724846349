// How the shapes are written in each language: the ways to read, to write, and to order two
// accesses of a thread, as data.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/litmus/generator/shapes.hpp"

namespace ringsim::tests {

// A way to read or write. In `code`, L is the location, R the register, V the value; `address` and
// `value` in assembly are registers.
struct access_way {
    std::string_view name;
    std::string_view code;
};

// What stands between two accesses: a fence, or a dependency of the second on the first.
struct link_way {
    enum class kind_of : char { none, fence, addr, data, ctrl, ctrl_fence } kind = kind_of::none;
    std::string_view name;
    std::string_view code;  // of a fence
};

// How one thread does its accesses.
struct thread_way {
    access_way first;
    link_way link;
    access_way second;  // if there is one

    std::string name(bool two) const;
};

struct generated_dialect {
    std::string_view name;
    std::string_view architecture;
    std::span<const access_way> reads;
    std::span<const access_way> writes;
    std::span<const link_way> links;
    // The whole test.
    std::string (*text)(const generated_dialect& d, const shape& s,
                        const std::vector<thread_way>& ways, const std::string& name);

    // All ways of a thread of the shape.
    std::vector<thread_way> ways_of(const std::vector<shape_access>& thread) const;
};

std::span<const generated_dialect> all_dialects();

// What writers share.
std::string filled(std::string_view code, std::string_view location, std::string_view reg,
                   std::string_view value);
std::string text_in_c(const generated_dialect& d, const shape& s,
                      const std::vector<thread_way>& ways, const std::string& name);
std::string text_in_assembly(const generated_dialect& d, const shape& s,
                             const std::vector<thread_way>& ways, const std::string& name);

struct generated_test {
    std::string name;
    std::string text;
};

// At most `per_shape` tests of each shape, evenly from the product of all ways of its threads.
std::vector<generated_test> generated_tests(const generated_dialect& d, std::size_t per_shape);

}  // namespace ringsim::tests
