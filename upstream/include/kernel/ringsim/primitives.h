/*
 * The kernel's primitives for shared memory: READ_ONCE() to atomic_try_cmpxchg(), barriers, locks.
 * What they mean is Documentation/memory-barriers.txt and Documentation/atomic_t.txt.
 */
#ifndef RINGSIM_PRIMITIVES_H
#define RINGSIM_PRIMITIVES_H

#include <ringsim/access.h>

/* --- single accesses and barriers --- */

#define READ_ONCE(x) __sim_read(&(x), __sim_relaxed)
#define WRITE_ONCE(x, v) __sim_write(&(x), v, __sim_relaxed)
#define __READ_ONCE(x) READ_ONCE(x)
#define __WRITE_ONCE(x, v) WRITE_ONCE(x, v)

#define smp_load_acquire(p) __sim_read(p, __sim_acquire)
#define smp_store_release(p, v) __sim_write(p, v, __sim_release)
#define smp_store_mb(x, v) \
    do {                   \
        WRITE_ONCE(x, v);  \
        smp_mb();          \
    } while (0)

#define smp_mb() __sim_fence(__sim_seq_cst)
#define smp_rmb() __sim_fence(__sim_acquire)
#define smp_wmb() __sim_fence(__sim_release)
#define mb() smp_mb()
#define rmb() smp_rmb()
#define wmb() smp_wmb()
#define dma_rmb() smp_rmb()
#define dma_wmb() smp_wmb()
#define virt_mb() smp_mb()
#define virt_rmb() smp_rmb()
#define virt_wmb() smp_wmb()
#define virt_store_mb(x, v) smp_store_mb(x, v)
#define virt_load_acquire(p) smp_load_acquire(p)
#define virt_store_release(p, v) smp_store_release(p, v)
/* Full barriers wherever they stand; the kernel's own model has them beside atomics and locks only.
 */
#define smp_mb__before_atomic() smp_mb()
#define smp_mb__after_atomic() smp_mb()
#define smp_mb__after_spinlock() smp_mb()
#define smp_mb__after_unlock_lock() smp_mb()
/* Of the last READ_ONCE() or atomic: it is an acquire, as there is a branch on it. */
#define smp_acquire__after_ctrl_dep() __sim_fence_after_branch()
#define barrier() __asm__ __volatile__("" : : : "memory")
#define barrier_data(p) __asm__ __volatile__("" : : "r"(p) : "memory")
#define cpu_relax() barrier()

/* The condition may use VAL, what was read. The reads of a loop that finds nothing are no events.
 */
#define smp_cond_load_relaxed(p, condition) __sim_cond_load(p, condition, __sim_relaxed)
#define smp_cond_load_acquire(p, condition) __sim_cond_load(p, condition, __sim_acquire)
#define __sim_cond_load(p, condition, order)  \
    ({                                        \
        __typeof__(p) __sim_p = (p);          \
        __typeof__(*(p)) VAL;                 \
        for (;;) {                            \
            VAL = __sim_read(__sim_p, order); \
            if (condition) break;             \
            cpu_relax();                      \
        }                                     \
        VAL;                                  \
    })

/* Marked, and what is done through the pointer depends on it. */
#define rcu_dereference(p) ((__typeof__(p))__sim_dereference(&(p), sizeof(*(p))))
#define rcu_dereference_raw(p) rcu_dereference(p)
#define rcu_dereference_check(p, c) rcu_dereference(p)
#define rcu_dereference_bh(p) rcu_dereference(p)
#define rcu_dereference_sched(p) rcu_dereference(p)
#define rcu_dereference_protected(p, c) READ_ONCE(p)
#define rcu_pointer_handoff(p) (p)
#define unrcu_pointer(p) (p)
#define rcu_replace_pointer(p, v, c)            \
    ({                                          \
        __typeof__(p) __sim_old = READ_ONCE(p); \
        rcu_assign_pointer(p, v);               \
        __sim_old;                              \
    })
#define rcu_access_pointer(p) READ_ONCE(p)
#define rcu_assign_pointer(p, v) smp_store_release(&(p), v)
#define RCU_INIT_POINTER(p, v) WRITE_ONCE(p, v)

/* --- exchanges: without a suffix, a full barrier on both sides --- */

#define xchg(p, v) __sim_change(p, __sim_exchange, v, __sim_full)
#define xchg_relaxed(p, v) __sim_change(p, __sim_exchange, v, __sim_relaxed)
#define xchg_acquire(p, v) __sim_change(p, __sim_exchange, v, __sim_acquire)
#define xchg_release(p, v) __sim_change(p, __sim_exchange, v, __sim_release)
#define cmpxchg(p, o, n) __sim_compare(p, o, n, __sim_full)
#define cmpxchg_relaxed(p, o, n) __sim_compare(p, o, n, __sim_relaxed)
#define cmpxchg_acquire(p, o, n) __sim_compare(p, o, n, __sim_acquire)
#define cmpxchg_release(p, o, n) __sim_compare(p, o, n, __sim_release)
#define cmpxchg64(p, o, n) cmpxchg(p, o, n)
#define cmpxchg64_relaxed(p, o, n) cmpxchg_relaxed(p, o, n)
#define cmpxchg64_acquire(p, o, n) cmpxchg_acquire(p, o, n)
#define cmpxchg64_release(p, o, n) cmpxchg_release(p, o, n)
#define cmpxchg_local(p, o, n) cmpxchg_relaxed(p, o, n)
#define xchg_local(p, v) xchg_relaxed(p, v)
#define __sim_try(p, oldp, n, order)                                    \
    ({                                                                  \
        __typeof__(oldp) __sim_o = (oldp);                              \
        __typeof__(*(oldp)) __sim_was = *__sim_o;                       \
        __typeof__(*(oldp)) __sim_found =                               \
            (__typeof__(*(oldp)))__sim_compare(p, __sim_was, n, order); \
        int __sim_done = __sim_found == __sim_was;                      \
        if (!__sim_done) *__sim_o = __sim_found;                        \
        __sim_done;                                                     \
    })
#define try_cmpxchg(p, oldp, n) __sim_try(p, oldp, n, __sim_full)
#define try_cmpxchg_relaxed(p, oldp, n) __sim_try(p, oldp, n, __sim_relaxed)
#define try_cmpxchg_acquire(p, oldp, n) __sim_try(p, oldp, n, __sim_acquire)
#define try_cmpxchg_release(p, oldp, n) __sim_try(p, oldp, n, __sim_release)
#define try_cmpxchg_local(p, oldp, n) try_cmpxchg_relaxed(p, oldp, n)
#define try_cmpxchg64(p, oldp, n) try_cmpxchg(p, oldp, n)
#define try_cmpxchg64_relaxed(p, oldp, n) try_cmpxchg_relaxed(p, oldp, n)
#define try_cmpxchg64_acquire(p, oldp, n) try_cmpxchg_acquire(p, oldp, n)
#define try_cmpxchg64_release(p, oldp, n) try_cmpxchg_release(p, oldp, n)

#include <ringsim/atomics.h>

/* --- bits of an array of words: as atomic_or() and atomic_fetch_or(), and with the orders of locks
 */

#define __sim_bit_word(nr, p) ((volatile __sim_word*)(p) + (nr) / 64)
#define __sim_bit_mask(nr) ((__sim_word)1 << (nr) % 64)
#define __sim_set_bit(nr, p, order) \
    __sim_change(__sim_bit_word(nr, p), __sim_or, __sim_bit_mask(nr), order)
#define __sim_clear_bit(nr, p, order) \
    __sim_change(__sim_bit_word(nr, p), __sim_and, ~__sim_bit_mask(nr), order)
#define __sim_change_bit(nr, p, order) \
    __sim_change(__sim_bit_word(nr, p), __sim_xor, __sim_bit_mask(nr), order)
#define set_bit(nr, p) ((void)__sim_set_bit(nr, p, __sim_relaxed))
#define clear_bit(nr, p) ((void)__sim_clear_bit(nr, p, __sim_relaxed))
#define change_bit(nr, p) ((void)__sim_change_bit(nr, p, __sim_relaxed))
#define clear_bit_unlock(nr, p) ((void)__sim_clear_bit(nr, p, __sim_release))
#define test_and_set_bit(nr, p) ((__sim_set_bit(nr, p, __sim_full) & __sim_bit_mask(nr)) != 0)
#define test_and_set_bit_lock(nr, p) \
    ((__sim_set_bit(nr, p, __sim_acquire) & __sim_bit_mask(nr)) != 0)
#define test_and_clear_bit(nr, p) ((__sim_clear_bit(nr, p, __sim_full) & __sim_bit_mask(nr)) != 0)
#define test_and_change_bit(nr, p) ((__sim_change_bit(nr, p, __sim_full) & __sim_bit_mask(nr)) != 0)
#define test_bit(nr, p) \
    ((__sim_read(__sim_bit_word(nr, p), __sim_relaxed) & __sim_bit_mask(nr)) != 0)
#define test_bit_acquire(nr, p) \
    ((__sim_read(__sim_bit_word(nr, p), __sim_acquire) & __sim_bit_mask(nr)) != 0)

#define __clear_bit_unlock(nr, p) clear_bit_unlock(nr, p)
#define assign_bit(nr, p, value) ((value) ? set_bit(nr, p) : clear_bit(nr, p))
/* Plain accesses, of whoever has the word for himself. */
#define __sim_plain_word(nr, p) (((__sim_word*)(p))[(nr) / 64])
#define __set_bit(nr, p) ((void)(__sim_plain_word(nr, p) |= __sim_bit_mask(nr)))
#define __clear_bit(nr, p) ((void)(__sim_plain_word(nr, p) &= ~__sim_bit_mask(nr)))
#define __change_bit(nr, p) ((void)(__sim_plain_word(nr, p) ^= __sim_bit_mask(nr)))
#define __assign_bit(nr, p, value) ((value) ? __set_bit(nr, p) : __clear_bit(nr, p))
#define __test_and_set_bit(nr, p)                                            \
    ({                                                                       \
        int __sim_was = (__sim_plain_word(nr, p) & __sim_bit_mask(nr)) != 0; \
        __set_bit(nr, p);                                                    \
        __sim_was;                                                           \
    })
#define __test_and_clear_bit(nr, p)                                          \
    ({                                                                       \
        int __sim_was = (__sim_plain_word(nr, p) & __sim_bit_mask(nr)) != 0; \
        __clear_bit(nr, p);                                                  \
        __sim_was;                                                           \
    })

/* --- locks: the model's spin_lock() and spin_unlock(), whatever the kernel's make --- */

typedef struct {
    int __sim_lock_word;
} spinlock_t;
typedef spinlock_t raw_spinlock_t;
typedef spinlock_t rqspinlock_t;

#define __SPIN_LOCK_UNLOCKED(name) \
    { 0 }
#define __RAW_SPIN_LOCK_UNLOCKED(name) \
    { 0 }
#define DEFINE_SPINLOCK(name) spinlock_t name = {0}
#define DEFINE_RAW_SPINLOCK(name) raw_spinlock_t name = {0}

#define spin_lock_init(l) ((l)->__sim_lock_word = 0)
#define raw_spin_lock_init(l) spin_lock_init(l)
#define raw_res_spin_lock_init(l) spin_lock_init(l)
#define spin_lock(l) __sim_lock(l)
#define spin_unlock(l) __sim_unlock(l)
#define spin_trylock(l) __sim_trylock(l)
/* Nothing interrupts a thread here: it is alone on its CPU. */
#define spin_lock_irqsave(l, flags) \
    do {                            \
        (flags) = 0;                \
        __sim_lock(l);              \
    } while (0)
#define spin_unlock_irqrestore(l, flags) \
    do {                                 \
        (void)(flags);                   \
        __sim_unlock(l);                 \
    } while (0)
#define spin_trylock_irqsave(l, flags) \
    ({                                 \
        (flags) = 0;                   \
        __sim_trylock(l);              \
    })
#define spin_lock_irq(l) __sim_lock(l)
#define spin_unlock_irq(l) __sim_unlock(l)
#define spin_lock_bh(l) __sim_lock(l)
#define spin_unlock_bh(l) __sim_unlock(l)
#define spin_lock_nested(l, subclass) __sim_lock(l)
#define spin_trylock_irq(l) __sim_trylock(l)
#define spin_trylock_bh(l) __sim_trylock(l)
#define assert_spin_locked(l) barrier()
#define raw_spin_lock_nested(l, subclass) __sim_lock(l)
#define raw_spin_lock_bh(l) __sim_lock(l)
#define raw_spin_unlock_bh(l) __sim_unlock(l)
#define raw_spin_lock(l) __sim_lock(l)
#define raw_spin_unlock(l) __sim_unlock(l)
#define raw_spin_trylock(l) __sim_trylock(l)
#define raw_spin_lock_irq(l) __sim_lock(l)
#define raw_spin_unlock_irq(l) __sim_unlock(l)
#define raw_spin_lock_irqsave(l, flags) spin_lock_irqsave(l, flags)
#define raw_spin_unlock_irqrestore(l, flags) spin_unlock_irqrestore(l, flags)
#define raw_spin_trylock_irqsave(l, flags) spin_trylock_irqsave(l, flags)
/* rqspinlock: nobody here holds it for ever, so it is always got. */
#define raw_res_spin_lock(l) \
    ({                       \
        __sim_lock(l);       \
        0;                   \
    })
#define raw_res_spin_unlock(l) __sim_unlock(l)
#define raw_res_spin_lock_irqsave(l, flags) \
    ({                                      \
        (flags) = 0;                        \
        __sim_lock(l);                      \
        0;                                  \
    })
#define raw_res_spin_unlock_irqrestore(l, flags) spin_unlock_irqrestore(l, flags)
/* Of readers there may be several; -1 is a writer. */
typedef struct {
    atomic_t __sim_holders;
} rwlock_t;
#define __RW_LOCK_UNLOCKED(name) \
    { ATOMIC_INIT(0) }
#define DEFINE_RWLOCK(name) rwlock_t name = __RW_LOCK_UNLOCKED(name)
#define rwlock_init(l) atomic_set(&(l)->__sim_holders, 0)
#define read_trylock(l)                                                                   \
    ({                                                                                    \
        int __sim_n = atomic_read(&(l)->__sim_holders);                                   \
        __sim_n >= 0 &&                                                                   \
            atomic_cmpxchg_acquire(&(l)->__sim_holders, __sim_n, __sim_n + 1) == __sim_n; \
    })
#define write_trylock(l) (atomic_cmpxchg_acquire(&(l)->__sim_holders, 0, -1) == 0)
#define read_lock(l)                          \
    do {                                      \
        while (!read_trylock(l)) cpu_relax(); \
    } while (0)
#define write_lock(l)                          \
    do {                                       \
        while (!write_trylock(l)) cpu_relax(); \
    } while (0)
#define read_unlock(l) ((void)atomic_fetch_sub_release(1, &(l)->__sim_holders))
#define write_unlock(l) atomic_set_release(&(l)->__sim_holders, 0)
#define read_lock_irq(l) read_lock(l)
#define read_unlock_irq(l) read_unlock(l)
#define write_lock_irq(l) write_lock(l)
#define write_unlock_irq(l) write_unlock(l)
#define read_lock_bh(l) read_lock(l)
#define read_unlock_bh(l) read_unlock(l)
#define write_lock_bh(l) write_lock(l)
#define write_unlock_bh(l) write_unlock(l)
#define read_lock_irqsave(l, flags) \
    do {                            \
        (flags) = 0;                \
        read_lock(l);               \
    } while (0)
#define read_unlock_irqrestore(l, flags) \
    do {                                 \
        (void)(flags);                   \
        read_unlock(l);                  \
    } while (0)
#define write_lock_irqsave(l, flags) \
    do {                             \
        (flags) = 0;                 \
        write_lock(l);               \
    } while (0)
#define write_unlock_irqrestore(l, flags) \
    do {                                  \
        (void)(flags);                    \
        write_unlock(l);                  \
    } while (0)
struct rw_semaphore {
    rwlock_t __sim_lock;
};
#define DECLARE_RWSEM(name) struct rw_semaphore name = {__RW_LOCK_UNLOCKED(name)}
#define init_rwsem(s) rwlock_init(&(s)->__sim_lock)
#define down_read(s) read_lock(&(s)->__sim_lock)
#define up_read(s) read_unlock(&(s)->__sim_lock)
#define down_write(s) write_lock(&(s)->__sim_lock)
#define up_write(s) write_unlock(&(s)->__sim_lock)
#define down_read_trylock(s) read_trylock(&(s)->__sim_lock)
#define down_write_trylock(s) write_trylock(&(s)->__sim_lock)
#define down_read_interruptible(s) (down_read(s), 0)
#define down_read_killable(s) (down_read(s), 0)
#define down_write_killable(s) (down_write(s), 0)
#define downgrade_write(s) atomic_set_release(&(s)->__sim_lock.__sim_holders, 1)

/* A mutex is a lock of the same kind: who waits for it sleeps, which has no part in the model. */
struct mutex {
    spinlock_t __sim_lock;
};
#define DEFINE_MUTEX(name) struct mutex name = {{0}}
#define mutex_init(m) spin_lock_init(&(m)->__sim_lock)
#define mutex_destroy(m) ((void)(m))
#define mutex_lock(m) spin_lock(&(m)->__sim_lock)
#define mutex_lock_nested(m, subclass) mutex_lock(m)
#define mutex_lock_interruptible(m) (mutex_lock(m), 0)
#define mutex_lock_killable(m) (mutex_lock(m), 0)
#define mutex_trylock(m) spin_trylock(&(m)->__sim_lock)
#define mutex_unlock(m) spin_unlock(&(m)->__sim_lock)

#define raw_res_spin_trylock_irqsave(l, flags) \
    ({                                         \
        (flags) = 0;                           \
        !__sim_trylock(l);                     \
    })

#endif
