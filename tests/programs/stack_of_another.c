// A thread hands out a variable on its stack, and goes on in other functions, whose frames lie
// where the variable was. What the other thread stored there is repeated whenever that one is
// started over, and is not to reach those frames.
// expect  sc 1  x86-tso 1  rc11 1  armv8 1
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

void __VERIFIER_assume(int);

static long* request;
static atomic_int choice;
static sem_t asked, answered, waiting, chosen;

__attribute__((noinline)) static void ask(void) {
    long answers[8];
    for (int i = 0; i < 8; ++i) answers[i] = 0;
    request = answers;
    sem_post(&asked);
    sem_wait(&answered);
    for (int i = 0; i < 8; ++i) assert(answers[i] == 1);
}

// Deep enough to have a frame wherever the answers were.
__attribute__((noinline)) static int wait_below(int depth) {
    if (depth == 0) {
        sem_post(&waiting);
        sem_wait(&chosen);
        return 1;
    }
    const int below = wait_below(depth - 1);
    return below + depth * atomic_load_explicit(&choice, memory_order_relaxed) + (below ^ depth);
}

static void* asking(void* unused) {
    ask();
    wait_below(5);
    return unused;
}

// It is started over for each choice, while the other thread waits.
static void* answering(void* unused) {
    sem_wait(&asked);
    for (int i = 0; i < 8; ++i) request[i] = 1;
    sem_post(&answered);
    sem_wait(&waiting);
    __VERIFIER_assume(atomic_load_explicit(&choice, memory_order_relaxed) == 2);
    sem_post(&chosen);
    return unused;
}

static void* choosing(void* unused) {
    atomic_store_explicit(&choice, 1, memory_order_relaxed);
    atomic_store_explicit(&choice, 2, memory_order_relaxed);
    return unused;
}

int main(void) {
    void* (*const functions[])(void*) = {asking, answering, choosing};
    sem_t* const semaphores[] = {&asked, &answered, &waiting, &chosen};
    pthread_t threads[3];
    for (int i = 0; i < 4; ++i) sem_init(semaphores[i], 0, 0);
    for (int i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, functions[i], NULL);
    for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
}
