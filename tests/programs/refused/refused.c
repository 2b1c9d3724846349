// Programs of which nothing can be said, one for each macro.
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_int x;
static atomic_int many[2000];
static union {
    atomic_llong whole;
    atomic_int half[2];
} mixed;

static int deeper(int n) {
    char room[4096];
    room[n % 4096] = (char)n;
    atomic_fetch_add(&x, room[0]);
    return n == 0 ? 0 : deeper(n - 1) + room[n % 4096];
}

#ifdef WIDE
static int wide(int n) {
    char room[1 << 20];
    for (int i = 0; i < n; ++i) room[i * 4096] = (char)i;
    atomic_fetch_add(&x, room[4096]);
    return room[0];
}
#endif

static void *worker(void *arg) {
#ifdef WIDE
    return (void *)(long)wide(256);
#endif
#ifdef FORK
    fork();
#endif
#ifdef SIGNAL
    signal(SIGINT, SIG_DFL);
#endif
#ifdef READ
    char c;
    read(0, &c, 1);
#endif
#ifdef EXIT
    exit(3);
#endif
#ifdef COUNT_UP
    for (;;) atomic_fetch_add(&x, 1);
#endif
#ifdef LOCATIONS
    for (int i = 0; i < 2000; ++i) atomic_store(&many[i], 1);
#endif
#ifdef MIXED
    atomic_store(&mixed.whole, 1);
    atomic_store(&mixed.half[1], 1);
#endif
#ifdef THREAD_LOCAL
    static _Thread_local int own;
    static int *_Atomic given;
    atomic_store(&given, &own);
#endif
#ifdef THREAD_POINTER
    static void *_Atomic owner;
    void *me;
    __asm__("movq %%fs:0, %0" : "=r"(me));
    atomic_store(&owner, me);
#endif
#ifdef DEEP
    return (void *)(long)deeper(1000);
#endif
    atomic_fetch_add(&x, 1);
    return arg;
}

#ifdef BROKEN
int main(void) { return undeclared; }
#elif defined(LINK)
int elsewhere(void);
int main(void) { return elsewhere(); }
#elif defined(SHORT)
int i(void);
int main(void) { return i(); }
#elif !defined(NO_MAIN)
int main(void) {
    pthread_t t[20];
#ifdef THREADS
    for (int i = 0; i < 20; ++i) pthread_create(&t[i], 0, worker, 0);
#elif !defined(NO_THREADS)
    pthread_create(&t[0], 0, worker, 0);
    pthread_join(t[0], 0);
#endif
    printf("%d\n", x);
    return 0;
}
#endif
