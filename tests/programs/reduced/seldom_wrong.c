// Two threads that count together, four times each: what the first one saw says in which order.
// -DWRONG=N: in one of these orders the program is wrong, and in none of the many behind it.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int x, y;
static int seen[2];

static void* run(void* arg) {
    int s = 0;
    for (int i = 0; i < 4; ++i) s = s * 8 + atomic_fetch_add(&x, 1);
    for (int i = 0; i < 4; ++i) atomic_fetch_add_explicit(&y, 1, memory_order_relaxed);
    seen[(long)arg] = s;
    return 0;
}

int main(void) {
    pthread_t t[2];
    for (long i = 0; i < 2; ++i) pthread_create(&t[i], 0, run, (void*)i);
    for (int i = 0; i < 2; ++i) pthread_join(t[i], 0);
    assert(seen[0] != WRONG);
    return 0;
}
