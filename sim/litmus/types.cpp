// The words of C's types, and the arithmetic of types. Only the width and the sign of a type count:
// they decide what a value is when it is read back from a location, and which of two is less.
// Whether a type is the kernel's or C11's is a hint for the dialect (dialect_of_type()).
#include "sim/litmus/types.hpp"

#include <algorithm>
#include <array>

namespace ringsim::sim::litmus {
namespace {

using std::string_view_literals::operator""sv;

// What a word says: a width of 0, or no sign of its own, leaves it to other words. `is_atomic`:
// places of this type are accessed by primitives.
struct type_word {
    std::string_view word;
    unsigned char bits = 0;
    bool is_unsigned = false;
    bool is_atomic = false;
};
// What tests use: C's own words, those of <stdint.h>, and the kernel's. The types with `atomic` in
// their names are widths with a mark; what an operation on them does is said by the operation.
constexpr type_word type_words[] = {
    {"int"},
    {"signed"},
    {"unsigned", 0, true},
    {"long", 64},
    {"short", 16},
    {"char", 8},
    {"bool", 1, true},
    {"_Bool", 1, true},
    {"void"},
    {"const"},
    {"volatile"},
    {"_Atomic", 0, false, true},
    {"int8_t", 8},
    {"int16_t", 16},
    {"int32_t", 32},
    {"int64_t", 64},
    {"uint8_t", 8, true},
    {"uint16_t", 16, true},
    {"uint32_t", 32, true},
    {"uint64_t", 64, true},
    {"intptr_t", 64},
    {"uintptr_t", 64, true},
    {"size_t", 64, true},
    {"__int8_t", 8},
    {"__int16_t", 16},
    {"__int32_t", 32},
    {"__int64_t", 64},
    {"__uint8_t", 8, true},
    {"__uint16_t", 16, true},
    {"__uint32_t", 32, true},
    {"__uint64_t", 64, true},
    {"s8", 8},
    {"s16", 16},
    {"s32", 32},
    {"s64", 64},
    {"u8", 8, true},
    {"u16", 16, true},
    {"u32", 32, true},
    {"u64", 64, true},
    {"ins_t"},  // an instruction, for pointers to code
    {"atomic_t", 32, false, true},
    {"atomic64_t", 64, false, true},
    {"atomic_long_t", 64, false, true},
    {"spinlock_t", 32, false, true},
    {"atomic_int", 32, false, true},
    {"atomic_uint", 32, true, true},
    {"atomic_long", 64, false, true},
    {"atomic_ulong", 64, true, true},
};

// The row of that word, or nullptr.
const type_word* find(std::string_view word) {
    const auto* found = std::ranges::find(type_words, word, &type_word::word);
    return found == std::end(type_words) ? nullptr : found;
}

}  // namespace

// Asked by parsers, to know whether a name begins a declaration.
bool is_type_word(std::string_view word) {
    return find(word) != nullptr;
}

// Later words win where both say a width: "long int" has one that says nothing.
void add_word(c_type& type, std::string_view word) {
    const type_word* w = find(word);
    if (!w) return;
    // `int` has no bits of its own, so that "long int" and "int long" are both 64.
    if (w->bits != 0) type.shape.bits = w->bits;
    if (w->is_unsigned) type.shape.is_signed = false;
    if (w->is_atomic) type.is_atomic = true;
}

// Nothing for a type that both have, and for a word that is none.
std::optional<dialect> dialect_of_type(std::string_view name) {
    // A spinlock_t is the kernel's alone, and so are the three atomic types; all others that are
    // atomic are C11's.
    constexpr std::array kernels{"atomic_t"sv, "atomic64_t"sv, "atomic_long_t"sv, "spinlock_t"sv};
    if (std::ranges::find(kernels, name) != kernels.end()) return dialect::lkmm;
    const type_word* w = find(name);
    if (w && w->is_atomic) return dialect::c11;
    return std::nullopt;
}

// The integer promotions (C11 6.3.1.1). A value has no atomic type, wherever it was read.
c_type promoted(c_type t) {
    // An int holds all values of the narrower types, unsigned ones too, so the result has a sign.
    if (!t.is_pointer() && t.shape.bits < 32) t.shape = {};
    t.is_atomic = false;
    return t;
}

// Of two operands (C11 6.3.1.8), after both are promoted.
c_type common(c_type a, c_type b) {
    a = promoted(a);
    b = promoted(b);
    // A pointer and an index: the pointer's type stays. So does the left one's in a comparison of
    // two.
    if (a.is_pointer()) return a;
    if (b.is_pointer()) return b;
    // The wider one holds all values of the other, even an unsigned one's.
    if (a.shape.bits != b.shape.bits) return a.shape.bits > b.shape.bits ? a : b;
    return a.shape.is_signed ? b : a;
}

// The type of a literal (C11 6.4.4.1): the first one of a list that can hold it. `value` is what
// its digits say, as 64 bits.
c_type type_of_number(std::string_view text, std::int64_t value) {
    const bool decimal = !text.starts_with("0x") && !text.starts_with("0X");
    c_type type;
    // The suffix, from its end: any of u, l, ll in either order and case, which number_at() has
    // checked. A hexadecimal digit is none of these letters.
    for (std::size_t i = text.size(); i > 0; --i) {
        const char c = text[i - 1];
        if (c == 'u' || c == 'U')
            type.shape.is_signed = false;
        else if (c == 'l' || c == 'L')
            type.shape.bits = 64;
        else
            break;
    }
    // A literal has no sign: it is beyond the numbers of 64 bits that have one.
    if (value < 0) {
        type.shape = {64, false};
        return type;
    }
    const bool fits_unsigned = value >= 0 && value <= UINT32_MAX;
    const bool fits_signed = value >= INT32_MIN && value <= INT32_MAX;
    // It did not fit into an int, and no suffix says 64 bits.
    if (type.shape.bits == 32 && !fits_signed) {
        // Only hexadecimal numbers become unsigned by themselves.
        if (fits_unsigned && (!decimal || !type.shape.is_signed))
            type.shape.is_signed = false;
        else
            type.shape.bits = 64;
    }
    return type;
}

}  // namespace ringsim::sim::litmus
