// Variables of a function that has returned, while its thread goes on. Other functions' variables
// may stand in their place by then.
//
// expect          rc11 1
// expect -DOTHER  rc11 2/3 use_of_a_local_variable_of_a_function
// expect -DSELF   rc11 1/1 use_of_a_local_variable_of_a_function
// expect -DWRITES rc11 1/1 use_of_a_local_variable_of_a_function
// expect -DSIGNAL rc11 4/4 use_of_a_local_variable_of_a_function
// expect -DCALLED rc11 2/2 use_of_a_local_variable_of_a_function
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static int* _Atomic lent;
static atomic_int stage;

#if defined(SIGNAL)
struct waiter {
    atomic_int ready;
    int extra;
};
static struct waiter* _Atomic waiting;
static void waits(void) {
    struct waiter w = {0, 0};
    atomic_store(&waiting, &w);
    while (!atomic_load(&w.ready)) {
    }
}
static void* other(void* argument) {
    struct waiter* w;
    while (!(w = atomic_load(&waiting))) {
    }
    atomic_store(&w->ready, 1);
    w->extra = 1;  // the waiting function may have returned
    return argument;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, other, 0);
    waits();
    pthread_join(t, 0);
    return 0;
}
#elif defined(OTHER) || defined(SELF) || defined(WRITES)
static void lend(void) {
    int local = 5;
    atomic_store(&lent, &local);
}
static void* other(void* argument) {
#if defined(OTHER)
    int* const seen = atomic_load(&lent);
    if (seen && *seen == 77) return 0;
#elif defined(WRITES)
    lend();
    atomic_store(&stage, 1);
    while (atomic_load(&stage) != 2) {
    }
#else
    atomic_store(&stage, 1);
#endif
    return argument;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, other, 0);
#if defined(WRITES)
    while (atomic_load(&stage) != 1) {
    }
    *atomic_load(&lent) = 3;
    atomic_store(&stage, 2);
#else
    lend();
#endif
#if defined(SELF)
    assert(*atomic_load(&lent) == 5);
#endif
    pthread_join(t, 0);
    return 0;
}
#else
struct job {
    int in, out;
    int unused[3];
};
static void* works(void* argument) {
    struct job* const j = argument;
    j->out = j->in + 1;
    return 0;
}
static pthread_t begin(int in) {
    struct job j;
    j.in = in;
    pthread_t t;
    pthread_create(&t, 0, works, &j);
#if !defined(CALLED)
    pthread_join(t, 0);
    const struct job copy = j;
    assert(copy.out == in + 1);
#endif
    return t;
}
int main(void) {
    const pthread_t t = begin(1);
#if defined(CALLED)
    pthread_join(t, 0);
#else
    (void)t;
    begin(2);
    begin(3);
#endif
    return 0;
}
#endif
