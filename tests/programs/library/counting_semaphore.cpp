// std::counting_semaphore of static storage, and std::binary_semaphore.
// expect rc11 2
// expect -DBROKEN rc11 4/5 data_race
#include <cassert>
#include <semaphore>
#include <thread>

#ifdef BROKEN
static std::counting_semaphore<2> places(2);
#else
static std::counting_semaphore<2> places(1);
#endif
static int count;

int main() {
    std::binary_semaphore done(0);
    std::thread other([&] {
        places.acquire();
        ++count;
        places.release();
        done.release();
    });
    places.acquire();
    ++count;
    places.release();
    done.acquire();
    assert(count == 2);
    other.join();
}
