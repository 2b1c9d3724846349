// A read whose value is not used, where an exception may leave the function: it races as any other.
//
// expect           rc11 1
// expect -DBROKEN  rc11 2/2 data_race
#include <atomic>
#include <thread>

int main() {
    int count = 0;
    std::atomic<bool> there{false};
    std::thread t([&] {
#if !defined(BROKEN)
        count = 5;
#endif
        there.store(true, std::memory_order_release);
#if defined(BROKEN)
        count = 5;
#endif
    });
    while (!there.load(std::memory_order_acquire)) {
    }
    const int seen = count;
    t.join();
    return seen - seen;
}
