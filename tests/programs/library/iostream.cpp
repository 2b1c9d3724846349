// Output to std::cout by several threads is no race; what is printed is read.
// expect rc11 2
// expect -DBROKEN rc11 2/2 data_race
#include <iostream>
#include <mutex>
#include <string>
#include <thread>

static std::string name = "nobody";
static std::mutex m;

int main() {
    std::thread other([] {
#ifndef BROKEN
        std::lock_guard lock(m);
#endif
        std::cout << "I am " << name << ' ' << 7 << std::endl;
    });
    {
        std::lock_guard lock(m);
        name[0] = 'N';
    }
    std::cerr << 1.5 << "\n";
    other.join();
}
