// Variables of the C library are there, with the values that a program begins with.
// expect rc11 1
// expect -DBROKEN rc11 2/2 data_race
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *other(void *unused) {
    assert(optind == 1);
    assert(environ && environ[0]);
#ifdef BROKEN
    opterr = 0;
#endif
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, other, 0);
    opterr = 0;
    assert(optind == 1);
    fprintf(stderr, "%d\n", optind);
    pthread_join(t, 0);
    return 0;
}
