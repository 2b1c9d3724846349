// A callback of a stop token on the stack of the thread that is to stop: whoever asks it to stop
// writes there, while the block of the callback may have ended.
//
// expect           sc 30  rc11 30
// expect -DBROKEN  rc11 8/32 data_race
#include <cassert>
#include <stop_token>
#include <thread>

static int calls;

int main() {
    std::jthread t([](std::stop_token stop) {
        const std::stop_callback counts(stop, [] { ++calls; });
        while (!stop.stop_requested()) {
        }
    });
    t.request_stop();
#ifdef BROKEN
    ++calls;  // the callback may be running in the thread
#endif
    t.join();
#ifndef BROKEN
    assert(calls == 1);
#endif
}
