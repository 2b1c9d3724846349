// The same in C++: structures by value, a copy constructor that is trivial, an object from a
// function, and functions that ask not to be looked at.
//
// expect -DMADE       sc 1/2 data_race  x86-tso 1/2 data_race  rc11 2/3 data_race
// expect -DREPAIRED   sc 2  x86-tso 2  rc11 2
// expect -DNO_LOOKING sc 2/2 data_race  x86-tso 2/2 data_race  rc11 2/2 data_race
#include <array>
#include <atomic>
#include <cassert>
#include <thread>

struct pair {
    int a, b;
};

namespace {

pair shared{0, 0};
std::array<long, 8> numbers;
std::atomic<int> ready{0};

#ifdef REPAIRED
constexpr auto publish = std::memory_order_release;
constexpr auto take = std::memory_order_acquire;
#else
constexpr auto publish = std::memory_order_relaxed;
constexpr auto take = std::memory_order_relaxed;
#endif

[[gnu::noinline]] pair make(int v) {
    return {v, v};
}
[[gnu::noinline]] int sum(pair p) {
    return p.a + p.b;
}

#ifdef NO_LOOKING
__attribute__((noinline, no_sanitize("thread"))) void put(long v) {
    numbers[0] = v;
}
#endif

}  // namespace

int main() {
#ifdef NO_LOOKING
    std::thread writer([] { put(1); });
    std::thread reader([] { put(2); });
#else
    std::thread writer([] {
        shared = make(7);
        ready.store(1, publish);
    });
    std::thread reader([] {
        if (ready.load(take)) assert(sum(shared) == 14);
    });
#endif
    writer.join();
    reader.join();
    return static_cast<int>(numbers[1]);
}
