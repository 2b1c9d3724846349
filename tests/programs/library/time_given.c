// How long a thread is to wait is read from the program's memory.
//
// expect             rc11 1
// expect -DSLEEP     rc11 2/2 data_race
// expect -DUNTIL     rc11 2/2 data_race
// expect -DUNWRITTEN rc11 1/1 use_of_memory_that_was_never_written
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

static struct timespec pause_for = {0, 1000};
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* worker(void* unused) {
#if defined UNTIL
    if (pthread_mutex_timedlock(&mutex, &pause_for) == 0) pthread_mutex_unlock(&mutex);
#elif defined UNWRITTEN
    struct timespec* own = malloc(sizeof *own);
    own->tv_sec = 0;
    nanosleep(own, 0);
    free(own);
#else
    nanosleep(&pause_for, 0);
#endif
    return unused;
}

int main(void) {
#ifndef SLEEP
    if (pause_for.tv_sec == 0) pause_for.tv_nsec = 2000;
#endif
    pthread_t t;
    pthread_create(&t, 0, worker, 0);
#if defined SLEEP || defined UNTIL
    pause_for.tv_nsec = 3000;
#endif
    pthread_join(t, 0);
}
