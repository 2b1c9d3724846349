// Accesses that the compiler did not report, found in front of their instructions: copies of
// structures, what is expanded in line, inline assembly. A compiler's are plain ones. Inline
// assembly's are made once and as a whole, as relaxed atomic ones are; its locked instructions are
// read-modify-writes with a full barrier on both sides.
//
// The instruction runs behind the hook and does what it would have done. So a load is answered by
// putting the value of the execution at hand into memory in front of it, and a store is taken out
// of memory afterwards (plain_store()). A hook comes by here only when its quick path does not know
// better: see hooks.cpp.
#include <algorithm>
#include <cstring>

#include "sim/check/caller.hpp"
#include "sim/check/hooks.hpp"
#include "sim/check/runtime.hpp"

ringsim::sim::check::reported_ranges ringsim::sim::check::ringsim_reported;

namespace ringsim::sim::check {
namespace {

// As much of a register as the instruction uses.
std::uint64_t low_bytes(std::uint64_t v, unsigned size) {
    return v & (~std::uint64_t{0} >> (64 - 8 * size));
}

// A read-modify-write of the graph that comes to the same as the instruction.
struct locked_change {
    graph::rmw_op op;
    std::uint64_t operand;
};

// With what a locked instruction changes its operand. A bit's number is taken modulo the operand's
// size: of a constant no more counts, and with a register the address is of the word that is meant.
locked_change change_of(locked_op what, std::uint64_t operand, unsigned size) {
    const std::uint64_t bit = std::uint64_t{1} << (operand % (8 * size));
    switch (what) {
        case locked_op::add:
        case locked_op::xadd:
        case locked_op::inc:
            return {graph::rmw_op::add, operand};
        case locked_op::sub:
        case locked_op::dec:
            return {graph::rmw_op::sub, operand};
        case locked_op::bit_and:
            return {graph::rmw_op::bit_and, operand};
        case locked_op::bit_or:
            return {graph::rmw_op::bit_or, operand};
        case locked_op::bit_xor:
            return {graph::rmw_op::bit_xor, operand};
        case locked_op::bts:
            return {graph::rmw_op::bit_or, bit};
        case locked_op::btr:
            return {graph::rmw_op::bit_and, ~bit};
        case locked_op::btc:
            return {graph::rmw_op::bit_xor, bit};
        default:
            return {graph::rmw_op::exchange, operand};
    }
}

// Stores: of sfence and its like. A release is the nearest that the models have.
order order_of_fence(seen_fence f) {
    switch (f) {
        case seen_fence::full:
            return order::seq_cst;
        case seen_fence::acquire:
            return order::acquire;
        case seen_fence::acq_rel:
            return order::acq_rel;
        default:
            return order::release;
    }
}

// How many bytes are looked at until two elements are equal, or until they are not; `step` is the
// distance between the elements of `b`. cmps and scas stop there, and what is behind races with
// nobody.
std::size_t compared(const char* a, const char* b, std::size_t step, unsigned size,
                     std::uint64_t most, bool until_equal) {
    std::uint64_t n = 0;
    while (n < most) {
        const bool equal = std::memcmp(a + n * size, b + n * step, size) == 0;
        ++n;
        if (equal == until_equal) break;
    }
    return static_cast<std::size_t>(n) * size;
}

// What is in the vector registers belongs to the stack that loops are compared by: the hook has
// saved them right below the frame, so the stack is taken to begin there. What lies between the two
// is a gap of the alignment, and zeroed so that it always compares equal.
void count_vectors(see_frame& at) {
    const auto frame = reinterpret_cast<std::uintptr_t>(&at);
    char* const saved = reinterpret_cast<char*>((frame - vectors_room) / 16 * 16);
    char* const end = saved + vectors_bytes;
    std::memset(end, 0, frame - reinterpret_cast<std::uintptr_t>(end));
    ringsim_caller.stack = saved;
}

}  // namespace

// `at`: all that the program has in registers, where the hook saved it. The code says what the hook
// is of; kinds without an address get none.
void runtime::unreported(const see_code& code, const see_frame& at, char* address,
                         std::uint64_t operand) {
    const entry from(at.pc, stack_pointer(at));
    // What is in registers of the x87 is not saved, so two rounds are never known to be alike.
    if (code.others == other_registers::unsaved) made_progress();
    switch (code.kind) {
        case see_kind::lock:
            return seen_locked(code, at, address, operand);
        case see_kind::fence:
            return fence(order_of_fence(static_cast<seen_fence>(code.what)));
        case see_kind::frame_begins:
            return frame_begins(here.stack);
        case see_kind::frame_ends:
            return frame_ends(here.stack);
        case see_kind::scope:
            return scope_reached(at, address);
        case see_kind::repeated:
        case see_kind::once:
            return seen_string(code, at);
        default:
            return seen_access(code, address);
    }
}

// Granules of its stack that no other thread has ever looked at. The last byte may be in another
// one than the first.
bool runtime::on_own_stack(char* address, unsigned size) {
    region& stack = stacks_[thread()];
    if (!stack.has(address) || !stack.has(address + size - 1)) return false;
    for (char* at = address; at < address + size; at += 8)
        if (stack.at(at).shared) return false;
    return !stack.at(address + size - 1).shared;
}

// What is in no region is nobody's business but for one thing: it may have changed, and a loop that
// writes there has done something.
void runtime::seen_access(const see_code& code, char* address) {
    if (!region_of(address)) return code.kind == see_kind::read ? void() : made_progress();
    check_frame(address);
    // It may stand between the report of a store and its instruction.
    if (on_own_stack(address, code.size)) {
        if (code.computes && is_as_its_frame_began(address, code.size)) fail_unwritten();
        return;
    }
    // By hand: as relaxed, for a person who writes a `mov` of a shared word means that access.
    const order o = code.by_hand ? order::relaxed : order::plain;
    if (code.kind != see_kind::write) seen_load(address, code.size, o);
    if (code.kind == see_kind::read) return;
    // An instruction that reads and writes in one is to find what it has read: plain_store() puts
    // the newest value there (prepare_part()).
    char before[64];
    std::memcpy(before, address, code.size);
    seen_store(address, code.size, o);
    if (code.kind == see_kind::both) std::memcpy(address, before, code.size);
}

// In front of its instruction, which then finds in memory what the graph says. A relaxed one by
// hand is not reported as read: each of its instructions is asked for.
void runtime::seen_load(char* address, std::size_t size, order o) {
    if (!region_of(address)) return;
    note_arguments(0);  // all registers are on the stack here
    visit();
    flush();
    load_pieces(address, size, o);
    if (o == order::plain) report_load(address, size);
}

// Its instruction is the next one. The report of the compiler, if there is one, is used up.
void runtime::seen_store(char* address, std::size_t size, order o) {
    if (!region_of(address)) return made_progress();
    plain_store(address, size);
    if (pending_.size != 0) pending_.how = o;
    ringsim_reported.unwritten_size = 0;
    if (o != order::plain) ringsim_reported.write_size = 0;
}

// The instruction itself computes registers, flags and what memory holds then, from the value that
// it is given to read: so the old value is left in memory behind the event, whatever others wrote
// since. On x86-TSO and under SC a locked instruction needs no barrier beside it.
void runtime::seen_locked(const see_code& code, const see_frame& at, char* address,
                          std::uint64_t operand) {
    const auto what = static_cast<locked_op>(code.what);
    const bool barriers = model() != graph::model_id::x86_tso && model() != graph::model_id::sc;
    note_arguments(0);
    visit();
    if (barriers) fence(order::seq_cst);
    std::uint64_t old = 0;
    if (what == locked_op::cmpxchg) {
        old = compare_exchange(address, code.size, low_bytes(at.rax, code.size),
                               low_bytes(operand, code.size), order::seq_cst, order::seq_cst);
    } else {
        const locked_change o = change_of(what, operand, code.size);
        old = atomic_rmw(address, code.size, o.op, low_bytes(o.operand, code.size), order::seq_cst);
    }
    if (barriers) fence(order::seq_cst);
    std::memcpy(address, &old, code.size);
}

// The registers of string operations: %rsi is where they read, %rdi where they write, %rcx how
// often; the direction flag is clear, as the ABI has it at each call (and std is refused).
void runtime::seen_string(const see_code& code, const see_frame& at) {
    const order o = code.by_hand ? order::relaxed : order::plain;
    const std::uint64_t most = code.kind == see_kind::repeated ? at.rcx : 1;
    auto* const from = reinterpret_cast<char*>(at.rsi);
    auto* const to = reinterpret_cast<char*>(at.rdi);
    const std::size_t bytes = static_cast<std::size_t>(most) * code.size;
    if (most == 0) return;
    switch (static_cast<string_op>(code.what)) {
        case string_op::movs:
            forget_reported_store(to, bytes);
            if (!reported_load(from, bytes)) seen_load(from, bytes, o);
            return seen_store(to, bytes, o);
        case string_op::stos:
            forget_reported_store(to, bytes);
            return seen_store(to, bytes, o);
        case string_op::lods:
            return seen_load(from, bytes, o);
        case string_op::cmps:
            seen_load(from, compared(from, to, code.size, code.size, most, false), o);
            return seen_load(to, compared(from, to, code.size, code.size, most, false), o);
        case string_op::scas:
            return seen_load(
                to, compared(to, reinterpret_cast<const char*>(&at.rax), 0, code.size, most, true),
                o);
    }
}

}  // namespace ringsim::sim::check

// What every hook calls, on the stack of the thread: with the registers that it saved, its code,
// the address if it has one, and the operand of a locked instruction.
extern "C" void ringsim_see(ringsim::sim::check::see_frame* at, unsigned code, char* address,
                            std::uint64_t operand) {
    using namespace ringsim::sim::check;
    if (!running()) return;
    const see_code what = see_code::from(code);
    // What nobody reads must not make two rounds of a loop differ: see spinning.cpp.
    if (what.flags_dead) at->flags = 0;
    if (what.others == other_registers::vectors) count_vectors(*at);
    active->unreported(what, *at, address, operand);
}
