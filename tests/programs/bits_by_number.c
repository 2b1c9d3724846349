// A set of bits in several words, as kernels have it: the number of the bit is in a register, and
// says which word is meant.
//
// expect            sc 2  x86-tso 2
// expect -DPLAIN    sc 2/4 assertion_failed
// expect -DTEST     sc 2  x86-tso 2
// expect -DRACE     rc11 2/2 data_race
#include <assert.h>
#include <pthread.h>

#ifdef PLAIN
#define PREFIX ""
#else
#define PREFIX "lock; "
#endif

static unsigned long set[4];
static int number = 130;  // of the third word

static void set_bit(long nr) {
    __asm__ __volatile__(PREFIX "btsq %1,%0" : "+m"(set[0]) : "r"(nr) : "memory", "cc");
}
static int test_bit(int nr) {
    char r;
    __asm__ __volatile__("btl %2,%1; setc %0"
                         : "=q"(r)
                         : "m"(*(int*)set), "r"(nr)
                         : "memory", "cc");
    return r;
}

static void* worker(void* unused) {
#ifdef RACE
    set[2] = 1;
#elif defined TEST
    set_bit(number);
    set_bit(3);
#else
    set_bit(number + 1);
#endif
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, worker, 0);
#ifdef TEST
    const int later = test_bit(3);
    assert(!later || test_bit(number));
#else
    set_bit(number);
#endif
    pthread_join(t, 0);
#ifdef TEST
    assert(set[2] == 4 && set[0] == 8);
#elif !defined RACE
    assert(set[2] == 12);
#endif
}
