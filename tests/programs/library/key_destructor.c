// What pthread_key_create() is given runs at the end of each thread that has a value.
// expect rc11 2
// expect -DBROKEN rc11 1/1 assertion_failed:_atomic_load(&freed)_==_2
// expect -DDELETED rc11 2/2 a_key_is_used_after_it_was_destroyed
// expect -DNO_KEY rc11 1/1 what_is_no_key_of_a_thread's_values_is_used
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
#ifndef NO_KEY
    pthread_key_create(&key, destroy);
#endif
    pthread_create(&a, 0, worker, 0);
    pthread_create(&b, 0, worker, 0);
#ifndef BROKEN
    pthread_join(a, 0);
    pthread_join(b, 0);
#endif
#ifdef DELETED
    pthread_key_delete(key);
    pthread_setspecific(key, 0);
#endif
    assert(atomic_load(&freed) == 2);
    return 0;
}
