// Accesses behind a variable, that are to no other; and by an index that its array does not have.
//
// expect            sc 1/1 out_of_bounds
// expect -DREAD     sc 1/1 out_of_bounds
// expect -DINSIDE   sc 1
// expect -DLOCAL    sc 1/2 out_of_bounds:_index_4_of_'int_[4]'
// expect -DBEFORE   sc 1/2 out_of_bounds:_index_-1_of_'int_[4]'
// expect -DLENGTH   sc 1/2 an_array_has_the_length_-1
// expect -DEND      sc 2
#include <pthread.h>
#include <stdatomic.h>

static atomic_int x;
static int numbers[4];
static long sum;

static void* worker(void* unused) {
    volatile char* const at = (volatile char*)numbers;
#if defined INSIDE
    for (int i = 0; i < 16; ++i) at[i] = 1;
#elif defined READ
    sum += at[3000];
#elif !defined LOCAL && !defined BEFORE && !defined LENGTH && !defined END
    for (int i = 0; i < 3000; ++i) at[3000 - i] = 1;
#endif
    (void)at;
    atomic_store(&x, 1);
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, worker, 0);
#ifdef LOCAL
    int own[4] = {0, 0, 0, 0};
    own[3 + atomic_load(&x)] = 1;
    sum = own[0];
#endif
#ifdef BEFORE
    int own[4] = {0, 0, 0, 0};
    sum = own[-atomic_load(&x)];
#endif
#ifdef LENGTH
    int own[1 - 2 * atomic_load(&x)];
    own[0] = 1;
    sum = own[0];
#endif
#ifdef END
    int own[4] = {0, 0, 0, 0};
    for (int* at = own + atomic_load(&x); at != &own[4]; ++at) sum += *at;
#endif
    pthread_join(t, 0);
    return sum < 0;
}
