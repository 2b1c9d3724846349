// Misuse of the library, each found and named.
// expect rc11 1
// expect -DJOIN_TWICE rc11 1/1 a_thread_is_joined
// expect -DJOIN_BY_TWO rc11 2/2 a_thread_is_joined
// expect -DJOIN_DETACHED rc11 1/1 a_thread_is_joined
// expect -DJOIN_ITSELF rc11 1/1 a_thread_joins_itself
// expect -DJOIN_NOTHING rc11 1/1 pthread_join()_of_what_is_no_thread
// expect -DGARBAGE rc11 1/1 a_mutex_that_was_never_initialised
// expect -DDESTROYED_MUTEX rc11 3/4 a_lock_is_used_after
// expect -DDESTROYED_LOCKED rc11 1/1 a_mutex_is_destroyed_while
// expect -DINIT_LOCKED rc11 1/1 a_mutex_is_initialised_while_it_is_locked
// expect -DINIT_TWICE rc11 1/1 a_barrier_is_initialised_twice
// expect -DDESTROYED_BARRIER rc11 2/3 a_barrier_is_used_after
// expect -DNO_BARRIER rc11 1/1 a_barrier_that_was_not
// expect -DUNLOCK rc11 1/1 unlock_of_a_lock
// expect -DWAIT_UNLOCKED rc11 1/1 waits_for_a_condition
// expect -DFREED_MUTEX rc11 2/2 use_after_free
// expect -DSTACK rc11 1/1 use_of_the_stack
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t b;
static int *_Atomic stack;
static pthread_t t;
static pthread_mutex_t *own;

static void *nothing(void *unused) { return unused; }

static void *joiner(void *unused) {
    pthread_join(t, 0);
    return unused;
}

static void *joins_itself(void *unused) {
    pthread_join(pthread_self(), 0);
    return unused;
}

static void *user(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return unused;
}

static void *meets(void *unused) {
    pthread_barrier_wait(&b);
    return unused;
}

static void *lends_stack(void *unused) {
    int local = 1;
    atomic_store(&stack, &local);
    return unused;
}

static void *locks_own(void *unused) {
    pthread_mutex_lock(own);
    pthread_mutex_unlock(own);
    return unused;
}

int main(void) {
    pthread_t other;
#if defined JOIN_TWICE
    pthread_create(&t, 0, nothing, 0);
    pthread_join(t, 0);
    pthread_join(t, 0);
#elif defined JOIN_BY_TWO
    pthread_create(&t, 0, nothing, 0);
    pthread_create(&other, 0, joiner, 0);
    pthread_join(t, 0);
    pthread_join(other, 0);
#elif defined JOIN_DETACHED
    pthread_create(&t, 0, nothing, 0);
    pthread_detach(t);
    pthread_join(t, 0);
#elif defined JOIN_ITSELF
    pthread_create(&t, 0, joins_itself, 0);
    pthread_join(t, 0);
#elif defined JOIN_NOTHING
    pthread_create(&other, 0, nothing, 0);
    pthread_join(t, 0);
#elif defined GARBAGE
    memset(&m, 0xa5, sizeof m);
    pthread_create(&t, 0, user, 0);
    pthread_join(t, 0);
#elif defined DESTROYED_MUTEX
    pthread_create(&t, 0, user, 0);
    pthread_mutex_destroy(&m);
    pthread_join(t, 0);
#elif defined DESTROYED_LOCKED
    pthread_create(&t, 0, nothing, 0);
    pthread_mutex_lock(&m);
    pthread_mutex_destroy(&m);
    pthread_join(t, 0);
#elif defined INIT_LOCKED
    pthread_create(&t, 0, nothing, 0);
    pthread_mutex_lock(&m);
    pthread_mutex_init(&m, 0);
    pthread_join(t, 0);
#elif defined INIT_TWICE
    pthread_create(&t, 0, nothing, 0);
    pthread_barrier_init(&b, 0, 2);
    pthread_barrier_init(&b, 0, 2);
    pthread_join(t, 0);
#elif defined DESTROYED_BARRIER
    pthread_barrier_init(&b, 0, 1);
    pthread_create(&t, 0, meets, 0);
    pthread_barrier_destroy(&b);
    pthread_join(t, 0);
#elif defined NO_BARRIER
    pthread_create(&t, 0, meets, 0);
    pthread_join(t, 0);
#elif defined UNLOCK
    pthread_create(&t, 0, user, 0);
    pthread_mutex_unlock(&m);
    pthread_join(t, 0);
#elif defined WAIT_UNLOCKED
    pthread_create(&t, 0, nothing, 0);
    pthread_cond_wait(&c, &m);
    pthread_join(t, 0);
#elif defined FREED_MUTEX
    own = malloc(sizeof *own);
    pthread_mutex_init(own, 0);
    pthread_create(&t, 0, locks_own, 0);
    free(own);
    pthread_join(t, 0);
#elif defined STACK
    int *local;
    pthread_create(&t, 0, lends_stack, 0);
    pthread_join(t, 0);
    local = atomic_load(&stack);
    assert(*local == 1);
#else
    // All of it, used as it should be.
    int *lent;
    pthread_barrier_init(&b, 0, 1);
    pthread_create(&t, 0, meets, 0);
    pthread_join(t, 0);
    pthread_barrier_destroy(&b);
    pthread_barrier_init(&b, 0, 1);
    pthread_create(&t, 0, meets, 0);
    pthread_join(t, 0);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_mutex_destroy(&m);
    pthread_mutex_init(&m, 0);
    pthread_create(&t, 0, user, 0);
    pthread_join(t, 0);
    own = malloc(sizeof *own);
    pthread_mutex_init(own, 0);
    pthread_create(&t, 0, locks_own, 0);
    pthread_join(t, 0);
    pthread_mutex_destroy(own);
    free(own);
    pthread_create(&t, 0, lends_stack, 0);
    pthread_join(t, 0);
    lent = atomic_load(&stack);
    assert(lent != 0);
    (void)other;
#endif
    return 0;
}
