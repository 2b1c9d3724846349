// Variables on a stack are called by their names in a trace.
// expect            rc11 1
// expect -DBROKEN   rc11 2/2 data_race
#include <cassert>
#include <thread>

struct sums {
    int left;
    int right[2];
};

static void* add(sums& s) {
    s.right[1] += 2;
    return nullptr;
}

static void both() {
    sums s{1, {1, 1}};
    std::thread other([&] { add(s); });
#ifndef BROKEN
    other.join();
    s.right[1] += 1;
#else
    s.right[1] += 1;
    other.join();
#endif
    assert(s.right[1] == 4);
}

int main() {
    std::thread first(both);
    first.join();
}
