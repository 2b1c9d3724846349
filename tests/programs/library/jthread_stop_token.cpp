// std::jthread: joins by itself, and asks its thread to stop before that.
// expect rc11 4
// expect -DBROKEN rc11 4/4 assertion_failed:_rounds_==_1
#include <atomic>
#include <cassert>
#include <stop_token>
#include <thread>

static int rounds;

int main() {
    {
        std::jthread worker([](std::stop_token stop) {
            while (!stop.stop_requested()) std::this_thread::yield();
            ++rounds;
        });
#ifdef BROKEN
        ++rounds;  // before anybody has joined it
#endif
    }
    assert(rounds == 1);
}
