// Functions that run when the program ends: those of atexit() first, the last one first, and then
// those with the attribute, the one with the largest number first. They see what a thread did that
// main() has joined. -DBROKEN: main() does not join it.
//
// expect           rc11 1  armv8 1
// expect -DBROKEN  rc11 1/1 assertion_failed  armv8 1/1 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

static int shared;
static int step;

__attribute__((destructor(201))) static void last(void) {
    assert(step == 3);
    assert(shared == 1);
}
__attribute__((destructor(202))) static void third(void) {
    assert(step++ == 2);
}
static void second(void) {
    assert(step++ == 1);
}
static void first(void) {
    assert(step++ == 0);
}

static void *run(void *unused) {
    shared = 1;
    return unused;
}

int main(void) {
    pthread_t t;
    atexit(second);
    atexit(first);
    pthread_create(&t, 0, run, 0);
#ifdef BROKEN
    pthread_detach(t);
#else
    pthread_join(t, 0);
#endif
    return 0;
}
