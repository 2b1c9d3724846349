// sem_trywait(), sem_timedwait() and sem_getvalue().
// expect rc11 3
// expect -DBROKEN rc11 2/3 assertion_failed:_data_==_1
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

static sem_t filled;
static int data;

static void *producer(void *unused) {
#ifdef BROKEN
    sem_post(&filled);
    data = 1;
#else
    data = 1;
    sem_post(&filled);
#endif
    return unused;
}

int main(void) {
    pthread_t t;
    struct timespec until;
    int value = -1;
    sem_init(&filled, 0, 0);
    pthread_create(&t, 0, producer, 0);
    if (sem_trywait(&filled) == 0) {
        assert(data == 1);
    } else {
        assert(errno == EAGAIN);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 1000;
        if (sem_timedwait(&filled, &until) == 0)
            assert(data == 1);
        else
            assert(errno == ETIMEDOUT);
    }
    pthread_join(t, 0);
    sem_getvalue(&filled, &value);
    assert(value == 0 || value == 1);
    sem_destroy(&filled);
    return 0;
}
