// Programs that do what cannot be followed, and programs of which no execution counts.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

void __VERIFIER_assume(int);

static atomic_int x;
static int counter;

static void *worker(void *arg) {
#ifdef CLOCK
    __asm__ __volatile__("rdtsc" ::: "eax", "edx");
#endif
#ifdef SYSCALL
    if (arg) __asm__ __volatile__("syscall" ::: "memory");
#endif
#ifdef ASSUME
    __VERIFIER_assume(atomic_load(&x) == 7);
#endif
#ifdef FAILS
    assert(atomic_load(&x) == 7);
#endif
#ifdef ALWAYS
    for (;;) atomic_fetch_add(&x, 1);
#endif
#ifdef RACE
    ++counter;
#endif
    atomic_fetch_add(&x, 1);
    return arg;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, worker, 0);
#ifdef RACE
    ++counter;
#endif
    pthread_join(t, 0);
    return counter < 0;
}
