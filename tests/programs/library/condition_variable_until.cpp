// std::condition_variable::wait_until() by the wall clock, in a loop that tries again.
// expect rc11 8
// expect -DBROKEN rc11 4/6 assertion_failed:_status_==_std::cv_status::no_timeout
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
        while (!ready) {
            const auto status = changed.wait_until(lock, std::chrono::system_clock::now() + 1s);
#ifdef BROKEN
            assert(status == std::cv_status::no_timeout);
#else
            (void)status;
#endif
        }
    });
    {
        std::lock_guard lock(m);
        ready = true;
        changed.notify_all();
    }
    waiter.join();
}
