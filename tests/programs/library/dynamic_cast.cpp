// What an object is, asked while another thread makes another one in its place.
// expect rc11 2
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <memory>
#include <mutex>
#include <thread>
#include <typeinfo>

struct shape {
    virtual ~shape() = default;
};
struct circle : virtual shape {
    int radius = 3;
};
struct named {
    virtual ~named() = default;
    char name = 'c';
};
struct named_circle : circle, named {};

alignas(named_circle) static char room[sizeof(named_circle)];
static shape* now;
static std::mutex m;

static int radius_of(shape* s) {
    const auto* const c = dynamic_cast<circle*>(s);
    return c ? c->radius : 0;
}

int main() {
    now = new (room) shape;
    std::thread other([] {
        std::lock_guard lock(m);
        now = new (room) named_circle;
    });
    {
#ifndef BROKEN
        std::lock_guard lock(m);
#endif
        const int found = radius_of(now);
        assert(found == 0 || found == 3);
    }
    other.join();
    assert(radius_of(now) == 3);
    assert(dynamic_cast<named&>(*now).name == 'c');
    try {
        shape plain;
        (void)dynamic_cast<circle&>(plain);
        assert(false);
    } catch (const std::bad_cast&) {
    }
}
