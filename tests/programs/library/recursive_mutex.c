// A recursive mutex with a static initialiser.
// expect rc11 2
// expect -DBROKEN rc11 2/2 deadlock
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>

#ifdef BROKEN
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
#else
static pthread_mutex_t m = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
#endif
static int count;

static void *add(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&m);
    ++count;
    pthread_mutex_unlock(&m);
    ++count;
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, add, 0);
    add(0);
    pthread_join(t, 0);
    assert(count == 4);
    return 0;
}
