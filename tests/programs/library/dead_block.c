// Variables of a block that has ended, or of a function that was put in line and has ended, while
// another thread has their address.
//
// expect           rc11 1
// expect -DTURNS   rc11 1
// expect -DINLINED rc11 1
// expect -DBRANCH  rc11 1
// expect -DWRONG           rc11 2/3 use_of_a_local_variable_whose_block
// expect -DWRONG -DTURNS   rc11 5/6 use_of_a_local_variable_whose_block
// expect -DWRONG -DINLINED rc11 2/3 use_of_a_local_variable_whose_block
// expect -DWRONG -DBRANCH  rc11 2/3 use_of_a_local_variable_whose_block
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

struct work {
    int in, out;
};
static struct work* _Atomic lent;

// Of the right ones each thread is given its own work, which outlives it.
static void* works(void* argument) {
    struct work* const w = argument ? argument : atomic_load(&lent);
    if (w) w->out = w->in + 1;
    return 0;
}

static inline __attribute__((always_inline)) pthread_t begin(int in, int wrong) {
    struct work w = {in, 0};
    pthread_t t;
    pthread_create(&t, 0, works, wrong ? 0 : &w);
    if (wrong) {
        atomic_store(&lent, &w);
    } else {
        pthread_join(t, 0);
        assert(w.out == in + 1);
    }
    return t;
}

#if defined(WRONG)
enum { wrong = 1 };
#else
enum { wrong = 0 };
#endif

int main(void) {
    pthread_t t;
#if defined(INLINED)
    t = begin(1, wrong);
    int after = 2;
    if (wrong) pthread_join(t, 0);
    return after - 2;
#elif defined(TURNS)
    if (wrong) pthread_create(&t, 0, works, 0);
    for (int i = 0; i < 2; ++i) {
        struct work w;
        w.in = i;
        w.out = 0;
        if (wrong) {
            atomic_store(&lent, &w);
        } else {
            pthread_create(&t, 0, works, &w);
            pthread_join(t, 0);
            assert(w.out == i + 1);
        }
    }
    if (wrong) pthread_join(t, 0);
    return 0;
#else
    if (wrong) pthread_create(&t, 0, works, 0);
    {
        struct work w = {3, 0};
#if defined(BRANCH)
        if (__builtin_expect(wrong, 0)) {
            struct work inner = {4, 0};
            atomic_store(&lent, &inner);
        } else {
            atomic_store(&lent, 0);
        }
#else
        if (wrong) atomic_store(&lent, &w);
#endif
        if (!wrong) {
            pthread_create(&t, 0, works, &w);
            pthread_join(t, 0);
            assert(w.out == 4);
        }
    }
    if (!wrong) {
        struct work other = {5, 6};  // perhaps where the last one was
        pthread_create(&t, 0, works, &other);
        pthread_join(t, 0);
        assert(other.out == 6);
    }
    if (wrong) pthread_join(t, 0);
    return 0;
#endif
}
