// std::shared_future: each thread has a copy of its own.
//
// expect          rc11 8
// expect -DBROKEN rc11 1/1 assertion_failed
#include <cassert>
#include <future>
#include <thread>

int main() {
    std::promise<int> promise;
    std::shared_future<int> future = promise.get_future().share();
    std::thread a([future] { assert(future.get() == 5); });
#ifdef BROKEN
    promise.set_value(4);
#else
    promise.set_value(5);
#endif
    assert(future.get() == 5);
    a.join();
}
