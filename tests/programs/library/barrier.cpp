// std::barrier with a step at its end.
// expect rc11 12
// expect -DBROKEN rc11 1/1 assertion_failed:_a_==_1
#include <barrier>
#include <cassert>
#include <thread>

static int count;
static void step() noexcept {
    ++count;
}
static std::barrier meeting(2, step);
static int a;
static int b;

int main() {
    std::jthread other([] {
        a = 1;
        meeting.arrive_and_wait();
        assert(b == 1 && count == 1);
    });
#ifdef BROKEN
    (void)meeting.arrive();
    b = 1;
#else
    b = 1;
    meeting.arrive_and_wait();
#endif
    assert(a == 1);
}
