// What atexit() is given runs when main() has returned.
// expect rc11 1
// expect -DBROKEN rc11 1/1 assertion_failed:_count_==_1
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

static int count;

static void check(void) { assert(count == 1); }

static void *worker(void *unused) {
    ++count;
    return unused;
}

int main(void) {
    pthread_t t;
    atexit(check);
    pthread_create(&t, 0, worker, 0);
#ifndef BROKEN
    pthread_join(t, 0);
#endif
    return 0;
}
