// std::mutex with std::lock_guard and std::unique_lock.
// expect rc11 2
// expect -DBROKEN rc11 4/4 data_race
#include <cassert>
#include <mutex>
#include <thread>

static std::mutex m;
static int count;

static void add() {
    std::unique_lock lock(m);
    ++count;
#ifdef BROKEN
    lock.unlock();
    ++count;
#endif
}

int main() {
    std::thread other(add);
    add();
    other.join();
    std::lock_guard lock(m);
    assert(count >= 2);
}
