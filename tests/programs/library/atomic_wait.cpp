// std::atomic::wait() and notify.
// expect rc11 6
// expect -DBROKEN rc11 1/3 deadlock
#include <atomic>
#include <cassert>
#include <thread>

static std::atomic<int> flag;
static int data;

int main() {
    std::thread waiter([] {
        flag.wait(0, std::memory_order_acquire);
        assert(data == 1);
    });
    data = 1;
    flag.store(1, std::memory_order_release);
#ifndef BROKEN
    flag.notify_one();
#endif
    waiter.join();
}
