// A thread that one of two others starts, whichever comes last of all, behind a store to a variable
// that no execution before knew of.
// expect  sc 12  x86-tso 12  rc11 12  armv8 12
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int x;
static _Atomic(int*) made;

static void* other(void* unused) {
    atomic_fetch_add(&x, 2);
    return unused;
}

static void* run(void* unused) {
    if (atomic_fetch_add(&x, 1) != 3) return unused;
    int* const p = malloc(sizeof *p);
    *p = 1;
    atomic_store(&made, p);
    pthread_t t;
    pthread_create(&t, 0, other, 0);
    pthread_join(t, 0);
    free(p);
    return unused;
}

int main(void) {
    pthread_t t[2];
    for (int i = 0; i < 2; ++i) pthread_create(&t[i], 0, run, 0);
    atomic_fetch_add(&x, 1);
    atomic_fetch_add(&x, 1);
    for (int i = 0; i < 2; ++i) pthread_join(t[i], 0);
    return 0;
}
