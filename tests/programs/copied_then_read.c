// What a library function has written is there for the next read of the same size, also where the
// compiler reports that read in the way of a structure's copy.
//
// expect          sc 1  rc11 1
// expect -DBROKEN sc 1/1 assertion_failed  rc11 1/1 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <string.h>

struct one {
    int i;
};
static struct one pair[2];  // so near to each other that both are shared

static void *other(void *arg) {
    pair[1].i = 1;
    return arg;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, other, 0);
    int now = 2;
    memcpy(&pair[0], &now, sizeof now);
    struct one copy = pair[0];
#ifdef BROKEN
    assert(copy.i != 2);
#else
    assert(copy.i == 2);
#endif
    pthread_join(t, 0);
    return 0;
}
