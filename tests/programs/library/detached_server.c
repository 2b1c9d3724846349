// A server that waits for the next request for ever. If it is detached, it ends when main() does.
// One that is to be joined hangs.
//
// expect                    rc11 2  armv8 2
// expect -DBUSY             rc11 1
// expect -DBROKEN           rc11 2/2 deadlock
// expect -DBROKEN -DBUSY    rc11 1/1 a_thread
// expect -DBROKEN -DANSWER  rc11 2/2 assertion
// expect -DMUTE             rc11 2/2 a_thread
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int request, answer;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t asked = PTHREAD_COND_INITIALIZER;

static void* serve(void* unused) {
    (void)unused;
    for (;;) {
#ifdef BUSY
        while (atomic_load(&request) == 0) {
        }
#else
        pthread_mutex_lock(&mutex);
        while (atomic_load(&request) == 0) pthread_cond_wait(&asked, &mutex);
        pthread_mutex_unlock(&mutex);
#endif
        const int r = atomic_exchange(&request, 0);
#ifdef MUTE
        (void)r;
#else
        atomic_store(&answer, r + 1);
#endif
    }
}

int main(void) {
    pthread_t server;
    pthread_create(&server, 0, serve, 0);
#ifndef BROKEN
    pthread_detach(server);
#endif
    pthread_mutex_lock(&mutex);
    atomic_store(&request, 5);
    pthread_cond_signal(&asked);
    pthread_mutex_unlock(&mutex);
    while (atomic_load(&answer) == 0) {
    }
#ifdef ANSWER
    pthread_detach(server);
    assert(atomic_load(&answer) == 7);
#endif
    return 0;
}
