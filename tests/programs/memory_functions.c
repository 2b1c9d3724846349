// Blocks of memory that are filled, copied and compared by the C library's functions, in sizes that
// a compiler likes to turn into a few stores of its own. Handed over by a flag.
// -DWRONG: the flag is raised with a relaxed store.
// expect          sc 2  x86-tso 2  rc11 2
// expect -DWRONG  sc 1/2 data_race  x86-tso 1/2 data_race  rc11 2/3 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#ifdef WRONG
#define RAISE memory_order_relaxed
#else
#define RAISE memory_order_release
#endif

static int pair[2] = {7, 7};
static char word[12];
static char name[8];
static atomic_int ready;

static void *writer(void *arg) {
    memset(pair, 0, sizeof pair);
    memcpy(word, "eleven char", 12);
    strcpy(name, "ring");
    __builtin_memset(name + 5, 1, 3);
    atomic_store_explicit(&ready, 1, RAISE);
    return arg;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, writer, 0);
    if (atomic_load_explicit(&ready, memory_order_acquire)) {
        assert(pair[0] == 0 && pair[1] == 0);
        assert(memcmp(word, "eleven char", 12) == 0);
        assert(strcmp(name, "ring") == 0 && name[7] == 1);
    }
    pthread_join(t, 0);
    return 0;
}
