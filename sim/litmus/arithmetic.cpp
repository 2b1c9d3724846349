// Arithmetic of 64 bits. Narrower integers are computed in full and cut at the end (fit()): for
// sums, products and bit operations the lower bits of the result depend on the lower bits of the
// operands alone. Where they do not (division, shifts to the right, comparisons) i.type says how
// the operands are to be taken, and they have been cut to it by whoever emitted the instruction.
#include "sim/litmus/arithmetic.hpp"

namespace ringsim::sim::litmus {
namespace {

// What is computed without a sign, as a result with one: the same 64 bits.
computed wrapped(std::uint64_t v) {
    return {signed_of(v)};
}
// As C and the machines here have it.
computed truth(bool b) {
    return {b ? 1 : 0};
}

// Whether the operands, as 64-bit integers with a sign, are not what they are worth. Narrower ones
// are: fit() left them so that a signed comparison is right for them.
bool is_unsigned_64(const instruction& i) {
    return i.type.bits == 64 && !i.type.is_signed;
}

// As C does it: towards 0, and the remainder has the sign of the left operand.
computed divide(const instruction& i, std::int64_t a, std::int64_t b) {
    if (b == 0) return {0, "divides by 0"};
    if (is_unsigned_64(i))
        return wrapped(i.what == opcode::divide ? bits_of(a) / bits_of(b)
                                                : bits_of(a) % bits_of(b));
    // The smallest integer divided by -1 does not fit, and would stop this process.
    if (b == -1) return i.what == opcode::divide ? wrapped(0 - bits_of(a)) : computed{0};
    return {i.what == opcode::divide ? a / b : a % b};
}

// C leaves a larger shift undefined, so it is a fault; front ends of assembly mask the number
// before, as their machines do.
computed shift(const instruction& i, std::int64_t a, std::int64_t b) {
    if (b < 0 || b >= i.type.bits) return {0, "shifts by more bits than the integer has"};
    if (i.what == opcode::shift_left) return wrapped(bits_of(a) << b);
    return is_unsigned_64(i) ? wrapped(bits_of(a) >> b) : computed{a >> b};
}

// Of integers with a sign, and of narrower ones without one, which are not negative as 64 bits.
bool less(const instruction& i, std::int64_t a, std::int64_t b) {
    return is_unsigned_64(i) ? bits_of(a) < bits_of(b) : a < b;
}

// Before the result is cut to its width. Addresses are numbers here like any other: what arithmetic
// makes of them is the machine's to know (machine::result_of()), before it comes here.
computed in_full(const instruction& i, std::int64_t a, std::int64_t b) {
    switch (i.what) {
        case opcode::constant:
            return {i.value};
        case opcode::move:
            return {a};
        case opcode::negate:
            return wrapped(0 - bits_of(a));
        case opcode::complement:
            return {~a};
        case opcode::is_zero:
            return truth(a == 0);
        case opcode::is_negative:
            return truth(a < 0);
        case opcode::add:
            return wrapped(bits_of(a) + bits_of(b));
        case opcode::subtract:
            return wrapped(bits_of(a) - bits_of(b));
        case opcode::multiply:
            return wrapped(bits_of(a) * bits_of(b));
        case opcode::divide:
        case opcode::remainder:
            return divide(i, a, b);
        case opcode::bit_and:
            return {a & b};
        case opcode::bit_or:
            return {a | b};
        case opcode::bit_xor:
            return {a ^ b};
        case opcode::shift_left:
        case opcode::shift_right:
            return shift(i, a, b);
        case opcode::equal:
            return truth(a == b);
        case opcode::unequal:
            return truth(a != b);
        case opcode::less:
            return truth(less(i, a, b));
        // less_or_equal: a <= b is !(b < a).
        default:
            return truth(!less(i, b, a));
    }
}

}  // namespace

// A move is cut in any case: fit() leaves an address alone by itself. What else is computed of an
// address keeps all its bits, for the number that stands for it has no lower half that means
// anything.
computed evaluate(const instruction& i, std::int64_t a, std::int64_t b) {
    computed r = in_full(i, a, b);
    if (i.what == opcode::move || i.what == opcode::constant ||
        !(is_address(a) || (has_two_operands(i.what) && is_address(b))))
        r.value = fit(r.value, i.type);
    return r;
}

}  // namespace ringsim::sim::litmus
