// What is known of twins, kept in step with main(): it starts some threads one right after the
// other, and joins them one right after the other. A class of twins is a chain: before_ leads from
// each to the nearest one with a smaller number. As soon as anything tells one of them from another
// they are apart, all of them and for good: to keep some would ask for a proof that the others do
// not matter to them.
//
// The answers say that the exploration has to begin again, with what is known now: it may have left
// out executions that are not the same after all.
#include "sim/check/twins.hpp"

#include <algorithm>

#include "sim/check/found_out.hpp"

namespace ringsim::sim::check {

// For this program no twins are looked for any more (runtime::note_start()).
bool twins::apart() {
    before_.fill(graph::no_thread);
    all_ = with_own_ = 0;
    are_apart_ = true;
    return true;
}

// A class is a chain of before_[]: those behind `thread` are looked for.
std::uint32_t twins::class_of(unsigned thread) const {
    while (before_[thread] != graph::no_thread) thread = before_[thread];
    std::uint32_t members = 1u << thread;
    for (unsigned t = thread + 1; t < threads_max; ++t)
        if (before_[t] != graph::no_thread && (members & (1u << before_[t])) != 0)
            members |= 1u << t;
    return members;
}

// What two twins run has two numbers where their arguments are two objects; to the search they have
// one value, that of the first one.
std::uint64_t twins::task_of(std::uint64_t number) const {
    return number < tasks_.size() && tasks_[number] != 0 ? tasks_[number] : number;
}

bool twins::same_in_arguments(const void* a, unsigned of, const void* b, unsigned twin) const {
    if ((with_own_ & (1u << of)) == 0 || (with_own_ & (1u << twin)) == 0) return false;
    return own_[of].has(a) && own_[twin].has(b) &&
           static_cast<const char*>(a) - own_[of].address ==
               static_cast<const char*>(b) - own_[twin].address;
}

// Numbers of tasks and locations are given anew in each exploration. Who are twins is kept.
void twins::begin_exploration() {
    tasks_.clear();
    mains_.clear();
}

// main() runs again, and what it has done is undone.
void twins::main_begins() {
    started_.clear();
    begun_ = 0;
    start_ends_ = 0;
    joined_ = 0;
    half_joined_ = false;
}

// A twin is the last one before that runs the same function with the same argument, or with an
// object of the same bytes, and begins at the same time.
bool twins::starts(thread_start s, bool apart) {
    if (apart) started_.clear();
    const thread_start* twin = nullptr;
    for (const thread_start& other : started_) {
        const bool same = other.what == s.what ||
                          (!s.own.empty() && other.what.f == s.what.f && other.own == s.own);
        if (same && other.time == s.time) twin = &other;
    }
    const unsigned thread = s.thread;
    const std::uint32_t me = 1u << thread;
    found_out(own_[thread], {static_cast<const char*>(s.what.argument), s.own.size()});
    begun_ |= me;
    const std::uint8_t number = twin ? static_cast<std::uint8_t>(twin->thread) : graph::no_thread;
    const bool own = twin && !(twin->what == s.what);
    if (twin) {
        tasks_.resize(std::max<std::size_t>(tasks_.size(), s.task_number + 1));
        found_out(tasks_[s.task_number], task_of(twin->task_number));
    }
    started_.push_back(std::move(s));
    // It is as it was known to be.
    if (number == before_[thread] && (number == graph::no_thread || own == ((with_own_ & me) != 0)))
        return false;
    // It was known to have another twin, or arguments of another kind: then it depends on the
    // execution who is one.
    if (before_[thread] != graph::no_thread) return this->apart();
    before_[thread] = number;
    all_ |= me | 1u << number;
    if (own) with_own_ |= me | 1u << number;
    return true;
}

void twins::keep_to_main(graph::location_id l) {
    if (mains_.size() <= l) mains_.resize(l + 1u);
    if (!mains_[l]) found_out();
    mains_[l] = true;
}

bool twins::is_own(std::uint64_t value) const {
    for (unsigned t = 1; t < threads_max; ++t)
        if ((with_own_ & (1u << t)) != 0 && own_[t].has(reinterpret_cast<const void*>(value)))
            return true;
    return false;
}

// Locations that only main() may access, and the arguments of threads, each of which is for one
// thread: that of another one is too near, and to main() that of one that it has started.
bool twins::is_too_near(unsigned thread, graph::location_id l, const void* address) const {
    if (thread != 0 && l < mains_.size() && mains_[l]) return true;
    for (unsigned t = 1; t < threads_max; ++t)
        if ((with_own_ & (1u << t)) != 0 && own_[t].has(address) && thread != t &&
            (thread != 0 || (begun_ & (1u << t)) != 0))
            return true;
    return false;
}

// main() may join them one right after the other, and do nothing in between: half_joined_ is while
// some of a class are joined and not all. Another thread that waits for one of them tells it from
// the others.
bool twins::joins(unsigned joiner, unsigned thread) {
    if (all_ == 0) return false;
    if (joiner != 0) return shows_itself(thread);
    joined_ |= 1u << thread;
    half_joined_ = false;
    for (unsigned t = 0; t < threads_max; ++t) {
        if (!is_one(t)) continue;
        const std::uint32_t joined = joined_ & class_of(t);
        half_joined_ = half_joined_ || (joined != 0 && joined != class_of(t));
    }
    return false;
}

// Twins return the same. By its class's first thread; 0: none was seen yet.
bool twins::returned(unsigned thread, std::uint64_t result) {
    if (!is_one(thread)) return false;
    while (before_[thread] != graph::no_thread) thread = before_[thread];
    if (results_[thread] == 0) found_out(results_[thread], result);
    return results_[thread] != result && apart();
}

}  // namespace ringsim::sim::check
