// x86, in the two ways in which herd7 writes it: X86_64 as "movl $1,(x)", the source first, and X86
// as "MOV [x],$1", the target first.
#include <algorithm>
#include <array>

#include "sim/litmus/assembly.hpp"

namespace ringsim::sim::litmus {
namespace {

using std::string_view_literals::operator""sv;
using graph::mode;
using graph::rmw_op;

// An operand: a register, a number, or memory.
struct place {
    enum class kind_of : std::uint8_t { registered, immediate, memory } kind = kind_of::registered;
    std::string_view name{};  // of a register
    std::int64_t number = 0;
    reg address = 0;  // of memory
};
using kind_of = place::kind_of;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// A location, or a register that holds its address.
reg address(assembler& to, operand_stream& in) {
    const std::string_view name = in.name("a location or a register");
    const auto r = to.try_read(name);
    if (r) return *r;
    if (name[0] == '%') in.fail(quoted(name) + " is not a register");
    return to.address_of_location(name);
}

place take_place(assembler& to, operand_stream& in) {
    place p;
    if (in.at_number()) {
        const std::string_view before = in.mark();
        p.number = in.number("a number");
        p.kind = kind_of::immediate;
        if (!in.is('(')) return p;
        if (p.number != 0) {
            in.back_to(before);
            in.fail("an offset other than 0 is not supported");
        }
    }
    const bool round = in.accept('(');
    if (round || in.accept('[')) {
        p.kind = kind_of::memory;
        p.address = address(to, in);
        in.expect(round ? ')' : ']');
        return p;
    }
    const std::string_view name = in.name("a register, a number or a location");
    if (find_register(to.language(), name)) {
        p.name = name;
        return p;
    }
    p.kind = kind_of::memory;
    p.address = to.address_of_location(name);
    if (in.accept('(')) {  // x(%rip)
        if (lower(in.name("rip")) != "%rip") in.fail("only (%rip) may stand behind a location");
        in.expect(')');
    }
    return p;
}

struct operands {
    place source;
    place target;
};

operands take_two(assembler& to, operand_stream& in) {
    const place first = take_place(to, in);
    in.expect_comma();
    const place second = take_place(to, in);
    if (first.kind == kind_of::memory && second.kind == kind_of::memory)
        in.fail("both operands are memory");
    return to.language() == dialect::x86_64 ? operands{first, second} : operands{second, first};
}

// The value of an operand, loaded if it is memory.
reg value_of(assembler& to, const place& p) {
    if (p.kind == kind_of::immediate) return to.constant(p.number);
    if (p.kind == kind_of::registered) return to.read(p.name);
    const reg loaded = to.scratch();
    to.load(loaded, p.address);
    return loaded;
}

void assign(assembler& to, operand_stream& in, const place& p, reg value) {
    if (p.kind == kind_of::immediate) in.fail("a number cannot be assigned to");
    if (p.kind == kind_of::registered)
        to.move(to.write(p.name), value);
    else
        to.store(p.address, value);
}

struct arithmetic {
    std::string_view name;
    opcode what;
    rmw_op op;
    bool one = false;  // of one operand, with 1
};
constexpr arithmetic arithmetics[] = {
    {"add", opcode::add, rmw_op::add},
    {"sub", opcode::subtract, rmw_op::sub},
    {"xor", opcode::bit_xor, rmw_op::bit_xor},
    {"or", opcode::bit_or, rmw_op::bit_or},
    {"and", opcode::bit_and, rmw_op::bit_and},
    {"inc", opcode::add, rmw_op::add, true},
    {"dec", opcode::subtract, rmw_op::sub, true},
};

struct jump {
    std::string_view name;
    opcode what;
    bool swapped = false;
};
constexpr jump jumps[] = {
    {"je", opcode::equal},          {"jz", opcode::equal},
    {"jne", opcode::unequal},       {"jnz", opcode::unequal},
    {"jl", opcode::less},           {"jg", opcode::less, true},
    {"jle", opcode::less_or_equal}, {"jge", opcode::less_or_equal, true},
};

// Names may end with the size of the operands.
template <class Table>
const auto* find(const Table& table, std::string_view name, bool sized = true) {
    const auto named = [&](std::string_view n) {
        return std::ranges::find(table, n, [](const auto& r) { return r.name; });
    };
    auto found = named(name);
    if (found == std::end(table) && sized && name.size() > 2 &&
        "bwlq"sv.find(name.back()) != std::string_view::npos)
        found = named(name.substr(0, name.size() - 1));
    return found == std::end(table) ? nullptr : &*found;
}

bool is_named(std::string_view name, std::string_view stem) {
    return name == stem || (name.size() == stem.size() + 1 && name.starts_with(stem) &&
                            "bwlq"sv.find(name.back()) != std::string_view::npos);
}

void assemble_arithmetic(assembler& to, operand_stream& in, const arithmetic& a, bool locked) {
    operands o;
    if (a.one) {
        o.target = take_place(to, in);
        o.source.kind = kind_of::immediate;
        o.source.number = 1;
    } else {
        o = take_two(to, in);
    }
    if (locked && o.target.kind != kind_of::memory) in.fail("only an access can be locked");
    const reg operand = value_of(to, o.source);
    const reg result = to.scratch();
    if (locked) {
        const reg old = to.scratch();
        to.read_modify_write(a.op, old, o.target.address, operand);
        to.compute(a.what, result, old, operand);
    } else {
        to.compute(a.what, result, value_of(to, o.target), operand);
        assign(to, in, o.target, result);
    }
    to.compare(result, to.constant(0));
}

void assemble_exchange(assembler& to, operand_stream& in, bool adds) {
    operands o = take_two(to, in);
    if (o.source.kind == kind_of::memory) std::swap(o.source, o.target);
    if (o.source.kind != kind_of::registered || o.target.kind != kind_of::memory)
        in.fail("expected a register and a place in memory");
    const reg r = to.write(o.source.name);
    to.read_modify_write(adds ? rmw_op::add : rmw_op::exchange, r, o.target.address, r);
}

// If rax is what the place holds, the source is stored; else rax gets what it holds.
void assemble_compare_exchange(assembler& to, operand_stream& in) {
    const operands o = take_two(to, in);
    if (o.target.kind != kind_of::memory) in.fail("expected a place in memory as the target");
    const std::string_view accumulator = to.language() == dialect::x86_64 ? "rax" : "EAX";
    const reg expected = to.write(accumulator);
    const reg old = to.scratch();
    to.emit({.what = opcode::compare_exchange,
             .how = order::relaxed,
             .failing = order::relaxed,
             .dst = old,
             .a = o.target.address,
             .b = expected,
             .c = value_of(to, o.source),
             .flag = to.scratch()});
    to.compare(old, expected);
    to.move(expected, old);
}

}  // namespace

void assemble_x86(assembler& to, operand_stream& in) {
    std::string name = lower(in.name("an instruction"));
    const bool locked = name == "lock";
    if (locked) name = lower(in.name("an instruction behind lock"));
    if (is_named(name, "xchg")) return assemble_exchange(to, in, false);
    if (is_named(name, "xadd") && locked) return assemble_exchange(to, in, true);
    if (is_named(name, "cmpxchg") && locked) return assemble_compare_exchange(to, in);
    if (const arithmetic* a = find(arithmetics, name))
        return assemble_arithmetic(to, in, *a, locked);
    if (locked) in.unsupported();
    if (name == "nop" || name == "lfence" || name == "sfence") return;
    if (name == "mfence") return to.barrier("mfence");
    if (is_named(name, "mov")) {
        const operands o = take_two(to, in);
        return assign(to, in, o.target, value_of(to, o.source));
    }
    if (is_named(name, "cmp")) {
        const operands o = take_two(to, in);
        return to.compare(value_of(to, o.target), value_of(to, o.source));
    }
    if (name == "jmp") return to.branch(in.name("a label"));
    if (const jump* j = find(jumps, name, false))
        return to.branch_if(to.condition(j->what, j->swapped), in.name("a label"));
    in.unsupported();
}

}  // namespace ringsim::sim::litmus
