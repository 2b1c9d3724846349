// Dekker's entry protocol, one round without the turn: enter if the other has not raised its flag.
// -DWRONG: the flag is raised with a release store, and the look at the other's may come first.
// expect          sc 3  x86-tso 3  rc11 3
// expect -DWRONG  sc 3  x86-tso 7/10 assertion_failed  rc11 2/5 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef WRONG
#define RAISE memory_order_release
#else
#define RAISE memory_order_seq_cst
#endif

static atomic_int flag[2];
static int inside;

static void *worker(void *arg) {
    long me = (long)arg;
    atomic_store_explicit(&flag[me], 1, RAISE);
    if (!atomic_load_explicit(&flag[1 - me], memory_order_seq_cst)) {
        ++inside;
        assert(inside == 1);
    }
    return 0;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, worker, (void *)0L);
    pthread_create(&b, 0, worker, (void *)1L);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
