// A program says that it failed by its exit status.
//
// expect             sc 3  x86-tso 1/4 main()_returns_1
// expect -DEXIT      sc 3  x86-tso 1/4 exit(1)_is_called
// expect -DAT_ONCE   sc 3  x86-tso 1/4 exit(1)_is_called
// expect -DCOMPLAINS sc 3  x86-tso 1/4 exit(1)_is_called
// expect -DIN_THREAD sc 1/2 exit(3)_is_called
#include <err.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef AT_ONCE
#define CHECK(c) ((c) ? (void)0 : _exit(1))
#elif defined COMPLAINS
#define CHECK(c) ((c) ? (void)0 : errx(1, "%s fails", #c))
#else
#define CHECK(c) ((c) ? (void)0 : (fprintf(stderr, "%s fails\n", #c), exit(1)))
#endif

static atomic_int x, y;
static int r1, r2;

static void *left(void *unused) {
    atomic_store_explicit(&x, 1, memory_order_release);
    r1 = atomic_load_explicit(&y, memory_order_acquire);
#ifdef IN_THREAD
    if (r1) exit(3);
#endif
    return unused;
}
static void *right(void *unused) {
    atomic_store_explicit(&y, 1, memory_order_release);
#ifndef IN_THREAD
    r2 = atomic_load_explicit(&x, memory_order_acquire);
#endif
    return unused;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, left, 0);
    pthread_create(&b, 0, right, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
#if defined EXIT || defined AT_ONCE || defined COMPLAINS
    CHECK(r1 || r2);
#elif !defined IN_THREAD
    if (!r1 && !r2) return 1;
#endif
    return 0;
}
