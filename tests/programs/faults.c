// Programs that are wrong in ways of their own, one for each macro; without any, a correct one.
// expect                sc 1  x86-tso 1  rc11 1
// expect -DDEADLOCK     sc 1/3 deadlock  x86-tso 1/3 deadlock  rc11 1/3 deadlock
// expect -DCRASH        sc 2/2 crash  x86-tso 2/2 crash  rc11 2/2 crash
// expect -DWILD         rc11 2/2 crash:_an_address_that_no_memory_can_have
// expect -DDIVIDE       sc 2/2 division_by_zero  x86-tso 2/2 division_by_zero
// expect -DDIVIDE       rc11 2/2 division_by_zero
// expect -DDOUBLE_FREE  sc 2/2 double_free  x86-tso 2/2 double_free  rc11 2/2 double_free
// expect -DAFTER_FREE   sc 2/2 use_after_free  x86-tso 2/2 use_after_free  rc11 2/2 use_after_free
// expect -DSPIN         sc 1/1 a_thread_spins_for_ever
// expect -DSPIN         x86-tso 1/1 a_thread_spins_for_ever
// expect -DSPIN         rc11 1/1 a_thread_spins_for_ever
// expect -DUNLOCK       sc 1/1 unlock_of_a_lock_that_the_thread_does_not_hold
// expect -DUNLOCK       x86-tso 1/1 unlock_of_a_lock_that_the_thread_does_not_hold
// expect -DUNLOCK       rc11 1/1 unlock_of_a_lock_that_the_thread_does_not_hold
// expect -DASSUME       sc 1  x86-tso 1  rc11 1
// expect -DABORT        sc 1/1 abort()_is_called
// expect -DABORT        x86-tso 1/1 abort()_is_called
// expect -DABORT        rc11 1/1 abort()_is_called
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

void __VERIFIER_assume(int);
int __VERIFIER_nondet_int(void);

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, two = PTHREAD_MUTEX_INITIALIZER;
static atomic_int x;
static int *volatile nowhere;
static int *object;
static int buffer[1000];

static void *worker(void *arg) {
    long me = (long)arg;
    (void)me;
    for (int i = 0; i < 1000; ++i)  // of one thread only: no events
        if (me == 1) buffer[i] = i;
#ifdef DEADLOCK
    pthread_mutex_lock(me ? &one : &two);
    pthread_mutex_lock(me ? &two : &one);
    pthread_mutex_unlock(&one);
    pthread_mutex_unlock(&two);
#endif
#ifdef CRASH
    if (atomic_fetch_add(&x, 1) == 1) *nowhere = 1;
#endif
#ifdef WILD
    if (atomic_fetch_add(&x, 1) == 1) *(int *)((unsigned long)nowhere | 0xdeadul << 48) = 1;
#endif
#ifdef DIVIDE
    if (atomic_fetch_add(&x, 1) == 1) atomic_store(&x, 7 / (int)(x - 2));
#endif
#ifdef DOUBLE_FREE
    free(object);
#endif
#ifdef AFTER_FREE
    if (me)
        free(object);
    else
        *object = 1;
#endif
#ifdef SPIN
    if (me)
        while (!atomic_load(&x))
            ;
#endif
#ifdef UNLOCK
    pthread_mutex_unlock(&one);
#endif
#ifdef ASSUME
    int n = __VERIFIER_nondet_int();
    __VERIFIER_assume(n == 1);
    if (me) atomic_store(&x, n);
#endif
    return 0;
}

int main(void) {
    pthread_t a, b;
    object = malloc(sizeof *object);
    pthread_create(&a, 0, worker, (void *)0L);
    pthread_create(&b, 0, worker, (void *)1L);
    pthread_join(a, 0);
    pthread_join(b, 0);
#ifdef ABORT
    if (buffer[999] == 999) abort();
#endif
    return 0;
}
