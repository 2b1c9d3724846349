/*
 * Tasks: each thread is one, on a CPU of its own. Sleep and wakeup, threads of the kernel, and
 * counts that are waited for. Of time nothing is known: nobody here waits until a timeout is over.
 */
#ifndef RINGSIM_TASKS_H
#define RINGSIM_TASKS_H

#include <ringsim/percpu.h>

/* A count, and a lock around each change of it: completions and semaphores. */
struct __sim_count {
    unsigned int done;
    raw_spinlock_t lock;
};
struct kthread {
    int (*function)(void* data);
    void* data;
    size_t flags;
    int result;
    int started;
    int cpu;
    struct __sim_count parked, exited;
};
struct task_struct {
    unsigned int __state;
    unsigned int flags;
    struct kthread* kthread;
};
#define PF_KTHREAD 0x00200000
__weak struct task_struct ringsim_tasks[NR_CPUS];
#define current (&ringsim_tasks[__sim_cpu()])

#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define TASK_PARKED 0x40
#define TASK_WAKEKILL 0x100
#define TASK_KILLABLE (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE TASK_UNINTERRUPTIBLE
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)
#define MAX_SCHEDULE_TIMEOUT LONG_MAX
#define __set_current_state(state) WRITE_ONCE(current->__state, state)
#define set_current_state(state) smp_store_mb(current->__state, state)

/*
 * kernel/sched/core.c: try_to_wake_up() has a full barrier in front of its look at the state, the
 * one behind the lock of the task, and writes it if it is one of `mode`. A task that sleeps leaves
 * schedule() behind a read of that write.
 */
static inline int __sim_wake_if(struct task_struct* task, unsigned int mode) {
    unsigned int was;

    smp_mb();
    was = READ_ONCE(task->__state);
    while (was & mode)
        if (try_cmpxchg(&task->__state, &was, TASK_RUNNING)) return 1;
    return 0;
}
/* A task in a wait queue is in one of the two states: to write it in any case is one access. */
static inline int ringsim_wake(struct task_struct* task, unsigned int mode) {
    if (mode != TASK_NORMAL) return __sim_wake_if(task, mode);
    return (xchg(&task->__state, TASK_RUNNING) & mode) != 0;
}
static inline void ringsim_schedule(void) {
    smp_mb();
    (void)smp_cond_load_acquire(&current->__state, VAL == TASK_RUNNING);
}
#define schedule() ringsim_schedule()
static inline s64 schedule_timeout(s64 jiffies) {
    schedule();
    return jiffies;
}
#define io_schedule_timeout schedule_timeout
/* That time is over: nobody wakes it. */
#define schedule_timeout_interruptible(jiffies) __sim_sleep_awhile(jiffies)
#define schedule_timeout_uninterruptible(jiffies) __sim_sleep_awhile(jiffies)
#define __sim_sleep_awhile(jiffies) ((void)(jiffies), cpu_relax(), 0)
#define wake_up_state(task, state) ringsim_wake(task, state)
#define try_to_wake_up(task, state, flags) ringsim_wake(task, state)
#define signal_pending(task) 0
#define fatal_signal_pending(task) 0
#define signal_pending_state(state, task) 0
#define WF_SYNC 0x10
#define WF_CURRENT_CPU 0x40
#define get_task_struct(task) (task)
#define put_task_struct(task) ((void)(task))

/* --- counts; `all` is one that stays however often it is taken --- */

#define __sim_give(count, all)                                                    \
    do {                                                                          \
        raw_spin_lock(&(count)->lock);                                            \
        if ((count)->done != (all)) WRITE_ONCE((count)->done, (count)->done + 1); \
        raw_spin_unlock(&(count)->lock);                                          \
    } while (0)
/* Whether there was one to take. */
#define __sim_try_take(count, all)                                                    \
    ({                                                                                \
        raw_spin_lock(&(count)->lock);                                                \
        unsigned int __sim_n = (count)->done;                                         \
        if (__sim_n != 0 && __sim_n != (all)) WRITE_ONCE((count)->done, __sim_n - 1); \
        raw_spin_unlock(&(count)->lock);                                              \
        __sim_n != 0;                                                                 \
    })
#define __sim_take(count, all)                                 \
    do {                                                       \
        (void)smp_cond_load_relaxed(&(count)->done, VAL != 0); \
    } while (!__sim_try_take(count, all))

/* --- threads of the kernel: they wait until they are woken for the first time --- */

enum { __sim_should_stop, __sim_should_park };
static inline void* __sim_run_kthread(void* argument) {
    struct kthread* me = argument;

    (void)smp_cond_load_acquire(&me->started, VAL);
    /* Who is stopped before it begins never runs: -EINTR. */
    me->result = test_bit(__sim_should_stop, &me->flags) ? -4 : me->function(me->data);
    __sim_give(&me->exited, ~0u);
    return NULL;
}
static inline struct task_struct* __sim_task_of(struct kthread* k, int cpu) {
    k->cpu = cpu;
    WRITE_ONCE(ringsim_tasks[cpu].kthread, k);
    return &ringsim_tasks[cpu];
}
#define kthread_create(f, argument, ...)                                   \
    ({                                                                     \
        struct kthread* __sim_k = __sim_alloc(sizeof(struct kthread), 16); \
        __sim_k->function = (f);                                           \
        __sim_k->data = (argument);                                        \
        __sim_task_of(__sim_k, __sim_start(__sim_run_kthread, __sim_k));   \
    })
#define kthread_create_on_node(f, argument, node, ...) kthread_create(f, argument)
#define kthread_create_on_cpu(f, argument, cpu, ...) kthread_create(f, argument)
#define kthread_bind(task, cpu) ((void)(task))
#define kthread_run(f, argument, ...)                              \
    ({                                                             \
        struct task_struct* __sim_t = kthread_create(f, argument); \
        wake_up_process(__sim_t);                                  \
        __sim_t;                                                   \
    })
static inline int wake_up_process(struct task_struct* task) {
    struct kthread* k = READ_ONCE(task->kthread);

    if (k && !READ_ONCE(k->started)) {
        smp_store_release(&k->started, 1);
        return 1;
    }
    return k ? __sim_wake_if(task, TASK_NORMAL) : ringsim_wake(task, TASK_NORMAL);
}
#define __sim_kthread_is(bit) test_bit(bit, &READ_ONCE(current->kthread)->flags)
#define kthread_should_stop() __sim_kthread_is(__sim_should_stop)
#define kthread_should_park() __sim_kthread_is(__sim_should_park)
#define kthread_freezable_should_stop(frozen) kthread_should_stop()
#define kthread_data(task) (READ_ONCE((task)->kthread)->data)
static inline void kthread_unpark(struct task_struct* task) {
    clear_bit(__sim_should_park, &READ_ONCE(task->kthread)->flags);
    ringsim_wake(task, TASK_PARKED);
}
static inline int kthread_park(struct task_struct* task) {
    struct kthread* k = READ_ONCE(task->kthread);

    set_bit(__sim_should_park, &k->flags);
    wake_up_process(task);
    __sim_take(&k->parked, ~0u);
    return 0;
}
static inline void kthread_parkme(void) {
    struct kthread* me = READ_ONCE(current->kthread);

    for (;;) {
        set_current_state(TASK_PARKED);
        if (!test_bit(__sim_should_park, &me->flags)) break;
        __sim_give(&me->parked, ~0u);
        schedule();
    }
    __set_current_state(TASK_RUNNING);
}
static inline int kthread_stop(struct task_struct* task) {
    struct kthread* k = READ_ONCE(task->kthread);

    set_bit(__sim_should_stop, &k->flags);
    if (test_bit(__sim_should_park, &k->flags)) kthread_unpark(task);
    wake_up_process(task);
    __sim_take(&k->exited, ~0u);
    return k->result;
}

#if defined(RINGSIM_EDGES) && !defined(RINGSIM_REAL_EVENTPOLL)
/* --- the ring buffer's wait queue, which its driver sleeps on: one edge --- */

typedef struct wait_queue_head {
    int edge;
} wait_queue_head_t;
#define init_waitqueue_head(q) ((q)->edge = 0)
#define wake_up_all(q) __sim_edge_set(q)
#define wake_up(q) __sim_edge_set(q)
#define DECLARE_WAIT_QUEUE_HEAD(name) wait_queue_head_t name = {0}
#elif !defined(RINGSIM_REAL_EVENTPOLL)
#include <ringsim/wait.h>
#endif

#ifndef RINGSIM_REAL_EVENTPOLL
struct file;
typedef struct poll_table_struct {
    struct wait_queue_head* waits_at; /* set where the file registers itself */
} poll_table;
#define poll_wait(file, q, table) ((table) ? (void)((table)->waits_at = (q)) : (void)(file))

#define EPOLLIN ((__poll_t)0x001)
#define EPOLLOUT ((__poll_t)0x004)
#define EPOLLRDNORM ((__poll_t)0x040)
#define EPOLLWRNORM ((__poll_t)0x100)
#endif

#endif
