/*
 * Completions and semaphores, without the tree's own kernel/sched/completion.c: counts that are
 * waited for.
 */
#ifndef RINGSIM_COMPLETION_H
#define RINGSIM_COMPLETION_H

#include <ringsim/kernel.h>

struct completion {
    unsigned int done;
    raw_spinlock_t lock;
};
#define COMPLETION_INITIALIZER(name) \
    {                                \
        0, {                         \
            0                        \
        }                            \
    }
#define COMPLETION_INITIALIZER_ONSTACK(name) COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION(name) struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK(name) DECLARE_COMPLETION(name)
#define init_completion(x) (WRITE_ONCE((x)->done, 0), raw_spin_lock_init(&(x)->lock))
#define reinit_completion(x) WRITE_ONCE((x)->done, 0)
#define complete(x) __sim_give(x, UINT_MAX)
#define complete_all(x)                  \
    do {                                 \
        raw_spin_lock(&(x)->lock);       \
        WRITE_ONCE((x)->done, UINT_MAX); \
        raw_spin_unlock(&(x)->lock);     \
    } while (0)
#define wait_for_completion(x) __sim_take(x, UINT_MAX)
#define wait_for_completion_io(x) wait_for_completion(x)
#define __sim_wait_for_completion(x, result) \
    ({                                       \
        wait_for_completion(x);              \
        result;                              \
    })
#define wait_for_completion_interruptible(x) __sim_wait_for_completion(x, 0)
#define wait_for_completion_killable(x) __sim_wait_for_completion(x, 0)
#define wait_for_completion_timeout(x, jiffies) \
    __sim_wait_for_completion(x, (jiffies) ? (jiffies) : 1)
#define wait_for_completion_interruptible_timeout(x, jiffies) \
    wait_for_completion_timeout(x, jiffies)
#define try_wait_for_completion(x) (READ_ONCE((x)->done) != 0 && __sim_try_take(x, UINT_MAX))
/* With the lock, so that complete() does not touch it any more. */
#define completion_done(x)                           \
    ({                                               \
        bool __sim_done = READ_ONCE((x)->done) != 0; \
        if (__sim_done) {                            \
            raw_spin_lock(&(x)->lock);               \
            raw_spin_unlock(&(x)->lock);             \
        }                                            \
        __sim_done;                                  \
    })

#endif
