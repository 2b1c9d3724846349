// Double-checked locking: an object is made by the first who needs it. -DWRONG: it is published by
// a relaxed store, and who finds it need not find it made.
// expect          sc 4  x86-tso 4  rc11 4
// expect -DWRONG  sc 2/4 data_race  x86-tso 2/4 data_race  rc11 4/6 data_race
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#ifdef WRONG
#define PUBLISH memory_order_relaxed
#else
#define PUBLISH memory_order_release
#endif

struct thing {
    int value;
};

static _Atomic(struct thing *) instance;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static struct thing *get(void) {
    // Pairs with the store below.
    struct thing *t = atomic_load_explicit(&instance, memory_order_acquire);
    if (t) return t;
    pthread_mutex_lock(&mutex);
    t = atomic_load_explicit(&instance, memory_order_relaxed);
    if (!t) {
        t = malloc(sizeof *t);
        t->value = 42;
        atomic_store_explicit(&instance, t, PUBLISH);
    }
    pthread_mutex_unlock(&mutex);
    return t;
}

static void *worker(void *arg) {
    assert(get()->value == 42);
    return arg;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, worker, 0);
    pthread_create(&b, 0, worker, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
