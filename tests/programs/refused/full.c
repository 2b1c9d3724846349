// A semaphore that has no room for one more.
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t free_slots;

static void *give(void *arg) {
    sem_post(&free_slots);
    return arg;
}

int main(void) {
    pthread_t a;
    sem_init(&free_slots, 0, INT_MAX);
    pthread_create(&a, 0, give, 0);
    pthread_join(a, 0);
    return 0;
}
