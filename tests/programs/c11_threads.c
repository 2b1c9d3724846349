// <threads.h>: threads with results, a mutex and a condition variable. -DWRONG: the counter is
// changed outside of the mutex.
// expect          sc 8  x86-tso 8  rc11 8
// expect -DWRONG  sc 72/72 data_race  x86-tso 72/72 data_race  rc11 2/2 data_race
#include <assert.h>
#include <threads.h>

static mtx_t mutex;
static cnd_t done;
static int counter;

static int worker(void *arg) {
#ifdef WRONG
    ++counter;
    mtx_lock(&mutex);
#else
    mtx_lock(&mutex);
    ++counter;
#endif
    cnd_signal(&done);
    mtx_unlock(&mutex);
    return *(int *)arg;
}

int main(void) {
    thrd_t a, b;
    int one = 1, two = 2, result = 0;
    mtx_init(&mutex, mtx_plain);
    cnd_init(&done);
    thrd_create(&a, worker, &one);
    thrd_create(&b, worker, &two);
    mtx_lock(&mutex);
    while (counter < 2) cnd_wait(&done, &mutex);
    mtx_unlock(&mutex);
    thrd_join(a, &result);
    assert(result == 1);
    thrd_join(b, &result);
    assert(result == 2);
    return 0;
}
