// std::list and std::deque behind a lock, as queues.
// expect rc11 2
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <deque>
#include <list>
#include <mutex>
#include <thread>

static std::list<int> waiting;
static std::deque<int> done;
static std::mutex m;

int main() {
    std::thread other([] {
        std::lock_guard lock(m);
        waiting.push_back(1);
        waiting.push_front(0);
    });
    {
#ifndef BROKEN
        std::lock_guard lock(m);
#endif
        while (!waiting.empty()) {
            done.push_back(waiting.front());
            waiting.pop_front();
        }
    }
    other.join();
    assert(waiting.size() + done.size() == 2);
}
