// Programs that fail before main(), or that use what is not modelled.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static int c;
static _Atomic int x;

#ifdef CONSTRUCTOR
__attribute__((constructor)) static void before(void) {
    c = 7;
    assert(c == 8);
}
#endif

#ifdef NULL_POINTER
static int *volatile nothing;
__attribute__((constructor)) static void before(void) {
    *nothing = 7;
}
#endif

#ifdef THREAD
static void *early_worker(void *unused) {
    return unused;
}
static pthread_t early_thread;
__attribute__((constructor)) static void before(void) {
    pthread_create(&early_thread, 0, early_worker, 0);
}
#endif

#ifdef WIDE
static _Atomic __int128 wide;
#endif

static void *worker(void *unused) {
#ifdef WIDE
    atomic_fetch_add(&wide, 1);
#endif
    atomic_store(&x, c);
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, worker, 0);
    pthread_join(t, 0);
    return 0;
}
