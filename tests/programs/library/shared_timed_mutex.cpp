// std::shared_timed_mutex.
// expect rc11 7
// expect -DBROKEN rc11 2/7 data_race
#include <cassert>
#include <chrono>
#include <shared_mutex>
#include <thread>

using namespace std::chrono_literals;

static std::shared_timed_mutex m;
static int value;

int main() {
    std::thread reader([] {
        if (m.try_lock_shared_for(1ms)) {
            assert(value == 0 || value == 1);
            m.unlock_shared();
        }
    });
    if (m.try_lock_until(std::chrono::steady_clock::now() + 5ms)) {
        ++value;
        m.unlock();
    }
#ifdef BROKEN
    else
        ++value;
#endif
    reader.join();
}
