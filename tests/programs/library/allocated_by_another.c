// Memory that another thread allocates: the allocation happens before its use, or it is no use that
// anybody may make, also where the allocating thread writes nothing itself.
//
// expect                    rc11 2  armv8 2
// expect -DOWN              rc11 2  armv8 2
// expect -DBROKEN           rc11 2/3 use_of_memory_whose_allocation
// expect -DBROKEN -DOWN     rc11 2/3 use_of_memory_whose_allocation  armv8 2/3 use_of_memory_whose
// expect -DBROKEN -DATOMIC  rc11 2/3 use_of_memory_whose_allocation
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#ifdef BROKEN
#define PUBLISH memory_order_relaxed
#define LOOK memory_order_relaxed
#else
#define PUBLISH memory_order_release
#define LOOK memory_order_acquire
#endif

struct node {
    int plain;
    atomic_int counted;
};

static _Atomic(struct node*) there;

static void* allocates(void* unused) {
    (void)unused;
    struct node* n = malloc(sizeof *n);
    atomic_store_explicit(&there, n, PUBLISH);
    return 0;
}

static void* uses(void* unused) {
    (void)unused;
    struct node* n = atomic_load_explicit(&there, LOOK);
    if (!n) return 0;
#ifdef ATOMIC
    atomic_store_explicit(&n->counted, 1, memory_order_relaxed);
#else
    n->plain = 1;
#endif
    return 0;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, allocates, 0);
    pthread_create(&b, 0, uses, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
#ifndef OWN
    struct node* n = atomic_load_explicit(&there, memory_order_relaxed);
    n->plain = 2;
#endif
    return 0;
}
