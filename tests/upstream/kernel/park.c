// kthread_park() comes back when the thread is parked, and it goes on when it is unparked.
// expect sc 50  armv8 50  lkmm 50
#include <linux/kthread.h>

#include <ringsim/test.h>

static int turns;

static int worker(void* data) {
    while (!kthread_should_stop()) {
        if (kthread_should_park()) kthread_parkme();
        if (turns == 0) turns = 1;
        cond_resched();
    }
    return 0;
}

static void thread(void) {
    struct task_struct* task = kthread_run(worker, NULL, "worker");

    kthread_park(task);
    EXPECT(turns != 2);
    turns = 2;
    kthread_unpark(task);
    kthread_stop(task);
    EXPECT(turns == 2);
}

RINGSIM_TEST(.threads = {thread});
