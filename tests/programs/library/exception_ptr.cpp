// An exception that one thread stores and another one throws again.
// expect rc11 1
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <exception>
#include <thread>

static std::exception_ptr stored;

int main() {
    std::thread other([] {
        try {
            throw 42;
        } catch (...) {
            stored = std::current_exception();
        }
    });
#ifndef BROKEN
    other.join();
#endif
    try {
        if (stored) std::rethrow_exception(stored);
    } catch (int n) {
        assert(n == 42);
    }
#ifdef BROKEN
    other.join();
#endif
}
