// What programs that were written for other checkers call: threads, locks and barriers by those
// checkers' names, hints, hazard pointers, and an end by exit().
// -DWRONG: without the lock.
// expect          sc 2  x86-tso 2  rc11 2
// expect -DWRONG  sc 4/4 data_race  x86-tso 4/4 data_race  rc11 2/2 data_race
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

int __VERIFIER_thread_create(const void *, void *(*)(void *), void *);
void *__VERIFIER_thread_join(long);
int __VERIFIER_mutex_lock(void *);
int __VERIFIER_mutex_unlock(void *);
void __VERIFIER_annotate_begin(int);
void __VERIFIER_annotate_end(int);
bool __VERIFIER_opt_begin(void);
void __VERIFIER_assume(bool);
void __VERIFIER_assert_fail(const char *, const char *, int);
void *__VERIFIER_hazptr_alloc(void);
void __VERIFIER_hazptr_protect(void *, void *);
void __VERIFIER_hazptr_retire(void *);

static int counter;
static int mutex;

static void *worker(void *arg) {
    void *hazard = __VERIFIER_hazptr_alloc();
    __VERIFIER_hazptr_protect(hazard, arg);
    if (__VERIFIER_opt_begin()) __VERIFIER_assume(false);
    __VERIFIER_annotate_begin(1);
#ifndef WRONG
    __VERIFIER_mutex_lock(&mutex);
#endif
    ++counter;
#ifndef WRONG
    __VERIFIER_mutex_unlock(&mutex);
#endif
    __VERIFIER_annotate_end(1);
    __VERIFIER_hazptr_retire(arg);
    return arg;
}

int main(void) {
    const int a = __VERIFIER_thread_create(0, worker, 0);
    const int b = __VERIFIER_thread_create(0, worker, 0);
    __VERIFIER_thread_join(a);
    __VERIFIER_thread_join(b);
    if (counter != 2) __VERIFIER_assert_fail("counter == 2", __FILE__, __LINE__);
    exit(0);
}
