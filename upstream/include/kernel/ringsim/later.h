/*
 * What runs later, on another CPU: works and timers. Each time that one is queued there is a thread
 * that runs it if nobody takes it back before, at whatever time; a delay says nothing about that.
 * One at a time runs, under a lock of its own, which is what the kernel's flush and _sync functions
 * wait for.
 */
#ifndef RINGSIM_LATER_H
#define RINGSIM_LATER_H

#include <ringsim/kernel.h>

struct workqueue_struct {
    bool ordered;
    atomic_t to_come;    /* runs that have not ended */
    atomic_t next, turn; /* of an ordered one: what is queued, and what may run */
};
/* One time that something was queued: a thread, which looks at nothing else if it was taken back.
 */
struct __sim_run {
    int state;
    struct __sim_deferred* what;
    struct workqueue_struct* queue;
    int turn;
    struct __sim_run* previous;
};
enum { __sim_queued, __sim_running, __sim_ended, __sim_taken_back };
struct __sim_deferred {
    int pending;
    bool timer;
    spinlock_t base;
    struct __sim_run* last;
    void (*run)(struct __sim_deferred* what);
};

/* Of a work by a fully ordered operation: who finds it pending leaves what he wrote to the run that
 * is still to come (kernel/workqueue.c, set_work_pool_and_clear_pending()). Of a timer under the
 * lock of its base. What it was before. */
static inline int __sim_set_pending(struct __sim_deferred* what, int pending) {
    int was;

    if (!what->timer) return xchg(&what->pending, pending);
    spin_lock(&what->base);
    was = xchg_relaxed(&what->pending, pending);
    spin_unlock(&what->base);
    return was;
}
/* The run and those before it are over. */
static inline void __sim_wait_for_run(struct __sim_run* run) {
    for (; run; run = run->previous)
        if (smp_cond_load_acquire(&run->state, VAL >= __sim_ended) == __sim_ended) return;
}
static inline void* __sim_run_deferred(void* argument) {
    struct __sim_run* run = argument;
    struct workqueue_struct* queue = run->queue;

    if (queue && queue->ordered) (void)atomic_cond_read_acquire(&queue->turn, VAL == run->turn);
    __sim_wait_for_run(run->previous);
    if (cmpxchg_acquire(&run->state, __sim_queued, __sim_running) == __sim_queued) {
        (void)__sim_set_pending(run->what, 0);
        run->what->run(run->what);
        smp_store_release(&run->state, __sim_ended);
    }
    if (queue && queue->ordered) atomic_set_release(&queue->turn, run->turn + 1);
    if (queue) (void)atomic_fetch_sub_release(1, &queue->to_come);
    return NULL;
}
/* Whether it was not pending before. */
static inline bool __sim_defer(struct __sim_deferred* what, struct workqueue_struct* queue) {
    struct __sim_run* run;

    if (__sim_set_pending(what, 1)) return false;
    run = __sim_alloc(sizeof(*run), 16);
    run->what = what;
    run->queue = queue;
    if (queue) atomic_inc(&queue->to_come);
    if (queue && queue->ordered) run->turn = atomic_fetch_inc_relaxed(&queue->next);
    spin_lock(&what->base);
    run->previous = what->last;
    WRITE_ONCE(what->last, run);
    spin_unlock(&what->base);
    (void)__sim_start(__sim_run_deferred, run);
    return true;
}
static inline struct __sim_run* __sim_last_run(struct __sim_deferred* what) {
    struct __sim_run* run;

    spin_lock(&what->base);
    run = what->last;
    spin_unlock(&what->base);
    return run;
}
/* Whether it was pending. */
static inline bool __sim_take_back(struct __sim_deferred* what) {
    struct __sim_run* run = __sim_last_run(what);

    if (!run || cmpxchg(&run->state, __sim_queued, __sim_taken_back) != __sim_queued) return false;
    (void)__sim_set_pending(what, 0);
    return true;
}
static inline bool __sim_take_back_sync(struct __sim_deferred* what) {
    struct __sim_run* last;
    bool was = false;

    do {
        was |= __sim_take_back(what);
        last = READ_ONCE(what->last);
        __sim_wait_for_run(last);
    } while (last != READ_ONCE(what->last)); /* it has queued itself again */
    return was;
}

/* --- works --- */

struct work_struct {
    struct __sim_deferred later;
    void (*func)(struct work_struct* work);
};
typedef void (*work_func_t)(struct work_struct* work);
static inline void __sim_run_work(struct __sim_deferred* what) {
    struct work_struct* work = container_of(what, struct work_struct, later);

    work->func(work);
}
#define __WORK_INITIALIZER(name, f) \
    { .later = {.run = __sim_run_work}, .func = (f) }
#define DECLARE_WORK(name, f) struct work_struct name = __WORK_INITIALIZER(name, f)
#define INIT_WORK(work, f) ((void)(*(work) = (struct work_struct)__WORK_INITIALIZER(, f)))
#define INIT_WORK_ONSTACK(work, f) INIT_WORK(work, f)
#define destroy_work_on_stack(work) ((void)(work))

#define WQ_UNBOUND 2
#define WQ_FREEZABLE 4
#define WQ_MEM_RECLAIM 8
#define WQ_HIGHPRI 16
#define WQ_PERCPU 0x100
static inline struct workqueue_struct* __sim_new_queue(bool ordered) {
    struct workqueue_struct* queue = __sim_alloc(sizeof(*queue), 16);

    queue->ordered = ordered;
    return queue;
}
__weak struct workqueue_struct ringsim_system_wq;
#define system_wq (&ringsim_system_wq)
#define system_unbound_wq system_wq
#define system_long_wq system_wq
#define system_highpri_wq system_wq
#define system_percpu_wq system_wq
#define system_dfl_wq system_wq
#define alloc_workqueue(name, flags, ...) __sim_new_queue(false)
#define create_workqueue(name) __sim_new_queue(false)
#define alloc_ordered_workqueue(name, ...) __sim_new_queue(true)
#define create_singlethread_workqueue(name) __sim_new_queue(true)
#define flush_workqueue(queue) ((void)atomic_cond_read_acquire(&(queue)->to_come, VAL == 0))
#define drain_workqueue(queue) flush_workqueue(queue)
#define destroy_workqueue(queue) \
    do {                         \
        flush_workqueue(queue);  \
        __sim_free(queue);       \
    } while (0)

#define queue_work(queue, work) __sim_defer(&(work)->later, queue)
#define queue_work_on(cpu, queue, work) queue_work(queue, work)
#define schedule_work(work) queue_work(system_wq, work)
#define schedule_work_on(cpu, work) schedule_work(work)
#define work_pending(work) (READ_ONCE((work)->later.pending) != 0)
#define cancel_work(work) __sim_take_back(&(work)->later)
#define cancel_work_sync(work) __sim_take_back_sync(&(work)->later)
static inline bool flush_work(struct work_struct* work) {
    struct __sim_run* last = __sim_last_run(&work->later);
    bool was = last && READ_ONCE(last->state) < __sim_ended;

    __sim_wait_for_run(last);
    return was;
}

struct delayed_work {
    struct work_struct work;
};
#define to_delayed_work(w) container_of(w, struct delayed_work, work)
#define DECLARE_DELAYED_WORK(name, f) struct delayed_work name = {__WORK_INITIALIZER(name, f)}
#define INIT_DELAYED_WORK(w, f) INIT_WORK(&(w)->work, f)
#define queue_delayed_work(queue, w, delay) queue_work(queue, &(w)->work)
#define schedule_delayed_work(w, delay) schedule_work(&(w)->work)
#define mod_delayed_work(queue, w, delay) (!queue_work(queue, &(w)->work))
#define delayed_work_pending(w) work_pending(&(w)->work)
#define cancel_delayed_work(w) cancel_work(&(w)->work)
#define cancel_delayed_work_sync(w) cancel_work_sync(&(w)->work)
#define flush_delayed_work(w) flush_work(&(w)->work)

/* --- timers --- */

struct timer_list {
    struct __sim_deferred later;
    size_t expires;
    void (*function)(struct timer_list* timer);
};
static inline void __sim_run_timer(struct __sim_deferred* what) {
    struct timer_list* timer = container_of(what, struct timer_list, later);

    timer->function(timer);
}
#define __TIMER_INITIALIZER(f, flags) \
    { .later = {.timer = true, .run = __sim_run_timer}, .function = (f) }
#define DEFINE_TIMER(name, f) struct timer_list name = __TIMER_INITIALIZER(f, 0)
#define timer_setup(t, f, flags) ((void)(*(t) = (struct timer_list)__TIMER_INITIALIZER(f, flags)))
#define timer_setup_on_stack(t, f, flags) timer_setup(t, f, flags)
#define destroy_timer_on_stack(t) ((void)(t))
#define timer_destroy_on_stack(t) ((void)(t))
#define from_timer(var, t, member) container_of(t, __typeof__(*(var)), member)
#define timer_container_of(var, t, member) from_timer(var, t, member)
#define mod_timer(t, when) (WRITE_ONCE((t)->expires, when), !__sim_defer(&(t)->later, NULL))
#define add_timer(t) ((void)__sim_defer(&(t)->later, NULL))
#define timer_pending(t) (READ_ONCE((t)->later.pending) != 0)
#define timer_delete(t) ((int)__sim_take_back(&(t)->later))
#define timer_delete_sync(t) ((int)__sim_take_back_sync(&(t)->later))
#define del_timer(t) timer_delete(t)
#define del_timer_sync(t) timer_delete_sync(t)

/* Nothing is known of time but that it does not go backwards. */
#define HZ 1000
#define jiffies 0ul
#define get_jiffies_64() 0ull
#define msecs_to_jiffies(ms) ((size_t)(ms))
#define usecs_to_jiffies(us) ((size_t)(us) / 1000)
#define jiffies_to_msecs(j) ((unsigned int)(j))
#define round_jiffies(j) (j)
#define round_jiffies_relative(j) (j)
#define time_after(a, b) ((int64_t)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((int64_t)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)

#endif
