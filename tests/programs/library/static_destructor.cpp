// Static objects are destroyed when main() has returned; a thread may still use them.
// expect rc11 1
// expect -DBROKEN rc11 2/2 data_race
#include <memory>
#include <thread>

static std::unique_ptr<int> value = std::make_unique<int>(1);

int main() {
    std::thread other([] { ++*value; });
#ifdef BROKEN
    other.detach();
#else
    other.join();
#endif
}
