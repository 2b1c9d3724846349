/*
 * Wait queues, without the tree's own kernel/sched/wait.c: who is in a queue, by CPU, and a lock
 * around each change of it. Whoever is in it is woken, for there are no exclusive waiters here.
 */
#ifndef RINGSIM_WAIT_H
#define RINGSIM_WAIT_H

#include <ringsim/tasks.h>

typedef struct wait_queue_head {
    spinlock_t lock;
    unsigned int until_woken;   /* a bit for each CPU: prepare_to_wait() */
    unsigned int until_removed; /* add_wait_queue() */
} wait_queue_head_t;
/* A task's place in a queue is its CPU's bit. */
struct wait_queue_entry {
    int unused;
};
typedef struct wait_queue_entry wait_queue_entry_t;
#define __WAIT_QUEUE_HEAD_INITIALIZER(name) \
    { {0}, 0, 0 }
#define DECLARE_WAIT_QUEUE_HEAD(name) wait_queue_head_t name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_WAIT_QUEUE_HEAD(name)
#define init_waitqueue_head(q) \
    (spin_lock_init(&(q)->lock), WRITE_ONCE((q)->until_woken, 0), WRITE_ONCE((q)->until_removed, 0))
#define DECLARE_WAITQUEUE(name, task) wait_queue_entry_t name = {0}
#define DEFINE_WAIT(name) wait_queue_entry_t name = {0}
#define init_wait(entry) ((void)(entry))
#define init_waitqueue_entry(entry, task) ((void)(entry))

#define __sim_my_bit (1u << __sim_cpu())
#define __sim_change_queue(q, set, made)     \
    do {                                     \
        spin_lock(&(q)->lock);               \
        WRITE_ONCE((q)->set, (q)->set made); \
        spin_unlock(&(q)->lock);             \
    } while (0)
#define add_wait_queue(q, entry) __sim_change_queue(q, until_removed, | __sim_my_bit)
#define remove_wait_queue(q, entry) __sim_change_queue(q, until_removed, &~__sim_my_bit)

#define __sim_prepare_to_wait(q, state)                                \
    do {                                                               \
        spin_lock(&(q)->lock);                                         \
        WRITE_ONCE((q)->until_woken, (q)->until_woken | __sim_my_bit); \
        set_current_state(state);                                      \
        spin_unlock(&(q)->lock);                                       \
    } while (0)
#define __sim_finish_wait(q)                                    \
    do {                                                        \
        __set_current_state(TASK_RUNNING);                      \
        if (READ_ONCE((q)->until_woken) & __sim_my_bit)         \
            __sim_change_queue(q, until_woken, &~__sim_my_bit); \
    } while (0)
#define prepare_to_wait(q, entry, state) __sim_prepare_to_wait(q, state)
#define finish_wait(q, entry) __sim_finish_wait(q)

static inline void __sim_wake_queue(wait_queue_head_t* q, unsigned int mode) {
    unsigned int rest, woken = 0;

    spin_lock(&q->lock);
    for (rest = q->until_woken | q->until_removed; rest; rest &= rest - 1)
        if (ringsim_wake(&ringsim_tasks[__ffs(rest)], mode)) woken |= rest & -rest;
    if (woken) WRITE_ONCE(q->until_woken, q->until_woken & ~woken);
    spin_unlock(&q->lock);
}
#define wake_up(q) __sim_wake_queue(q, TASK_NORMAL)
#define wake_up_all(q) wake_up(q)
#define wake_up_interruptible(q) __sim_wake_queue(q, TASK_INTERRUPTIBLE)
#define wake_up_interruptible_all(q) wake_up_interruptible(q)
#define wake_up_interruptible_sync(q) wake_up_interruptible(q)
#define waitqueue_active(q) ((READ_ONCE((q)->until_woken) | READ_ONCE((q)->until_removed)) != 0)
#define wq_has_sleeper(q)    \
    ({                       \
        smp_mb();            \
        waitqueue_active(q); \
    })

#define __sim_wait_event(q, condition, state)   \
    do {                                        \
        if (condition) break;                   \
        for (;;) {                              \
            __sim_prepare_to_wait(&(q), state); \
            if (condition) break;               \
            schedule();                         \
        }                                       \
        __sim_finish_wait(&(q));                \
    } while (0)
#define wait_event(q, condition) __sim_wait_event(q, condition, TASK_UNINTERRUPTIBLE)
#define wait_event_idle(q, condition) wait_event(q, condition)
#define wait_event_interruptible(q, condition)              \
    ({                                                      \
        __sim_wait_event(q, condition, TASK_INTERRUPTIBLE); \
        0;                                                  \
    })
#define wait_event_killable(q, condition)              \
    ({                                                 \
        __sim_wait_event(q, condition, TASK_KILLABLE); \
        0;                                             \
    })
#define wait_event_timeout(q, condition, jiffies) \
    ({                                            \
        wait_event(q, condition);                 \
        (jiffies) ? (jiffies) : 1;                \
    })
#define wait_event_interruptible_timeout(q, condition, jiffies) \
    ({                                                          \
        (void)wait_event_interruptible(q, condition);           \
        (jiffies) ? (jiffies) : 1;                              \
    })

#endif
