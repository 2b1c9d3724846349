// Read-modify-writes in two instructions, as LDXR and STXR: the engine adds both events at once, so
// the whole happens at the first one, and what the second one will store is computed ahead.
#include <optional>
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
    graph::read_set from{};    // the reads that it comes from
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

void machine::load_exclusive(thread_state& me, const instruction& i, std::size_t next) {
    graph::label l = label_at(me, i, graph::event_kind::read);
    me.reserved = choose(i, 2) == 0;
    if (!me.reserved) {
        me.registers[i.dst] = static_cast<std::int64_t>(emit(me, i, access::load, l));
        return;
    }
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
        if (!result) fault(me, c, "does between the halves of a pair what is not supported");
        values[c.dst] = *result;
    }
    // Without a store to the same place the pair cannot succeed.
    if (next == code.size() || !values[code[next].a].known ||
        values[code[next].a].value != me.registers[i.a])
        stop(me, cut::idle_loop);
    const instruction& second = code[next];
    const ahead& written = values[second.b];
    l.op = written.known ? rmw_op::exchange : written.op;
    if (l.op == rmw_op::none) l.op = rmw_op::bit_or;  // what it read: | 0
    l.value = static_cast<std::uint64_t>(written.value);
    instruction both = i;
    both.write_how = second.write_how;
    me.stored = written.from;
    me.registers[i.dst] = static_cast<std::int64_t>(emit(me, both, access::rmw, l));
}

void machine::store_exclusive(thread_state& me, const instruction& i) {
    me.registers[i.flag] = me.reserved ? 0 : 1;
    if (!me.reserved) me.spurious = true;
    me.reserved = false;
}

}  // namespace ringsim::sim::litmus
