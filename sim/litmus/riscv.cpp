// RISC-V, for the instructions that compilers and the kernel use for atomics.
//
// Annotations as in sim/graph/models: .aq is acquire, .rl release; both on an access that only
// loads or only stores are its own half of acq_rel.
#include <algorithm>
#include <array>

#include "sim/litmus/assembly.hpp"

namespace ringsim::sim::litmus {
namespace {

using std::string_view_literals::operator""sv;
using graph::mode;
using graph::rmw_op;

// "lw.aq" into "lw" and acquire.
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

bool among(std::string_view name, const auto& names) {
    return std::ranges::find(names, name) != names.end();
}

constexpr std::array loads{"lb"sv, "lbu"sv, "lh"sv, "lhu"sv, "lw"sv, "lwu"sv, "ld"sv};
constexpr std::array stores{"sb"sv, "sh"sv, "sw"sv, "sd"sv};

struct row {
    std::string_view name;
    opcode what;
};
constexpr row arithmetics[] = {
    {"add", opcode::add},         {"addi", opcode::add},     {"sub", opcode::subtract},
    {"xor", opcode::bit_xor},     {"xori", opcode::bit_xor}, {"or", opcode::bit_or},
    {"ori", opcode::bit_or},      {"and", opcode::bit_and},  {"andi", opcode::bit_and},
    {"addw", opcode::add},        {"addiw", opcode::add},    {"subw", opcode::subtract},
    {"slli", opcode::shift_left},
};
constexpr row branches[] = {
    {"beq", opcode::equal},
    {"bne", opcode::unequal},
    {"blt", opcode::less},
    {"bge", opcode::less},  // the other way round
};

struct atomic {
    std::string_view name;
    rmw_op op;
};
constexpr atomic atomics[] = {
    {"amoswap", rmw_op::exchange}, {"amoadd", rmw_op::add},     {"amoand", rmw_op::bit_and},
    {"amoor", rmw_op::bit_or},     {"amoxor", rmw_op::bit_xor},
};

template <class Table>
const auto* find(const Table& table, std::string_view name) {
    const auto found = std::ranges::find(table, name, [](const auto& r) { return r.name; });
    return found == std::end(table) ? nullptr : &*found;
}

// 0(x6) or (x6)
reg address(assembler& to, operand_stream& in) {
    if (in.at_number() && in.number("an offset") != 0)
        in.fail("an offset other than 0 is not supported");
    in.expect('(');
    const reg base = to.read(in);
    in.expect(')');
    return base;
}

constexpr std::string_view fences[] = {
    "fence r,r",  "fence r,w",  "fence r,rw", "fence w,r",   "fence w,w",
    "fence w,rw", "fence rw,r", "fence rw,w", "fence rw,rw",
};

// Devices do not matter here: iorw is rw.
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

void assemble_fence(assembler& to, operand_stream& in) {
    if (in.at_end()) return to.barrier("fence rw,rw");
    const std::string before = memory_set(in);
    in.expect_comma();
    const std::string wanted = "fence " + before + "," + memory_set(in);
    for (const std::string_view f : fences)
        if (f == wanted) return to.barrier(f);
    in.fail("there is no fence between these");
}

bool assemble_atomic(assembler& to, operand_stream& in, std::string_view name, mode how) {
    if (!name.ends_with(".w") && !name.ends_with(".d")) return false;
    name.remove_suffix(2);
    if (name == "lr") {
        const reg dst = to.write(in);
        in.expect_comma();
        to.emit({.what = opcode::load_exclusive,
                 .how = order::relaxed,
                 .read_how = how,
                 .dst = dst,
                 .a = address(to, in)});
        return true;
    }
    if (name == "sc") {
        const reg status = to.write(in);
        in.expect_comma();
        const reg value = to.read(in);
        in.expect_comma();
        to.emit({.what = opcode::store_exclusive,
                 .how = order::relaxed,
                 .write_how = how,
                 .a = address(to, in),
                 .b = value,
                 .flag = status});
        return true;
    }
    const atomic* a = find(atomics, name);
    if (!a) return false;
    const reg dst = to.write(in);
    in.expect_comma();
    const reg operand = to.read(in);
    in.expect_comma();
    to.read_modify_write(a->op, dst, address(to, in), operand, how, how);
    return true;
}

bool assemble_branch(assembler& to, operand_stream& in, std::string_view name) {
    if (name == "j") {
        to.branch(in.name("a label"));
        return true;
    }
    const bool zero = name == "beqz" || name == "bnez";
    const row* b = zero ? nullptr : find(branches, name);
    if (!zero && !b) return false;
    const reg left = to.read(in);
    in.expect_comma();
    if (zero) {
        to.branch_if(name == "beqz" ? to.negated(left) : left, in.name("a label"));
        return true;
    }
    const reg right = to.read(in);
    in.expect_comma();
    const reg holds = to.scratch();
    to.compute(b->what, holds, left, right);
    to.branch_if(name == "bge" ? to.negated(holds) : holds, in.name("a label"));
    return true;
}

bool assemble_arithmetic(assembler& to, operand_stream& in, std::string_view name) {
    if (name == "li" || name == "mv" || name == "sext.w") {
        const reg dst = to.write(in);
        in.expect_comma();
        to.move(dst, to.value(in));
        return true;
    }
    const row* a = find(arithmetics, name);
    if (!a) return false;
    const reg dst = to.write(in);
    in.expect_comma();
    const reg left = to.read(in);
    in.expect_comma();
    to.compute(a->what, dst, left, to.value(in));
    return true;
}

}  // namespace

void assemble_riscv(assembler& to, operand_stream& in) {
    std::string given(in.name("an instruction"));
    for (char& c : given)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    std::string_view name = given;
    if (name == "nop") return;
    if (name == "fence") return assemble_fence(to, in);
    if (name == "fence.tso") return to.barrier("fence.tso");
    const mode how = take_annotation(name);
    if (among(name, loads)) {
        const reg dst = to.write(in);
        in.expect_comma();
        return to.load(dst, address(to, in), how);
    }
    if (among(name, stores)) {
        const reg value = to.read(in);
        in.expect_comma();
        return to.store(address(to, in), value, how);
    }
    if (assemble_atomic(to, in, name, how)) return;
    if (how == mode::relaxed &&
        (assemble_branch(to, in, name) || assemble_arithmetic(to, in, name)))
        return;
    in.unsupported();
}

}  // namespace ringsim::sim::litmus
