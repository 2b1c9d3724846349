// AArch64: what computes, compares, selects and jumps.
//
// Source: Arm ARM, C6.2 for the instructions, C1.2.4 for the names of conditions, and its
// pseudocode (AddWithCarry(), ConditionHolds()) for the flags.
//
// The flags N, Z, C and V are four variables, each with a taint of its own: CSEL on EQ depends on
// what Z came from. An instruction that sets flags computes them at once, whether or not anybody
// asks.
//
// Registers hold 64 bits. A half (W1) is cut where it is read and where it is written
// (assembler.cpp), so a computation needs a width of its own only where the upper half would come
// into the lower one: shifts to the right, comparisons, signs.
#include <algorithm>
#include <optional>

#include "sim/litmus/aarch64.hpp"

namespace ringsim::sim::litmus::arm {
namespace {

// The row of that name, or nullptr.
template <class Table>
const auto* find(const Table& table, std::string_view name) {
    const auto found = std::ranges::find(table, name, [](const auto& row) { return row.name; });
    return found == std::end(table) ? nullptr : &*found;
}

// --- Operands ------------------------------------------------------------------------------------

// How a register may be extended as an operand, and as an instruction of its own.
struct extension {
    std::string_view name;
    width to;
};
constexpr extension extensions[] = {
    {"UXTB", {8, false}}, {"UXTH", {16, false}}, {"UXTW", {32, false}}, {"UXTX", {64, false}},
    {"SXTB", {8, true}},  {"SXTH", {16, true}},  {"SXTW", {32, true}},  {"SXTX", {64, true}},
};

// Cut first: a shift to the right brings the sign of that width in. By 0 nothing is emitted, so
// that a register that is not shifted keeps its taints and its place.
reg shifted(assembler& to, opcode what, reg a, std::int64_t by, width type) {
    if (by == 0) return a;
    const reg cut = to.cut(a, type);
    const reg result = to.scratch();
    to.emit({.what = what, .dst = result, .a = cut, .b = to.constant(by), .type = type});
    return result;
}

// ", LSL #2" behind a value, or an extension; the value itself if nothing stands there. `bits`: how
// wide the instruction works, from which a shift to the right takes its zeros or its sign.
reg take_shift(assembler& to, operand_stream& in, reg value, unsigned bits) {
    if (!in.accept(',')) return value;
    const auto wide = static_cast<unsigned char>(bits);
    const std::string how = upper(in.name("a shift or an extension"));
    // SXTW #2: extended first, then shifted to the left.
    if (const extension* e = find(extensions, how)) {
        const reg extended = to.cut(value, e->to);
        const std::int64_t by = in.at_number() ? in.number("a shift") : 0;
        return shifted(to, opcode::shift_left, extended, by, {wide, false});
    }
    const std::int64_t by = in.number("a shift");
    if (how == "LSL") return shifted(to, opcode::shift_left, value, by, {wide, false});
    if (how == "LSR") return shifted(to, opcode::shift_right, value, by, {wide, false});
    if (how == "ASR") return shifted(to, opcode::shift_right, value, by, {wide, true});
    if (how == "ROR" && by >= 0 && by < wide)
        return rotated_right(to, value, to.constant(by), bits);
    in.fail("the shift " + quoted(how) + " is not supported");
}

// A register by its name, and how wide that is: the first operand of an instruction says how wide
// it works. It is not written yet, for it may be an operand as well.
struct target {
    std::string_view name;
    unsigned bits;
};
target take_target(assembler& to, operand_stream& in) {
    const std::string_view name = in.name("a register");
    const auto r = find_register(to.language(), name);
    if (!r) to.no_register(in, name);
    return {name, r->bits};
}

// --- Flags ---------------------------------------------------------------------------------------

// No register of a machine has such a name, so they cannot be taken for one.
constexpr std::string_view flag_names[] = {"flags, N", "flags, Z", "flags, C", "flags, V"};

struct flags {
    reg n, z, c, v;
};
// Variables of the thread like any other, but without a name that a test can use. They come into
// being where they are first used, as other variables do, and are 0 until something sets them.
flags flags_of(assembler& to) {
    return {to.variable(std::string(flag_names[0])), to.variable(std::string(flag_names[1])),
            to.variable(std::string(flag_names[2])), to.variable(std::string(flag_names[3]))};
}

// Intermediate results go to scratch registers, and the target is written last: it may be an
// operand.
reg operation(assembler& to, opcode what, reg a, reg b, width type = whole) {
    const reg result = to.scratch();
    to.emit({.what = what, .dst = result, .a = a, .b = b, .type = type});
    return result;
}

// Of one operand, into a register that is given.
void unary(assembler& to, opcode what, reg dst, reg a) {
    to.emit({.what = what, .dst = dst, .a = a});
}

// Integers with their sign, taken as 64 bits without one, keep their order without sign.
constexpr width no_sign{64, false};

// The flags of a result that was computed of these operands. C and V depend on them even where they
// are always 0. Arm ARM, AddWithCarry(): C of a sum is the carry; of a difference it is set if
// there is no borrow.
void set_flags(assembler& to, opcode what, reg left, reg right, unsigned bits) {
    const width type{static_cast<unsigned char>(bits), true};
    // As integers with a sign, so that N is the sign of the result in its width.
    left = to.cut(left, type);
    right = to.cut(right, type);
    const reg result = operation(to, what, left, right, type);
    const flags f = flags_of(to);
    // Flags that an instruction sets come from its result, and so from both operands.
    unary(to, opcode::is_negative, f.n, result);
    unary(to, opcode::is_zero, f.z, result);
    if (what != opcode::add && what != opcode::subtract) {
        const reg none = operation(to, opcode::bit_and, result, to.constant(0));
        to.move(f.c, none);
        to.move(f.v, none);
        return;
    }
    const bool adds = what == opcode::add;
    if (adds)
        to.move(f.c, operation(to, opcode::less, result, left, no_sign));
    else
        to.move(f.c, operation(to, opcode::less_or_equal, right, left, no_sign));
    // V: the result has another sign than an operand, where that cannot be: both operands of a sum
    // have the other one, or those of a difference have different ones.
    const reg changed = operation(to, opcode::bit_xor, left, result);
    const reg other = adds ? operation(to, opcode::bit_xor, right, result)
                           : operation(to, opcode::bit_xor, left, right);
    unary(to, opcode::is_negative, f.v, operation(to, opcode::bit_and, changed, other));
}

// One flag, or what is computed of several: above (C and not Z), at least (N = V), more (that and
// not Z). They come in pairs of opposites (`negated`), but for AL.
struct condition_code {
    std::string_view name;
    enum class of : std::uint8_t { n, z, c, v, above, at_least, more, always } what;
    bool negated = false;
};
using of = condition_code::of;
constexpr condition_code conditions[] = {
    {"EQ", of::z},        {"NE", of::z, true},        {"CS", of::c},     {"HS", of::c},
    {"CC", of::c, true},  {"LO", of::c, true},        {"MI", of::n},     {"PL", of::n, true},
    {"VS", of::v},        {"VC", of::v, true},        {"HI", of::above}, {"LS", of::above, true},
    {"GE", of::at_least}, {"LT", of::at_least, true}, {"GT", of::more},  {"LE", of::more, true},
    {"AL", of::always},
};

// 1 if the condition holds, else 0; `other_way`: the opposite. A flag is 0 or 1, so that `and` and
// `equal` of two are conditions, too.
reg holds(assembler& to, operand_stream& in, std::string_view code, bool other_way = false) {
    const condition_code* c = find(conditions, code);
    if (!c) in.fail("the condition " + quoted(code) + " is not supported");
    const flags f = flags_of(to);
    reg r = 0;
    switch (c->what) {
        case of::n:
            r = f.n;
            break;
        case of::z:
            r = f.z;
            break;
        case of::c:
            r = f.c;
            break;
        case of::v:
            r = f.v;
            break;
        case of::above:
            r = operation(to, opcode::bit_and, f.c, to.negated(f.z));
            break;
        case of::at_least:
            r = operation(to, opcode::equal, f.n, f.v);
            break;
        case of::more:
            r = operation(to, opcode::bit_and, operation(to, opcode::equal, f.n, f.v),
                          to.negated(f.z));
            break;
        default:
            r = to.constant(1);
    }
    return c->negated != other_way ? to.negated(r) : r;
}

// As an operand, in either case: "eq" and "EQ".
reg take_condition(assembler& to, operand_stream& in, bool other_way = false) {
    return holds(to, in, upper(in.name("a condition")), other_way);
}

// --- Computations --------------------------------------------------------------------------------

// An instruction with two operands and their forms: CMP is SUBS without a result, NEG a SUB from 0,
// MVN an ORN with 0.
struct arithmetic {
    std::string_view name;
    opcode what;
    bool sets_flags = false;
    bool inverted = false;  // the second operand is
    enum class shape : std::uint8_t { three, no_result, no_left } operands = shape::three;
};
using shape = arithmetic::shape;
constexpr arithmetic arithmetics[] = {
    {"ADD", opcode::add},
    {"SUB", opcode::subtract},
    {"ADDS", opcode::add, true},
    {"SUBS", opcode::subtract, true},
    {"EOR", opcode::bit_xor},
    {"ORR", opcode::bit_or},
    {"AND", opcode::bit_and},
    {"ANDS", opcode::bit_and, true},
    {"EON", opcode::bit_xor, false, true},
    {"ORN", opcode::bit_or, false, true},
    {"BIC", opcode::bit_and, false, true},
    {"BICS", opcode::bit_and, true, true},
    {"MUL", opcode::multiply},
    {"CMP", opcode::subtract, true, false, shape::no_result},
    {"CMN", opcode::add, true, false, shape::no_result},
    {"TST", opcode::bit_and, true, false, shape::no_result},
    {"NEG", opcode::subtract, false, false, shape::no_left},
    {"NEGS", opcode::subtract, true, false, shape::no_left},
    {"MVN", opcode::bit_or, false, true, shape::no_left},
};

// CMP X1,X2 and SUBS XZR,X1,X2 are the same instruction; so are the other forms without a result or
// a left operand.
bool assemble_arithmetic(assembler& to, operand_stream& in, std::string_view name) {
    const arithmetic* a = find(arithmetics, name);
    if (!a) return false;
    const target first = take_target(to, in);
    in.expect_comma();
    const unsigned bits = first.bits;
    reg left = 0;
    if (a->operands == shape::three) {
        left = to.read(in);
        in.expect_comma();
    } else {
        left = a->operands == shape::no_result ? to.read(first.name) : to.constant(0);
    }
    reg right = take_value(to, in, bits);
    if (a->inverted) {
        const reg other = to.scratch();
        unary(to, opcode::complement, other, right);
        right = other;
    }
    // In 64 bits: the lower half of the result depends on the lower halves alone, and end() cuts
    // it.
    const reg result = operation(to, a->what, left, right);
    if (a->sets_flags) set_flags(to, a->what, left, right, bits);
    if (a->operands != shape::no_result) to.move(to.write(first.name), result);
    return true;
}

// LSL, LSR, ASR and ROR as instructions of their own, by a number or by a register.
struct shift {
    std::string_view name;
    opcode what;
    bool sign;
};
constexpr shift shifts[] = {
    {"LSL", opcode::shift_left, false},
    {"LSR", opcode::shift_right, false},
    {"ASR", opcode::shift_right, true},
    {"ROR", opcode::bit_or, false},  // of two shifts
};

bool assemble_shift(assembler& to, operand_stream& in, std::string_view name) {
    const shift* s = find(shifts, name);
    if (!s) return false;
    const target dst = take_target(to, in);
    in.expect_comma();
    const width type{static_cast<unsigned char>(dst.bits), s->sign};
    // As wide as the result, with the sign for ASR.
    const reg left = to.cut(to.read(in), type);
    in.expect_comma();
    // Of a register only as many bits count as are needed.
    const reg by = in.at_number()
                       ? to.constant(in.number("a shift"))
                       : operation(to, opcode::bit_and, to.read(in), to.constant(dst.bits - 1));
    const reg result = s->name == "ROR" ? rotated_right(to, left, by, dst.bits)
                                        : operation(to, s->what, left, by, type);
    to.move(to.write(dst.name), result);
    return true;
}

// MADD and its relatives: dst = addend +- left * right. MUL is a row of `arithmetics`.
bool assemble_product(assembler& to, operand_stream& in, std::string_view name) {
    if (name != "MADD" && name != "MSUB" && name != "MNEG") return false;
    const target dst = take_target(to, in);
    in.expect_comma();
    const reg left = to.read(in);
    in.expect_comma();
    const reg product = operation(to, opcode::multiply, left, to.read(in));
    reg addend = 0;
    if (name == "MNEG") {
        addend = to.constant(0);
    } else {
        in.expect_comma();
        addend = to.read(in);
    }
    const reg result =
        operation(to, name == "MADD" ? opcode::add : opcode::subtract, addend, product);
    to.move(to.write(dst.name), result);
    return true;
}

// What becomes of the second operand where it is the one that is chosen.
struct selection {
    std::string_view name;
    enum class does : std::uint8_t { nothing, adds_one, inverts, negates } otherwise;
};
// Their aliases (CSET, CINC) are taken apart by name.
constexpr selection selections[] = {
    {"CSEL", selection::does::nothing},
    {"CSINC", selection::does::adds_one},
    {"CSINV", selection::does::inverts},
    {"CSNEG", selection::does::negates},
};

// The second operand, as it is or changed. The instruction computes it in any case; whether it is
// used is the select's to say.
reg otherwise(assembler& to, selection::does what, reg a) {
    switch (what) {
        case selection::does::adds_one:
            return operation(to, opcode::add, a, to.constant(1));
        case selection::does::negates:
            return operation(to, opcode::subtract, to.constant(0), a);
        case selection::does::inverts:
            return operation(to, opcode::bit_xor, a, to.constant(-1));
        default:
            return a;
    }
}

// dst = condition ? a : b; what the condition comes from only picks, which the model does not take
// for a computation (dependencies::pick).
void select(assembler& to, const target& dst, reg condition, reg a, reg b) {
    const reg result = to.scratch();
    to.emit({.what = opcode::select, .dst = result, .a = a, .b = b, .c = condition});
    to.move(to.write(dst.name), result);
}

// CSET and CSETM choose between a constant and 0; the manual has them as CSINC and CSINV of zero
// registers by the opposite condition. Both operands are read in any case, whichever is chosen.
bool assemble_selection(assembler& to, operand_stream& in, std::string_view name) {
    const selection* s = find(selections, name);
    const bool sets = name == "CSET" || name == "CSETM";
    const bool one_operand = name == "CINC" || name == "CINV" || name == "CNEG";
    if (!s && !sets && !one_operand) return false;
    const target dst = take_target(to, in);
    in.expect_comma();
    if (sets) {
        const reg condition = take_condition(to, in);
        const reg set = to.constant(name == "CSET" ? 1 : -1);
        select(to, dst, condition, set, to.constant(0));
        return true;
    }
    const reg a = to.read(in);
    in.expect_comma();
    // CINC d, a, c is CSINC d, a, a, not c: changed if the condition holds.
    if (one_operand) {
        const auto does = name == "CINC"   ? selection::does::adds_one
                          : name == "CINV" ? selection::does::inverts
                                           : selection::does::negates;
        select(to, dst, take_condition(to, in), otherwise(to, does, a), a);
        return true;
    }
    const reg b = to.read(in);
    in.expect_comma();
    const reg condition = take_condition(to, in);
    select(to, dst, condition, a, otherwise(to, s->otherwise, b));
    return true;
}

// "#1, LSL #16": as a plain number, whatever the encoding of the instruction could hold. `by` is
// given back, for MOVK has to know which bits it replaces.
std::int64_t shifted_number(operand_stream& in, std::int64_t& by) {
    const std::int64_t n = in.number("a number");
    by = 0;
    if (in.accept(',')) {
        if (upper(in.name("LSL")) != "LSL") in.fail("only LSL may stand behind a number");
        by = in.number("a shift");
        if (by < 0 || by > 48) in.fail("a shift is from 0 to 48");
    }
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(n) << by);
}

// MOVZ, MOVN and MOVK: sixteen bits at one of four places.
bool assemble_constant(assembler& to, operand_stream& in, std::string_view name) {
    if (name != "MOVZ" && name != "MOVN" && name != "MOVK") return false;
    const target dst = take_target(to, in);
    in.expect_comma();
    std::int64_t by = 0;
    const std::int64_t n = shifted_number(in, by);
    // Sixteen bits of the register are replaced, the others kept.
    if (name == "MOVK") {
        const std::int64_t mask = ~(std::int64_t{0xffff} << by);
        const reg rest = operation(to, opcode::bit_and, to.read(dst.name), to.constant(mask));
        const reg result = operation(to, opcode::bit_or, rest, to.constant(n));
        to.move(to.write(dst.name), result);
        return true;
    }
    to.move(to.write(dst.name), to.constant(name == "MOVN" ? ~n : n));
    return true;
}

// MOV of a register or a number, the extensions as instructions, and ADR.
bool assemble_move(assembler& to, operand_stream& in, std::string_view name) {
    const extension* e = find(extensions, name);
    if (name != "MOV" && name != "ADR" && !e) return false;
    const target dst = take_target(to, in);
    in.expect_comma();
    if (name == "ADR") {
        const std::string_view place = in.name("a location or a label");
        const std::optional<reg> code = to.address_of_label(place);
        to.move(to.write(dst.name), code ? *code : to.address_of_location(place));
        return true;
    }
    reg value = take_value(to, in, dst.bits);
    if (e) value = to.cut(value, e->to);
    to.move(to.write(dst.name), value);
    return true;
}

// BL, BLR, BR and RET. The target is read before X30 gets the address to return to.
bool assemble_call(assembler& to, operand_stream& in, const std::string& name) {
    const bool calls = name == "BL" || name == "BLR";
    if (!calls && name != "BR" && name != "RET") return false;
    if (name == "BL") {
        const std::string target = to.target_of_jump(in);
        to.move(to.write("X30"), to.address_of_next());
        to.branch(target);
        return true;
    }
    const reg target = to.scratch();
    to.move(target, name == "RET" && in.at_end() ? to.read("X30") : to.read(in));
    if (calls) to.move(to.write("X30"), to.address_of_next());
    to.branch_to(target, name == "RET");
    return true;
}

}  // namespace

// The last operand of most instructions: a number, shifted or not, or a register, shifted, extended
// or not. That the manual allows fewer numbers makes no difference to what one of them does.
reg take_value(assembler& to, operand_stream& in, unsigned bits) {
    if (in.at_number()) {
        std::int64_t by = 0;
        return to.constant(shifted_number(in, by));
    }
    return take_shift(to, in, to.read(in), bits);
}

// False for a name that is none of theirs: it may still be a jump or an atomic.
bool assemble_computation(assembler& to, operand_stream& in, const std::string& name) {
    return assemble_move(to, in, name) || assemble_constant(to, in, name) ||
           assemble_arithmetic(to, in, name) || assemble_shift(to, in, name) ||
           assemble_product(to, in, name) || assemble_selection(to, in, name) ||
           assemble_bits(to, in, name);
}

// CBZ and TBZ look at a register, B.cond at the flags; what they jump on controls all that comes
// later.
bool assemble_jump(assembler& to, operand_stream& in, const std::string& name) {
    if (assemble_call(to, in, name)) return true;
    if (name == "B") {
        to.branch(to.target_of_jump(in));
    } else if (name.starts_with("B.")) {
        const reg c = holds(to, in, std::string_view(name).substr(2));
        to.branch_if(c, to.target_of_jump(in));
    } else if (name == "CBZ" || name == "CBNZ") {
        const reg r = to.read(in);
        in.expect_comma();
        to.branch_if(name == "CBZ" ? to.negated(r) : r, to.target_of_jump(in));
    } else if (name == "TBZ" || name == "TBNZ") {
        const reg r = to.read(in);
        in.expect_comma();
        const std::int64_t bit = in.number("a bit");
        if (bit < 0 || bit > 63) in.fail("a bit is from 0 to 63");
        in.expect_comma();
        const std::int64_t mask = static_cast<std::int64_t>(std::uint64_t{1} << bit);
        const reg set = operation(to, opcode::bit_and, r, to.constant(mask));
        to.branch_if(name == "TBZ" ? to.negated(set) : set, to.target_of_jump(in));
    } else {
        return false;
    }
    return true;
}

}  // namespace ringsim::sim::litmus::arm
