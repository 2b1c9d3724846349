// A walk along a list, whose state between two steps is in no register but the one that the next
// step is called with: it is no loop that waits. With -DROUND the last cell is its own successor,
// and it is one.
// expect          sc 1  x86-tso 1  rc11 1
// expect -DROUND  sc 1/1 a_thread_spins_for_ever  rc11 1/1 a_thread_spins_for_ever
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

struct cell {
    _Atomic(struct cell *) next;
};
static struct cell last, middle = {&last}, first = {&middle};
static atomic_int done;

static void *walk(void *from) {
    struct cell *at = from;
    while (at) at = atomic_load_explicit(&at->next, memory_order_relaxed);
    atomic_store(&done, 1);
    return 0;
}

int main(void) {
    pthread_t t;
#ifdef ROUND
    atomic_store(&last.next, &last);
#endif
    pthread_create(&t, 0, walk, &first);
    pthread_join(t, 0);
    assert(done == 1);
    return 0;
}
