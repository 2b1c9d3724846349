// What tells threads apart behind the place where they first do something different, and is no
// access that could be compared: the address of an argument, the time, an order by their numbers.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

atomic_int x, first, second;
atomic_intptr_t winner;
int *leader;
int order;

static void first_handler(void) {
    assert(order++ == 1);
}
static void second_handler(void) {
    assert(order++ == 0);
}

static void *same(void *argument) {
    const int mine = atomic_fetch_add(&x, 1);
    (void)argument;
#ifdef PUBLISHED
    if (mine == 0) atomic_store(&winner, (intptr_t)argument);
#elif defined COMPARED
    assert(mine == 0 || argument != leader);
#elif defined BEGUN_LATER
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    atomic_store(mine == 0 ? &first : &second, (int)now.tv_sec);
#elif defined ENDED_LATER
    if (mine == 1) sleep(10);
#elif defined AT_EXIT
    atexit(mine == 0 ? first_handler : second_handler);
#endif
    return NULL;
}

int main(void) {
    pthread_t t[2];
    int *arguments[2] = {NULL, NULL};
    (void)first_handler, (void)second_handler;
#if defined PUBLISHED || defined COMPARED
    for (int i = 0; i < 2; ++i) {
        arguments[i] = malloc(sizeof(int));
        *arguments[i] = 1;
    }
    leader = arguments[0];
#endif
    pthread_create(&t[0], NULL, same, arguments[0]);
#ifdef BEGUN_LATER
    sleep(10);
#endif
    pthread_create(&t[1], NULL, same, arguments[1]);
    pthread_join(t[0], NULL);
#ifdef ENDED_LATER
    struct timespec between, now;
    clock_gettime(CLOCK_MONOTONIC, &between);
#endif
    pthread_join(t[1], NULL);
#ifdef PUBLISHED
    assert(atomic_load(&winner) == (intptr_t)arguments[0]);
#elif defined BEGUN_LATER
    assert(atomic_load(&first) <= atomic_load(&second));
#elif defined ENDED_LATER
    clock_gettime(CLOCK_MONOTONIC, &now);
    assert(between.tv_sec < now.tv_sec);
#endif
    return 0;
}
