// A value that is read and not used, and a store that the next one overwrites: a compiler may drop
// both, and the program races all the same.
// -DSTORE: the store is what races. -DSTRUCT: what is read is a structure. -DFENCED: neither does.
// expect           sc 1/2 data_race  x86-tso 1/2 data_race  rc11 2/3 data_race
// expect -DSTORE   sc 1/2 data_race  x86-tso 1/2 data_race  rc11 3/4 data_race
// expect -DSTRUCT  sc 1/2 data_race  x86-tso 1/2 data_race  rc11 2/3 data_race
// expect -DFENCED  sc 2  x86-tso 2  rc11 2
#include <pthread.h>
#include <stdatomic.h>

static int data;
static struct pair {
    int first, second;
} pair;
static atomic_int ready;

static void *writer(void *arg) {
#ifdef STORE
    data = 1;
#endif
#ifdef STRUCT
    pair.first = 2;
#else
    data = 2;
#endif
    atomic_store_explicit(&ready, 1, memory_order_release);
    return arg;
}

static void *reader(void *arg) {
    int seen;
#if defined STRUCT
    if (atomic_load_explicit(&ready, memory_order_relaxed)) {
        struct pair both = pair;
        (void)both;
    }
#elif defined FENCED
    if (atomic_load_explicit(&ready, memory_order_acquire)) seen = data;
#else
    if (atomic_load_explicit(&ready, memory_order_relaxed)) seen = data;
#endif
    return arg;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, writer, 0);
    pthread_create(&b, 0, reader, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
