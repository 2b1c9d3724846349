// A structure in a std::atomic, in an object that is made at run time: its members are written one
// by one before it is read and exchanged as a whole.
// expect             rc11 2  armv8 2
// expect -DBROKEN    rc11 2/3 data_race
#include <atomic>
#include <cassert>
#include <memory>
#include <thread>

#ifdef BROKEN
constexpr auto published = std::memory_order_relaxed;
#else
constexpr auto published = std::memory_order_release;
#endif

struct tagged {
    unsigned index;
    unsigned tag;
};

struct stack {
    stack() : head(tagged{0, 0}) {}

    void push(unsigned i) {
        tagged was = head.load(std::memory_order_relaxed);
        do nodes[i].next = was.index;
        while (!head.compare_exchange_weak(was, {i, was.tag + 1}, published,
                                           std::memory_order_relaxed));
    }
    unsigned top() const { return head.load(std::memory_order_acquire).index; }

    struct node {
        int value;
        unsigned next;
    } nodes[2];
    std::atomic<tagged> head;
};

int main() {
    const auto s = std::make_unique<stack>();
    std::thread other([&] {
        s->nodes[1].value = 7;
        s->push(1);
    });
    if (const unsigned i = s->top()) assert(i == 1 && s->nodes[i].value == 7);
    other.join();
    const tagged last = s->head.exchange(tagged{0, 9});
    assert(last.tag == 1 && s->head.load().tag == 9);
}
