// Who waits for a condition is woken; a look at the queue in front of wake_up() needs a full
// barrier.
// expect sc 7  armv8 7  lkmm 7
// expect -DBY_HAND sc 6  armv8 6  lkmm 6
// expect -DLOOKS sc 8  x86-tso 1/9 busy_spin  armv8 1/9 busy_spin  lkmm 1/9 busy_spin
// expect -DLOOKS -DBARRIER sc 8  armv8 8  lkmm 8
// expect -DINTERRUPTIBLE sc 1/6 busy_spin  lkmm 1/6 busy_spin
// expect -DINTERRUPTIBLE -DBY_HAND sc 7  lkmm 7
#include <linux/sched.h>
#include <linux/wait.h>

#include <ringsim/test.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static int condition;

static void waker(void) {
    WRITE_ONCE(condition, 1);
#ifdef LOOKS
#ifdef BARRIER
    smp_mb();
#endif
    if (waitqueue_active(&queue))
#endif
#ifdef INTERRUPTIBLE
        wake_up_interruptible(&queue);
#else
    wake_up(&queue);
#endif
}

static void sleeper(void) {
#ifdef BY_HAND
    DECLARE_WAITQUEUE(entry, current);

    add_wait_queue(&queue, &entry);
    for (;;) {
        set_current_state(TASK_INTERRUPTIBLE);
        if (READ_ONCE(condition)) break;
        schedule();
    }
    __set_current_state(TASK_RUNNING);
    remove_wait_queue(&queue, &entry);
#else
    wait_event(queue, READ_ONCE(condition));
#endif
}

RINGSIM_TEST(.threads = {waker, sleeper});
