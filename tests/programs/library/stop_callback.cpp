// std::stop_callback runs when a stop is requested, in the thread that requests it.
// expect rc11 30
// expect -DBROKEN rc11 24/30 data_race
#include <atomic>
#include <cassert>
#include <stop_token>
#include <thread>

static int told;

int main() {
    std::stop_source source;
    std::thread worker([token = source.get_token()] {
        std::stop_callback tell(token, [] { ++told; });
        while (!token.stop_requested()) std::this_thread::yield();
#ifdef BROKEN
        ++told;  // while the callback may run
#endif
    });
    source.request_stop();
    worker.join();
}
