// Works of an ordered queue run one behind the other, as they were queued; others at the same time.
// expect sc 5  armv8 5  lkmm 5
// expect -DANY_ORDER sc 2/5 assertion_failed  armv8 2/5 assertion_failed  lkmm 2/5 assertion_failed
#include <linux/workqueue.h>

#include <ringsim/test.h>

static struct workqueue_struct* queue;
static int last;

static void one(struct work_struct* work) {
    EXPECT(READ_ONCE(last) == 0);
    WRITE_ONCE(last, 1);
}
static void two(struct work_struct* work) {
    EXPECT(READ_ONCE(last) == 1);
    WRITE_ONCE(last, 2);
}
static DECLARE_WORK(first, one);
static DECLARE_WORK(second, two);

static void before(void) {
#ifdef ANY_ORDER
    queue = alloc_workqueue("queue", WQ_UNBOUND, 0);
#else
    queue = alloc_ordered_workqueue("queue", 0);
#endif
}
static void thread(void) {
    queue_work(queue, &first);
    queue_work(queue, &second);
}
static void after(void) {
    destroy_workqueue(queue);
    EXPECT(last == 2);
}

RINGSIM_TEST(.before = before, .threads = {thread}, .after = after);
