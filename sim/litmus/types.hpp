// The types of C that tests use: integers of every width, and pointers to them.
//
// The machine is LP64, as Linux is: int has 32 bits, long, long long and pointers have 64. What is
// not here (structures, floating point, enumerations) is refused by name.
#pragma once

#include <optional>
#include <string_view>

#include "sim/litmus/code.hpp"
#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// A type of an expression or a declaration. An array is not a type here: each element is a
// location, and the array's name is a pointer to the first.
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
// Adds such a word to a type; words come in any order ("long unsigned"). One that says nothing of
// its own ("int", "const", "void") changes nothing. A word that is none changes nothing either:
// callers ask is_type_word() first.
void add_word(c_type& type, std::string_view word);
// Whether a type's name tells the dialect: atomic_t and spinlock_t are the kernel's, atomic_int and
// _Atomic C11's. Nothing for a type that both have.
std::optional<dialect> dialect_of_type(std::string_view name);

// What arithmetic makes of a type, and of two: C's promotions and usual conversions (C11 6.3.1.1
// and 6.3.1.8). What is narrower than int becomes an int; of two the wider one counts, of two of
// one width the unsigned one. A pointer and an integer make a pointer. None of them is atomic: that
// is a property of places, not of values.
c_type promoted(c_type t);
c_type common(c_type a, c_type b);
// Of a number as it is written: "8", "0x80000008", "1U" (C11 6.4.4.1): the first of int, unsigned
// (but for a decimal number without U), and 64 bits that has room for it. `value` is the token's.
c_type type_of_number(std::string_view text, std::int64_t value);

}  // namespace ringsim::sim::litmus
