// Power, for the instructions that compilers and the kernel use for atomics.
#include <algorithm>
#include <array>

#include "sim/litmus/assembly.hpp"

namespace ringsim::sim::litmus {
namespace {

using std::string_view_literals::operator""sv;

bool among(std::string_view name, const auto& names) {
    return std::ranges::find(names, name) != names.end();
}

constexpr std::array loads{"lbz"sv, "lhz"sv, "lha"sv, "lwz"sv, "lwa"sv, "ld"sv};
constexpr std::array stores{"stb"sv, "sth"sv, "stw"sv, "std"sv};
constexpr std::array barriers{"sync"sv, "lwsync"sv, "eieio"sv, "isync"sv};

struct row {
    std::string_view name;
    opcode what;
};
constexpr row arithmetics[] = {
    {"add", opcode::add},       {"addi", opcode::add},     {"sub", opcode::subtract},
    {"subi", opcode::subtract}, {"xor", opcode::bit_xor},  {"xori", opcode::bit_xor},
    {"or", opcode::bit_or},     {"ori", opcode::bit_or},   {"and", opcode::bit_and},
    {"andi.", opcode::bit_and}, {"and.", opcode::bit_and}, {"mullw", opcode::multiply},
};

struct condition_row {
    std::string_view name;
    opcode what;
    bool swapped = false;
};
constexpr condition_row branches[] = {
    {"beq", opcode::equal},         {"bne", opcode::unequal},
    {"blt", opcode::less},          {"bgt", opcode::less, true},
    {"ble", opcode::less_or_equal}, {"bge", opcode::less_or_equal, true},
};

template <class Table>
const auto* find(const Table& table, std::string_view name) {
    const auto found = std::ranges::find(table, name, [](const auto& r) { return r.name; });
    return found == std::end(table) ? nullptr : &*found;
}

// 0(r2)
reg address(assembler& to, operand_stream& in) {
    if (in.number("an offset") != 0) in.fail("an offset other than 0 is not supported");
    in.expect('(');
    const reg base = to.read(in);
    in.expect(')');
    return base;
}

// r3,r5: the sum of the two; r0 in the first place is 0.
reg indexed_address(assembler& to, operand_stream& in) {
    const std::string_view first = in.name("a register");
    const auto r = find_register(dialect::ppc, first);
    if (!r) in.fail(quoted(first) + " is not a register");
    in.expect_comma();
    const reg second = to.read(in);
    if (r->name == "r0") return second;
    const reg sum = to.scratch();
    to.compute(opcode::add, sum, to.read(first), second);
    return sum;
}

bool assemble_access(assembler& to, operand_stream& in, std::string_view name) {
    const bool plain_load = among(name, loads);
    const bool plain_store = among(name, stores);
    std::string_view stem = name;
    bool indexed = false;
    if (!plain_load && !plain_store && stem.ends_with('x')) {
        stem.remove_suffix(1);
        indexed = true;
    }
    if (among(stem, loads)) {
        const reg dst = to.write(in);
        in.expect_comma();
        to.load(dst, indexed ? indexed_address(to, in) : address(to, in));
        return true;
    }
    if (among(stem, stores)) {
        const reg value = to.read(in);
        in.expect_comma();
        to.store(indexed ? indexed_address(to, in) : address(to, in), value);
        return true;
    }
    return false;
}

bool assemble_exclusive(assembler& to, operand_stream& in, std::string_view name) {
    if (name == "lwarx" || name == "ldarx") {
        const reg dst = to.write(in);
        in.expect_comma();
        to.emit({.what = opcode::load_exclusive,
                 .how = order::relaxed,
                 .dst = dst,
                 .a = indexed_address(to, in)});
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
             .flag = failed});
    // Success shows as "equal".
    to.compare(failed, to.constant(0));
    return true;
}

bool assemble_arithmetic(assembler& to, operand_stream& in, std::string_view name) {
    if (name == "li" || name == "mr" || name == "extsw") {
        const reg dst = to.write(in);
        in.expect_comma();
        to.move(dst, to.value(in));
        return true;
    }
    if (name == "cmpw" || name == "cmpwi" || name == "cmpd" || name == "cmpdi") {
        const reg a = to.read(in);
        in.expect_comma();
        to.compare(a, to.value(in));
        return true;
    }
    const row* a = find(arithmetics, name);
    if (!a) return false;
    const reg dst = to.write(in);
    in.expect_comma();
    const reg left = to.read(in);
    in.expect_comma();
    to.compute(a->what, dst, left, to.value(in));
    if (name.ends_with('.')) to.compare(dst, to.constant(0));
    return true;
}

}  // namespace

void assemble_ppc(assembler& to, operand_stream& in) {
    const std::string_view name = in.name("an instruction");
    if (name == "nop") return;
    if (name == "hwsync") return to.barrier("sync");
    for (const std::string_view b : barriers)
        if (b == name) return to.barrier(b);
    if (name == "b") return to.branch(in.name("a label"));
    if (const condition_row* b = find(branches, name))
        return to.branch_if(to.condition(b->what, b->swapped), in.name("a label"));
    if (assemble_access(to, in, name) || assemble_exclusive(to, in, name) ||
        assemble_arithmetic(to, in, name))
        return;
    in.unsupported();
}

}  // namespace ringsim::sim::litmus
