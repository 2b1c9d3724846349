// A loop that tries again, and whose value may never come: it spins for ever, whatever its rounds
// leave behind.
#include <pthread.h>
#include <stdatomic.h>

static atomic_int word;

static void *wait_for_two(void *unused) {
    int wanted;
    do
        wanted = atomic_load(&word) | 2;
    while (!atomic_compare_exchange_strong(&word, &wanted, 4));
    return unused;
}
static void *write_one(void *unused) {
    atomic_store(&word, 1);
    return unused;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, wait_for_two, 0);
    pthread_create(&b, 0, write_one, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
