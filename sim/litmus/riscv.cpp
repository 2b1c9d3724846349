// RISC-V, for the instructions that compilers and the kernel use for atomics: RV64I, M, A, and what
// extends bytes, halves and words. Source: The RISC-V Instruction Set Manual, volume I.
//
// Annotations as in sim/graph/models: .aq is acquire, .rl release; both on an access that only
// loads or only stores are its own half of acq_rel.
//
// Registers have 64 bits, and what an instruction of words leaves in one is the word with its sign
// in the upper half (RV64I, "Integer Computational Instructions"): the type `word` of a row does
// that.
#include <algorithm>
#include <array>

#include "sim/litmus/assembly.hpp"

namespace ringsim::sim::litmus {
namespace {

using std::string_view_literals::operator""sv;
using graph::mode;
using graph::rmw_op;

// "lw.aq" into "lw" and acquire. On plain loads and stores as well: they are not of the base
// instruction set, but litmus tests use them. The longer suffixes come first: ".aq.rl" ends with
// ".rl" as well.
mode take_annotation(std::string_view& name) {
    constexpr std::pair<std::string_view, mode> suffixes[] = {{".aq.rl", mode::acq_rel},
                                                              {".aqrl", mode::acq_rel},
                                                              {".aq", mode::acquire},
                                                              {".rl", mode::release}};
    for (const auto& [suffix, how] : suffixes)
        if (name.ends_with(suffix)) {
            name.remove_suffix(suffix.size());
            return how;
        }
    return mode::relaxed;
}

// A load or store by its name, and how wide it is.
struct sized {
    std::string_view name;
    width type;
};
// What is narrower than the register is extended with its sign, but for the names with a u.
constexpr sized loads[] = {
    {"lb", {8, true}},  {"lbu", {8, false}},  {"lh", {16, true}}, {"lhu", {16, false}},
    {"lw", {32, true}}, {"lwu", {32, false}}, {"ld", whole},
};
// A store takes the lower bits: no sign is involved.
constexpr sized stores[] = {
    {"sb", {8, false}},
    {"sh", {16, false}},
    {"sw", {32, false}},
    {"sd", whole},
};

// What computes on whole registers, and what on their lower halves (addw): the result of that has
// its sign in the upper half. addw and the like are needed for `int`: RV64 computes ints in the
// lower halves of registers.
struct row {
    std::string_view name;
    opcode what;
    width type = whole;
};
constexpr width word{32, true};
constexpr width unsigned_word{32, false};
constexpr width unsigned_whole{64, false};
// Comparisons and shifts of a right kind say by their type how the operands are to be taken.
constexpr row arithmetics[] = {
    {"add", opcode::add},
    {"addi", opcode::add},
    {"sub", opcode::subtract},
    {"xor", opcode::bit_xor},
    {"xori", opcode::bit_xor},
    {"or", opcode::bit_or},
    {"ori", opcode::bit_or},
    {"and", opcode::bit_and},
    {"andi", opcode::bit_and},
    {"mul", opcode::multiply},
    {"slt", opcode::less},
    {"slti", opcode::less},
    {"sltu", opcode::less, unsigned_whole},
    {"sltiu", opcode::less, unsigned_whole},
    {"addw", opcode::add, word},
    {"addiw", opcode::add, word},
    {"subw", opcode::subtract, word},
    {"mulw", opcode::multiply, word},
    {"sll", opcode::shift_left},
    {"slli", opcode::shift_left},
    {"sra", opcode::shift_right},
    {"srai", opcode::shift_right},
    {"srl", opcode::shift_right, unsigned_whole},
    {"srli", opcode::shift_right, unsigned_whole},
    {"sllw", opcode::shift_left, word},
    {"slliw", opcode::shift_left, word},
    {"sraw", opcode::shift_right, word},
    {"sraiw", opcode::shift_right, word},
    {"srlw", opcode::shift_right, unsigned_word},
    {"srliw", opcode::shift_right, unsigned_word},
};
// There are six instructions; the others are ways to write them, with the operands changed.
struct branch {
    std::string_view name;
    opcode what;
    bool negated = false;
    bool swapped = false;
    width type = whole;
};
// bge is "not less", bgt is "less" with the operands exchanged: the machine has `less` only.
constexpr branch branches[] = {
    {"beq", opcode::equal},
    {"bne", opcode::unequal},
    {"blt", opcode::less},
    {"bge", opcode::less, true},
    {"bgt", opcode::less, false, true},
    {"ble", opcode::less, true, true},
    {"bltu", opcode::less, false, false, unsigned_whole},
    {"bgeu", opcode::less, true, false, unsigned_whole},
    {"bgtu", opcode::less, false, true, unsigned_whole},
    {"bleu", opcode::less, true, true, unsigned_whole},
};
struct zero_branch {
    std::string_view name;
    std::string_view as;  // with x0 as the second operand
};
constexpr zero_branch zero_branches[] = {
    {"beqz", "beq"}, {"bnez", "bne"}, {"bltz", "blt"},
    {"bgez", "bge"}, {"bgtz", "bgt"}, {"blez", "ble"},
};

// An atomic operation of the A extension, which returns what was there.
struct atomic {
    std::string_view name;
    rmw_op op;
};
// By the name without its annotation and without .w or .d, which are taken off before.
constexpr atomic atomics[] = {
    {"amoswap", rmw_op::exchange},     {"amoadd", rmw_op::add},
    {"amoand", rmw_op::bit_and},       {"amoor", rmw_op::bit_or},
    {"amoxor", rmw_op::bit_xor},       {"amomax", rmw_op::signed_max},
    {"amomin", rmw_op::signed_min},    {"amomaxu", rmw_op::unsigned_max},
    {"amominu", rmw_op::unsigned_min},
};

// The row of that name, or nullptr.
template <class Table>
const auto* find(const Table& table, std::string_view name) {
    const auto found = std::ranges::find(table, name, [](const auto& r) { return r.name; });
    return found == std::end(table) ? nullptr : &*found;
}

// 0(x6) or (x6): the register is always there, the offset may be left out.
reg address(assembler& to, operand_stream& in) {
    const std::int64_t offset = in.at_number() ? in.number("an offset") : 0;
    in.expect('(');
    const reg base = to.read(in);
    in.expect(')');
    if (offset == 0) return base;
    const reg sum = to.scratch();
    to.compute(opcode::add, sum, base, to.constant(offset));
    return sum;
}

// All that order anything between accesses to memory, as graph::barrier_names spells them.
constexpr std::string_view fences[] = {
    "fence r,r",  "fence r,w",  "fence r,rw", "fence w,r",   "fence w,w",
    "fence w,rw", "fence rw,r", "fence rw,w", "fence rw,rw",
};

// Devices do not matter here: iorw is rw. Letters come in that order, so "wr" is no fence that is
// found.
std::string memory_set(operand_stream& in) {
    const std::string_view given = in.name("a set such as rw");
    std::string kept;
    for (const char c : given) {
        if (c == 'r' || c == 'w') kept += c;
        if (c != 'r' && c != 'w' && c != 'i' && c != 'o')
            in.fail(quoted(given) + " is no set of accesses");
    }
    return kept;
}

// "fence" alone orders everything. One that orders nothing but devices leaves no event.
void assemble_fence(assembler& to, operand_stream& in) {
    if (in.at_end()) return to.barrier("fence rw,rw");
    const std::string before = memory_set(in);
    in.expect_comma();
    const std::string behind = memory_set(in);
    if (before.empty() || behind.empty()) return;  // for devices only
    const std::string wanted = "fence " + before + "," + behind;
    for (const std::string_view f : fences)
        if (f == wanted) return to.barrier(f);
    in.fail("there is no fence between these");
}

// lr, sc and the amo instructions, of words or double words. On an amo the annotation counts for
// both halves. An lr with .rl alone and an sc with .aq alone order no more than without it: "not
// guaranteed to provide any stronger ordering than those with both bits clear", says the manual.
bool assemble_atomic(assembler& to, operand_stream& in, std::string_view name, mode how) {
    if (!name.ends_with(".w") && !name.ends_with(".d")) return false;
    const width type = name.ends_with(".w") ? word : whole;
    const auto bytes = static_cast<unsigned char>(type.bits / 8);
    name.remove_suffix(2);
    // The reservation is not a thing of its own: load_exclusive() of the machine looks for the sc
    // behind it.
    if (name == "lr") {
        const reg dst = to.write(in);
        in.expect_comma();
        to.emit({.what = opcode::load_exclusive,
                 .how = order::relaxed,
                 .read_how = how == mode::release ? mode::relaxed : how,
                 .dst = dst,
                 .a = address(to, in),
                 .type = type,
                 .bytes = bytes});
        return true;
    }
    if (name == "sc") {
        // 0 says that it succeeded, as the machine's flag does.
        const reg status = to.write(in);
        in.expect_comma();
        const reg value = to.read(in);
        in.expect_comma();
        to.emit({.what = opcode::store_exclusive,
                 .how = order::relaxed,
                 .write_how = how == mode::acquire ? mode::relaxed : how,
                 .a = address(to, in),
                 .b = value,
                 .flag = status,
                 .bytes = bytes});
        return true;
    }
    const atomic* a = find(atomics, name);
    if (!a) return false;
    const reg dst = to.write(in);
    in.expect_comma();
    const reg operand = to.read(in);
    in.expect_comma();
    to.read_modify_write(a->op, dst, address(to, in), operand, type, how, how);
    return true;
}

// A branch compares two registers by itself: there are no flags. The result of the comparison goes
// to a scratch register, and the branch depends on both operands through it.
bool assemble_branch(assembler& to, operand_stream& in, std::string_view name) {
    if (name == "j") {
        to.branch(in.name("a label"));
        return true;
    }
    const zero_branch* zero = find(zero_branches, name);
    const branch* b = find(branches, zero ? zero->as : name);
    if (!b) return false;
    reg left = to.read(in);
    in.expect_comma();
    reg right = zero ? to.constant(0) : to.read(in);
    if (!zero) in.expect_comma();
    if (b->swapped) std::swap(left, right);
    const reg holds = to.scratch();
    to.emit({.what = b->what, .dst = holds, .a = left, .b = right, .type = b->type});
    to.branch_if(b->negated ? to.negated(holds) : holds, in.name("a label"));
    return true;
}

// Ways to write an addition of 0 and the like, as assemblers have them (the manual's table of
// pseudoinstructions). Each is one instruction of the machine.
struct unary {
    std::string_view name;
    opcode what;
    width type = whole;
};
constexpr unary unaries[] = {
    {"li", opcode::move},
    {"mv", opcode::move},
    {"sext.w", opcode::move, word},
    {"zext.w", opcode::move, unsigned_word},
    {"sext.b", opcode::move, {8, true}},
    {"zext.b", opcode::move, {8, false}},
    {"sext.h", opcode::move, {16, true}},
    {"zext.h", opcode::move, {16, false}},
    {"neg", opcode::negate},
    {"negw", opcode::negate, word},
    {"not", opcode::complement},
    {"seqz", opcode::is_zero},
};

// The second operand may be a number, for `li` and `mv` are one thing here.
bool assemble_unary(assembler& to, operand_stream& in, std::string_view name) {
    const unary* u = find(unaries, name);
    if (!u && name != "la" && name != "snez" && name != "lui") return false;
    const reg dst = to.write(in);
    in.expect_comma();
    if (name == "lui") {  // the upper 20 bits of a word
        const auto upper = static_cast<std::uint64_t>(in.number("a number")) << 12;
        to.emit({.what = opcode::constant,
                 .dst = dst,
                 .value = static_cast<std::int64_t>(upper),
                 .type = word});
        return true;
    }
    if (name == "la") {
        to.move(dst, to.address_of_location(in.name("a location")));
        return true;
    }
    const reg value = to.value(in);
    if (u)
        to.emit({.what = u->what, .dst = dst, .a = value, .type = u->type});
    else
        to.compute(opcode::unequal, dst, value, to.constant(0));
    return true;
}

// Three operands; the last one is a register or a number, whichever stands there, as assemblers
// take `add` for `addi`.
bool assemble_arithmetic(assembler& to, operand_stream& in, std::string_view name) {
    const row* a = find(arithmetics, name);
    if (!a) return false;
    const reg dst = to.write(in);
    in.expect_comma();
    reg left = to.read(in);
    in.expect_comma();
    reg right = to.value(in);
    // Of the number in a register the lowest six bits, or five for a word (RV64I).
    const bool shifts = a->what == opcode::shift_left || a->what == opcode::shift_right;
    if (shifts) {  // only as many bits count as are needed
        const reg by = to.scratch();
        to.compute(opcode::bit_and, by, right, to.constant(a->type.bits - 1));
        right = by;
    }
    // sraw and srlw shift the lower half with its own sign, or without one.
    if (a->type.bits == 32) left = to.cut(left, a->type);
    to.emit({.what = a->what, .dst = dst, .a = left, .b = right, .type = a->type});
    // Whatever a word instruction computes, its register gets the sign of the word.
    if (a->type == unsigned_word)
        to.emit({.what = opcode::move, .dst = dst, .a = dst, .type = word});
    return true;
}

}  // namespace

// Names are the same in either case, and letters of annotation are part of them: they are taken off
// once, here. The tables do not overlap, so the order of the questions does not matter.
void assemble_riscv(assembler& to, operand_stream& in) {
    std::string given(in.name("an instruction"));
    for (char& c : given)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    std::string_view name = given;
    if (name == "nop") return;
    if (name == "fence") return assemble_fence(to, in);
    if (name == "fence.tso") return to.barrier("fence.tso");
    if (name == "fence.i") return;  // of instructions, not of data
    const mode how = take_annotation(name);
    if (const sized* l = find(loads, name)) {
        const reg dst = to.write(in);
        in.expect_comma();
        return to.load(dst, address(to, in), l->type, how);
    }
    if (const sized* st = find(stores, name)) {
        const reg value = to.read(in);
        in.expect_comma();
        return to.store(address(to, in), value, st->type.bits, how);
    }
    if (assemble_atomic(to, in, name, how)) return;
    // A computation has no annotation: "add.aq" is refused.
    if (how == mode::relaxed && (assemble_branch(to, in, name) || assemble_unary(to, in, name) ||
                                 assemble_arithmetic(to, in, name)))
        return;
    in.unsupported();
}

}  // namespace ringsim::sim::litmus
