// Rounds of a loop that are told apart by what the thread counts, as long as nobody has set `mode`:
// in some executions they leave nothing behind, and in others they do.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int x, mode;
static int tries_of[2];

static void* run(void* arg) {
    int tries = 0;
    for (int i = 0; i < 3; ++i) {
        const int counts = !atomic_load(&mode);
        int old;
        do {
            old = atomic_load(&x);
            if (counts) ++tries;
        } while (!atomic_compare_exchange_strong(&x, &old, old + 1));
    }
    tries_of[(long)arg] = tries;
    return 0;
}

static void* set(void* arg) {
    (void)arg;
    atomic_fetch_add(&mode, 1);
    return 0;
}

int main(void) {
    pthread_t t[2], setter;
    for (long i = 0; i < 2; ++i) pthread_create(&t[i], 0, run, (void*)i);
    pthread_create(&setter, 0, set, 0);
    for (int i = 0; i < 2; ++i) pthread_join(t[i], 0);
    pthread_join(setter, 0);
    assert(tries_of[0] < 1000);
    return 0;
}
