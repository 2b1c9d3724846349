// What a compiler can see to be undefined, in code that it checks where it stands: an index that is
// outside of its array, above all of a local one, whose neighbours on the stack are nobody's
// business; a division by zero, also one whose result nobody uses; the end of a function that was
// to return a value; and what is said to be unreachable. The names, and what stands in the data,
// are those of UndefinedBehaviorSanitizer.
//
// The program is compiled with these checks (translate.cpp), and calls a function of this file
// where one fails. The library of the sanitizer itself is not linked: it would print and go on,
// while here the execution ends as a violation like any other, with a trace.
#include <cstdint>
#include <string>

#include "sim/check/caller.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

// A type as the compiler describes it, in constant data: layouts as in compiler-rt's
// lib/ubsan/ubsan_value.h and ubsan_handlers.h. A name goes on behind the structure, up to a zero
// byte.
struct checked_type {
    std::uint16_t kind;
    std::uint16_t info;  // of an integer: twice the logarithm of its bits, and 1 if it is signed
    char name[1];        // in quotation marks

    bool is_signed_integer() const { return kind == 0 && (info & 1) != 0; }
    unsigned bits() const { return 1u << (info >> 1); }
};

struct checked_place {
    const char* file;
    std::uint32_t line;
    std::uint32_t column;
};

struct checked_index {
    checked_place at;
    const checked_type* array;
    const checked_type* index;
};

// Also of a division: the type is that of its operands.
struct checked_length {
    checked_place at;
    const checked_type* type;
};

// `value` is at hand up to the size of a register: the compiler passes wider ones by an address,
// which do not occur as an index. Signed types are extended from their own width.
std::string text_of(std::uint64_t value, const checked_type& type) {
    if (!type.is_signed_integer()) return std::to_string(value);
    const unsigned shift = type.bits() < 64 ? 64 - type.bits() : 0;
    return std::to_string(static_cast<std::int64_t>(value << shift) >> shift);
}

}  // namespace
}  // namespace ringsim::sim::check

using namespace ringsim::sim::check;

// NOLINTBEGIN: names that the compilers chose
extern "C" {

// "abort" in a name: the compiler counts on the call not to return.
void __ubsan_handle_out_of_bounds_abort(const checked_index* what, std::uint64_t index) {
    RINGSIM_ENTER;
    fail("out of bounds: index " + text_of(index, *what->index) + " of " + what->array->name);
}
void __ubsan_handle_vla_bound_not_positive_abort(const checked_length* what, std::uint64_t length) {
    RINGSIM_ENTER;
    fail("an array has the length " + text_of(length, *what->type));
}
// Signed ones also where the quotient has no place in the type, which the processor takes for the
// same error.
void __ubsan_handle_divrem_overflow_abort(const checked_length* what, std::uint64_t left,
                                          std::uint64_t right) {
    RINGSIM_ENTER;
    if (right != 0 && what->type->bits() <= 64)
        fail("overflow: " + text_of(left, *what->type) + " divided by " +
             text_of(right, *what->type));
    fail("division by zero");
}
void __ubsan_handle_missing_return(const void*) {
    RINGSIM_ENTER;
    fail("a function ends without the value that it returns");
}
void __ubsan_handle_builtin_unreachable(const void*) {
    RINGSIM_ENTER;
    fail("what is said to be unreachable is reached");
}

}  // extern "C"
// NOLINTEND
