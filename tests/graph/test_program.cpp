#include "tests/graph/test_program.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/graph/perform.hpp"

namespace ringsim::tests {
namespace {

// What is in the label of every access.
graph::label label_of(const instruction& i) {
    graph::label l;
    l.location = i.location;
    l.value = i.value;
    l.source = i.how;
    l.no_return = i.no_return;
    if (i.one_with_last) l.first = 1;  // is_one_with_last()
    return l;
}

}  // namespace

std::vector<graph::location_info> running_program::locations() const {
    std::vector<graph::location_info> all;
    for (std::size_t l = 0; l < program_.initial.size(); ++l)
        all.push_back({std::string(location_names[l]), program_.initial[l]});
    return all;
}

void running_program::run_thread(unsigned thread) {
    thread_facts& mine = facts_[thread];
    mine = {};
    for (const instruction& i : program_.threads[thread]) {
        if (i.guard_register >= 0) steering_[thread] |= mine.from[i.guard_register];
        if (i.guard_register >= 0 && program_.states_dependencies)
            executor_->branch_on(mine.from[i.guard_register]);
        if (i.guard_register < 0 || mine.registers[i.guard_register] == i.guard_value)
            perform(i, mine);
    }
    mine.finished = true;
}

bool running_program::has_pairs() const {
    return std::ranges::any_of(program_.threads, [](const auto& thread) {
        return std::ranges::any_of(thread, [](const instruction& i) {
            return i.what == opcode::store_exclusive || i.one_with_last;
        });
    });
}

unsigned running_program::twin_before(unsigned thread) const {
    for (unsigned t = thread; t-- > 0;)
        if (program_.threads[t] == program_.threads[thread]) return t;
    return graph::no_thread;
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

access kind_of(opcode what) {
    switch (what) {
        case opcode::load:
        case opcode::load_exclusive:
        case opcode::await:
        case opcode::spin:
            return access::load;
        case opcode::store:
        case opcode::store_exclusive:
        case opcode::unlock:
            return access::store;
        case opcode::fence:
        case opcode::fail:
            return access::fence;
        default:
            return access::rmw;
    }
}

graph::lowering lowering_of(const instruction& i, graph::model_id m) {
    graph::lowering to = i.code.empty() ? graph::lower(m, kind_of(i.what), i.how)
                                        : graph::lower_text(kind_of(i.what), i.code);
    if (!to.refused.empty()) throw std::invalid_argument(std::string(to.refused));
    // On RISC-V an lr is an exclusive access whether or not its sc comes.
    if (i.what == opcode::store_exclusive ||
        (i.what == opcode::load_exclusive && m == graph::model_id::riscv))
        to.exclusive = true;
    return to;
}

bool can_express(const test_program& p, graph::model_id m) {
    for (const auto& thread : p.threads)
        for (const instruction& i : thread)
            if (i.code.empty() && !graph::lower(m, kind_of(i.what), i.how).refused.empty())
                return false;
    return true;
}

std::uint64_t running_program::emit(const instruction& i, graph::label l,
                                    const thread_facts& mine) {
    graph::dependencies on;
    if (program_.states_dependencies) {
        if (i.address_register >= 0) on.addr = mine.from[i.address_register];
        if (i.from_register >= 0) on.data = mine.from[i.from_register];
    }
    return graph::perform(*executor_, lowering_of(i, model_), std::move(l), on);
}

std::uint64_t running_program::read(const instruction& i, graph::label l, thread_facts& mine) {
    l.kind = graph::event_kind::read;
    const std::uint64_t value = emit(i, l, mine);
    mine.read[mine.read_count++ % reads_max] = value;
    if (i.what == opcode::await || i.what == opcode::lock || i.what == opcode::spin) return value;
    if (i.no_return) return value;
    mine.from[i.target] = {};
    mine.from[i.target].add(executor_->last_read());
    return value;
}

void running_program::perform(const instruction& i, thread_facts& mine) {
    graph::label l = label_of(i);
    std::uint64_t unseen = 0;
    std::uint64_t& target = i.no_return ? unseen : mine.registers[i.target];
    switch (i.what) {
        case opcode::load:
            l.value = 0;
            target = read(i, l, mine);
            break;
        case opcode::load_exclusive:
            l.value = 0;
            target = read(i, l, mine);
            mine.reserved = true;
            mine.reserved_at = i.location;
            mine.reserved_by = executor_->last_read();
            break;
        case opcode::store_exclusive:
            store_exclusive(i, l, mine);
            break;
        case opcode::store:
        case opcode::unlock:
            l.kind = graph::event_kind::write;
            l.lock = i.what == opcode::unlock;
            if (i.from_register >= 0) l.value = mine.registers[i.from_register];
            emit(i, l, mine);
            break;
        case opcode::exchange:
            l.op = graph::rmw_op::exchange;
            target = read(i, l, mine);
            break;
        case opcode::add:
            l.op = graph::rmw_op::add;
            target = read(i, l, mine);
            break;
        case opcode::compare_exchange:
            l.op = graph::rmw_op::compare_exchange;
            l.expected = i.expected;
            target = read(i, l, mine);
            break;
        case opcode::fence:
            l = graph::label{};
            l.location = i.location;
            emit(i, l, mine);
            break;
        case opcode::await:
            l.value = 0;
            l.await = true;
            l.expected = i.value;
            read(i, l, mine);
            break;
        case opcode::lock:
            l.op = graph::rmw_op::exchange;
            l.value = 1;
            l.lock = true;
            l.await = true;
            l.patient = locks_in_queue;
            l.expected = 0;
            read(i, l, mine);
            break;
        case opcode::spin:
            spin(i, mine);
            break;
        case opcode::fail:
            executor_->fail(sim::violation::assertion, "fail");
            break;
    }
}

void running_program::store_exclusive(const instruction& i, graph::label l, thread_facts& mine) {
    const bool paired = mine.reserved && mine.reserved_at == i.location;
    mine.reserved = false;
    if (!paired) return;
    l.kind = graph::event_kind::write;
    l.expected = mine.reserved_by;
    if (i.from_register >= 0) l.value = mine.registers[i.from_register];
    emit(i, l, mine);
}

void running_program::spin(const instruction& i, thread_facts& mine) {
    for (;;) {
        const std::uint64_t mark = executor_->spin_mark();
        graph::label l;
        l.location = i.location;
        const std::uint64_t first = read(i, l, mine);
        l.location = i.other_location;
        const std::uint64_t second = read(i, l, mine);
        if (first == i.value && second == i.other_value) return;
        executor_->spin(mark);
    }
}

}  // namespace ringsim::tests
