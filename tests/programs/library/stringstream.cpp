// std::ostringstream and std::istringstream of one thread.
// expect rc11 2
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>

static std::string result;
static std::mutex m;

static void tell(int n) {
    std::ostringstream out;
    out << "number " << n << '.';
#ifndef BROKEN
    std::lock_guard lock(m);
#endif
    result += out.str();
}

int main() {
    std::thread other([] { tell(1); });
    tell(2);
    other.join();
    assert(result == "number 1.number 2." || result == "number 2.number 1.");
    std::istringstream in("12 34");
    int a = 0;
    int b = 0;
    in >> a >> b;
    assert(a == 12 && b == 34);
}
