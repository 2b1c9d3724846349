// std::call_once(), also when the first attempt throws.
// expect rc11 4
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <mutex>
#include <thread>

static std::once_flag once;
static int attempts;
static int value;

static void look() {
#ifdef BROKEN
    if (value == 0) value = ++attempts;
#else
    try {
        std::call_once(once, [] {
            if (++attempts == 1) throw 1;
            value = 5;
        });
    } catch (int) {
        return;
    }
    assert(value == 5);
#endif
}

int main() {
    std::thread other(look);
    look();
    other.join();
    assert(attempts == 2);
}
