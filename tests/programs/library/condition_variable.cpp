// std::condition_variable with a predicate.
// expect rc11 2
// expect -DBROKEN rc11 1/3 deadlock
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

static std::mutex m;
static std::condition_variable changed;
static bool ready;

int main() {
    std::thread waiter([] {
        std::unique_lock lock(m);
#ifdef BROKEN
        changed.wait(lock);  // it may have been told before
#else
        changed.wait(lock, [] { return ready; });
#endif
        assert(ready);
    });
    {
        std::lock_guard lock(m);
        ready = true;
    }
    changed.notify_one();
    waiter.join();
}
