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
#ifdef STREAM
    __asm__ volatile("movnti %1, %0" : "=m"(counter) : "r"(1));
#endif
#ifdef TRANSLATE
    __asm__ volatile("xlatb" : : "a"(0), "b"(&counter) : "memory");
#endif
#ifdef BYTES
    __asm__ volatile(".byte 0xc7, 0x00, 0, 0, 0, 0" : : "a"(&counter) : "memory");
#endif
#ifdef HINTS
    __asm__ volatile(".byte 0xf3, 0x90");
    __asm__ volatile(".pushsection .rodata\n.long 0\n.popsection\nnop");
#endif
#ifdef PERHAPS
    int least;
    if (atomic_load(&x) == 0) least = 0;
    if (least == 3) ++counter;
#endif
    pthread_join(t, 0);
    return counter < 0;
}
