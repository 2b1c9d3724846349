// std::condition_variable_any::wait() with a stop token: a request to stop wakes it.
// expect rc11 44
// expect -DBROKEN rc11 1/1 deadlock
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

static std::mutex m;
static std::condition_variable_any changed;
static bool ready;

int main() {
    std::jthread waiter([](std::stop_token stop) {
        std::unique_lock lock(m);
#ifdef BROKEN
        (void)stop;
        changed.wait(lock, [] { return ready; });
#else
        const bool found = changed.wait(lock, stop, [] { return ready; });
        assert(!found);
#endif
    });
}
