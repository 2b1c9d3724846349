// Objects that are initialised while others may use them: what comes first has to be in order.
// expect rc11 2  sc 2
// expect -DBROKEN -DMUTEX rc11 2/3 data_race  sc 1/2 data_race
// expect -DBROKEN -DSEMAPHORE rc11 2/3 data_race  x86-tso 1/2 data_race
// expect -DBROKEN -DCONDITION rc11 2/3 data_race
// expect -DBROKEN -DREADERS rc11 2/3 data_race
// expect -DNEVER -DSEMAPHORE rc11 1/1 a_semaphore_that_was_never_initialised
// expect -DNEVER -DCONDITION rc11 1/1 a_condition_variable_that_was_never
// expect -DNEVER -DREADERS rc11 1/1 a_lock_that_was_never_initialised
// expect -DNEVER -DSPIN rc11 1/1 a_spin_lock_that_was_never_initialised
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

struct all {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    pthread_rwlock_t readers;
    pthread_spinlock_t spin;
    sem_t semaphore;
};

static struct all fixed;
static struct all *objects = &fixed;
static atomic_int there;
static int n;

#ifdef BROKEN
#define PUBLISH memory_order_relaxed
#else
#define PUBLISH memory_order_release
#endif

static void *maker(void *unused) {
#if !defined BROKEN || defined MUTEX
    pthread_mutex_init(&objects->mutex, 0);
#endif
#if !defined BROKEN || defined CONDITION
    pthread_cond_init(&objects->condition, 0);
#endif
#if !defined BROKEN || defined READERS
    pthread_rwlock_init(&objects->readers, 0);
#endif
#if !defined BROKEN || defined SEMAPHORE
    sem_init(&objects->semaphore, 0, 1);
#endif
    atomic_store_explicit(&there, 1, PUBLISH);
    return unused;
}

static void *user(void *unused) {
    if (!atomic_load_explicit(&there, memory_order_acquire)) return unused;
#if !defined BROKEN && !defined NEVER
    pthread_mutex_lock(&objects->mutex);
    pthread_cond_signal(&objects->condition);
    ++n;
    pthread_mutex_unlock(&objects->mutex);
    pthread_rwlock_rdlock(&objects->readers);
    pthread_rwlock_unlock(&objects->readers);
#elif defined MUTEX
    pthread_mutex_lock(&objects->mutex);
#elif defined CONDITION
    pthread_cond_signal(&objects->condition);
#elif defined READERS
    pthread_rwlock_rdlock(&objects->readers);
#elif defined SEMAPHORE
    sem_post(&objects->semaphore);
#elif defined SPIN
    pthread_spin_lock(&objects->spin);
#endif
    return unused;
}

int main(void) {
    pthread_t a, b;
#ifdef NEVER
    objects = malloc(sizeof *objects);
    atomic_store(&there, 1);
#else
    pthread_create(&a, 0, maker, 0);
#endif
    pthread_create(&b, 0, user, 0);
#ifndef NEVER
    pthread_join(a, 0);
#endif
    pthread_join(b, 0);
    return 0;
}
