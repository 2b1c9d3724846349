// A loop that waits for a flag, and looks at something else in each round that fails.
//
// expect         sc 1      x86-tso 1      rc11 1      armv8 1
// expect -DRACES sc 2/3 data_race  x86-tso 2/3 data_race  rc11 2/2 data_race  armv8 2/3 data_race
#include <pthread.h>
#include <stdatomic.h>

static int other;
static atomic_int flag;

static void *sets(void *unused) {
    other = 1;
    atomic_store_explicit(&flag, 1, memory_order_release);
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, sets, 0);
    int seen = 0;
    while (!atomic_load_explicit(&flag, memory_order_acquire)) {
#ifdef RACES
        seen = other;
#endif
    }
    seen = other;
    pthread_join(t, 0);
    return seen != 1;
}
