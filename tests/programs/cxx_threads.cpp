// std::thread, std::atomic, std::mutex and std::condition_variable. -DWRONG: the flag is stored
// before the data. -DNO_NOTIFY: nobody wakes the waiting thread.
// expect              sc 4  x86-tso 4  rc11 4
// expect -DWRONG      sc 3/5 data_race  x86-tso 3/5 data_race  rc11 2/4 data_race
// expect -DNO_NOTIFY  sc 2/4 deadlock  x86-tso 2/4 deadlock  rc11 2/4 deadlock
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace {

std::atomic<bool> ready{false};
int data = 0;

std::mutex mutex;
std::condition_variable changed;
int boxes = 0;

void produce() {
#ifdef WRONG
    ready.store(true, std::memory_order_release);
    data = 42;
#else
    data = 42;
    ready.store(true, std::memory_order_release);
#endif
    {
        const std::lock_guard guard(mutex);
        ++boxes;
    }
#ifndef NO_NOTIFY
    changed.notify_one();
#endif
}

void consume(int expected) {
    // Pairs with the store of produce().
    if (ready.load(std::memory_order_acquire)) assert(data == expected);
    std::unique_lock lock(mutex);
    while (boxes == 0) changed.wait(lock);
    --boxes;
}

}  // namespace

int main() {
    std::thread producer(produce);
    std::thread consumer(consume, 42);
    producer.join();
    consumer.join();
    assert(boxes == 0);
}
