// Two consumers wait for one condition. -DWRONG: the producer of two items signals once, and a
// consumer may wait for ever.
// expect          sc 10  x86-tso 10  rc11 10
// expect -DWRONG  sc 4/10 deadlock  x86-tso 4/10 deadlock  rc11 4/10 deadlock
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int items;

static void *consumer(void *arg) {
    pthread_mutex_lock(&mutex);
    while (items == 0) pthread_cond_wait(&changed, &mutex);
    assert(items > 0);
    --items;
    pthread_mutex_unlock(&mutex);
    return arg;
}

static void *producer(void *arg) {
    pthread_mutex_lock(&mutex);
    items += 2;
#ifdef WRONG
    pthread_cond_signal(&changed);
#else
    pthread_cond_broadcast(&changed);
#endif
    pthread_mutex_unlock(&mutex);
    return arg;
}

int main(void) {
    pthread_t t[3];
    pthread_create(&t[0], 0, consumer, 0);
    pthread_create(&t[1], 0, consumer, 0);
    pthread_create(&t[2], 0, producer, 0);
    for (int i = 0; i < 3; ++i) pthread_join(t[i], 0);
    assert(items == 0);
    return 0;
}
