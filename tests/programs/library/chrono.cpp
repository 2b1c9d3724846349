// A loop that waits until something happens or the time is up.
// expect rc11 4
// expect -DBROKEN rc11 1/2 assertion_failed:_ready
#include <atomic>
#include <cassert>
#include <chrono>
#include <thread>

using namespace std::chrono_literals;

static std::atomic<bool> ready;
static int data;

int main() {
    std::thread other([] {
        data = 1;
        ready = true;
    });
    const auto until = std::chrono::steady_clock::now() + 50ms;
    while (!ready && std::chrono::steady_clock::now() < until) std::this_thread::yield();
#ifdef BROKEN
    assert(ready);
#else
    if (ready) assert(data == 1);
#endif
    const auto before = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(2ms);
    assert(std::chrono::steady_clock::now() - before >= 2ms);
    other.join();
}
