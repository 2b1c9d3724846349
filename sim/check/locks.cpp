// What programs under check wait with: locks, condition variables, barriers, semaphores.
//
// A lock is a word of its own, taken by an exchange that waits for 0 and given back by a store of
// 0; which thread has it is the thread's own knowledge.
#include <algorithm>
#include <bit>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

constexpr std::uint64_t readers_unit = 2;

}  // namespace

void runtime::set_recursive(const void* m, bool recursive) {
    if (recursive)
        recursive_.insert(m);
    else
        recursive_.erase(m);
}

void runtime::lock(const void* m, const void* pc) {
    flush();
    thread_state& me = threads_[thread()];
    const auto mine = std::ranges::find(me.held, m, &std::pair<const void*, unsigned>::first);
    if (mine != me.held.end() && recursive_.contains(m)) {
        ++mine->second;
        return;
    }
    await(word_of(m, location_kind::lock), 0, false, graph::rmw_op::exchange, 1, step_kind::lock,
          order::acquire, pc);
    me.held.emplace_back(m, 1);
}

bool runtime::try_lock(const void* m, const void* pc) {
    flush();
    thread_state& me = threads_[thread()];
    const auto mine = std::ranges::find(me.held, m, &std::pair<const void*, unsigned>::first);
    if (mine != me.held.end() && recursive_.contains(m)) {
        ++mine->second;
        return true;
    }
    graph::label l =
        label_for(graph::event_kind::read, step_kind::lock, word_of(m, location_kind::lock));
    l.op = graph::rmw_op::compare_exchange;
    l.value = 1;
    if (perform(access::rmw, l, order::acquire, pc) != 0) return false;
    me.held.emplace_back(m, 1);
    return true;
}

void runtime::unlock(const void* m, const void* pc) {
    flush();
    thread_state& me = threads_[thread()];
    const auto mine = std::ranges::find(me.held, m, &std::pair<const void*, unsigned>::first);
    if (mine == me.held.end()) fail("unlock of a lock that the thread does not hold", pc);
    if (--mine->second > 0) return;
    me.held.erase(mine);
    graph::label l =
        label_for(graph::event_kind::write, step_kind::unlock, word_of(m, location_kind::lock));
    perform(access::store, l, order::release, pc);
}

std::uint64_t runtime::change(const void* address, location_kind kind, unsigned index,
                              graph::rmw_op op, std::uint64_t v, order o, const void* pc) {
    flush();
    graph::label l =
        label_for(graph::event_kind::read, step_kind::rmw, word_of(address, kind, index));
    l.op = op;
    l.value = v;
    return perform(access::rmw, l, o, pc);
}

// --- readers and writers: 1 if a writer holds it, else a multiple of `readers_unit`
// ----------------

void runtime::lock_shared(const void* m, const void* pc) {
    await(word_of(m, location_kind::lock), 1, true, graph::rmw_op::add, readers_unit,
          step_kind::lock, order::acquire, pc);
    threads_[thread()].read_held.push_back(m);
}

void runtime::unlock_either(const void* m, const void* pc) {
    thread_state& me = threads_[thread()];
    const auto mine = std::ranges::find(me.read_held, m);
    if (mine == me.read_held.end()) return unlock(m, pc);
    me.read_held.erase(mine);
    change(m, location_kind::lock, 0, graph::rmw_op::sub, readers_unit, order::release, pc);
}

// --- condition variables: a set of threads that wait, and a word for each of them
// ------------------

void runtime::wait(const void* c, const void* m, const void* pc) {
    const unsigned me = thread();
    change(c, location_kind::condition, 0, graph::rmw_op::bit_or, std::uint64_t{1} << me,
           order::acq_rel, pc);
    unlock(m, pc);
    await(word_of(c, location_kind::wakeup, me), 1, false, graph::rmw_op::exchange, 0,
          step_kind::take, order::acquire, pc);
    lock(m, pc);
}

void runtime::wake(const void* c, unsigned t, const void* pc) {
    flush();
    graph::label l =
        label_for(graph::event_kind::write, step_kind::set, word_of(c, location_kind::wakeup, t));
    l.value = 1;
    perform(access::store, l, order::release, pc);
}

void runtime::wake_one(const void* c, const void* pc) {
    flush();
    for (;;) {
        graph::label l = label_for(graph::event_kind::read, step_kind::load,
                                   word_of(c, location_kind::condition));
        const std::uint64_t waiting = perform(access::load, l, order::acquire, pc);
        if (waiting == 0) return;
        std::uint64_t nth = choose(static_cast<std::uint64_t>(std::popcount(waiting)), pc);
        std::uint64_t rest = waiting;
        while (nth-- > 0) rest &= rest - 1;
        const std::uint64_t one = rest & (~rest + 1);
        // Another thread may have woken it meanwhile.
        if (change(c, location_kind::condition, 0, graph::rmw_op::bit_and, ~one, order::acq_rel,
                   pc) &
            one)
            return wake(c, static_cast<unsigned>(std::countr_zero(one)), pc);
    }
}

void runtime::wake_all(const void* c, const void* pc) {
    std::uint64_t waiting =
        change(c, location_kind::condition, 0, graph::rmw_op::exchange, 0, order::acq_rel, pc);
    for (; waiting != 0; waiting &= waiting - 1)
        wake(c, static_cast<unsigned>(std::countr_zero(waiting)), pc);
}

// --- barriers: how many have come, and what they wait for ----------------------------------------

bool runtime::meet(const void* b, unsigned n, const void* pc) {
    if (n == 0) fail("a barrier of no threads", pc);
    const std::uint64_t before =
        change(b, location_kind::barrier, 0, graph::rmw_op::add, 1, order::acq_rel, pc);
    const graph::location_id rounds = word_of(b, location_kind::barrier, 1);
    const std::uint64_t mine = before / n + 1;
    if (before % n == n - 1) {
        graph::label l = label_for(graph::event_kind::write, step_kind::set, rounds);
        l.value = mine;
        perform(access::store, l, order::release, pc);
        return true;
    }
    await(rounds, mine, false, graph::rmw_op::none, 0, step_kind::take, order::acquire, pc);
    return false;
}

// --- semaphores --------------------------------------------------------------------------------

void runtime::set_semaphore(const void* s, std::uint64_t n, const void* pc) {
    flush();
    graph::label l =
        label_for(graph::event_kind::write, step_kind::store, word_of(s, location_kind::semaphore));
    l.value = n;
    perform(access::store, l, order::relaxed, pc);
}

void runtime::take_semaphore(const void* s, const void* pc) {
    await(word_of(s, location_kind::semaphore), 0, true, graph::rmw_op::sub, 1, step_kind::take,
          order::acquire, pc);
}

void runtime::give_semaphore(const void* s, const void* pc) {
    change(s, location_kind::semaphore, 0, graph::rmw_op::add, 1, order::release, pc);
}

// --- once: 0, then 1 while somebody does it, then 2; 0 again if an exception ended it
// -------------

bool runtime::begin_once(const void* o, const void* pc) {
    flush();
    const graph::location_id l = word_of(o, location_kind::once);
    for (;;) {
        graph::label at = label_for(graph::event_kind::read, step_kind::rmw, l);
        at.op = graph::rmw_op::compare_exchange;
        at.value = 1;
        const std::uint64_t was = perform(access::rmw, at, order::acquire, pc);
        if (was != 1) return was == 0;
        if (await(l, 1, true, graph::rmw_op::none, 0, step_kind::take, order::acquire, pc) == 2)
            return false;
    }
}

void runtime::end_once(const void* o, bool done, const void* pc) {
    flush();
    graph::label l =
        label_for(graph::event_kind::write, step_kind::store, word_of(o, location_kind::once));
    l.value = done ? 2 : 0;
    perform(access::store, l, order::release, pc);
}

void runtime::once(const void* o, void (*f)(), const void* pc) {
    if (!begin_once(o, pc)) return;
    try {
        f();
    } catch (...) {
        end_once(o, false, pc);
        throw;
    }
    end_once(o, true, pc);
}

}  // namespace ringsim::sim::check
