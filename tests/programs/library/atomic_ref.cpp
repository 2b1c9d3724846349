// std::atomic_ref on an ordinary int.
// expect rc11 2
// expect -DBROKEN rc11 2/2 data_race
#include <atomic>
#include <cassert>
#include <thread>

static int count;

int main() {
    std::thread other([] { std::atomic_ref(count).fetch_add(1, std::memory_order_relaxed); });
#ifdef BROKEN
    ++count;
#else
    std::atomic_ref(count).fetch_add(1, std::memory_order_relaxed);
#endif
    other.join();
    assert(count == 2);
}
