// std::promise and std::future.
// expect rc11 7
// expect -DBROKEN rc11 4/4 assertion_failed:_beside_==_1
#include <cassert>
#include <future>
#include <thread>

static int beside;

int main() {
    std::promise<int> promise;
    auto future = promise.get_future();
    std::thread other([&promise] {
#ifndef BROKEN
        beside = 1;
#endif
        promise.set_value(7);
#ifdef BROKEN
        beside = 1;
#endif
    });
    assert(future.get() == 7);
    assert(beside == 1);
    other.join();
}
