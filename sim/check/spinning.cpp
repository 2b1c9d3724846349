// Loops that find nothing to do. A thread that comes back to the same place with the same registers
// and the same stack, asks for the same, and has changed nothing in between, will go round until
// what it read changes: it waits. That holds without knowing what a loop is. If it looked at the
// clock meanwhile, it may also be that a long time passes first; once in each thread.
//
// What a thread has changed is not looked for in memory: whatever may change it (a store outside of
// its own stack, an event that gives a location another value, a choice, an allocation) sets
// `places_used` to 0, and the places that it came by before count no more. Its own stack is
// compared.
//
// A lock that is taken and given back is no change: what was done under it is. The execution
// without that round has all else as it is, since whoever has the lock next knows of whoever had it
// before. Where others may see that it is taken, by a trylock of their own, that they have taken it
// meanwhile is news: what they see of two rounds with nothing of others in between, they may see of
// one of them. While the thread holds such a lock its round is not over.
//
// Comparing stacks is work, so it is done only at places that were once visited twice in a row.
// When another such place is found, the exploration begins again: the first round of a loop must
// have been copied there, or one execution would wait a round later than another.
#include <algorithm>
#include <cstring>
#include <string>

#include "sim/check/caller.hpp"
#include "sim/check/found_out.hpp"
#include "sim/check/runtime.hpp"

ringsim_caller_state ringsim_caller;
std::uint64_t ringsim_arguments[3];

namespace ringsim::sim::check {
namespace {

constexpr unsigned visits_max = 20'000'000;  // behind the same event of a thread

}  // namespace

// The state of the program at its entry is copied first: each event lets other threads run, which
// come in and leave theirs.
void runtime::visit() {
    const ringsim_caller_state at = ringsim_caller;
    char asked[sizeof ringsim_arguments];
    std::memcpy(asked, ringsim_arguments, sizeof asked);
    const unsigned t = thread();
    thread_state& me = threads_[t];
    // How often the thread came by without an event: a loop of reads that nobody else could see is
    // endless, or as good as that.
    const std::uint64_t behind = executor().position();
    me.visits_here = behind == me.seen_position ? me.visits_here + 1 : 0;
    me.seen_position = behind;
    if (me.visits_here == visits_max)
        refuse(3, "more than " + std::to_string(visits_max) +
                      " accesses (visits_max) without one that another thread could see: a loop "
                      "without an end?");
    if (retries_.trying()) return go_on_trying();
    retries_.refuted.come_by(t, behind);
    if (limits_.loop_bound != 0) count_round(me);
    place_visited* found = nullptr;
    // By the call and by the frame: a function that calls itself comes by the same call with
    // another stack.
    for (std::size_t i = 0; i < me.places_used && !found; ++i)
        if (me.places[i].pc == at.pc && me.places[i].stack == at.stack) found = &me.places[i];
    const bool again = found != nullptr;
    if (!again) {
        if (me.places_used == me.places.size()) me.places.emplace_back();
        found = &me.places[me.places_used++];
        found->pc = at.pc;
        found->stack = at.stack;
        found->first = behind;
    }
    if (again && !found->loops) {
        loops_.insert(here.pc);
        start_again();
    }
    found->loops = again || loops_.contains(here.pc);
    if (found->loops) {
        // All of its stack from the stack pointer up: what its callers hold is part of the state,
        // too.
        const auto bytes =
            static_cast<std::size_t>(stacks_[t].base() + stacks_[t].bytes() - at.stack);
        if (again && std::memcmp(found->saved.data(), at.saved, sizeof at.saved) == 0 &&
            std::memcmp(found->copy.data(), at.stack, bytes) == 0 &&
            std::memcmp(found->copy.data() + bytes, asked, sizeof asked) == 0 &&
            found->held == waiting.held() && !keeps_lock_since(found->position)) {
            flush();
            const std::uint64_t position = found->position;
            const bool in_time = waiting.may_let_time_pass();
            if (in_time && choose(2) == 1) return waiting.let_time_pass();
            set_waits_in_time(in_time);
            // Does not return before a location that the thread has read since its last visit here
            // has another value. If none ever has, the thread is blocked, which at the end of the
            // execution is a hang.
            executor().wait_for_news(position, news_for_round(position));
            set_waits_in_time(false);
            return;
        }
        // Not the same, but perhaps only by what the last round read: see retrying.cpp.
        if (again && limits_.retries_wait) try_without_round(*found);
        std::memcpy(found->saved.data(), at.saved, sizeof at.saved);
        found->copy.assign(at.stack, at.stack + bytes);
        found->copy.insert(found->copy.end(), asked, asked + sizeof asked);
        found->held = waiting.held();
    }
    // The next round is compared with this one.
    found->position = executor().position();
}

bool runtime::is_lock_step(const graph::label& l) const {
    if (l.kind == graph::event_kind::fence) return false;
    if (locations_of()[l.location].kind != location_kind::lock) return false;
    // Of the kernel's locks it is not known who has them.
    return !l.lock || l.await || l.shown == step_kind::unlock;
}

// Whether the thread holds a lock now that it has taken or given back since then. It does not wait
// here, then: whoever is to change what it looks at may need the lock. It comes by without it, too.
bool runtime::keeps_lock_since(std::uint64_t position) const {
    for (std::uint64_t i = position; i < executor().position(); ++i) {
        const graph::event* const e = executor().recorded(i);
        if (e && is_lock_step(e->what) &&
            std::ranges::any_of(waiting.held(), [&](const auto& lock) {
                return lock.first == locations_of()[e->what.location].address;
            }))
            return true;
    }
    return false;
}

// What may let the thread go on that has done nothing since.
graph::news runtime::news_for_round(std::uint64_t position) const {
    for (std::uint64_t i = position; i < executor().position(); ++i) {
        const graph::event* const e = executor().recorded(i);
        if (e && is_lock_step(e->what) &&
            waiting.is_seen_by_others(locations_of()[e->what.location].address))
            return graph::news::another_value_or_lock;
    }
    return graph::news::another_value;
}

// With a bound: each place that the thread comes back to is a round of the innermost loop around
// it. Two nested loops are told apart by what came first: a round of the outer one begins those of
// the inner one anew.
void runtime::count_round(thread_state& me) {
    const auto before =
        std::ranges::find(me.rounds, here.pc, &std::pair<const void*, std::uint64_t>::first);
    if (before == me.rounds.end()) {
        me.rounds.emplace_back(here.pc, 1);
        return;
    }
    // A round of what is around the places that came later, whose rounds begin anew.
    me.rounds.erase(before + 1, me.rounds.end());
    if (++before->second <= limits_.loop_bound) return;
    found_one(bound_places_, here.pc);
    drop_execution();
}

}  // namespace ringsim::sim::check
