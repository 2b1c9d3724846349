// The types of C that tests use: integers of every width, and pointers to them.
#pragma once

#include <optional>
#include <string_view>

#include "sim/litmus/code.hpp"
#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

struct c_type {
    width shape{};       // of the integer, or of what a pointer points to in the end
    unsigned stars = 0;  // of a pointer: 1, and one more for each pointer that it points to
    bool is_atomic = false;

    bool is_pointer() const { return stars > 0; }
    // How a register or a location holds a value of this type.
    width held_as() const { return is_pointer() ? whole : shape; }
    c_type pointer_to() const { return {shape, stars + 1, is_atomic}; }
    // What a pointer points to; an integer that is used as a pointer points to an int.
    c_type pointee() const { return is_pointer() ? c_type{shape, stars - 1, is_atomic} : c_type{}; }
};

// A word of a type that is supported: "unsigned", "atomic_t".
bool is_type_word(std::string_view word);
// Adds such a word to a type.
void add_word(c_type& type, std::string_view word);
// Whether a type's name tells the dialect.
std::optional<dialect> dialect_of_type(std::string_view name);

// What arithmetic makes of a type, and of two: C's promotions and usual conversions.
c_type promoted(c_type t);
c_type common(c_type a, c_type b);
// Of a number as it is written: "8", "0x80000008", "1U".
c_type type_of_number(std::string_view text, std::int64_t value);

}  // namespace ringsim::sim::litmus
