// A binary semaphore holds one: to release it where nobody has acquired is an error.
// expect rc11 2
// expect -DBROKEN rc11 2/2 a_semaphore_is_released_more_often_than_it_may_hold
#include <semaphore>
#include <thread>

#ifdef BROKEN
static std::binary_semaphore turn(0);
#else
static std::counting_semaphore<2> turn(0);
#endif

int main() {
    std::thread a([] { turn.release(); });
    std::thread b([] { turn.release(); });
    a.join();
    b.join();
    turn.acquire();
}
