// x86, in the two ways in which herd7 writes it: X86_64 as "movl $1,(x)", the source first, and X86
// as "MOV [x],$1", the target first.
//
// Almost any instruction may access memory, so operands are taken as places first, and become a
// load, a store or a locked read-modify-write by what is done with them. Source: Intel 64 and IA-32
// Architectures Software Developer's Manual, volume 2.
//
// Accesses have no annotations: what TSO needs to know is whether an access is locked. Flags are
// kept as the operands of the last comparison, as on Power (assembler::compare()), with the sign
// flag beside them.
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
    reg address = 0;    // of memory
    unsigned bits = 0;  // of a register
};
using kind_of = place::kind_of;

// Names of instructions and registers are the same in either case.
std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// A location, or a register that holds its address. The two are told apart by the names of the
// registers.
reg address(assembler& to, operand_stream& in) {
    const std::string_view name = in.name("a location or a register");
    const auto r = to.try_read(name);
    if (r) return *r;
    if (name[0] == '%') in.fail(quoted(name) + " is not a register");
    return to.address_of_location(name);
}

// (%rax,%rbx,8): behind the base an index, and by how much it counts. The address then depends on
// both registers.
reg with_index(assembler& to, operand_stream& in, reg base) {
    const reg index = to.read(in);
    const std::int64_t scale = in.accept(',') ? in.number("a scale") : 1;
    const reg bytes = to.scratch();
    to.compute(opcode::multiply, bytes, index, to.constant(scale));
    const reg sum = to.scratch();
    to.compute(opcode::add, sum, base, bytes);
    return sum;
}

// %cs: and the like before an address in memory. These segments begin at address 0 in 64-bit mode.
void take_segment(operand_stream& in) {
    const std::string_view mark = in.mark();
    const std::string name = lower(in.try_name());
    const bool flat = name == "%cs" || name == "%ds" || name == "%es" || name == "%ss";
    if (!flat || !in.accept(':')) in.back_to(mark);
}

// $1, %eax, x, [x], (%rax), 4(%rax), (%rax,%rbx,8), x(%rip). Nothing is loaded yet: whether a place
// is read, written or both is decided by the instruction.
place take_place(assembler& to, operand_stream& in) {
    place p;
    take_segment(in);
    if (in.at_number()) {
        p.number = in.number("a number");
        p.kind = kind_of::immediate;
        // A number before a parenthesis is an offset.
        if (!in.is('(')) return p;
    }
    const bool round = in.accept('(');
    if (round || in.accept('[')) {
        p.kind = kind_of::memory;
        p.address = address(to, in);
        if (round && in.accept(',')) p.address = with_index(to, in, p.address);
        in.expect(round ? ')' : ']');
        if (p.number != 0) {  // 4(%rax)
            const reg sum = to.scratch();
            to.compute(opcode::add, sum, p.address, to.constant(p.number));
            p.address = sum;
        }
        return p;
    }
    const std::string_view name = in.name("a register, a number or a location");
    const auto r = find_register(to.language(), name);
    if (r && r->is_operand) {
        p.name = name;
        p.bits = r->bits;
        return p;
    }
    if (name[0] == '%')
        in.fail(quoted(name) + " is not a register" +
                (name.size() == 3 && lower(name)[2] == 'h' ? " that is supported" : ""));
    p.kind = kind_of::memory;
    p.address = to.address_of_location(name);
    if (in.accept('(')) {  // x(%rip)
        if (lower(in.name("rip")) != "%rip") in.fail("only (%rip) may stand behind a location");
        in.expect(')');
    }
    return p;
}

// Of an instruction with two, in the order of their roles.
struct operands {
    place source;
    place target;
    unsigned bits;  // of the operation
};

// "movl" works on 32 bits. Asked only where there is such a letter (bits_beyond()), for "shl" ends
// with one by chance.
unsigned bits_of_name(std::string_view name) {
    switch (name.back()) {
        case 'q':
            return 64;
        case 'w':
            return 16;
        case 'b':
            return 8;
        default:
            return 32;
    }
}

// In the order of the notation, and as wide as the suffix says, else as a register, else as an int.
// `bits_of_suffix` is 0 if the name says nothing.
operands take_two(assembler& to, operand_stream& in, unsigned bits_of_suffix) {
    const place first = take_place(to, in);
    in.expect_comma();
    const place second = take_place(to, in);
    // No instruction of x86 that is supported here accesses memory twice.
    if (first.kind == kind_of::memory && second.kind == kind_of::memory)
        in.fail("both operands are memory");
    unsigned bits = bits_of_suffix;
    if (bits == 0) bits = std::max(first.bits, second.bits);
    if (bits == 0) bits = 32;
    return to.language() == dialect::x86_64 ? operands{first, second, bits}
                                            : operands{second, first, bits};
}

// As wide as an access, without sign: the upper bits of a register that is loaded are zeros.
width as_unsigned(unsigned bits) {
    return {static_cast<unsigned char>(bits), false};
}

// The value of an operand, loaded if it is memory. Every use of a place in memory is an event, so
// this is called once for each operand that is read. A number has no width of its own.
reg value_of(assembler& to, const place& p, unsigned bits) {
    if (p.kind == kind_of::immediate) return to.constant(p.number);
    if (p.kind == kind_of::registered) return to.read(p.name);
    const reg loaded = to.scratch();
    to.load(loaded, p.address, as_unsigned(bits));
    return loaded;
}

// A move into a register or a store: the only two ways in which an instruction leaves a result.
void assign(assembler& to, operand_stream& in, const place& p, reg value, unsigned bits) {
    if (p.kind == kind_of::immediate) in.fail("a number cannot be assigned to");
    if (p.kind == kind_of::registered) {
        // A half of 32 bits clears the upper one; shorter parts leave the rest as it was.
        to.move(to.write(p.name, bits), bits == 32 ? to.cut(value, as_unsigned(32)) : value);
    } else {
        to.store(p.address, value, bits);
    }
}

// With the operation that a locked one does, or none if it cannot be locked.
struct arithmetic {
    std::string_view name;
    opcode what;
    rmw_op op;
    bool one = false;  // of one operand, with 1
};
// What shifts cannot be locked.
constexpr arithmetic arithmetics[] = {
    {"add", opcode::add, rmw_op::add},
    {"sub", opcode::subtract, rmw_op::sub},
    {"xor", opcode::bit_xor, rmw_op::bit_xor},
    {"or", opcode::bit_or, rmw_op::bit_or},
    {"and", opcode::bit_and, rmw_op::bit_and},
    {"inc", opcode::add, rmw_op::add, true},
    {"dec", opcode::subtract, rmw_op::sub, true},
    {"shl", opcode::shift_left, rmw_op::none},
    {"sal", opcode::shift_left, rmw_op::none},
};

// Conditions, asked of the operands of the last comparison. Two have a second name in herd7's
// files. `is_unsigned`: below and above, where `less` and `greater` have a sign.
struct jump {
    std::string_view name;
    opcode what;
    bool swapped = false;
    bool is_unsigned = false;
};
constexpr jump jumps[] = {
    {"je", opcode::equal},
    {"jz", opcode::equal},
    {"jne", opcode::unequal},
    {"jnz", opcode::unequal},
    {"jl", opcode::less},
    {"jlt", opcode::less},
    {"jg", opcode::less, true},
    {"jgt", opcode::less, true},
    {"jle", opcode::less_or_equal},
    {"jge", opcode::less_or_equal, true},
    {"jb", opcode::less, false, true},
    {"ja", opcode::less, true, true},
    {"jbe", opcode::less_or_equal, false, true},
    {"jae", opcode::less_or_equal, true, true},
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

// The stem itself, or with the letter of a size.
bool is_named(std::string_view name, std::string_view stem) {
    return name == stem || (name.size() == stem.size() + 1 && name.starts_with(stem) &&
                            "bwlq"sv.find(name.back()) != std::string_view::npos);
}
// How wide the letter behind the stem says; 0 if there is none.
unsigned bits_beyond(std::string_view name, std::string_view stem) {
    return name == stem ? 0 : bits_of_name(name);
}

// The flags of a - b. The sign flag is a variable of its own, for it is that of the difference, as
// wide as the operands are: of the smallest number and 1 another one than "less" is.
// No register of a test can have its name, which has a comma in it.
constexpr std::string_view sign_flag = "flags, S";
void compare(assembler& to, reg a, reg b, unsigned bits) {
    const reg difference = to.scratch();
    to.emit({.what = opcode::subtract,
             .dst = difference,
             .a = a,
             .b = b,
             .type = {static_cast<unsigned char>(bits), true}});
    to.compare(a, b, bits);
    to.emit(
        {.what = opcode::is_negative, .dst = to.variable(std::string(sign_flag)), .a = difference});
}

// Without a lock it is a load and a store, between which others may come. The flags are those of a
// comparison: of the operands after a subtraction, else of the result with 0. That has no carry out
// of a sum, which docs/litmus.md says. `a.op` is for a locked one, which is one event; `a.what`
// computes the result and the flags in either case.
void assemble_arithmetic(assembler& to, operand_stream& in, const arithmetic& a, bool locked,
                         unsigned bits) {
    operands o{};
    // "incl (x)": the 1 is not written.
    if (a.one) {
        o.target = take_place(to, in);
        o.source.kind = kind_of::immediate;
        o.source.number = 1;
        o.bits = bits != 0 ? bits : o.target.bits != 0 ? o.target.bits : 32;
    } else {
        o = take_two(to, in, bits);
    }
    if (locked && o.target.kind != kind_of::memory) in.fail("only an access can be locked");
    if (locked && a.op == rmw_op::none) in.unsupported();
    const reg operand = value_of(to, o.source, o.bits);
    const reg result = to.scratch();
    const reg old = to.scratch();
    if (locked)
        to.read_modify_write(a.op, old, o.target.address, operand, as_unsigned(o.bits));
    else
        to.move(old, value_of(to, o.target, o.bits));
    to.compute(a.what, result, old, operand);
    if (a.what == opcode::subtract)
        compare(to, old, operand, o.bits);
    else
        compare(to, result, to.constant(0), o.bits);
    if (!locked) assign(to, in, o.target, result, o.bits);
}

// xchg with memory is locked, with or without the word; the order of its operands does not matter.
void assemble_exchange(assembler& to, operand_stream& in, bool adds, unsigned bits) {
    operands o = take_two(to, in, bits);
    // Which of the two is the memory does not matter.
    if (o.source.kind == kind_of::memory) std::swap(o.source, o.target);
    if (o.source.kind != kind_of::registered || o.target.kind != kind_of::memory)
        in.fail("expected a register and a place in memory");
    const reg operand = to.read(o.source.name);
    if (!adds)
        return to.read_modify_write(rmw_op::exchange, to.write(o.source.name, o.bits),
                                    o.target.address, operand, as_unsigned(o.bits));
    const reg old = to.scratch();
    to.read_modify_write(rmw_op::add, old, o.target.address, operand, as_unsigned(o.bits));
    // An exchange leaves the flags as they are; this has those of the sum.
    const reg sum = to.scratch();
    to.compute(opcode::add, sum, old, operand);
    compare(to, sum, to.constant(0), o.bits);
    to.move(to.write(o.source.name, o.bits), old);
}

// If rax is what the place holds, the source is stored; else rax gets what it holds. The
// instruction is locked either way, and a failure writes back what was there, which nobody can tell
// from writing nothing (SDM, CMPXCHG).
void assemble_compare_exchange(assembler& to, operand_stream& in, unsigned bits) {
    operands o = take_two(to, in, bits);
    // Only one order is possible; herd7 reads "cmpxchgl (x),%ebx" and only that.
    if (o.source.kind == kind_of::memory) std::swap(o.source, o.target);
    if (o.target.kind != kind_of::memory) in.fail("expected a place in memory as the target");
    const std::string_view accumulator = to.language() == dialect::x86_64 ? "rax" : "EAX";
    // Read and written: the accumulator is an operand that the instruction does not name.
    const reg expected = to.write(accumulator, o.bits < 32 ? o.bits : 64);
    const reg old = to.scratch();
    to.emit({.what = opcode::compare_exchange,
             .how = order::relaxed,
             .failing = order::relaxed,
             .dst = old,
             .a = o.target.address,
             .b = expected,
             .c = value_of(to, o.source, o.bits),
             .flag = to.scratch(),
             .type = as_unsigned(o.bits),
             .bytes = static_cast<unsigned char>(o.bits / 8)});
    // The flags say whether it succeeded.
    compare(to, old, expected, o.bits);
    // Right in both cases: on success they are equal.
    to.move(expected, old);
}

}  // namespace

// `lock` is a word of its own in front of the name. xadd and cmpxchg are refused without it.
void assemble_x86(assembler& to, operand_stream& in) {
    std::string name = lower(in.name("an instruction"));
    const bool locked = name == "lock";
    if (locked) name = lower(in.name("an instruction behind lock"));
    if (is_named(name, "xchg")) return assemble_exchange(to, in, false, bits_beyond(name, "xchg"));
    if (is_named(name, "xadd") && locked)
        return assemble_exchange(to, in, true, bits_beyond(name, "xadd"));
    if (is_named(name, "cmpxchg") && locked)
        return assemble_compare_exchange(to, in, bits_beyond(name, "cmpxchg"));
    if (const arithmetic* a = find(arithmetics, name))
        return assemble_arithmetic(to, in, *a, locked, bits_beyond(name, a->name));
    // What can be locked was above.
    if (locked) in.unsupported();
    if (is_named(name, "nop")) {
        if (!in.at_end()) (void)take_place(to, in);  // of one byte or of many
        return;
    }
    if (name == "ret" || name == "retq") return to.end_thread();
    // Without non-temporal accesses these two order nothing under TSO that is not ordered already.
    if (name == "lfence" || name == "sfence" || name == "endbr64") return;
    // The only barrier of x86 that TSO needs.
    if (name == "mfence") return to.barrier("mfence");
    if (is_named(name, "mov")) {
        const operands o = take_two(to, in, bits_beyond(name, "mov"));
        return assign(to, in, o.target, value_of(to, o.source, o.bits), o.bits);
    }
    if (is_named(name, "cmp")) {
        const operands o = take_two(to, in, bits_beyond(name, "cmp"));
        return compare(to, value_of(to, o.target, o.bits), value_of(to, o.source, o.bits), o.bits);
    }
    if (name == "jmp") return to.branch(in.name("a label"));
    if (name == "js" || name == "jns") {
        const reg sign = to.variable(std::string(sign_flag));
        return to.branch_if(name == "js" ? sign : to.negated(sign), in.name("a label"));
    }
    if (const jump* j = find(jumps, name, false))
        return to.branch_if(to.condition(j->what, j->swapped, j->is_unsigned), in.name("a label"));
    in.unsupported();
}

}  // namespace ringsim::sim::litmus
