// Inline assembly as kernels and libraries have it: barriers, locked instructions, single loads and
// stores. Barriers of other machines are known as well.
//
// expect -DFENCE='""'                                       sc 3  x86-tso 1/4 assertion_failed
// expect -DFENCE='"mfence"'                                 sc 3  x86-tso 3
// expect -DFENCE='"lock;addl\t$0,0(%%rsp)"'                   sc 3  x86-tso 3
// expect -DFENCE='"lock;orl\t$0,-4(%%rsp)"'                   sc 3  x86-tso 3
// expect -DFENCE='"MFENCE"'                                 sc 3  x86-tso 3
// expect -DFENCE='"1:\tLOCK\tAddl\t$0,0(%%RSP)"'              sc 3  x86-tso 3
// expect -DSERIAL                                           sc 3  x86-tso 3
// expect -DFENCE='"sfence"'                                 sc 3  x86-tso 1/4 assertion_failed
// expect -DFENCE='"dmb\tish"'                               sc 3  x86-tso 3
// expect -DFENCE='"lwsync"'                                 sc 3  x86-tso 1/4 assertion_failed
// expect -DSTORE                                            sc 1/2 assertion_failed
// expect -DADD                                              sc 2  x86-tso 2
// expect -DADD -DUNLOCKED                                   sc 2/4 assertion_failed
// expect -DLOCK                                             sc 2  x86-tso 2  rc11 2
// expect -DCOMPARE                                          sc 2  x86-tso 2
// expect -DWAIT                                             sc 2  x86-tso 2  rc11 2
#include <assert.h>
#include <pthread.h>

#define ONCE(x) (*(volatile __typeof__(x) *)&(x))

static int x, y, r0, r1;

#ifdef SERIAL
#define BARRIER __asm__ __volatile__("cpuid" ::"a"(0) : "ebx", "ecx", "edx", "memory")
#else
#define BARRIER __asm__ __volatile__(FENCE ::: "memory")
#endif

#if defined FENCE || defined SERIAL
static void first(void) {
    ONCE(x) = 1;
    BARRIER;
    r0 = ONCE(y);
}
static void second(void) {
    ONCE(y) = 1;
    BARRIER;
    r1 = ONCE(x);
}
static void judge(void) { assert(r0 || r1); }
#elif defined STORE
static void first(void) { __asm__ __volatile__("movl $1,%0" : "=m"(x)::"memory"); }
static void second(void) { assert(ONCE(x) == 0); }
static void judge(void) {}
#elif defined ADD
#ifdef UNLOCKED
#define PREFIX ""
#else
#define PREFIX "lock; "
#endif
static void add(void) { __asm__ __volatile__(PREFIX "incl %0" : "+m"(x)::"memory"); }
static void first(void) { add(); }
static void second(void) { add(); }
static void judge(void) { assert(x == 2); }
#elif defined LOCK
// A spin lock by xchg, which locks without being asked to.
static void under_lock(void) {
    int taken;
    do {
        taken = 1;
        __asm__ __volatile__("xchgl %0,%1" : "+r"(taken), "+m"(y)::"memory");
    } while (taken);
    ++x;
    taken = 0;
    __asm__ __volatile__("xchgl %0,%1" : "+r"(taken), "+m"(y)::"memory");
}
static void first(void) { under_lock(); }
static void second(void) { under_lock(); }
static void judge(void) { assert(x == 2); }
#elif defined WAIT
// Looks until the other one has written. The name begins as those of the x87's instructions do.
static void first(void) { __atomic_store_n(&x, 1, __ATOMIC_RELEASE); }
static void follow(void) {
    int seen;
    do __asm__ __volatile__("movl %1,%0" : "=r"(seen) : "m"(x) : "memory");
    while (!seen);
}
static void second(void) { follow(); }
static void judge(void) {}
#else
static int take(int wanted) {
    int seen = 0;
    __asm__ __volatile__("lock; cmpxchgl %2,%1"
                         : "+a"(seen), "+m"(x)
                         : "r"(wanted)
                         : "memory");
    return seen == 0;
}
static void first(void) { r0 = take(1); }
static void second(void) { r1 = take(2); }
static void judge(void) { assert(r0 + r1 == 1 && x == (r0 ? 1 : 2)); }
#endif

static void *run_first(void *unused) {
    first();
    return unused;
}
static void *run_second(void *unused) {
    second();
    return unused;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, run_first, 0);
    pthread_create(&b, 0, run_second, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    judge();
    return 0;
}
