// std::atomic::wait() orders no more than the order it is given.
// expect rc11 6
// expect -DBROKEN rc11 7/9 data_race
#include <atomic>
#include <cassert>
#include <thread>

#ifdef BROKEN
constexpr auto looks = std::memory_order_relaxed;
#else
constexpr auto looks = std::memory_order_acquire;
#endif

static std::atomic<bool> flag;
static int data;

int main() {
    std::thread waiter([] {
        flag.wait(false, looks);
        assert(data == 1);
    });
    data = 1;
    flag.store(true, std::memory_order_release);
    flag.notify_all();
    waiter.join();
}
