// std::scoped_lock of two mutexes, taken in opposite orders: no deadlock.
// expect rc11 2
// expect -DBROKEN rc11 1/3 deadlock
#include <cassert>
#include <mutex>
#include <thread>

static std::mutex a;
static std::mutex b;
static int count;

int main() {
    std::thread other([] {
#ifdef BROKEN
        std::lock_guard first(b);
        std::lock_guard second(a);
#else
        std::scoped_lock both(b, a);
#endif
        ++count;
    });
    {
#ifdef BROKEN
        std::lock_guard first(a);
        std::lock_guard second(b);
#else
        std::scoped_lock both(a, b);
#endif
        ++count;
    }
    other.join();
    assert(count == 2);
}
