// std::unordered_map with strings as keys.
// expect rc11 2
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

static std::unordered_map<std::string, int> ages;
static std::mutex m;

int main() {
    std::thread other([] {
        std::lock_guard lock(m);
        ages["ann"] = 30;
    });
    {
#ifndef BROKEN
        std::lock_guard lock(m);
#endif
        ages["bob"] = 40;
    }
    other.join();
    assert(ages.size() == 2 && ages.at("ann") == 30 && ages.at("bob") == 40);
}
