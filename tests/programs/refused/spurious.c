// What may fail, or wake, without a reason.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int x, done;

#ifdef WAIT
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;

static void *worker(void *unused) {
    pthread_mutex_lock(&m);
#ifdef AGAIN
    while (!atomic_load(&done)) pthread_cond_wait(&c, &m);
#else
    if (!atomic_load(&done)) pthread_cond_wait(&c, &m);
#endif
    assert(atomic_load(&done));
    pthread_mutex_unlock(&m);
    return unused;
}
#else
static void *worker(void *unused) {
    int expected = 0;
#ifdef STRONG
    assert(atomic_compare_exchange_strong(&x, &expected, 1));
#else
    assert(atomic_compare_exchange_weak(&x, &expected, 1));
#endif
    return unused;
}
#endif

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, worker, 0);
#ifdef WAIT
    pthread_mutex_lock(&m);
    atomic_store(&done, 1);
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
#endif
    pthread_join(t, 0);
    return 0;
}
