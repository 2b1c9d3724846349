// Memory that nobody has written has no value. Where it is read, or where a structure of it is
// only copied, looks the same to a processor.
//
// expect            rc11 2
// expect -DNEXT     rc11 1/2 use_of_memory_that_was_never_written
// expect -DOWN      rc11 1/1 use_of_memory_that_was_never_written
// expect -DSTACK    rc11 1/1 use_of_memory_that_was_never_written
// expect -DATOMIC   rc11 1/1 use_of_memory_that_was_never_written
// expect -DEXCHANGE rc11 1/1 use_of_memory_that_was_never_written
// expect -DUNLOCKED rc11 1/1 a_mutex_that_was_never_initialised_is_used
// expect -DCOPY     rc11 1
// expect -DMEMBER   rc11 1/1 use_of_memory_that_was_never_written
// expect -DFIELD    rc11 1
// expect -DZEROED   rc11 2
// expect -DSTRING   rc11 1/1 use_of_memory_that_was_never_written
// expect -DCOMPARED rc11 1/1 use_of_memory_that_was_never_written
// expect -DALIKE    rc11 1
// expect -DLOCAL    rc11 1/2 use_of_memory_that_was_never_written
// expect -DFLAG     rc11 1/2 use_of_memory_that_was_never_written
// expect -DREGISTER rc11 1/2 assertion_failed:_least_==_1
// expect -DARRAY    rc11 1/2 use_of_memory_that_was_never_written
// expect -DLOCALS   rc11 1
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct node {
    int value;
    struct node* next;
    unsigned low : 4, high : 12;
};
static _Atomic(struct node*) head;

static void* worker(void* argument) {
#ifdef ZEROED
    struct node* n = calloc(1, sizeof *n);
    n->value = 7;
#else
    struct node* n = malloc(sizeof *n);
    n->value = 7;
#ifndef NEXT
    n->next = 0;
#endif
#endif
    atomic_store_explicit(&head, n, memory_order_release);
    return argument;
}

int main(void) {
    pthread_t t;
#if defined(OWN)
    pthread_create(&t, 0, worker, 0);
    int* const flags = malloc(4 * sizeof *flags);
    flags[1] = 3;
    assert(flags[2] != 1);
#elif defined(STACK)
    int first;
    void* result = 0;
    extern void* looks(void*);
    pthread_create(&t, 0, looks, &first);
    (void)result;
#elif defined(ATOMIC) || defined(EXCHANGE)
    atomic_int* const counter = malloc(sizeof *counter);
    pthread_create(&t, 0, worker, 0);
#ifdef ATOMIC
    atomic_fetch_add(counter, 1);
#else
    int none = 0;
    atomic_compare_exchange_strong(counter, &none, 1);
#endif
#elif defined(UNLOCKED)
    pthread_mutex_t* const m = malloc(sizeof *m);
    pthread_create(&t, 0, worker, 0);
    pthread_mutex_lock(m);
#elif defined(COPY)
    struct pair {
        struct node n;
        long unused[4];
    }* const a = malloc(sizeof *a);
    pthread_create(&t, 0, worker, 0);
    a->n.value = 1;
    struct pair* const b = malloc(sizeof *b);
    *b = *a;
    assert(b->n.value == 1);
#elif defined(MEMBER)
    extern struct node* with_value(void);
    struct node own, *const a = with_value();
    pthread_create(&t, 0, worker, 0);
    memcpy(&own, a, sizeof own);
    assert(own.value == 1);
    assert(own.next != a);
#elif defined(STRING)
    char* const text = malloc(8);
    pthread_create(&t, 0, worker, 0);
    assert(strlen(text) < 8);
#elif defined(COMPARED) || defined(ALIKE)
    // What is between the members of a structure need not be written; all of it is something else.
    struct gap {
        char first;
        long last;
        char text[16];
    }* const a = calloc(1, sizeof *a);
    struct gap* const b = malloc(sizeof *b);
    pthread_create(&t, 0, worker, 0);
#ifdef ALIKE
    memset(b, 0, sizeof *b);
    b->last = 1;
    assert(memcmp(a, b, sizeof *a) != 0);
#else
    assert(memcmp(a->text, b->text, sizeof a->text) != 1);
#endif
#elif defined(LOCAL)
    extern void perhaps(int*);
    int least;
    pthread_create(&t, 0, worker, 0);
    perhaps(&least);
    assert(least != 77);
#elif defined(FLAG)
    extern void perhaps_flag(char*);
    char is_there;
    pthread_create(&t, 0, worker, 0);
    perhaps_flag(&is_there);
    assert(is_there != 77);
#elif defined(ARRAY)
    int own[4], sum = 0;
    pthread_create(&t, 0, worker, 0);
    for (int i = atomic_load(&head) ? 1 : 0; i < 4; ++i) own[i] = i;
    for (int i = 0; i < 4; ++i) sum += own[i];
    assert(sum == 6);
#elif defined(REGISTER)
    int least;
    pthread_create(&t, 0, worker, 0);
    if (!atomic_load(&head)) least = 1;
    assert(least == 1);
#elif defined(LOCALS)
    extern int sum(int, ...);
    extern void count(unsigned char*, int);
    unsigned char bytes[256];
    struct node first, second;
    pthread_create(&t, 0, worker, 0);
    count(bytes, 256);
    int all = 0;
    for (unsigned char* b = bytes; b < bytes + 256; ++b) all += *b;
    assert(all == 255 * 128);
    first.value = 3;
    first.high = 2;
    second = first;
    assert(second.value == 3 && second.high == 2);
    char text[8];
    strncpy(text, "seven", 6);
    assert(strlen(text) == 5 && sum(8, 1, 1, 1, 1, 1, 1, 1, 1) == 8);
#elif defined(FIELD)
    struct node* const n = malloc(sizeof *n);
    pthread_create(&t, 0, worker, 0);
    n->high = 9;
    assert(n->high == 9);
#else
    pthread_create(&t, 0, worker, 0);
    const struct node* n = atomic_load_explicit(&head, memory_order_acquire);
    for (int seen = 0; n; n = n->next) assert(++seen == 1 && n->value == 7);
#endif
    pthread_join(t, 0);
    return 0;
}

#if defined(LOCAL)
void perhaps(int* least) {
    if (!atomic_load(&head)) *least = 1;
}
#elif defined(FLAG)
void perhaps_flag(char* flag) {
    if (!atomic_load(&head)) *flag = 1;
}
#elif defined(LOCALS)
#include <stdarg.h>

int sum(int n, ...) {
    va_list all;
    va_start(all, n);
    int found = 0;
    for (int i = 0; i < n; ++i) found += va_arg(all, int);
    va_end(all);
    return found;
}
void count(unsigned char* bytes, int n) {
    for (int i = 0; i < n; ++i) bytes[i] = (unsigned char)i;
}
#elif defined(MEMBER)
struct node* with_value(void) {
    struct node* const n = malloc(sizeof *n);
    n->value = 1;
    return n;
}
#elif defined(STACK)
void* looks(void* argument) {
    return *(int*)argument == 3 ? argument : 0;
}
#endif
