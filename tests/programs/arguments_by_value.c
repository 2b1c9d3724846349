// A structure that is handed over by value stands on the stack of the caller's thread, and the
// function may give its address to another one.
//
// expect          rc11 1  sc 1
// expect -DBROKEN rc11 2/2 data_race
#include <assert.h>
#include <pthread.h>

struct six {
    long of[6];
};

static void* adds(void* argument) {
    struct six* const s = argument;
    s->of[3] = s->of[2] + 1;
    return 0;
}

static long sum(int first, struct six s, int last) {
    pthread_t t;
    pthread_create(&t, 0, adds, &s);
#ifdef BROKEN
    const long early = s.of[3];
    pthread_join(t, 0);
    return early;
#else
    pthread_join(t, 0);
    return first + s.of[3] + last;
#endif
}

int main(void) {
    struct six s = {{1, 2, 3, 4, 5, 6}};
    assert(sum(1, s, 2) == 7);
    s.of[2] = 9;
    assert(sum(1, s, 2) == 13);
    return 0;
}
