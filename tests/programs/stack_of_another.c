// A thread hands out a variable on its stack, and goes on in other functions, whose frames lie
// where the variable was. What the other thread stored there is repeated whenever that one is
// started over, and is not to reach those frames. expect  sc 2  x86-tso 2  rc11 2  armv8 2
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

void __VERIFIER_assume(int);

struct request {
    long answer[8];
    atomic_int done;
};

static _Atomic(struct request*) asked;
static atomic_int waiting, choice;
static sem_t chosen;

__attribute__((noinline)) static void ask(void) {
    struct request r;
    for (int i = 0; i < 8; ++i) r.answer[i] = 0;
    atomic_init(&r.done, 0);
    atomic_store_explicit(&asked, &r, memory_order_release);
    while (!atomic_load_explicit(&r.done, memory_order_acquire)) continue;
    for (int i = 0; i < 8; ++i) assert(r.answer[i] == 1);
}

// Deep enough to have a frame wherever the request was.
__attribute__((noinline)) static int wait_below(int depth) {
    if (depth == 0) {
        atomic_store_explicit(&waiting, 1, memory_order_release);
        sem_wait(&chosen);
        return 1;
    }
    const int below = wait_below(depth - 1);
    return below + depth * atomic_load_explicit(&choice, memory_order_relaxed) + (below ^ depth);
}

static void* asking(void* unused) {
    (void)unused;
    ask();
    wait_below(5);
    return NULL;
}

// It is started over for each choice, while the other thread waits.
static void* answering(void* unused) {
    (void)unused;
    struct request* r;
    while (!(r = atomic_load_explicit(&asked, memory_order_acquire))) continue;
    for (int i = 0; i < 8; ++i) r->answer[i] = 1;
    atomic_store_explicit(&r->done, 1, memory_order_release);
    while (!atomic_load_explicit(&waiting, memory_order_acquire)) continue;
    __VERIFIER_assume(atomic_load_explicit(&choice, memory_order_relaxed) == 2);
    sem_post(&chosen);
    return NULL;
}

static void* choosing(void* unused) {
    (void)unused;
    atomic_store_explicit(&choice, 1, memory_order_relaxed);
    atomic_store_explicit(&choice, 2, memory_order_relaxed);
    return NULL;
}

int main(void) {
    void* (*const functions[])(void*) = {asking, answering, choosing};
    pthread_t threads[3];
    sem_init(&chosen, 0, 0);
    for (int i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, functions[i], NULL);
    for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
}
