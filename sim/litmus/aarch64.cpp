// AArch64, for the instructions that compilers and the kernel use for atomics.
//
// Annotations as in sim/graph/models: LDAPR is acquire, LDAR and LDAXR seq_cst, STLR and STLXR
// release; so are the halves of the single-instruction atomics.
#include <algorithm>
#include <array>

#include "sim/litmus/assembly.hpp"

namespace ringsim::sim::litmus {
namespace {

using std::string_view_literals::operator""sv;
using graph::mode;
using graph::rmw_op;

struct access {
    std::string_view name;
    opcode what;
    mode how;
};
constexpr access accesses[] = {
    {"LDR", opcode::load, mode::relaxed},
    {"LDUR", opcode::load, mode::relaxed},
    {"LDAPR", opcode::load, mode::acquire},
    {"LDAPUR", opcode::load, mode::acquire},
    {"LDAR", opcode::load, mode::seq_cst},
    {"LDXR", opcode::load_exclusive, mode::relaxed},
    {"LDAXR", opcode::load_exclusive, mode::seq_cst},
    {"STR", opcode::store, mode::relaxed},
    {"STUR", opcode::store, mode::relaxed},
    {"STLR", opcode::store, mode::release},
    {"STLUR", opcode::store, mode::release},
    {"STXR", opcode::store_exclusive, mode::relaxed},
    {"STLXR", opcode::store_exclusive, mode::release},
};

struct atomic {
    std::string_view stem;
    rmw_op op;
    bool returns;
    bool inverted = false;
};
constexpr atomic atomics[] = {
    {"SWP", rmw_op::exchange, true},  {"CAS", rmw_op::compare_exchange, true},
    {"LDADD", rmw_op::add, true},     {"LDEOR", rmw_op::bit_xor, true},
    {"LDSET", rmw_op::bit_or, true},  {"LDCLR", rmw_op::bit_and, true, true},
    {"STADD", rmw_op::add, false},    {"STEOR", rmw_op::bit_xor, false},
    {"STSET", rmw_op::bit_or, false}, {"STCLR", rmw_op::bit_and, false, true},
};

struct arithmetic {
    std::string_view name;
    opcode what;
    bool sets_flags = false;
};
constexpr arithmetic arithmetics[] = {
    {"ADD", opcode::add},        {"SUB", opcode::subtract},
    {"ADDS", opcode::add, true}, {"SUBS", opcode::subtract, true},
    {"EOR", opcode::bit_xor},    {"ORR", opcode::bit_or},
    {"AND", opcode::bit_and},    {"ANDS", opcode::bit_and, true},
    {"LSL", opcode::shift_left}, {"ASR", opcode::shift_right},
    {"MUL", opcode::multiply},
};

struct barrier_name {
    std::string_view option;
    std::string_view barrier;
};
constexpr barrier_name barriers[] = {
    {"SY", "dmb ish"},   {"ISH", "dmb ish"},     {"OSH", "dmb ish"},     {"NSH", "dmb ish"},
    {"LD", "dmb ishld"}, {"ISHLD", "dmb ishld"}, {"OSHLD", "dmb ishld"}, {"NSHLD", "dmb ishld"},
    {"ST", "dmb ishst"}, {"ISHST", "dmb ishst"}, {"OSHST", "dmb ishst"}, {"NSHST", "dmb ishst"},
};

struct condition_code {
    std::string_view name;
    opcode what;
    bool swapped = false;
};
constexpr condition_code conditions[] = {
    {"EQ", opcode::equal},      {"NE", opcode::unequal},       {"LT", opcode::less},
    {"GT", opcode::less, true}, {"LE", opcode::less_or_equal}, {"GE", opcode::less_or_equal, true},
};

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

template <class Table>
const auto* find(const Table& table, std::string_view name) {
    const auto found = std::ranges::find(table, name, [](const auto& row) { return row.name; });
    return found == std::end(table) ? nullptr : &*found;
}

// [Xn], [Xn,#0] or [Xn,Wm,SXTW]
reg address(assembler& to, operand_stream& in) {
    in.expect('[');
    reg base = to.read(in);
    if (in.accept(',')) {
        if (in.at_number()) {
            if (in.number("an offset") != 0) in.fail("an offset other than 0 is not supported");
        } else {
            const reg offset = to.read(in);
            if (in.accept(',')) {
                const std::string how = upper(in.name("an extension"));
                if (how != "SXTW" && how != "UXTW" && how != "LSL" && how != "SXTX")
                    in.fail("the extension " + quoted(how) + " is not supported");
                if (in.at_number() && in.number("a shift") != 0)
                    in.fail("a shift other than 0 is not supported");
            }
            const reg sum = to.scratch();
            to.compute(opcode::add, sum, base, offset);
            base = sum;
        }
    }
    in.expect(']');
    return base;
}

void assemble_access(assembler& to, operand_stream& in, const access& a) {
    instruction i{.what = a.what, .how = order::relaxed, .read_how = a.how, .write_how = a.how};
    if (a.what == opcode::store_exclusive) {
        i.flag = to.write(in);
        in.expect_comma();
    }
    const bool loads = a.what == opcode::load || a.what == opcode::load_exclusive;
    if (loads)
        i.dst = to.write(in);
    else
        i.b = to.read(in);
    in.expect_comma();
    i.a = address(to, in);
    to.emit(i);
}

// SWPAL and the others: a stem, A and L, and maybe the size.
bool assemble_atomic(assembler& to, operand_stream& in, std::string_view name) {
    for (const atomic& a : atomics) {
        if (!name.starts_with(a.stem)) continue;
        std::string_view suffix = name.substr(a.stem.size());
        mode reads = mode::relaxed;
        mode writes = mode::relaxed;
        if (a.returns && suffix.starts_with("A")) {
            reads = mode::seq_cst;
            suffix.remove_prefix(1);
        }
        if (suffix.starts_with("L")) {
            writes = mode::release;
            suffix.remove_prefix(1);
        }
        if (!suffix.empty()) continue;
        reg operand = to.read(in);
        const std::string_view target = a.returns ? (in.expect_comma(), in.name("a register")) : "";
        if (a.returns && !to.try_read(target)) in.fail(quoted(target) + " is not a register");
        in.expect_comma();
        const reg where = address(to, in);
        if (a.op == rmw_op::compare_exchange) {
            // The first register has the expected value, and gets the old one.
            to.emit({.what = opcode::compare_exchange,
                     .how = order::relaxed,
                     .failing = order::relaxed,
                     .read_how = reads,
                     .write_how = writes,
                     .dst = operand,
                     .a = where,
                     .b = operand,
                     .c = to.read(target),
                     .flag = to.scratch()});
            return true;
        }
        if (a.inverted) {
            const reg other = to.scratch();
            to.emit({.what = opcode::complement, .dst = other, .a = operand});
            operand = other;
        }
        // Without a register for the old value the instruction is as weak as STADD.
        const auto to_register = a.returns ? find_register(to.language(), target) : std::nullopt;
        const bool forgets = !to_register || to_register->is_zero;
        to.read_modify_write(a.op, forgets ? to.scratch() : to.write(target), where, operand, reads,
                             writes, forgets);
        return true;
    }
    return false;
}

bool assemble_arithmetic(assembler& to, operand_stream& in, std::string_view name) {
    const arithmetic* a = find(arithmetics, name);
    if (!a) return false;
    const reg dst = to.write(in);
    in.expect_comma();
    const reg left = to.read(in);
    in.expect_comma();
    const reg right = to.value(in);
    if (in.accept(',')) {
        const std::string how = upper(in.name("an extension"));
        if (in.at_number() && in.number("a shift") != 0)
            in.fail("a shift other than 0 is not supported");
    }
    to.compute(a->what, dst, left, right);
    if (a->sets_flags) to.compare(dst, to.constant(0));
    return true;
}

reg holds(assembler& to, operand_stream& in, std::string_view code) {
    const condition_code* c = find(conditions, code);
    if (!c) in.fail("the condition " + quoted(code) + " is not supported");
    return to.condition(c->what, c->swapped);
}

bool assemble_jump(assembler& to, operand_stream& in, const std::string& name) {
    if (name == "B") {
        to.branch(in.name("a label"));
    } else if (name.starts_with("B.")) {
        const reg c = holds(to, in, std::string_view(name).substr(2));
        to.branch_if(c, in.name("a label"));
    } else if (name == "CBZ" || name == "CBNZ") {
        const reg r = to.read(in);
        in.expect_comma();
        to.branch_if(name == "CBZ" ? to.negated(r) : r, in.name("a label"));
    } else {
        return false;
    }
    return true;
}

bool assemble_move(assembler& to, operand_stream& in, const std::string& name) {
    if (name == "MOV" || name == "MOVZ" || name == "SXTW" || name == "UXTW") {
        const reg dst = to.write(in);
        in.expect_comma();
        to.move(dst, to.value(in));
    } else if (name == "ADR") {
        const reg dst = to.write(in);
        in.expect_comma();
        to.move(dst, to.address_of_location(in.name("a location")));
    } else if (name == "CMP") {
        const reg a = to.read(in);
        in.expect_comma();
        to.compare(a, to.value(in));
    } else if (name == "CSET") {
        const reg dst = to.write(in);
        in.expect_comma();
        to.move(dst, holds(to, in, upper(in.name("a condition"))));
    } else {
        return false;
    }
    return true;
}

bool assemble_barrier(assembler& to, operand_stream& in, std::string_view name) {
    if (name == "ISB") {
        if (!in.at_end()) in.name("an option");
        to.barrier("isb");
        return true;
    }
    if (name != "DMB" && name != "DSB") return false;
    const std::string option = upper(in.name("an option"));
    for (const barrier_name& b : barriers)
        if (b.option == option) {
            to.barrier(b.barrier);
            return true;
        }
    in.fail("there is no option " + quoted(option));
}

}  // namespace

void assemble_aarch64(assembler& to, operand_stream& in) {
    const std::string name = upper(in.name("an instruction"));
    if (name == "NOP") return;
    std::string_view sized = name;
    if (const access* a = find(accesses, sized)) return assemble_access(to, in, *a);
    if (assemble_barrier(to, in, name) || assemble_move(to, in, name) ||
        assemble_jump(to, in, name) || assemble_arithmetic(to, in, name) ||
        assemble_atomic(to, in, name))
        return;
    in.unsupported();
}

}  // namespace ringsim::sim::litmus
