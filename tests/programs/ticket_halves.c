// A ticket lock in one word: its upper half is drawn from by an addition to the whole, its lower
// half counts up by stores. -DWRONG: the whole is stored, and a ticket that was drawn meanwhile is
// given out again.
// expect          sc 6
// expect          x86-tso 6
// expect -DWRONG  sc 4/6 assertion_failed
// expect -DWRONG  x86-tso 4/6 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static union {
    atomic_uint whole;
    struct {
        atomic_ushort now;
        atomic_ushort next;
    };
} lock;
static int counter;

static void *worker(void *arg) {
    const unsigned drawn = atomic_fetch_add_explicit(&lock.whole, 0x10000, memory_order_acquire);
    const unsigned short mine = (unsigned short)(drawn >> 16);
    while (atomic_load_explicit(&lock.now, memory_order_acquire) != mine)
        ;
    ++counter;
#ifdef WRONG
    atomic_store_explicit(&lock.whole, (drawn + 0x10000) + 1, memory_order_release);
#else
    atomic_store_explicit(&lock.now, (unsigned short)(mine + 1), memory_order_release);
#endif
    return arg;
}

int main(void) {
    pthread_t a;
    pthread_t b;
    pthread_create(&a, 0, worker, 0);
    pthread_create(&b, 0, worker, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    assert(counter == 2);
    assert(atomic_load_explicit(&lock.whole, memory_order_relaxed) == 0x20002);
}
