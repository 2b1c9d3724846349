// A null pointer is none whatever is known about the program: the exploration begins again when it
// is found that threads share what the pointer points to, and in the first execution of that one
// the pointer is still null.
//
// expect                    rc11 4  sc 4
// expect -DBROKEN           rc11 1/4 crash  sc 1/4 crash
// expect -DBROKEN -DATOMIC  rc11 1/4 crash  sc 1/4 crash
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int x, y;
static int shared;
static atomic_int counted;
static _Atomic(int*) plain;
static _Atomic(atomic_int*) atomic;

static void* first(void* unused) {
    (void)unused;
    x = 42;
    return 0;
}

static void* second(void* unused) {
    (void)unused;
    if (x == 0) {
        shared = 1;
        plain = &shared;
        atomic = &counted;
    }
    y = 17;
    return 0;
}

static void* third(void* unused) {
    (void)unused;
    if (y != 17) return 0;
    int* p = plain;
    atomic_int* a = atomic;
#ifndef BROKEN
    if (!p || !a) return 0;
#endif
#ifdef ATOMIC
    *a = 1;
#else
    (void)a;
    *p = 2;
#endif
    return 0;
}

int main(void) {
    pthread_t t[3];
    pthread_create(&t[0], 0, first, 0);
    pthread_create(&t[1], 0, second, 0);
    pthread_create(&t[2], 0, third, 0);
    return 0;
}
