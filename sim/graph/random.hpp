// Random numbers that are the same on every machine.
#pragma once

#include <cstdint>

namespace ringsim::sim::graph {

// splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
// Not <random>: its distributions are not the same in every library, and a seed has to mean the
// same walk everywhere.
class random_numbers {
  public:
    explicit random_numbers(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    // 0 to n - 1. Smaller numbers come up a little more often than others, by less than n / 2^64.
    unsigned below(unsigned n) { return static_cast<unsigned>(next() % n); }

  private:
    std::uint64_t state_;
};

}  // namespace ringsim::sim::graph
