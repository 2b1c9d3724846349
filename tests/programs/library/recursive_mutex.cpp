// std::recursive_mutex, which its owner may lock again.
// expect rc11 2
// expect -DBROKEN rc11 2/2 deadlock
#include <cassert>
#include <mutex>
#include <thread>

#ifdef BROKEN
static std::mutex m;
#else
static std::recursive_mutex m;
#endif
static int count;

static void add(int n) {
    std::lock_guard lock(m);
    ++count;
    if (n > 1) add(n - 1);
}

int main() {
    std::thread other([] { add(2); });
    add(1);
    other.join();
    assert(count == 3);
}
