// std::binary_semaphore::try_acquire() and try_acquire_for().
// expect rc11 3
// expect -DBROKEN rc11 1/1 assertion_failed:_had
#include <cassert>
#include <chrono>
#include <semaphore>
#include <thread>

using namespace std::chrono_literals;

static std::binary_semaphore given(0);
static int data;

int main() {
    std::thread other([] {
        data = 1;
        given.release();
    });
    const bool had = given.try_acquire() || given.try_acquire_for(1ms);
#ifdef BROKEN
    assert(had);
#else
    if (had) assert(data == 1);
#endif
    other.join();
}
