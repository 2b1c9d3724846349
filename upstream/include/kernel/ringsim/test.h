/*
 * A test of kernel code: functions that run at the same time, and what is checked around them.
 *
 *    #include <linux/llist.h>
 *    #include <ringsim/test.h>
 *
 *    static LLIST_HEAD(list);
 *    static struct llist_node a, b;
 *
 *    static void add_a(void) { llist_add(&a, &list); }
 *    static void add_b(void) { llist_add(&b, &list); }
 *    static void check(void) { EXPECT(list.first && list.first->next); }
 *
 *    RINGSIM_TEST(.threads = { add_a, add_b }, .after = check);
 */
#ifndef RINGSIM_TEST_H
#define RINGSIM_TEST_H

#include <ringsim/kernel.h>

struct ringsim_test {
    void (*before)(void);     /* alone, before the threads */
    void (*threads[7])(void); /* at the same time, each on a CPU of its own */
    void (*after)(void);      /* alone, when all of them have ended */
};

#define EXPECT(condition) __VERIFIER_assert(!!(condition))
/* Executions in which it does not hold are left out. */
#define ASSUME(condition) __VERIFIER_assume(!!(condition))
void __VERIFIER_assume(int holds);

int pthread_create(uintptr_t* id, const void* attributes, void* (*run)(void*), void* argument);
int pthread_join(uintptr_t id, void** result);

static inline void* ringsim_run(void* function) {
    ((void (*)(void))function)();
    return NULL;
}

static inline int ringsim_run_test(const struct ringsim_test* test) {
    uintptr_t ids[ARRAY_SIZE(test->threads)];
    unsigned int i;

    if (test->before) test->before();
    for (i = 0; i < ARRAY_SIZE(ids) && test->threads[i]; i++)
        pthread_create(&ids[i], NULL, ringsim_run, (void*)test->threads[i]);
    while (i-- > 0) pthread_join(ids[i], NULL);
    if (test->after) test->after();
    return 0;
}

#define RINGSIM_TEST(...)                                              \
    static const struct ringsim_test ringsim_the_test = {__VA_ARGS__}; \
    int main(void) {                                                   \
        return ringsim_run_test(&ringsim_the_test);                    \
    }                                                                  \
    _Static_assert(1, "")

#endif
