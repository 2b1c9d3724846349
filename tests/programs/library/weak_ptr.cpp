// std::weak_ptr: it can be locked as long as the object is there.
// expect rc11 8
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <memory>
#include <thread>

struct guarded {
    int value = 1;
    ~guarded() { value = 0; }
};

int main() {
    auto owner = std::make_shared<guarded>();
    std::weak_ptr<guarded> seen = owner;
#ifdef BROKEN
    std::thread other([raw = owner.get()] { assert(raw->value == 1); });
#else
    std::thread other([seen] {
        if (const auto here = seen.lock()) assert(here->value == 1);
    });
#endif
    owner.reset();
    other.join();
}
