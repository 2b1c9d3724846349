// Sets of threads, and what there is once for each thread. Both have room for threads_max threads
// and no more: a state is a value that is copied all the time, and this allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/engine.hpp"

namespace ringsim::sim::states {

// A bit for each.
using thread_set = std::uint16_t;
static_assert(threads_max <= 16);

// The set of one thread.
constexpr thread_set only(unsigned thread) {
    return static_cast<thread_set>(1u << thread);
}

// In place: states are copied on every turn, and this copies without an allocation.
template <class T>
class per_thread {
  public:
    std::size_t size() const { return size_; }
    // Bounds are not checked: no program has more threads.
    void assign(std::size_t n, T value) {
        size_ = n;
        for (std::size_t t = 0; t < n; ++t) all_[t] = value;
    }
    void push_back(T value) { all_[size_++] = value; }
    T& operator[](std::size_t t) { return all_[t]; }
    const T& operator[](std::size_t t) const { return all_[t]; }
    T* begin() { return all_.data(); }
    T* end() { return all_.data() + size_; }
    const T* begin() const { return all_.data(); }
    const T* end() const { return all_.data() + size_; }

  private:
    std::array<T, threads_max> all_{};
    std::size_t size_ = 0;
};

}  // namespace ringsim::sim::states
