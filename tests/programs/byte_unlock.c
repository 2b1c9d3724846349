// A lock in a word that is taken as a whole and given back by a store to its lowest byte, as the
// kernel's qspinlock on x86: what another thread has put beside it stays. -DWRONG: the whole word
// is stored, and a mark is lost.
// expect          sc 16
// expect          x86-tso 20
// expect -DWRONG  sc 14/18 assertion_failed
// expect -DWRONG  x86-tso 14/22 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static union {
    atomic_uint whole;
    struct {
        atomic_uchar locked;
        atomic_uchar mark;
    };
} word;
static int counter;

static void lock(void) {
    unsigned seen = atomic_load_explicit(&word.whole, memory_order_relaxed);
    do {
        while (seen & 0xff) seen = atomic_load_explicit(&word.whole, memory_order_relaxed);
    } while (!atomic_compare_exchange_strong_explicit(
        &word.whole, &seen, seen | 1, memory_order_acquire, memory_order_relaxed));
}

static void unlock(void) {
#ifdef WRONG
    atomic_store_explicit(&word.whole, 0, memory_order_release);
#else
    atomic_store_explicit(&word.locked, 0, memory_order_release);
#endif
}

static void *worker(void *arg) {
    lock();
    ++counter;
    unlock();
    return arg;
}

int main(void) {
    pthread_t a;
    pthread_t b;
    pthread_create(&a, 0, worker, 0);
    pthread_create(&b, 0, worker, 0);
    atomic_store_explicit(&word.mark, 1, memory_order_relaxed);
    pthread_join(a, 0);
    pthread_join(b, 0);
    assert(counter == 2);
    assert(atomic_load_explicit(&word.mark, memory_order_relaxed) == 1);
}
