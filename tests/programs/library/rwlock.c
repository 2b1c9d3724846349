// pthread_rwlock_t with attempts.
// expect rc11 6
// expect -DBROKEN rc11 6/11 data_race
#include <assert.h>
#include <errno.h>
#include <pthread.h>

static pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
static int a;
static int b;

static void *reader(void *unused) {
    if (pthread_rwlock_tryrdlock(&l) == 0) {
        assert(a == b);
        pthread_rwlock_unlock(&l);
    }
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, reader, 0);
#ifdef BROKEN
    pthread_rwlock_rdlock(&l);
#else
    pthread_rwlock_wrlock(&l);
#endif
    ++a;
    ++b;
    pthread_rwlock_unlock(&l);
    pthread_join(t, 0);
    return 0;
}
