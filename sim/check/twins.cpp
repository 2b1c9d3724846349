#include "sim/check/twins.hpp"

#include <algorithm>

namespace ringsim::sim::check {

bool twins::apart() {
    before_.fill(none);
    all_ = with_own_ = 0;
    are_apart_ = true;
    return true;
}

// A class is a chain of before_[]: those behind `thread` are looked for.
std::uint32_t twins::class_of(unsigned thread) const {
    while (before_[thread] != none) thread = before_[thread];
    std::uint32_t members = 1u << thread;
    for (unsigned t = thread + 1; t < threads_max; ++t)
        if (before_[t] != none && (members & (1u << before_[t])) != 0) members |= 1u << t;
    return members;
}

std::uint64_t twins::task_of(std::uint64_t number) const {
    return number < tasks_.size() && tasks_[number] != 0 ? tasks_[number] : number;
}

bool twins::same_in_arguments(const void* a, unsigned of, const void* b, unsigned twin) const {
    if ((with_own_ & (1u << of)) == 0 || (with_own_ & (1u << twin)) == 0) return false;
    return own_[of].has(a) && own_[twin].has(b) &&
           static_cast<const char*>(a) - own_[of].address ==
               static_cast<const char*>(b) - own_[twin].address;
}

void twins::begin_exploration() {
    tasks_.clear();
    mains_.clear();
}

void twins::main_begins() {
    started_.clear();
    begun_ = 0;
    start_ends_ = 0;
    joined_ = 0;
    half_joined_ = false;
}

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
    own_[thread] = {static_cast<const char*>(s.what.argument), s.own.size()};
    begun_ |= me;
    const std::uint8_t number = twin ? static_cast<std::uint8_t>(twin->thread) : none;
    const bool own = twin && !(twin->what == s.what);
    if (twin) {
        tasks_.resize(std::max<std::size_t>(tasks_.size(), s.task_number + 1));
        tasks_[s.task_number] = task_of(twin->task_number);
    }
    started_.push_back(std::move(s));
    if (number == before_[thread] && (number == none || own == ((with_own_ & me) != 0)))
        return false;
    if (before_[thread] != none) return this->apart();
    before_[thread] = number;
    all_ |= me | 1u << number;
    if (own) with_own_ |= me | 1u << number;
    return true;
}

void twins::keep_to_main(graph::location_id l) {
    if (mains_.size() <= l) mains_.resize(l + 1u);
    mains_[l] = true;
}

bool twins::is_own(std::uint64_t value) const {
    for (unsigned t = 1; t < threads_max; ++t)
        if ((with_own_ & (1u << t)) != 0 && own_[t].has(reinterpret_cast<const void*>(value)))
            return true;
    return false;
}

bool twins::is_too_near(unsigned thread, graph::location_id l, const void* address) const {
    if (thread != 0 && l < mains_.size() && mains_[l]) return true;
    for (unsigned t = 1; t < threads_max; ++t)
        if ((with_own_ & (1u << t)) != 0 && own_[t].has(address) && thread != t &&
            (thread != 0 || (begun_ & (1u << t)) != 0))
            return true;
    return false;
}

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

bool twins::returned(unsigned thread, std::uint64_t result) {
    if (!is_one(thread)) return false;
    while (before_[thread] != none) thread = before_[thread];
    if (results_[thread] == 0) results_[thread] = result;
    return results_[thread] != result && apart();
}

}  // namespace ringsim::sim::check
