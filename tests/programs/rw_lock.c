// A reader-writer spin lock that counts: a reader takes one off, a writer all at once. -DWRONG: a
// reader gives back with a relaxed addition, and the writer may overtake its reads.
// expect          sc 6  x86-tso 6  rc11 6
// expect -DWRONG  sc 1/6 data_race  x86-tso 1/6 data_race  rc11 1/6 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef WRONG
#define READER_LEAVES memory_order_relaxed
#else
#define READER_LEAVES memory_order_release
#endif
#define BIAS 0x100

static atomic_int free_places = BIAS;
static int data;

static void *reader(void *arg) {
    if (atomic_fetch_sub_explicit(&free_places, 1, memory_order_acquire) > 0) assert(data < 2);
    // Pairs with the subtraction of the writer.
    atomic_fetch_add_explicit(&free_places, 1, READER_LEAVES);
    return arg;
}

static void *writer(void *arg) {
    if (atomic_fetch_sub_explicit(&free_places, BIAS, memory_order_acquire) == BIAS) data = 1;
    atomic_fetch_add_explicit(&free_places, BIAS, memory_order_release);
    return arg;
}

int main(void) {
    pthread_t r, w;
    pthread_create(&w, 0, writer, 0);
    pthread_create(&r, 0, reader, 0);
    pthread_join(w, 0);
    pthread_join(r, 0);
    return 0;
}
