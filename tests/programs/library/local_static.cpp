// A local static object is constructed by one thread; the others wait.
// expect rc11 6
// expect -DBROKEN rc11 12/12 data_race
#include <cassert>
#include <thread>

static int constructed;

struct object {
    int value;
    object() : value(7) { ++constructed; }
};

static object& the_object() {
    static object one;
    return one;
}

int main() {
    std::thread other([] {
        assert(the_object().value == 7);
#ifdef BROKEN
        ++the_object().value;
#endif
    });
    assert(the_object().value == 7);
    other.join();
    assert(constructed == 1);
}
