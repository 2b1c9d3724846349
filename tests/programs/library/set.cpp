// std::set: a reader may not walk through it while another thread inserts.
// expect rc11 2
// expect -DBROKEN rc11 3/3 data_race
#include <cassert>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <thread>

static std::set<int> numbers{1, 2, 3};
static std::shared_mutex m;

int main() {
    std::thread reader([] {
#ifndef BROKEN
        std::shared_lock lock(m);
#endif
        int sum = 0;
        for (auto at = numbers.rbegin(); at != numbers.rend(); ++at) sum += *at;
        assert(sum == 6 || sum == 10);
    });
    {
        std::unique_lock lock(m);
        numbers.insert(4);
    }
    reader.join();
}
