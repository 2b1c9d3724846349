/*
 * RCU and SRCU: a grace period waits for the sections that began before it. What is to be called
 * behind a grace period is a thread of its own, which waits for one: it begins with all that was
 * done before, and nobody can say when it is there.
 */
#ifndef RINGSIM_RCU_H
#define RINGSIM_RCU_H

#include <ringsim/primitives.h>

#define rcu_read_lock() __sim_rcu_read_lock()
#define rcu_read_unlock() __sim_rcu_read_unlock()
#define rcu_read_lock_bh() rcu_read_lock()
#define rcu_read_unlock_bh() rcu_read_unlock()
#define rcu_read_lock_sched() rcu_read_lock()
#define rcu_read_unlock_sched() rcu_read_unlock()
#define rcu_read_lock_held() 1
#define rcu_read_lock_bh_held() 1
#define rcu_read_lock_any_held() 1
#define synchronize_rcu() __sim_synchronize_rcu(NULL)
#define synchronize_rcu_expedited() synchronize_rcu()
#define synchronize_net() synchronize_rcu()

struct srcu_struct {
    int unused;
};
#define DEFINE_SRCU(name) struct srcu_struct name
#define DEFINE_STATIC_SRCU(name) static struct srcu_struct name
#define init_srcu_struct(s) ((void)(s), 0)
#define cleanup_srcu_struct(s) ((void)(s))
#define srcu_read_lock(s) __sim_srcu_read_lock(s)
#define srcu_read_unlock(s, index) __sim_srcu_read_unlock(s, index)
#define srcu_read_lock_held(s) 1
#define synchronize_srcu(s) __sim_synchronize_rcu(s)
#define synchronize_srcu_expedited(s) synchronize_srcu(s)
#define srcu_dereference(p, s) rcu_dereference(p)
#define srcu_dereference_check(p, s, c) rcu_dereference(p)
#define smp_mb__after_srcu_read_unlock() smp_mb()

/* --- later --- */

typedef void (*rcu_callback_t)(struct callback_head* head);
/* For rcu_barrier(): how many calls of each CPU are still to come. */
__weak atomic_t __sim_calls_to_come[NR_CPUS];

struct __sim_call {
    struct callback_head* head;
    const void* srcu;
    int cpu;
};
static inline void* __sim_call_later(void* argument) {
    struct __sim_call* call = argument;

    __sim_synchronize_rcu(call->srcu);
    call->head->func(call->head);
    (void)atomic_fetch_sub_release(1, &__sim_calls_to_come[call->cpu]);
    return NULL;
}
static inline void* __sim_free_later(void* object) {
    __sim_synchronize_rcu(NULL);
    __sim_free(object);
    return NULL;
}
#define __sim_call_behind(of, h, f)                                                 \
    do {                                                                            \
        struct callback_head* __sim_head = (h);                                     \
        struct __sim_call* __sim_call = __sim_alloc(sizeof(struct __sim_call), 16); \
        __sim_head->func = (f);                                                     \
        *__sim_call = (struct __sim_call){__sim_head, of, __sim_cpu()};             \
        atomic_inc(&__sim_calls_to_come[__sim_call->cpu]);                          \
        (void)__sim_start(__sim_call_later, __sim_call);                            \
    } while (0)
#define call_rcu(head, f) __sim_call_behind(NULL, head, f)
#define call_rcu_hurry(head, f) call_rcu(head, f)
#define call_srcu(s, head, f) __sim_call_behind(s, head, f)
static inline void rcu_barrier(void) {
    int cpu;

    for (cpu = 0; cpu < NR_CPUS; cpu++)
        (void)atomic_cond_read_acquire(&__sim_calls_to_come[cpu], VAL == 0);
}
#define srcu_barrier(s) ((void)(s), rcu_barrier())

/* With a driver of the ring buffer, whose threads are there from the start, nothing is freed. */
#ifdef RINGSIM_EDGES
#define kfree_rcu(p, ...) ((void)(p))
#define kfree_rcu_mightsleep(p) ((void)(p))
#else
#define kfree_rcu(p, ...) ((void)__sim_start(__sim_free_later, (void*)(p)))
#define kfree_rcu_mightsleep(p)   \
    do {                          \
        void* __sim_object = (p); \
        synchronize_rcu();        \
        __sim_free(__sim_object); \
    } while (0)
#endif
#define kvfree_rcu(p, ...) kfree_rcu(p, __VA_ARGS__)
#define kvfree_rcu_mightsleep(p) kfree_rcu_mightsleep(p)

#endif
