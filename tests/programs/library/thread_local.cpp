// thread_local objects: one for each thread, destroyed at its end.
// expect rc11 1
// expect -DBROKEN rc11 2/2 data_race
#include <atomic>
#include <cassert>
#include <thread>

static std::atomic<int> destroyed;

struct counter {
    int value = 0;
    ~counter() { destroyed += value; }
};
#ifdef BROKEN
static counter own;
#else
static thread_local counter own;
#endif

int main() {
    std::thread other([] { own.value += 1; });
    own.value += 2;
    other.join();
    assert(own.value == 2 && destroyed == 1);
}
