// A counter under a lock. With -DTOLD the owner tells others of it before it gives the lock back;
// with -DASKED it looks what they say; with -DTRIED one thread tries the lock; with -DBROKEN it
// takes none.
#include <pthread.h>
#include <stdatomic.h>

#ifndef N
#define N 3
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counter;
static atomic_int told, seen[N];

static void add(int me) {
    ++counter;
#ifdef TOLD
    atomic_store_explicit(&told, me + 1, memory_order_relaxed);
#endif
#ifdef ASKED
    seen[me] = atomic_load_explicit(&told, memory_order_relaxed);
#endif
    (void)me;
}

static void *locked(void *mine) {
    const int me = (int)(long)mine;
#if defined(TOLD) && !defined(ASKED)
    seen[me] = atomic_load_explicit(&told, memory_order_relaxed);
#endif
#if defined(ASKED) && !defined(TOLD)
    atomic_store_explicit(&told, me + 1, memory_order_relaxed);
#endif
#ifdef BROKEN
    if (me == 1) {
        add(me);
        return 0;
    }
#endif
#ifdef TRIED
    if (me == 0) {
        if (pthread_mutex_trylock(&lock) == 0) {
            add(me);
            pthread_mutex_unlock(&lock);
        }
        return 0;
    }
#endif
    pthread_mutex_lock(&lock);
    add(me);
    pthread_mutex_unlock(&lock);
    return 0;
}

int main(void) {
    pthread_t t[N];
    for (long i = 0; i < N; ++i) pthread_create(&t[i], 0, locked, (void *)i);
    for (int i = 0; i < N; ++i) pthread_join(t[i], 0);
    return 0;
}
