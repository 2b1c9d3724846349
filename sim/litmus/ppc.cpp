// Power, for the instructions that compilers and the kernel use for atomics. Source: Power ISA,
// book I for what computes, book II for lwarx, stwcx. and the barriers. There is one condition
// field, CR0: an instruction that names another one is refused.
//
// No access has an annotation: what orders on Power are the barriers, and dependencies. A
// comparison is kept as its two operands (assembler::compare()), and a branch asks its condition of
// these.
#include <algorithm>
#include <array>

#include "sim/litmus/assembly.hpp"

namespace ringsim::sim::litmus {
namespace {

using std::string_view_literals::operator""sv;

// In graph::barrier_names under the same names. isync orders behind a branch only, which is the
// model's to know.
constexpr std::array barriers{"sync"sv, "lwsync"sv, "eieio"sv, "isync"sv};

// A load or store by its name. Of the loads, those with z fill up with zeros, those with a with the
// sign.
struct sized {
    std::string_view name;
    width type;
};
constexpr sized loads[] = {
    {"lbz", {8, false}},  {"lhz", {16, false}}, {"lha", {16, true}},
    {"lwz", {32, false}}, {"lwa", {32, true}},  {"ld", whole},
};
// Cut to their size: no sign is involved.
constexpr sized stores[] = {
    {"stb", {8, false}},
    {"sth", {16, false}},
    {"stw", {32, false}},
    {"std", whole},
};

// What computes of two operands.
struct row {
    std::string_view name;
    opcode what;
};
// A name that ends with '.' compares its result with 0. Immediate operands of `addi` and the like
// are told apart by what stands there, not by the name.
constexpr row arithmetics[] = {
    {"add", opcode::add},       {"addi", opcode::add},       {"sub", opcode::subtract},
    {"subi", opcode::subtract}, {"xor", opcode::bit_xor},    {"xori", opcode::bit_xor},
    {"or", opcode::bit_or},     {"ori", opcode::bit_or},     {"and", opcode::bit_and},
    {"andi.", opcode::bit_and}, {"and.", opcode::bit_and},   {"mullw", opcode::multiply},
    {"add.", opcode::add},      {"xor.", opcode::bit_xor},   {"or.", opcode::bit_or},
    {"sub.", opcode::subtract}, {"mulli", opcode::multiply}, {"mullw.", opcode::multiply},
    {"subf", opcode::subtract}, {"subf.", opcode::subtract},
};

// A branch, and whether its condition is asked with the operands exchanged: "greater" is "less" of
// the other two.
struct condition_row {
    std::string_view name;
    opcode what;
    bool swapped = false;
};
// A condition is asked of the operands of the last comparison.
constexpr condition_row branches[] = {
    {"beq", opcode::equal},         {"bne", opcode::unequal},
    {"blt", opcode::less},          {"bgt", opcode::less, true},
    {"ble", opcode::less_or_equal}, {"bge", opcode::less_or_equal, true},
    {"bng", opcode::less_or_equal}, {"bnl", opcode::less_or_equal, true},
};

// The row of that name, or nullptr.
template <class Table>
const auto* find(const Table& table, std::string_view name) {
    const auto found = std::ranges::find(table, name, [](const auto& r) { return r.name; });
    return found == std::end(table) ? nullptr : &*found;
}

// "cr0," before the operands, which may be left out. Nothing is taken if something else stands
// there.
void accept_condition_field(operand_stream& in) {
    const std::string_view here = in.mark();
    if (in.try_name() == "cr0") return in.expect_comma();
    in.back_to(here);
}

// RA|0, as the architecture writes it: the register, but 0 in the place of r0.
reg read_or_zero(assembler& to, operand_stream& in) {
    const std::string_view name = in.name("a register");
    const auto r = find_register(dialect::ppc, name);
    if (!r) to.no_register(in, name);
    return r->name == "r0" ? to.constant(0) : to.read(name);
}

// The form with an offset, 0(r2); the offset has to be there.
reg address(assembler& to, operand_stream& in) {
    const std::int64_t offset = in.number("an offset");
    in.expect('(');
    const reg base = read_or_zero(to, in);
    in.expect(')');
    if (offset == 0) return base;
    const reg sum = to.scratch();
    to.compute(opcode::add, sum, base, to.constant(offset));
    return sum;
}

// r3,r5: the sum of the two.
reg indexed_address(assembler& to, operand_stream& in) {
    const reg first = read_or_zero(to, in);
    in.expect_comma();
    const reg sum = to.scratch();
    to.compute(opcode::add, sum, first, to.read(in));
    return sum;
}

// The indexed forms (lwzx) have the name of the plain one and an x. That x is taken off only if the
// name as a whole is none: no plain name ends with one.
bool assemble_access(assembler& to, operand_stream& in, std::string_view name) {
    const sized* load = find(loads, name);
    const sized* store = find(stores, name);
    const bool indexed = !load && !store && name.ends_with('x');
    if (indexed) {
        name.remove_suffix(1);
        load = find(loads, name);
        store = find(stores, name);
    }
    if (!load && !store) return false;
    const reg target = load ? to.write(in) : to.read(in);
    in.expect_comma();
    const reg where = indexed ? indexed_address(to, in) : address(to, in);
    if (load)
        to.load(target, where, load->type);
    else
        to.store(where, target, store->type.bits);
    return true;
}

// lwarx and stwcx., and the same for double words. The store tells whether it succeeded in the
// flags alone, so the machine's status register is a scratch one.
bool assemble_exclusive(assembler& to, operand_stream& in, std::string_view name) {
    const bool wide = name == "ldarx" || name == "stdcx.";
    const width type{static_cast<unsigned char>(wide ? 64 : 32), false};
    const auto bytes = static_cast<unsigned char>(type.bits / 8);
    if (name == "lwarx" || name == "ldarx") {
        const reg dst = to.write(in);
        in.expect_comma();
        to.emit({.what = opcode::load_exclusive,
                 .how = order::relaxed,
                 .dst = dst,
                 .a = indexed_address(to, in),
                 .type = type,
                 .bytes = bytes});
        return true;
    }
    if (name != "stwcx." && name != "stdcx.") return false;
    const reg value = to.read(in);
    in.expect_comma();
    const reg failed = to.scratch();
    to.emit({.what = opcode::store_exclusive,
             .how = order::relaxed,
             .a = indexed_address(to, in),
             .b = value,
             .flag = failed,
             .bytes = bytes});
    // Success shows as "equal".
    to.compare(failed, to.constant(0), 64);
    return true;
}

// rlwinm takes bits of a word that is turned to the left; rlwimi puts them into a register. Bits
// count from the highest one, and from behind the last one they go on with the first.
bool assemble_rotation(assembler& to, operand_stream& in, std::string_view name) {
    if (name != "rlwinm" && name != "rlwimi" && name != "clrldi") return false;
    const std::string_view target = in.name("a register");
    if (!to.try_read(target)) to.no_register(in, target);
    in.expect_comma();
    const reg source = to.read(in);
    std::array<unsigned, 3> numbers{};
    for (unsigned n = 0; n < (name == "clrldi" ? 1u : 3u); ++n) {
        in.expect_comma();
        const std::int64_t number = in.number("a bit");
        if (number < 0 || number > (name == "clrldi" ? 63 : 31)) in.fail("there is no such bit");
        numbers[n] = static_cast<unsigned>(number);
    }
    // The bits of a register that the mask has.
    const auto masked = [&](reg a, std::uint64_t mask) {
        const reg part = to.scratch();
        to.compute(opcode::bit_and, part, a, to.constant(static_cast<std::int64_t>(mask)));
        return part;
    };
    // Clears so many bits from the left.
    if (name == "clrldi") {
        to.move(to.write(target), masked(source, ~std::uint64_t{0} >> numbers[0]));
        return true;
    }
    const auto [by, first, last] = numbers;
    std::uint64_t mask = 0;
    // From `first` to `last` inclusive, around the end if `last` is smaller.
    for (unsigned bit = first;; bit = (bit + 1) % 32) {
        mask |= std::uint64_t{1} << (31 - bit);
        if (bit == last) break;
    }
    const reg word = to.cut(source, {32, false});
    // To turn is to shift to both sides, and to put the two together.
    const reg turned = to.scratch();
    const reg high = to.scratch();
    to.compute(opcode::shift_left, high, word, to.constant(by));
    // Computed in 64 bits, so that a shift by 32, for `by` = 0, is one that there is.
    to.compute(opcode::shift_right, turned, word, to.constant(32 - by));
    to.compute(opcode::bit_or, turned, turned, high);
    reg result = masked(turned, mask);
    if (name == "rlwimi") {
        const reg kept = masked(to.read(target), ~mask);
        to.compute(opcode::bit_or, result, result, kept);
    }
    to.move(to.write(target), result);
    return true;
}

// By their names, one family after the other; what is in `arithmetics` comes last.
bool assemble_arithmetic(assembler& to, operand_stream& in, std::string_view name) {
    // Moves. `li` and `mr` differ in nothing but what stands behind.
    if (name == "li" || name == "mr" || name == "extsw") {
        const reg dst = to.write(in);
        in.expect_comma();
        const reg value = to.value(in);
        to.move(dst, name == "extsw" ? to.cut(value, {32, true}) : value);
        return true;
    }
    if (name == "lis" || name == "addis") {  // a constant for the upper half of a word
        const reg dst = to.write(in);
        in.expect_comma();
        reg base = to.constant(0);
        if (name == "addis") {
            base = read_or_zero(to, in);
            in.expect_comma();
        }
        to.compute(opcode::add, dst, base, to.constant(in.number("a number") * 65536));
        return true;
    }
    // Without sign: 32 bits as 64 with zeros above, which then compare like positive numbers.
    if (name == "cmplw" || name == "cmplwi") {
        accept_condition_field(in);
        const reg a = to.cut(to.read(in), {32, false});
        in.expect_comma();
        to.compare(a, to.cut(to.value(in), {32, false}), 64);
        return true;
    }
    // With sign, of words or of double words; compare() cuts the operands.
    if (name == "cmpw" || name == "cmpwi" || name == "cmpd" || name == "cmpdi") {
        accept_condition_field(in);
        const reg a = to.read(in);
        in.expect_comma();
        to.compare(a, to.value(in), name.starts_with("cmpd") ? 64 : 32);
        return true;
    }
    // What is left has a target first and one operand or two.
    const bool negates = name == "neg" || name == "neg.";
    const bool complements = name == "nor" || name == "nor.";
    const row* a = find(arithmetics, name);
    if (!a && !negates && !complements) return false;
    const reg dst = to.write(in);
    in.expect_comma();
    const bool immediate = name == "addi" || name == "subi";
    const reg left = immediate ? read_or_zero(to, in) : to.read(in);
    if (negates) {
        to.emit({.what = opcode::negate, .dst = dst, .a = left});
    } else {
        in.expect_comma();
        const reg right = to.value(in);
        // "Subtract from": what stands first is taken away from what stands second.
        const bool from = name.starts_with("subf");
        to.compute(complements ? opcode::bit_or : a->what, dst, from ? right : left,
                   from ? left : right);
        if (complements) to.emit({.what = opcode::complement, .dst = dst, .a = dst});
    }
    // With sign and in 64 bits, as the architecture compares results of such instructions.
    if (name.ends_with('.')) to.compare(dst, to.constant(0), 64);
    return true;
}

}  // namespace

// Names are taken as they stand, in small letters.
void assemble_ppc(assembler& to, operand_stream& in) {
    const std::string_view name = in.name("an instruction");
    if (name == "nop") return;
    // Two names of one instruction.
    if (name == "hwsync") return to.barrier("sync");
    for (const std::string_view b : barriers)
        if (b == name) return to.barrier(b);
    if (name == "blr") return to.end_thread();
    if (name == "b") return to.branch(in.name("a label"));
    if (const condition_row* b = find(branches, name))
        return to.branch_if(to.condition(b->what, b->swapped), in.name("a label"));
    if (assemble_access(to, in, name) || assemble_exclusive(to, in, name) ||
        assemble_arithmetic(to, in, name) || assemble_rotation(to, in, name))
        return;
    in.unsupported();
}

}  // namespace ringsim::sim::litmus
