// A count that is raised and never began: the read has its store behind it, as a bit field's has.
//
// expect         rc11 1/1 use_of_memory_that_was_never_written
// expect -DBEGUN rc11 1
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct counts {
    int first, second;
};
static struct counts* all;

static void* worker(void* argument) {
    all->second += 1;
    return argument;
}

int main(void) {
    pthread_t t;
#ifdef BEGUN
    all = calloc(1, sizeof *all);
#else
    all = malloc(sizeof *all);
#endif
    pthread_create(&t, 0, worker, 0);
    pthread_join(t, 0);
    assert(all->second != 7);
    free(all);
    return 0;
}
