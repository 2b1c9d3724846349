// What a thread is to do differs from one execution to another; one of these is wrong, and not the
// last one.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int x, y;

static void* count(void* unused) {
    for (int i = 0; i < 4; ++i) atomic_fetch_add(&x, 1);
    return unused;
}
static void* adds_one(void* unused) {
    atomic_fetch_add(&y, 1);
    return unused;
}
static void* adds_two(void* unused) {
    atomic_fetch_add(&y, 2);
    return unused;
}

int main(void) {
    pthread_t counter, other;
    pthread_create(&counter, 0, count, 0);
    const int seen = atomic_load(&x);
    pthread_create(&other, 0, seen & 1 ? adds_one : adds_two, 0);
    pthread_join(other, 0);
    assert(!(seen == 1 && atomic_load(&x) == 2));
    pthread_join(counter, 0);
    return 0;
}
