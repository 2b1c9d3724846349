// Operations on atomic numbers of floating point, which the compiler makes of compare-exchanges and
// which keep the state of the floating-point unit.
//
// expect          rc11 2
// expect -DBROKEN rc11 1/3 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static _Atomic float sum;
static _Atomic double product = 1;

static void* other(void* argument) {
#ifdef BROKEN
    sum = sum + 1.0f;
#else
    sum += 1.0f;
    product *= 2.0;
#endif
    return argument;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, other, 0);
    sum += 2.0f;
    pthread_join(t, 0);
    product *= 3.0;
    assert(sum == 3.0f);
#ifndef BROKEN
    assert(product == 6.0);
#endif
    return 0;
}
