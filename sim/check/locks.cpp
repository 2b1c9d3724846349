// Locks of a program under check. A lock is a word of its own, 1 + the thread that holds it or 0:
// taken by an exchange that waits for 0, given back by a store of 0.
#include <algorithm>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {

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
    await(word_of(m, location_kind::lock), 0, false, graph::rmw_op::exchange, thread() + 1,
          step_kind::lock, order::acquire, pc);
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
    l.value = thread() + 1;
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

}  // namespace ringsim::sim::check
