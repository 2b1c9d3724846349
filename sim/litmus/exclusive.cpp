// Read-modify-writes in two instructions, as LDXR and STXR: the engine adds both events at once, so
// the whole happens at the first one, and what the second one will store is computed ahead.
#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "sim/litmus/arithmetic.hpp"
#include "sim/litmus/machine.hpp"

namespace ringsim::sim::litmus {
namespace {

using graph::rmw_op;

// A value that is known but for what an access is about to read: `op` of that and the operand.
struct ahead {
    bool known = true;
    rmw_op op = rmw_op::none;  // of an unknown one; none: the value read itself
    std::int64_t value = 0;    // or the operand
    machine::taint from{};     // the reads that it comes from
};

// What becomes of two values, one of which is unknown; nothing if that is no single operation.
std::optional<ahead> combined(opcode what, const ahead& a, const ahead& b) {
    constexpr std::pair<opcode, rmw_op> operations[] = {{opcode::add, rmw_op::add},
                                                        {opcode::subtract, rmw_op::sub},
                                                        {opcode::bit_and, rmw_op::bit_and},
                                                        {opcode::bit_or, rmw_op::bit_or},
                                                        {opcode::bit_xor, rmw_op::bit_xor}};
    const ahead& unknown = a.known ? b : a;
    const ahead& known = a.known ? a : b;
    if (unknown.op != rmw_op::none || !known.known) return std::nullopt;
    if (what == opcode::subtract && a.known) return std::nullopt;
    for (const auto& [code, op] : operations)
        if (code == what) return ahead{false, op, known.value, a.from | b.from};
    return std::nullopt;
}

std::optional<ahead> evaluate_ahead(const instruction& i, const ahead& a, const ahead& b) {
    if (i.what >= opcode::jump) return std::nullopt;
    if (i.what == opcode::constant) return ahead{true, rmw_op::none, i.value, {}};
    if (i.what == opcode::move) return a;
    if (!a.known || !b.known) return combined(i.what, a, b);
    const computed r = evaluate(i, a.value, b.value);
    if (r.fault) return std::nullopt;
    return ahead{true, rmw_op::none, r.value, has_two_operands(i.what) ? a.from | b.from : a.from};
}

}  // namespace

machine::pair_store machine::find_pair(thread_state& me, const instruction& i, std::size_t next) {
    const auto& code = test_.threads[executor_->thread()].instructions;
    std::array<ahead, registers_max> values;
    for (std::size_t r = 0; r < registers_max; ++r) {
        values[r].value = me.registers[r];
        values[r].from = me.taints[r];
    }
    values[i.dst] = {false, rmw_op::none, 0, {}};
    for (; next < code.size() && code[next].what != opcode::store_exclusive; ++next) {
        const instruction& c = code[next];
        const auto result = evaluate_ahead(c, values[c.a], values[c.b]);
        if (!result) {
            const auto rest = std::span(code).subspan(next);
            if (std::ranges::find(rest, opcode::store_exclusive, &instruction::what) == rest.end())
                return {};
            fault(me, c, "does between the halves of a pair what is not supported");
        }
        values[c.dst] = *result;
    }
    // Without a store to the same place the pair cannot succeed.
    if (next == code.size() || !values[code[next].a].known ||
        values[code[next].a].value != me.registers[i.a])
        return {};
    const ahead& written = values[code[next].b];
    pair_store store{&code[next], written.known ? rmw_op::exchange : written.op, written.value,
                     written.from};
    if (store.op == rmw_op::none) store.op = rmw_op::bit_or;  // what it read: | 0
    return store;
}

void machine::load_exclusive(thread_state& me, const instruction& i, std::size_t next) {
    graph::label l = label_at(me, i, graph::event_kind::read);
    const pair_store store = find_pair(me, i, next);
    me.reserved = store.second && choose(i, 2) == 0;
    if (!me.reserved) {
        emit(me, i, access::load, l);
        return;
    }
    l.op = store.op;
    set_values(l, i, store.value);
    if (store.op == rmw_op::bit_or) l.bytes = 8;  // it may be an address
    instruction both = i;
    both.write_how = store.second->write_how;
    me.stored = store.from;
    emit(me, both, access::rmw, l);
}

// On RISC-V and Power the status comes from the store and from what that depends on; on Arm it
// comes from nothing.
void machine::store_exclusive(thread_state& me, const instruction& i) {
    me.registers[i.flag] = me.reserved ? 0 : 1;
    if (dependencies_count_)
        me.taints[i.flag] = me.reserved && test_.language == dialect::riscv
                                ? me.taints[i.a] | me.taints[i.b]
                                : taint{};
    if (!me.reserved) me.spurious = true;
    me.reserved = false;
}

}  // namespace ringsim::sim::litmus
