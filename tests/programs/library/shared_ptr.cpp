// std::shared_ptr: the count is shared, the object is not protected.
// expect rc11 2
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <memory>
#include <thread>

int main() {
    auto value = std::make_shared<int>(3);
    std::thread other([mine = value] {
        assert(*mine == 3);
#ifdef BROKEN
        *mine = 4;
#endif
    });
    assert(*value == 3);
    value.reset();
    other.join();
}
