// What a program does in few of its executions only, which others of them do not show: memory that
// it allocates, locations that it comes to, a thread that it starts, what it waits for.
// -DSTARTS: a thread; -DWAITS: with a time; -DTURNS: a loop of ten rounds; -DFAILS: an execution
// with both is wrong.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

static atomic_int x, y;
static _Atomic(int*) made[2];
static atomic_int seldom[2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void* other(void* of) {
    atomic_fetch_add(&seldom[(long)of], 2);
    return 0;
}

static void come_to_it(long me) {
    int* const p = malloc(sizeof *p);
    *p = (int)me;
    atomic_store(&made[me], p);
    atomic_fetch_add(&seldom[me], 1);
#ifdef STARTS
    pthread_t t;
    pthread_create(&t, 0, other, (void*)me);
    pthread_join(t, 0);
#endif
#ifdef TURNS
    for (int i = 0; i < 10; ++i) atomic_fetch_add(&seldom[me], 1);
#endif
#ifdef WAITS
    const struct timespec soon = {1, 0};
    pthread_mutex_lock(&lock);
    pthread_cond_timedwait(&never, &lock, &soon);
    pthread_mutex_unlock(&lock);
#endif
}

static void* run(void* arg) {
    const long me = (long)arg;
    int seen = 0;
    for (int i = 0; i < 3; ++i) seen = seen * 8 + atomic_fetch_add(&x, 1);
    for (int i = 0; i < 3; ++i) atomic_fetch_add_explicit(&y, 1, memory_order_relaxed);
    // The second thread before the first one; the first one alternating with it.
    if (seen == (me == 0 ? 0124 : 0035)) come_to_it(me);
    if (seen == (me == 0 ? 0135 : 0024)) come_to_it(me);
    return 0;
}

int main(void) {
    pthread_t t[2];
    for (long i = 0; i < 2; ++i) pthread_create(&t[i], 0, run, (void*)i);
    for (int i = 0; i < 2; ++i) pthread_join(t[i], 0);
#ifdef FAILS
    assert(!(atomic_load(&made[0]) && atomic_load(&made[1])));
#endif
    (void)other, (void)lock, (void)never;
    return 0;
}
