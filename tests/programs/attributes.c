// Threads and locks are made as objects of attributes say. With -DCHANGED another thread changes
// them meanwhile, with -DUNMADE nobody has initialised them.
//
// expect            rc11 2
// expect -DCHANGED  rc11 2/2 data_race
// expect -DUNMADE   rc11 1/1 use_of_memory_that_was_never_written
// expect -DKIND     rc11 2/2 data_race
#include <assert.h>
#include <pthread.h>

static pthread_attr_t how;
static pthread_mutexattr_t kind;
static pthread_mutex_t lock;
static int done;

static void *work(void *arg) {
    pthread_mutex_lock(&lock);
    ++done;
    pthread_mutex_unlock(&lock);
    return arg;
}

static void *starter(void *arg) {
    pthread_t made;
    pthread_create(&made, &how, work, 0);
    pthread_join(made, 0);
    return arg;
}

static void *other(void *arg) {
#if defined CHANGED
    pthread_attr_setstacksize(&how, 1 << 20);
#elif defined KIND
    pthread_mutex_t another;
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_NORMAL);
    pthread_mutex_init(&another, &kind);
#endif
    return work(arg);
}

int main(void) {
    pthread_t a, b;
    int state;
#if defined UNMADE
    pthread_attr_t nobodys;
    pthread_create(&a, &nobodys, work, 0);
#else
    pthread_attr_init(&how);
    pthread_attr_setdetachstate(&how, PTHREAD_CREATE_JOINABLE);
    pthread_attr_getdetachstate(&how, &state);
    assert(state == PTHREAD_CREATE_JOINABLE);
    pthread_create(&a, 0, starter, 0);
#endif
    pthread_mutexattr_init(&kind);
    pthread_create(&b, 0, other, 0);
#if defined KIND
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
#endif
    pthread_join(a, 0);
    pthread_join(b, 0);
    pthread_attr_destroy(&how);
    return done != 2;
}
