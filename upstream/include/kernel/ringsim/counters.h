/*
 * Counts of references: refcount_t, kref, lockref, percpu_ref. What the kernel warns of is a
 * failure of the program under test.
 */
#ifndef RINGSIM_COUNTERS_H
#define RINGSIM_COUNTERS_H

#include <ringsim/kernel.h>

/* include/linux/refcount.h: relaxed where a reference is got from another one, a release where one
 * is dropped, and an acquire by who drops the last. */
typedef struct {
    atomic_t refs;
} refcount_t;
#define REFCOUNT_INIT(n) \
    { ATOMIC_INIT(n) }
#define refcount_set(r, n) atomic_set(&(r)->refs, n)
#define refcount_read(r) ((unsigned int)atomic_read(&(r)->refs))
#define refcount_add(n, r) ((void)WARN_ON(atomic_fetch_add_relaxed(n, &(r)->refs) <= 0))
#define refcount_inc(r) refcount_add(1, r)
#define refcount_add_not_zero(n, r)                                                              \
    ({                                                                                           \
        int __sim_n = atomic_read(&(r)->refs);                                                   \
        while (__sim_n != 0 && !atomic_try_cmpxchg_relaxed(&(r)->refs, &__sim_n, __sim_n + (n))) \
            barrier();                                                                           \
        __sim_n != 0;                                                                            \
    })
#define refcount_inc_not_zero(r) refcount_add_not_zero(1, r)
#define refcount_sub_and_test(n, r)                            \
    ({                                                         \
        int __sim_n = atomic_fetch_sub_release(n, &(r)->refs); \
        (void)WARN_ON(__sim_n < (n));                          \
        if (__sim_n == (n)) smp_acquire__after_ctrl_dep();     \
        __sim_n == (n);                                        \
    })
#define refcount_dec_and_test(r) refcount_sub_and_test(1, r)
#define refcount_dec(r) ((void)WARN_ON(atomic_fetch_sub_release(1, &(r)->refs) <= 1))
#define refcount_dec_if_one(r) (atomic_cmpxchg_release(&(r)->refs, 1, 0) == 1)
#define refcount_dec_not_one(r)                                                                \
    ({                                                                                         \
        int __sim_n = atomic_read(&(r)->refs);                                                 \
        while (__sim_n != 1 && !atomic_try_cmpxchg_release(&(r)->refs, &__sim_n, __sim_n - 1)) \
            barrier();                                                                         \
        __sim_n != 1;                                                                          \
    })
#define __sim_dec_and_lock(r, lock, unlock)        \
    ({                                             \
        bool __sim_last = false;                   \
        if (!refcount_dec_not_one(r)) {            \
            lock;                                  \
            __sim_last = refcount_dec_and_test(r); \
            if (!__sim_last) unlock;               \
        }                                          \
        __sim_last;                                \
    })
#define refcount_dec_and_lock(r, l) __sim_dec_and_lock(r, spin_lock(l), spin_unlock(l))
#define refcount_dec_and_mutex_lock(r, m) __sim_dec_and_lock(r, mutex_lock(m), mutex_unlock(m))

struct kref {
    refcount_t refcount;
};
#define KREF_INIT(n) \
    { REFCOUNT_INIT(n) }
#define kref_init(k) refcount_set(&(k)->refcount, 1)
#define kref_read(k) refcount_read(&(k)->refcount)
#define kref_get(k) refcount_inc(&(k)->refcount)
#define kref_get_unless_zero(k) refcount_inc_not_zero(&(k)->refcount)
#define __sim_kref_put(k, release, last) \
    ({                                   \
        int __sim_gone = (last);         \
        if (__sim_gone) (release)(k);    \
        __sim_gone;                      \
    })
#define kref_put(k, release) __sim_kref_put(k, release, refcount_dec_and_test(&(k)->refcount))
#define kref_put_mutex(k, release, m) \
    __sim_kref_put(k, release, refcount_dec_and_mutex_lock(&(k)->refcount, m))
#define kref_put_lock(k, release, l) \
    __sim_kref_put(k, release, refcount_dec_and_lock(&(k)->refcount, l))

/* A count beside its lock, which is taken for each change of it. Where the kernel does both at once
 * without the lock, that orders nothing: this is more. */
struct lockref {
    spinlock_t lock;
    int count;
};
#define __sim_lockref(r, done)                \
    ({                                        \
        struct lockref* __sim_r = (r);        \
        spin_lock(&__sim_r->lock);            \
        __typeof__(done) __sim_what = (done); \
        spin_unlock(&__sim_r->lock);          \
        __sim_what;                           \
    })
#define lockref_init(r) ((void)(spin_lock_init(&(r)->lock), (r)->count = 1))
#define lockref_get(r) ((void)__sim_lockref(r, __sim_r->count++))
#define lockref_get_not_zero(r) __sim_lockref(r, __sim_r->count > 0 ? (__sim_r->count++, 1) : 0)
#define lockref_get_not_dead(r) __sim_lockref(r, __sim_r->count >= 0 ? (__sim_r->count++, 1) : 0)
#define lockref_put_not_zero(r) __sim_lockref(r, __sim_r->count > 1 ? (__sim_r->count--, 1) : 0)
#define lockref_put_return(r) __sim_lockref(r, __sim_r->count > 0 ? --__sim_r->count : -1)
/* With the lock held, if it was the last. */
#define lockref_put_or_lock(r)               \
    ({                                       \
        struct lockref* __sim_r = (r);       \
        spin_lock(&__sim_r->lock);           \
        bool __sim_put = __sim_r->count > 1; \
        if (__sim_put) {                     \
            __sim_r->count--;                \
            spin_unlock(&__sim_r->lock);     \
        }                                    \
        __sim_put;                           \
    })
#define lockref_mark_dead(r) ((void)((r)->count = -128))
#define __lockref_is_dead(r) ((r)->count < 0)

/*
 * As lib/percpu-refcount.c has it, with one counter for all CPUs: as long as nobody has killed it,
 * a reference is got and dropped within a section of RCU, without any order; behind a grace period
 * the bias is taken away, and the last one is found by fully ordered operations.
 */
struct percpu_ref;
typedef void(percpu_ref_func_t)(struct percpu_ref* ref);
struct percpu_ref {
    atomic64_t count;
    int dead;
    percpu_ref_func_t *release, *confirm;
    struct callback_head rcu;
};
#define __sim_percpu_ref_bias ((int64_t)1 << 40)
#define PERCPU_REF_INIT_ATOMIC 1
#define PERCPU_REF_INIT_DEAD 2
#define PERCPU_REF_ALLOW_REINIT 4
#define percpu_ref_init(ref, f, flags, gfp)                                   \
    ({                                                                        \
        (ref)->release = (f);                                                 \
        (ref)->dead = 0;                                                      \
        BUG_ON(((flags) & ~PERCPU_REF_ALLOW_REINIT) != 0); /* not stood in */ \
        atomic64_set(&(ref)->count, __sim_percpu_ref_bias + 1);               \
        0;                                                                    \
    })
#define percpu_ref_exit(ref) ((void)(ref))
#define percpu_ref_is_dying(ref) (READ_ONCE((ref)->dead) != 0)
#define percpu_ref_is_zero(ref) (percpu_ref_is_dying(ref) && atomic64_read(&(ref)->count) == 0)
#define __sim_percpu_ref(ref, in_use, killed)                          \
    ({                                                                 \
        rcu_read_lock();                                               \
        int __sim_got = !READ_ONCE((ref)->dead) ? (in_use) : (killed); \
        rcu_read_unlock();                                             \
        __sim_got;                                                     \
    })
#define percpu_ref_get_many(ref, n)                                   \
    ((void)__sim_percpu_ref(ref, (atomic64_add(n, &(ref)->count), 1), \
                            (atomic64_add(n, &(ref)->count), 1)))
#define percpu_ref_get(ref) percpu_ref_get_many(ref, 1)
#define percpu_ref_tryget(ref) \
    __sim_percpu_ref(ref, (atomic64_add(1, &(ref)->count), 1), atomic64_inc_not_zero(&(ref)->count))
#define percpu_ref_tryget_live(ref) __sim_percpu_ref(ref, (atomic64_add(1, &(ref)->count), 1), 0)
#define percpu_ref_put_many(ref, n)                       \
    do {                                                  \
        rcu_read_lock();                                  \
        if (!READ_ONCE((ref)->dead))                      \
            atomic64_sub(n, &(ref)->count);               \
        else if (atomic64_sub_and_test(n, &(ref)->count)) \
            (ref)->release(ref);                          \
        rcu_read_unlock();                                \
    } while (0)
#define percpu_ref_put(ref) percpu_ref_put_many(ref, 1)
static inline void __sim_percpu_ref_killed(struct callback_head* head) {
    struct percpu_ref* ref = container_of(head, struct percpu_ref, rcu);

    (void)atomic64_fetch_sub(__sim_percpu_ref_bias, &ref->count);
    if (ref->confirm) ref->confirm(ref);
    percpu_ref_put(ref);
}
#define percpu_ref_kill_and_confirm(ref, f)             \
    do {                                                \
        (ref)->confirm = (f);                           \
        WRITE_ONCE((ref)->dead, 1);                     \
        call_rcu(&(ref)->rcu, __sim_percpu_ref_killed); \
    } while (0)
#define percpu_ref_kill(ref) percpu_ref_kill_and_confirm(ref, NULL)

#endif
