// Accesses to a word and to its bytes. Alone: a store to the word is seen as a whole. -DBYTES: each
// thread raises its byte, and looks at the other's; -DFORWARDED: at the word, in which x86 finds
// its own byte before it is in memory; -DFENCED: behind a fence. -DCARRY: what overflows in a byte
// does not get into the next one. -DPLAIN: plain accesses to different bytes do not race, with
// -DSAME those to one do, and with -DWHOLE a plain one to a byte and an atomic one to the word.
// Plain accesses may be of parts under every model.
// expect                 sc 3
// expect                 x86-tso 3
// expect -DBYTES         sc 4
// expect -DBYTES         x86-tso 4/18 assertion_failed
// expect -DFORWARDED     sc 4
// expect -DFORWARDED     x86-tso 4/18 assertion_failed
// expect -DFENCED        sc 4
// expect -DFENCED        x86-tso 4
// expect -DCARRY         sc 3
// expect -DCARRY         x86-tso 3
// expect -DPLAIN         sc 2
// expect -DPLAIN         x86-tso 2
// expect -DPLAIN -DSAME  sc 2/2 data_race
// expect -DPLAIN -DSAME  x86-tso 2/2 data_race
// expect -DPLAIN         rc11 2
// expect -DPLAIN         armv8 2
// expect -DPLAIN -DSAME  rc11 2/2 data_race
// expect -DPLAIN -DSAME  armv8 2/2 data_race
// expect -DPLAIN -DWHOLE rc11 2/2 data_race
// expect -DPLAIN -DWHOLE sc 2/2 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static union {
    atomic_uint whole;
    atomic_uchar byte[4];
    unsigned char plain[4];
} word;
static unsigned saw[2];

#if defined(BYTES)
#define LOOK(mine, other) atomic_load_explicit(&word.byte[other], memory_order_relaxed)
#elif defined(FORWARDED)
#define LOOK(mine, other) \
    (atomic_load_explicit(&word.whole, memory_order_relaxed) >> (8 * (other)) & 0xff)
#else
#define LOOK(mine, other)                       \
    (atomic_thread_fence(memory_order_seq_cst), \
     atomic_load_explicit(&word.whole, memory_order_relaxed) >> (8 * (other)) & 0xff)
#endif

static void *left(void *arg) {
#if defined(PLAIN)
    word.plain[0] = 1;
#elif defined(CARRY)
    atomic_fetch_add_explicit(&word.byte[0], 255, memory_order_relaxed);
    atomic_fetch_add_explicit(&word.byte[0], 2, memory_order_relaxed);
#elif defined(BYTES) || defined(FORWARDED) || defined(FENCED)
    atomic_store_explicit(&word.byte[0], 1, memory_order_relaxed);
    saw[0] = LOOK(0, 1);
#else
    atomic_store_explicit(&word.whole, 0x01010101, memory_order_relaxed);
    atomic_store_explicit(&word.byte[3], 2, memory_order_relaxed);
#endif
    return arg;
}

static void *right(void *arg) {
#if defined(SAME)
    word.plain[0] = 2;
#elif defined(WHOLE)
    atomic_fetch_add_explicit(&word.whole, 0x100, memory_order_relaxed);
#elif defined(PLAIN)
    word.plain[1] = 1;
#elif defined(CARRY)
    atomic_store_explicit(&word.byte[1], 7, memory_order_relaxed);
#elif defined(BYTES) || defined(FORWARDED) || defined(FENCED)
    atomic_store_explicit(&word.byte[1], 1, memory_order_relaxed);
    saw[1] = LOOK(1, 0);
#else
    const unsigned seen = atomic_load_explicit(&word.whole, memory_order_relaxed);
    assert(seen == 0 || seen == 0x01010101 || seen == 0x02010101);
#endif
    return arg;
}

int main(void) {
    pthread_t a;
    pthread_t b;
    pthread_create(&a, 0, left, 0);
    pthread_create(&b, 0, right, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    const unsigned whole = atomic_load_explicit(&word.whole, memory_order_relaxed);
#if defined(CARRY)
    assert(whole == 0x0701);
#elif defined(BYTES) || defined(FORWARDED) || defined(FENCED)
    assert(saw[0] || saw[1]);
    assert(whole == 0x0101);
#elif !defined(SAME) && !defined(WHOLE) && defined(PLAIN)
    assert(whole == 0x0101);
#endif
}
