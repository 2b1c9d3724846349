#include "sim/litmus/arithmetic.hpp"

namespace ringsim::sim::litmus {
namespace {

// Signed arithmetic wraps around, as unsigned does.
std::uint64_t bits_of(std::int64_t v) {
    return static_cast<std::uint64_t>(v);
}
computed wrapped(std::uint64_t v) {
    return {static_cast<std::int64_t>(v)};
}
computed truth(bool b) {
    return {b ? 1 : 0};
}

computed divide(const instruction& i, std::int64_t a, std::int64_t b) {
    if (b == 0) return {0, "divides by 0"};
    if (b == -1) return i.what == opcode::divide ? wrapped(0 - bits_of(a)) : computed{0};
    return {i.what == opcode::divide ? a / b : a % b};
}

computed shift(const instruction& i, std::int64_t a, std::int64_t b) {
    if (b < 0 || b > 63) return {0, "shifts by less than 0 or more than 63 bits"};
    return i.what == opcode::shift_left ? wrapped(bits_of(a) << b) : computed{a >> b};
}

// In C an address plus an index is the address of an element; in assembly offsets are bytes, and
// only 0 is understood.
computed add(const instruction& i, std::int64_t a, std::int64_t b) {
    const bool beyond = (a >= first_address && b != 0) || (b >= first_address && a != 0);
    if (i.native && beyond)
        return {0, "computes an address that is not the beginning of a location"};
    return wrapped(bits_of(a) + bits_of(b));
}

}  // namespace

computed evaluate(const instruction& i, std::int64_t a, std::int64_t b) {
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
            return add(i, a, b);
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
            return truth(a < b);
        default:
            return truth(a <= b);
    }
}

}  // namespace ringsim::sim::litmus
