// Threads that do the same, and what tells them apart.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifndef N
#define N 3
#endif

atomic_int x, y, first;
int sum;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_t ids[N];

static void *same(void *argument) {
    (void)argument;
#ifdef OWN
    const int one = *(int *)argument;
#else
    const int one = 1;
#endif
#ifdef READS
    const int before = atomic_load_explicit(&y, memory_order_acquire);
#else
    const int before = 0;
#endif
    const int mine = atomic_fetch_add_explicit(&x, one, memory_order_relaxed);
#ifdef LOCKS
    pthread_mutex_lock(&m);
    sum += mine;
    pthread_mutex_unlock(&m);
#endif
#ifdef ASKS
    if (pthread_equal(pthread_self(), ids[1])) atomic_store(&first, mine + 1);
#endif
#ifdef ON_STACK
    atomic_int own;
    atomic_init(&own, mine);
    atomic_intptr_t at = (intptr_t)&own;
    atomic_store(&y, *(atomic_int *)atomic_load(&at));
#endif
#ifdef TELLS
    *(int *)argument = mine;
#endif
#ifdef FIRST_WRITES
    if (mine == 0) atomic_store(&y, 1);
#endif
    if (before != 0) atomic_store_explicit(&y, before + mine, memory_order_relaxed);
#ifdef RETURNS
    return (void *)(intptr_t)(mine + 1);
#else
    return NULL;
#endif
}

static void *other(void *argument) {
    (void)argument;
    atomic_store_explicit(&y, 1, memory_order_release);
    return NULL;
}

int main(void) {
    pthread_t t[N], o;
    void *results[N] = {0};
    int *arguments[N] = {0};
    for (int i = 0; i < N; ++i) {
#ifdef ARGUMENTS
        pthread_create(&t[i], NULL, same, &t[i]);
#elif defined OWN
        arguments[i] = malloc(sizeof(int));
        *arguments[i] = 1;
        pthread_create(&t[i], NULL, same, arguments[i]);
#else
        pthread_create(&t[i], NULL, same, NULL);
#endif
#ifdef ASKS
        if (i == 1) ids[1] = t[i];
#endif
#ifdef OTHER
        if (i == 0) pthread_create(&o, NULL, other, NULL);
#endif
#ifdef BETWEEN
        atomic_store_explicit(&y, i, memory_order_relaxed);
#endif
    }
    for (int i = 0; i < N; ++i) {
        pthread_join(t[i], &results[i]);
#ifdef HALFWAY
        if (i == 0) assert(atomic_load_explicit(&y, memory_order_relaxed) == 1);
#endif
#ifdef ONE_ONLY
        assert(atomic_load_explicit(&y, memory_order_relaxed) == 1);
        return 0;
#endif
    }
#ifdef OTHER
    pthread_join(o, NULL);
#endif
#ifdef TELLS
    assert(*arguments[0] <= *arguments[1]);
#endif
#ifdef RETURNS
    assert((intptr_t)results[0] <= (intptr_t)results[1]);
#endif
#ifdef ASKS
    assert(atomic_load(&first) != 1);
#endif
    assert(atomic_load(&x) == N);
    return 0;
}
