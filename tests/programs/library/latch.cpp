// std::latch: goes off when so many have arrived.
// expect rc11 24
// expect -DBELOW rc11 7/7 a_latch_is_counted_down_below_zero
// expect -DBROKEN rc11 3/3 assertion_failed:_a_==_1_&&_b_==_1
#include <cassert>
#include <latch>
#include <thread>

#if defined(BROKEN) || defined(BELOW)
static std::latch done(1);
#else
static std::latch done(2);
#endif
static int a;
static int b;

int main() {
    std::jthread first([] {
        a = 1;
        done.count_down();
    });
    std::jthread second([] {
        b = 1;
#ifndef BROKEN
        done.count_down();
#endif
    });
    done.wait();
    assert(a == 1 && b == 1);
}
