// std::atomic_flag as a lock that waits.
// expect rc11 16
// expect -DBROKEN rc11 15/18 data_race
#include <atomic>
#include <cassert>
#include <thread>

static std::atomic_flag taken;
static int count;

static void add() {
    while (taken.test_and_set(std::memory_order_acquire))
        taken.wait(true, std::memory_order_relaxed);
    ++count;
#ifdef BROKEN
    taken.clear(std::memory_order_relaxed);
#else
    taken.clear(std::memory_order_release);
#endif
    taken.notify_one();
}

int main() {
    std::thread other(add);
    add();
    other.join();
    assert(count == 2);
}
