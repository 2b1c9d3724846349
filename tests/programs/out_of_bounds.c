// Accesses behind a variable, that are to no other.
//
// expect            sc 1/1 out_of_bounds
// expect -DREAD     sc 1/1 out_of_bounds
// expect -DINSIDE   sc 1
#include <pthread.h>
#include <stdatomic.h>

static atomic_int x;
static int numbers[4];
static long sum;

static void *worker(void *unused) {
    volatile char *const at = (volatile char *)numbers;
#if defined INSIDE
    for (int i = 0; i < 16; ++i) at[i] = 1;
#elif defined READ
    sum += at[3000];
#else
    for (int i = 0; i < 3000; ++i) at[3000 - i] = 1;
#endif
    atomic_store(&x, 1);
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, worker, 0);
    pthread_join(t, 0);
    return sum < 0;
}
