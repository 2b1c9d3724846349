// std::condition_variable::wait_for(): the time may be up first.
// expect rc11 5
// expect -DBROKEN rc11 2/6 assertion_failed:_in_time
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

static std::mutex m;
static std::condition_variable changed;
static bool ready;

int main() {
    std::thread waiter([] {
        std::unique_lock lock(m);
        const bool in_time = changed.wait_for(lock, 100ms, [] { return ready; });
#ifdef BROKEN
        assert(in_time);
#else
        assert(in_time == ready);
#endif
    });
    {
        std::lock_guard lock(m);
        ready = true;
    }
    changed.notify_all();
    waiter.join();
}
