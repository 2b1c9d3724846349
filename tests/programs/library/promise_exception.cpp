// An exception that goes through a future.
// expect rc11 7
// expect -DBROKEN rc11 1/1 deadlock
#include <cassert>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

int main() {
    std::promise<int> promise;
    auto future = promise.get_future();
    std::thread other([&promise] {
        try {
            throw std::runtime_error("no value");
        } catch (...) {
#ifndef BROKEN
            promise.set_exception(std::current_exception());
#endif
        }
    });
    bool caught = false;
    try {
        future.get();
    } catch (const std::runtime_error& e) {
        caught = std::string(e.what()) == "no value";
    }
    assert(caught);
    other.join();
}
