// Variables that no file of the program has, one use for each macro.
#include <pthread.h>
#include <stdatomic.h>

extern int plain;
extern atomic_int counted;
extern struct {
    long room[1000];
    int last;
} large;
extern pthread_mutex_t mutex;
extern int perhaps __attribute__((weak));

static atomic_int x;

static void *worker(void *arg) {
#ifdef WRITTEN
    plain = 1;
#endif
#ifdef READ
    atomic_store(&x, plain);
#endif
#ifdef ATOMIC
    atomic_fetch_add(&counted, 1);
#endif
#ifdef MEMBER
    atomic_store(&x, large.last);
#endif
#ifdef LOCKED
    pthread_mutex_lock(&mutex);
#endif
#ifdef ADDRESS
    if ((void *)&plain == arg) atomic_store(&x, 1);
#endif
#ifdef WEAK
    if (&perhaps) atomic_store(&x, perhaps);
#endif
    return arg;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, worker, 0);
    pthread_join(t, 0);
    return 0;
}
