// std::lock() of three locks that were deferred, and of two of different kinds.
// expect rc11 2
// expect -DBROKEN rc11 1/1 unlock_of_a_lock_that_the_thread_does_not_hold
#include <cassert>
#include <mutex>
#include <thread>

static std::mutex a;
static std::mutex b;
static std::recursive_mutex c;
static int count;

int main() {
    std::thread other([] {
        std::unique_lock first(a, std::defer_lock);
        std::unique_lock second(c, std::defer_lock);
        std::lock(second, first);
        ++count;
    });
    std::lock(a, b, c);
    ++count;
    a.unlock();
#ifdef BROKEN
    b.unlock();
    b.unlock();
#else
    b.unlock();
    c.unlock();
#endif
    other.join();
    assert(count == 2);
}
