// What the C library promises where little programs seldom come.
//
// expect            rc11 1  armv8 1
// expect -DDELETED  rc11 1  armv8 1
// expect -DRACES    rc11 2/2 data_race  armv8 2/2 data_race
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

static tss_t key;
static int destroyed;
static char number[] = "17";

static void destroy(void* value) {
    ++*(int*)value;
}

static int run(void* unused) {
    (void)unused;
    tss_set(key, &destroyed);
#ifdef DELETED
    tss_delete(key);
#endif
#ifdef RACES
    number[0] = '2';
#endif
    return 0;
}

int main(void) {
    volatile size_t many = SIZE_MAX / 2;
    assert(!calloc(many, 4));
    assert(errno == ENOMEM);
    assert(!reallocarray(0, many, 4));
    int before = -1;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    assert(before == PTHREAD_CANCEL_ENABLE);
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before);
    assert(before == PTHREAD_CANCEL_DISABLE);
    thrd_t t;
    tss_create(&key, destroy);
    thrd_create(&t, run, 0);
#ifdef RACES
    const long read = strtol(number, 0, 10);
#endif
    thrd_join(t, 0);
#ifndef RACES
    const long read = strtol(number, 0, 10);
#endif
    assert(read == 17 || read == 27);
#ifdef DELETED
    assert(destroyed == 0);
#else
    assert(destroyed == 1);
#endif
    return 0;
}
