// What pthread_key_create() is given runs at the end of each thread that has a value.
// expect rc11 2
// expect -DBROKEN rc11 1/1 assertion_failed:_atomic_load(&freed)_==_2
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static pthread_key_t key;
static atomic_int freed;

static void destroy(void *value) {
    free(value);
    atomic_fetch_add(&freed, 1);
}

static void *worker(void *unused) {
    pthread_setspecific(key, malloc(4));
    return unused;
}

int main(void) {
    pthread_t a;
    pthread_t b;
    pthread_key_create(&key, destroy);
    pthread_create(&a, 0, worker, 0);
    pthread_create(&b, 0, worker, 0);
#ifndef BROKEN
    pthread_join(a, 0);
    pthread_join(b, 0);
#endif
    assert(atomic_load(&freed) == 2);
    return 0;
}
