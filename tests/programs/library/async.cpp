// std::async in a thread of its own.
// expect rc11 1
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <future>

static int done;

int main() {
    auto future = std::async(std::launch::async, [] { return ++done; });
#ifdef BROKEN
    ++done;
#endif
    assert(future.get() == 1);
    ++done;
}
