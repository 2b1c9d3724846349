// Loops that wait, and count how often, where no event shows it: they give up after a while. What
// they count with is in a register that is not a general one, or is the thread's alone.
// expect           rc11 1
// expect -DVECTOR  rc11 1/1 assertion_failed
// expect -DGENERAL rc11 1/1 assertion_failed
// expect -DOWN     rc11 1/1 assertion_failed
// expect -DASSEMBLY rc11 1/1 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static int word;
static atomic_int flag;
static double half;
static _Thread_local atomic_int own;
static _Thread_local int own_too;

static void *waiter(void *unused) {
    int seen = 0;  // and in its register from the first round on
#if defined OWN
    while (!atomic_load(&flag)) assert(++own < 3);
#elif defined ASSEMBLY
    int *mine = &own_too;
    while (!atomic_load(&flag)) {
        __asm__ volatile("incl %0" : "+m"(*mine) : : "memory");
        assert(own_too < 3);
    }
#else
#if defined VECTOR
    double rounds = 0;
#elif defined GENERAL
    int rounds = 0;
#else
    double rounds = unused ? 1 : 2;  // in a register, and always the same
#endif
    do {
        __asm__ volatile("movl %1, %0" : "+r"(seen) : "m"(word));
#if defined VECTOR || defined GENERAL
        rounds += 1;
        assert(rounds < 4);
#endif
    } while (!seen);
    half = rounds / 2;
#endif
    return unused;
}

static void *setter(void *unused) {
    atomic_store(&flag, 1);
    __asm__ volatile("movl $1, %0" : "=m"(word) : : "memory");
    return unused;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, waiter, 0);
    pthread_create(&b, 0, setter, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
