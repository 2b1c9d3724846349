/* Lesson 10: the kernel's side of a small ring, and a consumer's thread around consume(). */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stddef.h>

#define BUSY 0x80000000u
#define RECORDS 2u

struct ring {
    atomic_ulong consumer_pos;
    atomic_ulong producer_pos;
    atomic_uint header[RECORDS];
    unsigned payload[RECORDS];
};

int consume(struct ring *r, void (*take)(unsigned payload));

static struct ring ring;
static sem_t wakeups;
static unsigned taken;

static void take(unsigned payload)
{
    assert(payload == 0xa + taken); /* each record once, in order, whole */
    ++taken;
}

static void *kernel(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < RECORDS; ++i) {
        /* __bpf_ringbuf_reserve() */
        atomic_store_explicit(&ring.header[i], BUSY | 8u, memory_order_relaxed);
        atomic_store_explicit(&ring.producer_pos, 16ul * (i + 1), memory_order_release);
        ring.payload[i] = 0xa + i; /* the program */
        /* bpf_ringbuf_commit(): the kernel's xchg() is a full barrier, before and behind. */
        atomic_thread_fence(memory_order_seq_cst);
        atomic_exchange_explicit(&ring.header[i], 8u, memory_order_seq_cst);
        atomic_thread_fence(memory_order_seq_cst);
        if (atomic_load_explicit(&ring.consumer_pos, memory_order_acquire) == 16ul * i)
            sem_post(&wakeups);
    }
    return NULL;
}

static void *user(void *unused)
{
    (void)unused;
    for (;;) {
        while (consume(&ring, take))
            ;
        if (taken == RECORDS)
            return NULL;
        sem_wait(&wakeups); /* asleep: for ever, if nobody sends a wakeup */
    }
}

int main(void)
{
    pthread_t threads[2];
    sem_init(&wakeups, 0, 0);
    pthread_create(&threads[0], NULL, kernel, NULL);
    pthread_create(&threads[1], NULL, user, NULL);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    assert(taken == RECORDS);
    return 0;
}
