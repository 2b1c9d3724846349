// wait_event() and wake_up() by the kernel's own wait queues. Whoever looks whether anybody sleeps
// before he takes the lock of the queue needs a full barrier in front of that look, as the comment
// of waitqueue_active() says: -DACTIVE has none, -DACTIVE -DBARRIER has one.
//
//    ringsim kernel --linux ~/linux wait_event.c ~/linux/kernel/sched/wait.c
//
// expect sc 7  x86-tso 7  armv8 7  riscv 7  power 7  lkmm 7
// expect -DACTIVE sc 8  x86-tso 1/9 busy_spin  armv8 1/9 busy_spin  riscv 1/9 busy_spin
// expect -DACTIVE power 1/9 busy_spin  lkmm 1/9 busy_spin
// expect -DACTIVE -DBARRIER sc 8  x86-tso 8  armv8 8  riscv 8  power 8  lkmm 8
#include <linux/sched.h>
#include <linux/wait.h>

#include <ringsim/test.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static int ready;

static void sleeper(void) {
    wait_event(queue, READ_ONCE(ready));
}

static void waker(void) {
    WRITE_ONCE(ready, 1);
#ifdef BARRIER
    smp_mb();
#endif
#ifdef ACTIVE
    if (!waitqueue_active(&queue)) return;
#endif
    wake_up(&queue);
}

RINGSIM_TEST(.threads = {sleeper, waker});
