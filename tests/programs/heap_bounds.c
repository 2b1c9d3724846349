// Accesses to an object of the heap: beside it, and behind its end in part.
// expect           rc11 1  sc 1
// expect -DBEHIND  rc11 1/1 heap_overflow
// expect -DPARTLY  rc11 1/1 heap_overflow:_an_access_that_goes_on
// expect -DBEFORE  rc11 1/1 heap_overflow
// expect -DSHARED  rc11 1/1 heap_overflow
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static char *given;

static void *worker(void *unused) {
#ifdef SHARED
    memset(given + 4, 0, 8);
#else
    memset(given + 4, 0, 6);
#endif
    return unused;
}

int main(void) {
    pthread_t t;
    char *const own = malloc(10);
    given = malloc(10);
    given[9] = 1;
    pthread_create(&t, 0, worker, 0);
#if defined BEHIND
    own[10] = 1;
#elif defined PARTLY
    *(int *)(own + 8) = 1;
#elif defined BEFORE
    given[-1] = 1;
#else
    own[9] = 1;
#endif
    pthread_join(t, 0);
    free(given);
    free(own);
    return 0;
}
