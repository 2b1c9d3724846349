// pthread_mutex_timedlock(), and a mutex that reports errors.
// expect rc11 3
// expect -DBROKEN rc11 2/4 data_race
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t m;
static int count;

static void *other(void *unused) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    const int status = pthread_mutex_timedlock(&m, &until);
    if (status == 0) {
        ++count;
        assert(pthread_mutex_lock(&m) == EDEADLK);
        pthread_mutex_unlock(&m);
    } else {
        assert(status == ETIMEDOUT);
#ifdef BROKEN
        ++count;
#endif
        assert(pthread_mutex_unlock(&m) == EPERM || status == 0);
    }
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_mutexattr_t a;
    pthread_mutexattr_init(&a);
    pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&m, &a);
    pthread_create(&t, 0, other, 0);
    pthread_mutex_lock(&m);
    ++count;
    pthread_mutex_unlock(&m);
    pthread_join(t, 0);
    assert(count == 1 || count == 2);
    pthread_mutex_destroy(&m);
    return 0;
}
