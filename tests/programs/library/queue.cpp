// Two threads take what is in a queue. With -DBROKEN each looks whether something is there, and
// takes it later: of one that the other has emptied meanwhile.
//
// expect           rc11 2
// expect -DBROKEN  rc11 4/6 the_library_is_used_as_it_must_not_be
#include <mutex>
#include <queue>
#include <thread>

static std::mutex lock;
static std::queue<int> items;
static int sum;

static bool some_there() {
    std::lock_guard guard(lock);
    return !items.empty();
}

static void take() {
#if defined BROKEN
    if (!some_there()) return;
    std::lock_guard guard(lock);
#else
    std::lock_guard guard(lock);
    if (items.empty()) return;
#endif
    sum += items.front();
    items.pop();
}

int main() {
    items.push(5);
    std::thread a(take);
    std::thread b(take);
    a.join();
    b.join();
    return sum != 5;
}
