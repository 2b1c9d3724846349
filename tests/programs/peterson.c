// Peterson's lock for two threads. -DWRONG: the turn is given by a release store, so that the look
// at the other's flag may come before it.
// expect          sc 4  x86-tso 4  rc11 4
// expect -DWRONG  sc 4  x86-tso 8/14 data_race  rc11 4/9 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef WRONG
#define GIVE_TURN memory_order_release
#else
#define GIVE_TURN memory_order_seq_cst
#endif

static atomic_int flag[2], turn;
static int counter;

static void *worker(void *arg) {
    long me = (long)arg;
    atomic_store_explicit(&flag[me], 1, memory_order_seq_cst);
    atomic_store_explicit(&turn, 1 - me, GIVE_TURN);
    while (atomic_load_explicit(&flag[1 - me], memory_order_seq_cst) &&
           atomic_load_explicit(&turn, memory_order_seq_cst) == 1 - me)
        ;
    ++counter;
    atomic_store_explicit(&flag[me], 0, memory_order_release);
    return 0;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, worker, (void *)0L);
    pthread_create(&b, 0, worker, (void *)1L);
    pthread_join(a, 0);
    pthread_join(b, 0);
    assert(counter == 2);
    return 0;
}
