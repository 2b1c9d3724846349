// The consumer of docs/libbpf-2026.md against a kernel that commits one record, as one C program: A
// is committed, B is reserved and BUSY, and the consumer was woken for A. Positions count records.
//
//   ringsim check docs/examples/missed_wakeup.c               the patch: B is lost
//   ringsim check docs/examples/missed_wakeup.c -- -DAGAIN    BUSY leads back to the barrier
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

enum { BUSY = 1 << 30, LENGTH = 8 };

static _Atomic unsigned header[2] = {LENGTH, LENGTH | BUSY};
static _Atomic unsigned consumer_pos, producer_pos = 2;
static int payload[2] = {1, 0};
static sem_t edge;  // of epoll, with EPOLLET

static void *kernel(void *unused) {
    payload[1] = 1;
    atomic_thread_fence(memory_order_seq_cst);  // xchg() is a full barrier
    atomic_exchange_explicit(&header[1], LENGTH, memory_order_seq_cst);
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&consumer_pos, memory_order_acquire) == 1) sem_post(&edge);
    return unused;
}

static unsigned process_ring(void) {
    unsigned taken = 0;
    unsigned position = atomic_load_explicit(&consumer_pos, memory_order_acquire);
    int found;
    do {
        found = 0;
        const unsigned end = atomic_load_explicit(&producer_pos, memory_order_acquire);
        while (position < end) {
            const unsigned length = atomic_load_explicit(&header[position], memory_order_acquire);
#ifdef AGAIN
            if (length & BUSY) break;
#else
            if (length & BUSY) return taken;
#endif
            assert(payload[position] == 1);
            found = 1;
            ++taken;
            atomic_store_explicit(&consumer_pos, ++position, memory_order_release);
        }
        if (found) atomic_thread_fence(memory_order_seq_cst);  // the patch
    } while (found);
    return taken;
}

int main(void) {
    pthread_t cpu;
    sem_init(&edge, 0, 0);
    pthread_create(&cpu, 0, kernel, 0);
    for (unsigned taken = process_ring(); taken < 2; taken += process_ring()) sem_wait(&edge);
    pthread_join(cpu, 0);
    return 0;
}
