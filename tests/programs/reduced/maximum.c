// The greatest of what several threads bring, kept by compare-exchanges.
#include <pthread.h>
#include <stdatomic.h>

#ifndef BAD
#define BAD -1
#endif

static atomic_int greatest;
static int seen[3];

static void *bring(void *mine) {
    const int value = (int)(long)mine;
    int old = atomic_load(&greatest);
    while (old < value && !atomic_compare_exchange_weak(&greatest, &old, value))
        ;
    seen[value - 1] = old;
    return 0;
}

int main(void) {
    pthread_t t[3];
    for (long i = 0; i < 3; ++i) pthread_create(&t[i], 0, bring, (void *)(i + 1));
    for (int i = 0; i < 3; ++i) pthread_join(t[i], 0);
    return seen[0] + 4 * seen[1] == BAD;
}
