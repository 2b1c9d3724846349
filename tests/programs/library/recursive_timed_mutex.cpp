// std::recursive_timed_mutex.
// expect rc11 3
// expect -DBROKEN rc11 2/3 data_race
#include <cassert>
#include <chrono>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

static std::recursive_timed_mutex m;
static int count;

int main() {
    std::thread other([] {
        std::lock_guard lock(m);
        std::unique_lock again(m, 1ms);
        assert(again.owns_lock());
        ++count;
    });
    std::unique_lock lock(m, std::chrono::steady_clock::now() + 1ms);
#ifndef BROKEN
    if (lock.owns_lock())
#endif
        ++count;
    if (lock.owns_lock()) lock.unlock();
    other.join();
    assert(count == 1 || count == 2);
}
