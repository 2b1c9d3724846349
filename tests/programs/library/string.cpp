// std::string, with and without room of its own.
// expect rc11 2
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <mutex>
#include <string>
#include <thread>

static std::string text = "a";
static std::mutex m;

int main() {
    std::thread other([] {
        std::lock_guard lock(m);
        text += " text that does not fit into the object itself";
    });
    {
#ifndef BROKEN
        std::lock_guard lock(m);
#endif
        text += "b";
    }
    other.join();
    assert(text.find('b') != std::string::npos);
    assert(text.substr(0, 1) == "a");
}
