// pthread_cleanup_push(): what was pushed last is called first, at the end of its block if that
// asks for it, and when the thread leaves by pthread_exit() from inside.
// expect                     rc11 2
// expect -fexceptions        rc11 2
// expect -DBROKEN            rc11 1/2 deadlock
// expect -DFORGOTTEN         rc11 2/2 assertion_failed:_order_==_32
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int order;
static int numbers[] = {0, 1, 2, 3};

static void note(void *number) { order = order * 10 + *(int *)number; }
static void unlock(void *lock) { pthread_mutex_unlock(lock); }

static void inner(int leaves) {
    pthread_cleanup_push(note, &numbers[3]);
    if (leaves) pthread_exit(0);
    pthread_cleanup_pop(1);
}

static void *worker(void *leaves) {
    pthread_mutex_lock(&m);
#ifndef BROKEN
    pthread_cleanup_push(unlock, &m);
#endif
    pthread_cleanup_push(note, &numbers[1]);
    pthread_cleanup_push(note, &numbers[2]);
    inner(leaves != 0);
    pthread_cleanup_pop(1);
    pthread_cleanup_pop(0);
#ifndef BROKEN
    pthread_cleanup_pop(1);
#else
    pthread_mutex_unlock(&m);
#endif
    return 0;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, worker, 0);
    pthread_join(t, 0);
    assert(order == 32);
    order = 0;
    pthread_create(&t, 0, worker, &order);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_join(t, 0);
#ifdef FORGOTTEN
    assert(order == 32);
#else
    assert(order == 321);
#endif
    return 0;
}
