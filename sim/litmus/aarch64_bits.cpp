// AArch64: what moves parts of a register: bit fields, reversals, long products, the flags as a
// number. Source: Arm ARM, C6.2. There is no opcode for any of these: each is put together from
// shifts, masks and sums, so that a result depends on each operand as in any other computation.
#include <algorithm>
#include <array>

#include "sim/litmus/aarch64.hpp"

namespace ringsim::sim::litmus::arm {
namespace {

// A register is a row of bits here: shifts to the right bring in zeros.
constexpr width no_sign{64, false};

// Into a scratch register, as in aarch64_arithmetic.cpp: the target may be an operand, and is
// written last.
reg operation(assembler& to, opcode what, reg a, reg b, width type = no_sign) {
    const reg result = to.scratch();
    to.emit({.what = what, .dst = result, .a = a, .b = b, .type = type});
    return result;
}
reg shifted_left(assembler& to, reg a, unsigned by) {
    return by == 0 ? a : operation(to, opcode::shift_left, a, to.constant(by));
}
reg shifted_right(assembler& to, reg a, unsigned by) {
    return by == 0 ? a : operation(to, opcode::shift_right, a, to.constant(by));
}
// The bits of a value that a mask has.
reg masked(assembler& to, reg a, std::uint64_t mask) {
    return operation(to, opcode::bit_and, a, to.constant(static_cast<std::int64_t>(mask)));
}
// The shift by 64 that the second form would do is undefined in C++.
constexpr std::uint64_t ones(unsigned bits) {
    return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}

// The lowest bits of a value, with their sign or without. One bit would be a bool to cut(), for
// which any value but 0 is 1.
reg field_of(assembler& to, reg a, unsigned bits, bool sign) {
    if (bits > 1) return to.cut(a, {static_cast<unsigned char>(bits), sign});
    const reg bit = masked(to, a, 1);
    return sign ? operation(to, opcode::subtract, to.constant(0), bit) : bit;
}

// The name, and in `bits` how wide it is: the first operand says how wide an instruction works.
std::string_view take_register(assembler& to, operand_stream& in, unsigned& bits) {
    const std::string_view name = in.name("a register");
    const auto r = find_register(to.language(), name);
    if (!r) to.no_register(in, name);
    bits = r->bits;
    return name;
}

// --- Bit fields ----------------------------------------------------------------------------------

// In two ways: where the field begins and ends in a rotated source, as the instruction is encoded,
// or where it begins and how wide it is. Arm ARM, C6.2: UBFM and its two relatives are the
// instructions, all others are ways to write them.
struct bitfield {
    std::string_view name;
    enum class of : std::uint8_t { encoded, extract, insert } operands;
    bool sign = false;
    bool keeps = false;  // the other bits of the target
};
using of = bitfield::of;
constexpr bitfield bitfields[] = {
    {"UBFM", of::encoded}, {"SBFM", of::encoded, true}, {"BFM", of::encoded, false, true},
    {"UBFX", of::extract}, {"SBFX", of::extract, true}, {"BFXIL", of::extract, false, true},
    {"UBFIZ", of::insert}, {"SBFIZ", of::insert, true}, {"BFI", of::insert, false, true},
};

// Operands: target, source, two numbers. What all three forms come to is a field of `wide` bits,
// which begins at `begin` in the source (if it is extracted) or goes to `at` in the target.
bool assemble_bitfield(assembler& to, operand_stream& in, std::string_view name) {
    const auto* const b = std::ranges::find(bitfields, name, &bitfield::name);
    if (b == std::end(bitfields)) return false;
    unsigned bits = 0;
    const std::string_view target = take_register(to, in, bits);
    in.expect_comma();
    const reg source = to.read(in);
    in.expect_comma();
    const std::int64_t first = in.number("a bit");
    in.expect_comma();
    const std::int64_t second = in.number("a bit");
    const auto most = static_cast<std::int64_t>(bits);
    if (first < 0 || first >= most || second < 0 || second > most)
        in.fail("a bit is from 0 to " + std::to_string(bits - 1));
    const auto begin = static_cast<unsigned>(first);
    const auto other = static_cast<unsigned>(second);
    // With the encoded operands: a field that ends behind its beginning is taken out, else the
    // lowest bits are put in, at a place that counts from the other end.
    const bool extracts =
        b->operands == of::extract || (b->operands == of::encoded && other >= begin);
    unsigned wide = other;
    if (b->operands == of::encoded) wide = extracts ? other - begin + 1 : other + 1;
    // Where the field goes in the target.
    const unsigned at = extracts ? 0 : b->operands == of::insert ? begin : bits - begin;
    if (wide == 0 || wide + (extracts ? begin : at) > bits) in.fail("the field is too wide");
    const reg low = extracts ? shifted_right(to, source, begin) : source;
    reg result = shifted_left(to, field_of(to, low, wide, b->sign), at);
    // BFM and its forms leave the other bits of the target, which is therefore read.
    if (b->keeps) {
        const reg kept = masked(to, to.read(target), ~(ones(wide) << at));
        result = operation(to, opcode::bit_or, kept, result);
    }
    to.move(to.write(target), result);
    return true;
}

// --- Reversals -----------------------------------------------------------------------------------

// Neighbours of `unit` bits change places, then those of twice as many, up to `most`: bits of a
// byte, bytes of a word.
reg reversed(assembler& to, reg a, unsigned unit, unsigned most) {
    for (; unit < most; unit *= 2) {
        std::uint64_t lower = 0;
        for (unsigned at = 0; at < 64; at += 2 * unit) lower |= ones(unit) << at;
        const reg down = masked(to, shifted_right(to, a, unit), lower);
        const reg up = shifted_left(to, masked(to, a, lower), unit);
        a = operation(to, opcode::bit_or, down, up);
    }
    return a;
}

// REV of a register turns all its bytes, REV32 and REV16 those of each word or half of one. ABS is
// here for its form: one register in, one out.
bool assemble_reversal(assembler& to, operand_stream& in, std::string_view name) {
    constexpr std::array<std::string_view, 5> names{"RBIT", "REV", "REV64", "REV32", "REV16"};
    if (std::ranges::find(names, name) == names.end() && name != "ABS") return false;
    unsigned bits = 0;
    const std::string_view target = take_register(to, in, bits);
    in.expect_comma();
    reg a = to.read(in);
    if (name == "ABS") {
        a = to.cut(a, {static_cast<unsigned char>(bits), true});
        // All ones for a negative value: (a ^ sign) - sign is then -a, else a.
        const reg sign = operation(to, opcode::shift_right, a, to.constant(63), whole);
        a = operation(to, opcode::subtract, operation(to, opcode::bit_xor, a, sign), sign);
    } else {
        const unsigned most = name == "REV32" ? 32 : name == "REV16" ? 16 : bits;
        a = reversed(to, a, name == "RBIT" ? 1 : 8, most);
    }
    to.move(to.write(target), a);
    return true;
}

// --- Long products -------------------------------------------------------------------------------

// SMULL, UMADDL and the others: of two halves a whole product, which is added to or taken from
// another register.
bool assemble_long_product(assembler& to, operand_stream& in, std::string_view name) {
    if (name.size() < 5 || (name[0] != 'S' && name[0] != 'U')) return false;
    const std::string_view what = name.substr(1);
    if (what != "MULL" && what != "MNEGL" && what != "MADDL" && what != "MSUBL") return false;
    const width half{32, name[0] == 'S'};
    unsigned bits = 0;
    const std::string_view target = take_register(to, in, bits);
    in.expect_comma();
    const reg left = to.cut(to.read(in), half);
    in.expect_comma();
    const reg right = to.cut(to.read(in), half);
    reg addend = 0;
    if (what == "MADDL" || what == "MSUBL") {
        in.expect_comma();
        addend = to.read(in);
    } else {
        addend = to.constant(0);
    }
    const reg product = operation(to, opcode::multiply, left, right);
    const bool minus = what == "MNEGL" || what == "MSUBL";
    to.move(to.write(target),
            operation(to, minus ? opcode::subtract : opcode::add, addend, product));
    return true;
}

// --- The flags as a number -----------------------------------------------------------------------

// NZCV as a number has the flags in bits 31 to 28. They are variables of their own between
// comparisons (see flags_of()), so they are put together here.
bool assemble_flags(assembler& to, operand_stream& in, std::string_view name) {
    if (name != "MRS" && name != "MSR") return false;
    constexpr std::array<std::string_view, 4> flags{"flags, N", "flags, Z", "flags, C", "flags, V"};
    unsigned bits = 0;
    std::string_view given;
    if (name == "MRS") {
        given = take_register(to, in, bits);
        in.expect_comma();
    }
    if (upper(in.name("a system register")) != "NZCV") in.unsupported();
    if (name == "MSR") {
        in.expect_comma();
        const reg all = to.read(in);
        for (unsigned i = 0; i < flags.size(); ++i)
            to.move(to.variable(std::string(flags[i])),
                    masked(to, shifted_right(to, all, 31 - i), 1));
        return true;
    }
    reg all = to.constant(0);
    for (unsigned i = 0; i < flags.size(); ++i)
        all = operation(to, opcode::bit_or, all,
                        shifted_left(to, to.variable(std::string(flags[i])), 31 - i));
    to.move(to.write(given), all);
    return true;
}

}  // namespace

// `by` is a register, from 0 to bits - 1; `a` has zeros above its width, or the bits that come in
// from above would be wrong.
reg rotated_right(assembler& to, reg a, reg by, unsigned bits) {
    const reg low = operation(to, opcode::shift_right, a, by);
    // In two steps, for a shift by all bits is none.
    const reg rest = operation(to, opcode::subtract, to.constant(bits - 1), by);
    const reg high = operation(to, opcode::shift_left, shifted_left(to, a, 1), rest);
    return to.cut(operation(to, opcode::bit_or, low, high),
                  {static_cast<unsigned char>(bits), false});
}

bool assemble_bits(assembler& to, operand_stream& in, const std::string& name) {
    return assemble_bitfield(to, in, name) || assemble_reversal(to, in, name) ||
           assemble_long_product(to, in, name) || assemble_flags(to, in, name);
}

}  // namespace ringsim::sim::litmus::arm
