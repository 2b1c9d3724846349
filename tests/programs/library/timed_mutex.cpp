// std::timed_mutex: an attempt may take too long.
// expect rc11 3
// expect -DBROKEN rc11 2/4 data_race
#include <cassert>
#include <chrono>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

static std::timed_mutex m;
static int count;
static int missed;

int main() {
    std::thread other([] {
        if (m.try_lock_for(10ms)) {
            ++count;
            m.unlock();
        } else {
            ++missed;
#ifdef BROKEN
            ++count;
#endif
        }
    });
    m.lock();
    ++count;
    m.unlock();
    other.join();
    assert(count + missed == 2);
}
