// AArch64, for the instructions that compilers and the kernel use for atomics and beside them. Here
// is what accesses memory, and barriers; what computes and jumps is in aarch64_arithmetic.cpp and
// aarch64_bits.cpp. Source: Arm ARM, C6.2 for the instructions, B2 for what they order.
//
// Annotations as in sim/graph/models: LDAPR is acquire, LDAR and LDAXR seq_cst, STLR and STLXR
// release; so are the halves of the single-instruction atomics.
//
// Most names are a stem with letters for order and size behind it. So each family has a table of
// stems, and the letters are taken off.
#include <algorithm>
#include <array>

#include "sim/litmus/aarch64.hpp"

namespace ringsim::sim::litmus::arm {
namespace {

using std::string_view_literals::operator""sv;
using graph::mode;
using graph::rmw_op;

// A load or store of one register, without the letters of its size.
struct access {
    std::string_view name;
    opcode what;
    mode how;
};
// LDUR and STUR have another range of offsets, which makes no difference here. LDAPR is weaker than
// LDAR: it may go before an earlier STLR. The model tells acquire and seq_cst loads apart by that.
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

// A single-instruction atomic (LSE, Armv8.1) without A, L and size. The forms that begin with ST
// are the same without a result. `inverted`: the complement of the operand is what is used.
struct atomic {
    std::string_view stem;
    rmw_op op;
    bool returns;
    bool inverted = false;
};
// LDCLR clears the bits that its operand has: an `and` with the complement.
constexpr atomic atomics[] = {
    {"SWP", rmw_op::exchange, true},
    {"CAS", rmw_op::compare_exchange, true},
    {"LDADD", rmw_op::add, true},
    {"LDEOR", rmw_op::bit_xor, true},
    {"LDSET", rmw_op::bit_or, true},
    {"LDCLR", rmw_op::bit_and, true, true},
    {"STADD", rmw_op::add, false},
    {"STEOR", rmw_op::bit_xor, false},
    {"STSET", rmw_op::bit_or, false},
    {"STCLR", rmw_op::bit_and, false, true},
    {"LDSMAX", rmw_op::signed_max, true},
    {"LDSMIN", rmw_op::signed_min, true},
    {"LDUMAX", rmw_op::unsigned_max, true},
    {"LDUMIN", rmw_op::unsigned_min, true},
    {"STSMAX", rmw_op::signed_max, false},
    {"STSMIN", rmw_op::signed_min, false},
    {"STUMAX", rmw_op::unsigned_max, false},
    {"STUMIN", rmw_op::unsigned_min, false},
};

// The full system, the outer and the inner shareable domain are one here, for all threads are in
// the same inner one. An empty name: no event. What DMB and DSB of an option are to the model, by
// the names in graph::barrier_names.
struct barrier_name {
    std::string_view option;
    std::string_view dmb;
    std::string_view dsb;
};
// A DSB orders everything behind it, and so is stronger than a DMB where that orders only accesses
// of one kind. One for the non-shareable domain orders nothing that another thread could see.
constexpr barrier_name barriers[] = {
    {"SY", "dmb ish", "dmb ish"},        {"ISH", "dmb ish", "dmb ish"},
    {"OSH", "dmb ish", "dmb ish"},       {"NSH", "", ""},
    {"LD", "dmb ishld", "dmb ishld"},    {"ISHLD", "dmb ishld", "dmb ishld"},
    {"OSHLD", "dmb ishld", "dmb ishld"}, {"NSHLD", "", ""},
    {"ST", "dmb ishst", "dsb ishst"},    {"ISHST", "dmb ishst", "dsb ishst"},
    {"OSHST", "dmb ishst", "dsb ishst"}, {"NSHST", "", ""},
};

// The row of that name, or nullptr.
template <class Table>
const auto* find(const Table& table, std::string_view name) {
    const auto found = std::ranges::find(table, name, [](const auto& row) { return row.name; });
    return found == std::end(table) ? nullptr : &*found;
}

// Where an access goes, and what its base register becomes: written back before or behind the
// access, by pre-index and post-index.
struct place {
    reg address = 0;
    std::string_view base{};  // of a register that is written back
    reg written_back = 0;
};

// [Xn], [Xn,#8], [Xn,Wm,SXTW #2], [Xn,#8]!, [Xn],#8. The address is computed before the access, for
// a load may overwrite its own base register.
place take_place(assembler& to, operand_stream& in) {
    place p;
    in.expect('[');
    const std::string_view name = in.name("a register");
    const auto base = to.try_read(name);
    if (!base) to.no_register(in, name);
    p.address = *base;
    if (in.accept(',')) {
        const reg sum = to.scratch();
        to.compute(opcode::add, sum, *base, take_value(to, in, 64));
        p.address = sum;
    }
    in.expect(']');
    if (in.accept('!')) {
        p.base = name;
        p.written_back = p.address;
    } else if (in.accept(',')) {
        p.base = name;
        p.written_back = to.scratch();
        to.compute(opcode::add, p.written_back, *base, take_value(to, in, 64));
    }
    return p;
}

// Behind the access: its address came from the base as it was before.
void write_back(assembler& to, const place& p) {
    if (!p.base.empty()) to.move(to.write(p.base), p.written_back);
}

// How wide an access is: by the letter behind its name, else by its register.
struct size {
    unsigned char bits = 0;  // 0: as the register
    bool sign = false;
};
// SB, SH and SW are of loads that extend the sign.
struct size_suffix {
    std::string_view letters;
    size is;
};
constexpr size_suffix suffixes[] = {
    {"SB", {8, true}}, {"SH", {16, true}}, {"SW", {32, true}}, {"B", {8}}, {"H", {16}},
};

// Takes the size off the end of a name, if `known` is what remains. The whole name is tried first,
// for the letters may belong to it. LDRSW is LDR with SW: the longer suffixes come first in the
// table.
template <class Known>
size take_size(std::string_view& name, Known&& known) {
    if (known(name)) return {};
    for (const size_suffix& s : suffixes) {
        if (!name.ends_with(s.letters)) continue;
        const std::string_view stem = name.substr(0, name.size() - s.letters.size());
        if (!known(stem)) continue;
        name = stem;
        return s.is;
    }
    return {};
}

// LDR, STLXRB and the like: name, size, registers, place. A register that is stored is read before
// the base is written back, one that is loaded is written behind that, as the instruction stands.
bool assemble_access(assembler& to, operand_stream& in, std::string_view name) {
    const size s = take_size(name, [](std::string_view n) { return find(accesses, n) != nullptr; });
    const access* a = find(accesses, name);
    const bool loads = a && (a->what == opcode::load || a->what == opcode::load_exclusive);
    // Only loads have a sign to extend.
    if (!a || (s.sign && !loads)) return false;
    instruction i{.what = a->what, .how = order::relaxed, .read_how = a->how, .write_how = a->how};
    if (a->what == opcode::store_exclusive) {
        // The status register stands first.
        i.flag = to.write(in);
        in.expect_comma();
    }
    const std::string_view name_of_register = in.name("a register");
    const auto r = find_register(to.language(), name_of_register);
    if (!r) to.no_register(in, name_of_register);
    // The letter behind the name says how much is accessed; without one, the register does.
    i.type = {s.bits != 0 ? s.bits : static_cast<unsigned char>(r->bits), s.sign};
    i.bytes = static_cast<unsigned char>(i.type.bits / 8);
    if (!loads) i.b = to.read(name_of_register);
    in.expect_comma();
    const place p = take_place(to, in);
    i.a = p.address;
    if (loads) i.dst = to.write(name_of_register);
    to.emit(i);
    write_back(to, p);
    return true;
}

// LDP and STP: two accesses, one behind the other. That LSE2 makes one of a pair which does not
// cross 16 bytes is not modelled: an access has one location.
bool assemble_pair(assembler& to, operand_stream& in, std::string_view name) {
    constexpr access pairs[] = {
        {"LDP", opcode::load, mode::relaxed},    {"LDNP", opcode::load, mode::relaxed},
        {"LDPSW", opcode::load, mode::relaxed},  {"LDIAPP", opcode::load, mode::acquire},
        {"STP", opcode::store, mode::relaxed},   {"STNP", opcode::store, mode::relaxed},
        {"STILP", opcode::store, mode::release},
    };
    const access* pair = find(pairs, name);
    if (!pair) return false;
    const std::array<std::string_view, 2> names{in.name("a register"),
                                                (in.expect_comma(), in.name("a register"))};
    unsigned bits = 0;
    for (const std::string_view n : names) {
        const auto r = find_register(to.language(), n);
        if (!r) to.no_register(in, n);
        bits = r->bits;
    }
    // Two words, each extended to a whole register.
    const bool sign = name == "LDPSW";
    if (sign) bits = 32;
    const width type{static_cast<unsigned char>(bits), sign};
    // Stored values are read before the base is written back, as in assemble_access().
    std::array<reg, 2> values{};
    const bool stores = pair->what == opcode::store;
    if (stores) values = {to.read(names[0]), to.read(names[1])};
    in.expect_comma();
    const place p = take_place(to, in);
    const reg second = to.scratch();
    to.compute(opcode::add, second, p.address, to.constant(bits / 8));
    // "LDP X1,X2,[X1]!": what is written back may be the base itself, which a load overwrites.
    // (Without a write-back the copy is of no use, and does no harm.)
    const reg kept = to.scratch();
    to.move(kept, p.written_back);
    if (pair->how == mode::release && !p.base.empty()) {  // a stack grows downwards
        to.store(second, values[1], bits, pair->how);
        to.store(p.address, values[0], bits, pair->how);
    } else if (stores) {
        to.store(p.address, values[0], bits, pair->how);
        to.store(second, values[1], bits, pair->how);
    } else {
        to.load(to.write(names[0]), p.address, type, pair->how);
        to.load(to.write(names[1]), second, type, pair->how);
    }
    write_back(to, {p.address, p.base, kept});
    return true;
}

// The two registers of a pair, each a half of what is accessed.
struct two_registers {
    std::array<std::string_view, 2> names;
    width type;
};

two_registers take_two(assembler& to, operand_stream& in) {
    two_registers two{{in.name("a register"), (in.expect_comma(), in.name("a register"))}, {}};
    for (const std::string_view n : two.names) {
        const auto r = find_register(to.language(), n);
        if (!r) to.no_register(in, n);
        two.type = {static_cast<unsigned char>(r->bits), false};
    }
    return two;
}

// An instruction on two locations side by side: once for each, `half` with what differs. The first
// may change the register that has the address.
template <class F>
void emit_halves(assembler& to, const place& p, instruction half, F&& differ) {
    const reg second = to.scratch();
    half.bytes = static_cast<unsigned char>(half.type.bits / 8);
    to.compute(opcode::add, second, p.address, to.constant(half.bytes));
    for (const unsigned n : {0u, 1u}) {
        half.part = n == 0 ? instruction::first_of_two : instruction::second_of_two;
        half.a = n == 0 ? p.address : second;
        differ(half, n);
        to.emit(half);
    }
}

// LDXP, STXP and their ordered forms.
bool try_exclusive_pair(assembler& to, operand_stream& in, std::string_view name) {
    constexpr access pairs[] = {
        {"LDXP", opcode::load_exclusive, mode::relaxed},
        {"LDAXP", opcode::load_exclusive, mode::seq_cst},
        {"STXP", opcode::store_exclusive, mode::relaxed},
        {"STLXP", opcode::store_exclusive, mode::release},
    };
    const access* pair = find(pairs, name);
    if (!pair) return false;
    const bool stores = pair->what == opcode::store_exclusive;
    instruction half{
        .what = pair->what, .how = order::relaxed, .read_how = pair->how, .write_how = pair->how};
    if (stores) {
        half.flag = to.write(in);
        in.expect_comma();
    }
    const two_registers two = take_two(to, in);
    half.type = two.type;
    std::array<reg, 2> values{};
    if (stores) values = {to.read(two.names[0]), to.read(two.names[1])};
    in.expect_comma();
    emit_halves(to, take_place(to, in), half, [&](instruction& i, unsigned n) {
        i.b = values[n];
        if (!stores) i.dst = to.write(two.names[n]);
    });
    return true;
}

// CASP and its ordered forms: the registers with what is expected, which get what was read, and
// those with what is written. `value` of the first half is where the second expected word is.
bool try_compare_exchange_pair(assembler& to, operand_stream& in, std::string_view name) {
    constexpr std::string_view stem = "CASP";
    if (!name.starts_with(stem)) return false;
    const std::string_view letters = name.substr(stem.size());
    if (letters != "" && letters != "A" && letters != "L" && letters != "AL") return false;
    const two_registers expected = take_two(to, in);
    in.expect_comma();
    const two_registers written = take_two(to, in);
    in.expect_comma();
    const std::array<reg, 2> compared{to.read(expected.names[0]), to.read(expected.names[1])};
    const std::array<reg, 2> values{to.read(written.names[0]), to.read(written.names[1])};
    const instruction half{.what = opcode::compare_exchange,
                           .how = order::relaxed,
                           .failing = order::relaxed,
                           .read_how = letters.starts_with("A") ? mode::seq_cst : mode::relaxed,
                           .write_how = letters.ends_with("L") ? mode::release : mode::relaxed,
                           .flag = to.scratch(),
                           .value = compared[1],
                           .type = expected.type};
    emit_halves(to, take_place(to, in), half, [&](instruction& i, unsigned n) {
        i.b = compared[n];
        i.c = values[n];
        i.dst = to.write(expected.names[n]);
    });
    return true;
}

// What the letters of the name say: A is for the read, L for the write, B and H for the size.
struct atomic_operands {
    rmw_op op;
    bool returns;
    bool inverted;
    mode reads;
    mode writes;
    size of;
};

// The first register has the expected value, and gets the old one. With the zero register there,
// what is read is forgotten: nothing is acquired by it (see below).
void assemble_compare_exchange(assembler& to, operand_stream& in, const atomic_operands& a) {
    const std::string_view expected = in.name("a register");
    const auto r = find_register(to.language(), expected);
    if (!r) to.no_register(in, expected);
    const width type{a.of.bits != 0 ? a.of.bits : static_cast<unsigned char>(r->bits), false};
    in.expect_comma();
    const reg written = to.read(in);
    in.expect_comma();
    const place p = take_place(to, in);
    const reg compared = to.read(expected);
    to.emit({.what = opcode::compare_exchange,
             .how = order::relaxed,
             .failing = order::relaxed,
             .no_return = r->is_zero,
             .read_how = r->is_zero ? mode::relaxed : a.reads,
             .write_how = a.writes,
             .dst = to.write(expected),
             .a = p.address,
             .b = compared,
             .c = written,
             .flag = to.scratch(),
             .type = type,
             .bytes = static_cast<unsigned char>(type.bits / 8)});
}

// SWP, LDADD and the others: operand, result, place.
void assemble_atomic(assembler& to, operand_stream& in, const atomic_operands& a) {
    if (a.op == rmw_op::compare_exchange) return assemble_compare_exchange(to, in, a);
    const std::string_view source = in.name("a register");
    const auto r = find_register(to.language(), source);
    if (!r) to.no_register(in, source);
    const width type{a.of.bits != 0 ? a.of.bits : static_cast<unsigned char>(r->bits), false};
    reg operand = to.read(source);
    const std::string_view target = a.returns ? (in.expect_comma(), in.name("a register")) : "XZR";
    const auto to_register = find_register(to.language(), target);
    if (!to_register) to.no_register(in, target);
    in.expect_comma();
    const place p = take_place(to, in);
    if (a.inverted) {
        const reg other = to.scratch();
        to.emit({.what = opcode::complement, .dst = other, .a = operand});
        operand = other;
    }
    // What is read and forgotten acquires nothing, and DMB LD does not order it.
    const bool forgets = to_register->is_zero;
    to.read_modify_write(a.op, to.write(target), p.address, operand, type,
                         forgets ? mode::relaxed : a.reads, a.writes, forgets);
}

// SWPAL and the others: a stem, A and L, and maybe the size. A stem may be the beginning of another
// name, so what remains has to be letters of these.
bool try_atomic(assembler& to, operand_stream& in, std::string_view name) {
    for (const atomic& a : atomics) {
        if (!name.starts_with(a.stem)) continue;
        std::string_view suffix = name.substr(a.stem.size());
        atomic_operands o{a.op, a.returns, a.inverted, mode::relaxed, mode::relaxed, {}};
        // The ST forms have no A: they read nothing that could be acquired.
        if (a.returns && suffix.starts_with("A")) {
            o.reads = mode::seq_cst;
            suffix.remove_prefix(1);
        }
        if (suffix.starts_with("L")) {
            o.writes = mode::release;
            suffix.remove_prefix(1);
        }
        if (suffix == "B" || suffix == "H") {
            o.of.bits = suffix == "B" ? 8 : 16;
            suffix.remove_prefix(1);
        }
        if (!suffix.empty()) continue;
        assemble_atomic(to, in, o);
        return true;
    }
    return false;
}

// ISB takes any option; it orders behind a branch, which is the model's to know.
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
            const std::string_view barrier = name == "DMB" ? b.dmb : b.dsb;
            if (!barrier.empty()) to.barrier(barrier);
            return true;
        }
    in.fail("there is no option " + quoted(option));
}

}  // namespace

// Of ASCII only: names of instructions and options have no other letters.
std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

}  // namespace ringsim::sim::litmus::arm

namespace ringsim::sim::litmus {

// The order of these questions matters only for names that are beginnings of others: the atomics
// come last, because they look at beginnings.
void assemble_aarch64(assembler& to, operand_stream& in) {
    const std::string name = arm::upper(in.name("an instruction"));
    if (name == "NOP") return;
    if (arm::assemble_access(to, in, name) || arm::assemble_pair(to, in, name) ||
        arm::assemble_barrier(to, in, name) || arm::assemble_computation(to, in, name) ||
        arm::assemble_jump(to, in, name) || arm::try_exclusive_pair(to, in, name) ||
        arm::try_compare_exchange_pair(to, in, name) || arm::try_atomic(to, in, name))
        return;
    in.unsupported();
}

}  // namespace ringsim::sim::litmus
