// A message and a flag that says that it is there, as it is written first: with relaxed orders, of
// which no single one is to blame.
//
// expect          rc11 2/3 data_race
// expect -DRIGHT  rc11 2
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifdef RIGHT
#define PUBLISH memory_order_release
#define LOOK memory_order_acquire
#else
#define PUBLISH memory_order_relaxed
#define LOOK memory_order_relaxed
#endif

static int message;
static atomic_int there;

static void *sender(void *unused) {
    message = 42;
    // Pairs with the load of the receiver.
    atomic_store_explicit(&there, 1, PUBLISH);
    return unused;
}

static void *receiver(void *unused) {
    // Pairs with the store of the sender.
    if (atomic_load_explicit(&there, LOOK)) assert(message == 42);
    return unused;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, sender, 0);
    pthread_create(&b, 0, receiver, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
