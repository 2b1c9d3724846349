#include "tests/graph/test_program.hpp"

namespace ringsim::tests {

std::vector<graph::location_info> running_program::locations() const {
    std::vector<graph::location_info> all;
    for (std::size_t l = 0; l < program_.initial.size(); ++l)
        all.push_back({std::string(location_names[l]), program_.initial[l]});
    return all;
}

void running_program::run_thread(unsigned thread) {
    thread_facts& mine = facts_[thread];
    mine = {};
    for (const instruction& i : program_.threads[thread])
        if (i.guard_register < 0 || mine.registers[i.guard_register] == i.guard_value)
            perform(i, mine);
    mine.finished = true;
}

std::optional<graph::verdict_of_program> running_program::judge(graph::hang how) {
    switch (how) {
        case graph::hang::waits:
            return graph::verdict_of_program{sim::violation::deadlock, "waits"};
        case graph::hang::spins:
            return graph::verdict_of_program{sim::violation::busy_spin, "spins"};
        default:
            return std::nullopt;
    }
}

// The access with the fences that the mapping puts around it.
std::uint64_t running_program::emit(access kind, order how, graph::label l) {
    const graph::lowering to = graph::lower(model_, kind, how);
    graph::label fence;
    fence.kind = graph::event_kind::fence;
    fence.how = graph::mode::seq_cst;
    fence.implied = true;
    std::uint64_t value = 0;
    l.how = to.how;
    if (to.fence_before) executor_->step(fence);
    if (to.present) value = executor_->step(l);
    if (to.fence_after) executor_->step(fence);
    return value;
}

std::uint64_t running_program::read(access kind, order how, graph::label l, thread_facts& mine) {
    l.kind = graph::event_kind::read;
    const std::uint64_t value = emit(kind, how, l);
    mine.read[mine.read_count++ % reads_max] = value;
    return value;
}

void running_program::perform(const instruction& i, thread_facts& mine) {
    graph::label l;
    l.location = i.location;
    l.value = i.value;
    std::uint64_t& target = mine.registers[i.target];
    switch (i.what) {
        case opcode::load:
            l.value = 0;
            target = read(access::load, i.how, l, mine);
            break;
        case opcode::store:
        case opcode::unlock:
            l.kind = graph::event_kind::write;
            if (i.from_register >= 0) l.value = mine.registers[i.from_register];
            emit(access::store, i.how, l);
            break;
        case opcode::exchange:
            l.op = graph::rmw_op::exchange;
            target = read(access::rmw, i.how, l, mine);
            break;
        case opcode::add:
            l.op = graph::rmw_op::add;
            target = read(access::rmw, i.how, l, mine);
            break;
        case opcode::compare_exchange:
            l.op = graph::rmw_op::compare_exchange;
            l.expected = i.expected;
            target = read(access::rmw, i.how, l, mine);
            break;
        case opcode::fence:
            l = {};
            emit(access::fence, i.how, l);
            break;
        case opcode::await:
            l.value = 0;
            l.await = true;
            l.expected = i.value;
            read(access::load, i.how, l, mine);
            break;
        case opcode::lock:
            l.op = graph::rmw_op::exchange;
            l.value = 1;
            l.await = true;
            l.expected = 0;
            read(access::rmw, i.how, l, mine);
            break;
        case opcode::spin:
            spin(i, mine);
            break;
        case opcode::fail:
            executor_->fail(sim::violation::assertion, "fail");
            break;
    }
}

void running_program::spin(const instruction& i, thread_facts& mine) {
    for (;;) {
        const std::uint64_t mark = executor_->spin_mark();
        graph::label l;
        l.location = i.location;
        const std::uint64_t first = read(access::load, i.how, l, mine);
        l.location = i.other_location;
        const std::uint64_t second = read(access::load, i.how, l, mine);
        if (first == i.value && second == i.other_value) return;
        executor_->spin(mark);
    }
}

}  // namespace ringsim::tests
