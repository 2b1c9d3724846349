// Where jumps go that come back or are known only when they are made: turns of loops, and jumps to
// what a register holds.
#include <algorithm>
#include <utility>

#include "sim/litmus/machine.hpp"

namespace ringsim::sim::litmus {

// A turn that left all variables as they were and wrote nothing will do the same again: cutting it
// off there loses no outcome (idle_loop). One that does something new in each turn is cut off where
// the limits say (busy_loop): then there may be outcomes that are not seen, and the report says so.
void machine::turn_loop(thread_state& me, const instruction& i) {
    loop_state& loop = me.loops[static_cast<std::size_t>(i.value)];
    const std::size_t variables = test_.threads[executor_->thread()].variables.size();
    const bool first = loop.turns == 0;
    // What failed without need adds nothing by failing once more.
    const bool same =
        me.spurious || (!first && loop.writes == me.writes &&
                        std::equal(loop.variables.begin(),
                                   loop.variables.begin() + static_cast<std::ptrdiff_t>(variables),
                                   me.registers.begin()));
    me.spurious = false;
    if (++loop.turns > (i.counted ? limits_.counted_turns : limits_.unroll))
        stop(me, same ? cut::idle_loop : cut::busy_loop);
    loop.writes = me.writes;
    // More than needed, and cheaper than to pick.
    loop.variables = me.registers;
}

// A subroutine returns to one place after the other, also to one that lies before it: that is no
// loop. Going back to where the same jump went before is a turn of one.
std::size_t machine::target_of(thread_state& me, const instruction& i, const thread_code& code,
                               std::size_t pc) {
    me.control |= me.taints[i.a].all();
    const std::int64_t address = me.registers[i.a];
    if (i.returns && address == 0) return code.instructions.size();
    const auto found = code.entries.find(address);
    if (found == code.entries.end())
        fault(me, i, "jumps to a value that is not the address of an instruction");
    loop_state& loop = me.loops[static_cast<std::size_t>(i.value)];
    if (found->second < pc && std::exchange(loop.target, found->second + 1) == found->second + 1)
        turn_loop(me, i);
    return found->second;
}

}  // namespace ringsim::sim::litmus
