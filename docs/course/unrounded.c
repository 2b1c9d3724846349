/* Lesson 1: two records of 5 bytes in a ring of bytes, and a consumer that walks from one to the
   next. -DROUNDED: as the kernel lays them out. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#define HEADER 8u
#define LEN 5u

static unsigned header[8]; /* one place every eight bytes: where a record may begin */
static atomic_uint producer_pos;

/* Where the record behind the one at `pos` begins. */
static unsigned next(unsigned pos, unsigned len)
{
#ifdef ROUNDED
    return pos + (HEADER + len + 7) / 8 * 8;
#else
    return pos + HEADER + len;
#endif
}

static void *kernel(void *unused)
{
    header[0] = LEN;
    header[2] = LEN; /* at byte 16 */
    atomic_store_explicit(&producer_pos, 32, memory_order_release);
    return unused;
}

static void *user(void *unused)
{
    unsigned taken = 0;
    unsigned end = atomic_load_explicit(&producer_pos, memory_order_acquire);
    for (unsigned pos = 0; pos < end; pos = next(pos, header[pos / 8])) {
        assert(pos % 8 == 0); /* no record begins here */
        ++taken;
    }
    assert(end == 0 || taken == 2);
    return unused;
}

int main(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, kernel, 0);
    pthread_create(&b, 0, user, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
