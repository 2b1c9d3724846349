/*
 * How accesses of the code under test reach the engine: by calls, with the kernel's orders. What
 * stands behind them is sim/check/kernel.cpp.
 *
 * Everything that is an access is a macro, so that an event has the line of the user's file. No
 * macro spells a type with the word `long`: it may mean `int` where it is used (--bits 32).
 */
#ifndef RINGSIM_ACCESS_H
#define RINGSIM_ACCESS_H

#include <stddef.h>

typedef __UINT64_TYPE__ __sim_word;

enum __sim_order {
    __sim_relaxed, /* READ_ONCE(), WRITE_ONCE() */
    __sim_acquire, /* smp_load_acquire(); as a fence, smp_rmb() */
    __sim_release, /* smp_store_release(); as a fence, smp_wmb() */
    __sim_acq_rel,
    __sim_seq_cst, /* of a fence: smp_mb() */
    __sim_full,    /* a read-modify-write with a full barrier on both sides */
    __sim_plain,
};

enum __sim_operation {
    __sim_exchange,
    __sim_add,
    __sim_sub,
    __sim_and,
    __sim_or,
    __sim_xor,
};

__sim_word __sim_load(const volatile void* address, int size, int order);
void __sim_store(volatile void* address, int size, __sim_word value, int order);
/* What the word held before. */
__sim_word __sim_rmw(volatile void* address, int size, int operation, __sim_word operand,
                     int order);
__sim_word __sim_cmpxchg(volatile void* address, int size, __sim_word expected, __sim_word desired,
                         int order);
void __sim_fence(int order);
/* A read barrier, behind a branch on what was read last. */
void __sim_fence_after_branch(void);

void __sim_lock(const void* lock);
int __sim_trylock(const void* lock);
void __sim_unlock(const void* lock);

/* Of RCU, or of what is at `srcu`. */
void __sim_rcu_read_lock(void);
void __sim_rcu_read_unlock(void);
int __sim_srcu_read_lock(const void* srcu);
void __sim_srcu_read_unlock(const void* srcu, int index);
void __sim_synchronize_rcu(const void* srcu);
/* The pointer at `pointer`. What is done through it depends on this read. */
__sim_word __sim_dereference(const volatile void* pointer, size_t bytes);

/* Another thread, on a CPU of its own, which begins with all that was done here; its CPU. */
int __sim_start(void* (*f)(void*), void* argument);

/* A pending bit that one thread sets, and that another one sleeps for and takes. */
void __sim_edge_set(const void* edge);
void __sim_edge_take(const void* edge);

/* The round of a loop that began at `mark` found nothing to do. */
__sim_word __sim_spin_mark(void);
void __sim_spin(__sim_word mark);

/* Plain accesses count as marked ones: while the sum is not 0, or for so many of them. */
void __sim_mean_races(int more);
void __sim_mean_races_next(int accesses);

void* __sim_alloc(size_t bytes, size_t alignment);
void __sim_free(const void* block);
/* The bytes at `copy` are those at `of`: pages that are mapped twice. */
void __sim_alias(void* copy, void* of, size_t bytes);
/* The running thread; each one has a CPU of its own. */
int __sim_cpu(void);

/* What the program tells of itself: to be judged at the end of the execution. */
void __sim_sleeps(int asleep);
void __sim_sample_begins(void* context);
int __sim_sample(void* context, const void* data, size_t bytes, __sim_word first, int uniform);

#define __sim_read(p, order) ((__typeof__(*(p)))__sim_load(p, sizeof(*(p)), order))
#define __sim_write(p, v, order) \
    __sim_store(p, sizeof(*(p)), (__sim_word)(__typeof__(*(p)))(v), order)
#define __sim_change(p, operation, v, order)                                                    \
    ((__typeof__(*(p)))__sim_rmw(p, sizeof(*(p)), operation, (__sim_word)(__typeof__(*(p)))(v), \
                                 order))
#define __sim_compare(p, old, new, order)                                                  \
    ((__typeof__(*(p)))__sim_cmpxchg(p, sizeof(*(p)), (__sim_word)(__typeof__(*(p)))(old), \
                                     (__sim_word)(__typeof__(*(p)))(new), order))

#endif
