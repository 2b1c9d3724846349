// main() that ends by pthread_exit() ends as any thread does, and the program with the last of all;
// _exit() ends it at once, with nothing that is due.
// expect                    rc11 2
// expect -DAT_ONCE          rc11 1
// expect -DKEY              rc11 1/1 assertion_failed:_!value
// expect -DKEY -DDELETED    rc11 2
// expect -DHANG             rc11 2/2 deadlock
// expect -DEXITS            rc11 1/1 assertion_failed:_atomic_load(&done)_==_2
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_int done;
static pthread_key_t key;
static sem_t never;

static void at_the_end(void) { assert(atomic_load(&done) == 2); }
static void destroy(void *value) { assert(!value); }

static void *grandchild(void *unused) {
    atomic_fetch_add(&done, 1);
#ifdef HANG
    sem_wait(&never);
#endif
    return unused;
}

static void *child(void *unused) {
    pthread_t t;
    pthread_create(&t, 0, grandchild, 0);
    pthread_detach(t);
    atomic_fetch_add(&done, 1);
    return unused;
}

int main(void) {
    pthread_t t;
    atexit(at_the_end);
    sem_init(&never, 0, 0);
    pthread_key_create(&key, destroy);
#ifdef KEY
    pthread_setspecific(key, &key);
#endif
#ifdef DELETED
    pthread_key_delete(key);
#endif
#if defined AT_ONCE
    atomic_store(&done, 7);
    pthread_create(&t, 0, grandchild, 0);
    pthread_join(t, 0);
    _exit(0);
#elif defined EXITS
    atomic_store(&done, 7);
    pthread_create(&t, 0, grandchild, 0);
    pthread_join(t, 0);
    exit(0);
#else
    pthread_create(&t, 0, child, 0);
    pthread_detach(t);
    pthread_exit(0);
#endif
}
