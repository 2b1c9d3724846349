// An object that one thread allocates, publishes and frees, and never touches itself.
// -DWRONG: another one writes to it, be it freed or not.
// expect          sc 2  x86-tso 2  rc11 2
// expect -DWRONG  sc 2/3 use_after_free  x86-tso 2/3 use_after_free  rc11 2/3 use_after_free
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic(int *) shared;

static void *owner(void *arg) {
    int *mine = malloc(sizeof *mine);
    atomic_store(&shared, mine);
    free(mine);
    return arg;
}

static void *user(void *arg) {
    int *got = atomic_load(&shared);
#ifdef WRONG
    if (got) *got = 18;
#else
    (void)got;
#endif
    return arg;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, owner, 0);
    pthread_create(&b, 0, user, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
