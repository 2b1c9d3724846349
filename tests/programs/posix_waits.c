// Barriers, reader-writer locks, semaphores, spin locks and thread-local data of POSIX.
// -DWRONG_BARRIER, -DWRONG_RWLOCK, -DWRONG_SEM: one of them does not protect what it should.
// expect                  sc 4  x86-tso 4  rc11 4
// expect -DWRONG_BARRIER  sc 5/5 assertion_failed  x86-tso 5/5 assertion_failed  rc11 2/2 data_race
// expect -DWRONG_RWLOCK   sc 16/20 data_race  x86-tso 16/20 data_race  rc11 4/6 data_race
// expect -DWRONG_SEM      sc 7/7 assertion_failed
// expect -DWRONG_SEM      x86-tso 7/7 assertion_failed
// expect -DWRONG_SEM      rc11 5/5 data_race
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static pthread_barrier_t barrier;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t filled;
static pthread_spinlock_t spin;
static int before, shared, item, count;
static _Thread_local int mine = 5;

static void *first(void *arg) {
    before = 1;
#ifndef WRONG_BARRIER
    pthread_barrier_wait(&barrier);
#endif
#ifdef WRONG_RWLOCK
    pthread_rwlock_rdlock(&rwlock);
#else
    pthread_rwlock_wrlock(&rwlock);
#endif
    ++shared;
    pthread_rwlock_unlock(&rwlock);
    item = 7;
    sem_post(&filled);
    pthread_spin_lock(&spin);
    ++count;
    pthread_spin_unlock(&spin);
    assert(mine++ == 5);
    return arg;
}

static void *second(void *arg) {
#ifndef WRONG_BARRIER
    pthread_barrier_wait(&barrier);
#endif
    assert(before == 1);
    pthread_rwlock_rdlock(&rwlock);
    assert(shared == 0 || shared == 1);
    pthread_rwlock_unlock(&rwlock);
#ifndef WRONG_SEM
    sem_wait(&filled);
#endif
    assert(item == 7);
    pthread_spin_lock(&spin);
    ++count;
    pthread_spin_unlock(&spin);
    assert(mine++ == 5);
    return arg;
}

int main(void) {
    pthread_t a, b;
    pthread_barrier_init(&barrier, 0, 2);
    sem_init(&filled, 0, 0);
    pthread_spin_init(&spin, 0);
    pthread_create(&a, 0, first, 0);
    pthread_create(&b, 0, second, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    assert(count == 2);
    return 0;
}
