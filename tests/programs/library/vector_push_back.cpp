// std::vector, whose memory moves when it grows.
// expect rc11 2
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <mutex>
#include <thread>
#include <vector>

static std::vector<int> numbers{0};
static std::mutex m;

int main() {
    std::thread other([] {
        std::lock_guard lock(m);
        numbers.push_back(1);
    });
    {
#ifndef BROKEN
        std::lock_guard lock(m);
#endif
        numbers.push_back(2);
    }
    other.join();
    assert(numbers.size() == 3);
}
