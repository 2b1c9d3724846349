// The protocol of the BPF ring buffer: a ring of 4 slots, records of one word. Producers reserve a
// slot under a lock, write the payload and commit; the consumer is libbpf's double loop, which then
// sleeps until it is notified. It is wrong if it sleeps for ever over a committed record.
//
// -DP producers, -DN records in all; -DFENCE puts a full fence after the consumer's store, which is
// what the protocol needs. -DASSERT makes a lost wakeup a failed assertion.
// The counts are those of an independent checker; so are those of violating executions.
// expect -DN=1             sc 7      x86-tso 7      rc11 7
// expect -DN=2             sc 100    x86-tso 109    rc11 113
// expect -DN=3             sc 1702   x86-tso 2014   rc11 2118
// expect -DN=4             sc 29832  x86-tso 38246  rc11 40623
// expect -DP=2 -DN=1       sc 7      x86-tso 7      rc11 7
// expect -DP=2 -DN=2       sc 362    x86-tso 394    rc11 402
// expect -DP=2 -DN=3       sc 16569  x86-tso 18806  rc11 20009
// expect -DN=2 -DFENCE     sc 100    x86-tso 100    rc11 100
// expect -DN=3 -DFENCE     sc 1702   x86-tso 1702   rc11 1702
// expect -DP=2 -DN=3 -DFENCE  sc 16569  x86-tso 16569  rc11 16569
// expect -DASSERT -DN=2    sc 100  rc11 10/113 assertion_failed
// expect -DASSERT -DN=3    sc 1702  rc11 243/2118 assertion_failed
// expect -DASSERT -DP=2 -DN=2  rc11 28/402 assertion_failed
// expect -DASSERT -DP=2 -DN=3  rc11 1907/20009 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifndef P
#define P 1
#endif
#ifndef N
#define N 2
#endif
#define SLOTS 4
#define BUSY 0x80000000u
#define LENGTH 8u

static atomic_ulong consumer_pos, producer_pos;
static atomic_uint notify, header[SLOTS];
static unsigned long payload[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *consumer(void *arg) {
    for (int round = 0; round < N + 1; ++round) {
        unsigned long cons_pos = atomic_load_explicit(&consumer_pos, memory_order_acquire);
        int stop = 0;
        for (int got_new_data = 1; got_new_data && !stop;) {
            got_new_data = 0;
            unsigned long prod_pos = atomic_load_explicit(&producer_pos, memory_order_acquire);
            while (cons_pos < prod_pos) {
                unsigned slot = cons_pos % SLOTS;
                // Pairs with the exchange of the commit.
                stop = (atomic_load_explicit(&header[slot], memory_order_acquire) & BUSY) != 0;
                if (stop) break;
                got_new_data = 1;
                *(volatile unsigned long *)&payload[slot];
                atomic_store_explicit(&consumer_pos, ++cons_pos, memory_order_release);
#ifdef FENCE
                atomic_thread_fence(memory_order_seq_cst);
#endif
            }
        }
        if (!atomic_exchange_explicit(&notify, 0, memory_order_acq_rel)) return arg;
    }
    return 0;
}

static void *producer(void *arg) {
    for (int records = N / P + ((long)arg < N % P); records > 0; --records) {
        unsigned long cons_pos = atomic_load_explicit(&consumer_pos, memory_order_acquire);
        if (P > 1) pthread_mutex_lock(&lock);
        unsigned long prod_pos = atomic_load_explicit(&producer_pos, memory_order_relaxed);
        int full = prod_pos - cons_pos >= SLOTS;
        unsigned slot = prod_pos % SLOTS;
        if (!full) {
            atomic_store_explicit(&header[slot], BUSY | LENGTH, memory_order_relaxed);
            atomic_store_explicit(&producer_pos, prod_pos + 1, memory_order_release);
        }
        if (P > 1) pthread_mutex_unlock(&lock);
        if (full) continue;
        payload[slot] = prod_pos + 1;
        atomic_thread_fence(memory_order_seq_cst);
        atomic_exchange_explicit(&header[slot], LENGTH, memory_order_seq_cst);
        atomic_thread_fence(memory_order_seq_cst);
        if (atomic_load_explicit(&consumer_pos, memory_order_acquire) == prod_pos)
            atomic_exchange_explicit(&notify, 1, memory_order_acq_rel);
    }
    return 0;
}

int main(void) {
    pthread_t threads[P + 1];
    void *asleep;
    pthread_create(&threads[0], 0, consumer, (void *)1);
    for (long p = 0; p < P; ++p) pthread_create(&threads[p + 1], 0, producer, (void *)p);
    pthread_join(threads[0], &asleep);
    for (int p = 0; p < P; ++p) pthread_join(threads[p + 1], 0);
#ifdef ASSERT
    assert(!asleep || consumer_pos == producer_pos || notify);
#endif
    return 0;
}
