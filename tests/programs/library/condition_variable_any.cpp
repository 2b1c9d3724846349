// std::condition_variable_any waits with any lock, and with a stop token.
// expect rc11 2
// expect -DBROKEN rc11 4/5 data_race
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <thread>

static std::shared_mutex m;
static std::condition_variable_any changed;
static bool ready;

int main() {
    std::thread waiter([] {
        std::shared_lock lock(m);
        changed.wait(lock, [] { return ready; });
        assert(ready);
    });
    {
#ifdef BROKEN
        std::shared_lock lock(m);
#else
        std::unique_lock lock(m);
#endif
        ready = true;
    }
    changed.notify_all();
    waiter.join();
}
