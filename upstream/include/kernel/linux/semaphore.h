#ifndef RINGSIM_SEMAPHORE_H
#define RINGSIM_SEMAPHORE_H

#include <ringsim/kernel.h>

struct semaphore {
    unsigned int done; /* how often it can be had */
    raw_spinlock_t lock;
};
#define __SEMAPHORE_INITIALIZER(name, n) \
    {                                    \
        n, {                             \
            0                            \
        }                                \
    }
#define DEFINE_SEMAPHORE(name, n) struct semaphore name = __SEMAPHORE_INITIALIZER(name, n)
#define sema_init(s, n) (WRITE_ONCE((s)->done, n), raw_spin_lock_init(&(s)->lock))
#define down(s) __sim_take(s, ~0u)
#define down_interruptible(s) \
    ({                        \
        down(s);              \
        0;                    \
    })
#define down_killable(s) down_interruptible(s)
/* 0 if it was got. */
#define down_trylock(s) ((int)!__sim_try_take(s, ~0u))
#define up(s) __sim_give(s, ~0u)

#endif
