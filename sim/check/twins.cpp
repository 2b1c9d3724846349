#include "sim/check/twins.hpp"

#include <algorithm>

namespace ringsim::sim::check {

void twins::tell_apart() {
    before_.fill(none);
    all_ = 0;
    are_apart_ = true;
}

bool twins::apart() {
    tell_apart();
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

void twins::main_begins() {
    started_.clear();
    joined_ = 0;
    half_joined_ = false;
}

bool twins::starts(unsigned thread, std::uint64_t task, std::uint64_t events) {
    if (are_apart_) return false;
    if (events != start_ends_) started_.clear();
    std::uint8_t twin = none;
    for (const auto& [other, its_task] : started_)
        if (its_task == task) twin = static_cast<std::uint8_t>(other);
    started_.push_back({thread, task});
    if (twin == before_[thread]) return false;
    if (before_[thread] != none) return apart();
    before_[thread] = twin;
    all_ |= 1u << thread | 1u << twin;
    return true;
}

bool twins::joins(unsigned joiner, unsigned thread) {
    if (all_ == 0) return false;
    if (joiner != 0) return is_one(thread) && apart();
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
