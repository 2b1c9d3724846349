// std::notify_all_at_thread_exit(): told when the thread's own objects are gone.
// expect rc11 2
// expect -DBROKEN rc11 2/2 deadlock
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

static std::mutex m;
// Never destroyed: the other thread may use it when main() has returned.
static std::condition_variable& changed = *new std::condition_variable;
static bool ready;

int main() {
    std::thread other([] {
        std::unique_lock lock(m);
        ready = true;
#ifndef BROKEN
        std::notify_all_at_thread_exit(changed, std::move(lock));
#endif
    });
    other.detach();
    std::unique_lock lock(m);
#ifdef BROKEN
    changed.wait(lock);
#else
    changed.wait(lock, [] { return ready; });
#endif
    assert(ready);
}
