// std::function, moved into the thread that runs it.
// expect rc11 1
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

static std::vector<std::function<int()>> work;
static std::mutex m;

int main() {
    std::thread other([] {
        std::lock_guard lock(m);
        work.emplace_back([] { return 1; });
    });
#ifndef BROKEN
    other.join();
#endif
    std::function<int()> next = [] { return 1; };
    if (!work.empty()) next = std::move(work.back());
    assert(next() == 1);
#ifdef BROKEN
    other.join();
#endif
}
