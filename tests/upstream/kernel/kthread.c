// A thread of the kernel begins when it is woken, or never if it is stopped before; kthread_stop()
// waits for its end.
// expect sc 5  armv8 5  lkmm 5
// expect -DLATE sc 1/6 busy_spin  armv8 1/6 busy_spin  lkmm 1/6 busy_spin
// expect -DSTOP sc 6  armv8 6  lkmm 6
// expect -DSTOP -DALWAYS_RUNS sc 1/6 assertion_failed  armv8 1/6 assertion_failed
// expect -DSTOP -DALWAYS_RUNS lkmm 1/6 assertion_failed
#include <linux/kthread.h>
#include <linux/sched.h>

#include <ringsim/test.h>

static int asked, ran;

static int worker(void* data) {
    WRITE_ONCE(*(int*)data, 1);
    for (;;) {
#ifdef LATE
        // Who looks before he says that he sleeps may sleep over a wakeup.
        const bool over = kthread_should_stop() || READ_ONCE(asked);

        set_current_state(TASK_INTERRUPTIBLE);
        if (over) break;
#else
        set_current_state(TASK_INTERRUPTIBLE);
        if (kthread_should_stop() || READ_ONCE(asked)) break;
#endif
        schedule();
    }
    __set_current_state(TASK_RUNNING);
    return 3;
}

static void thread(void) {
    struct task_struct* task = kthread_run(worker, &ran, "worker");

#ifdef STOP
    const int result = kthread_stop(task);

#ifdef ALWAYS_RUNS
    EXPECT(result == 3);
#else
    EXPECT(result == (ran ? 3 : -EINTR));
#endif
#else
    WRITE_ONCE(asked, 1);
    wake_up_process(task);
#endif
}

RINGSIM_TEST(.threads = {thread});
