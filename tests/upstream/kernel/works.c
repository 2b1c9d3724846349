// A work runs once for each time that it is queued and was not pending; who waits for it finds what
// it left, and who finds it pending leaves what he wrote to the run that is to come.
// expect sc 3  armv8 3  lkmm 3
// expect -DTWO_QUEUE sc 11  armv8 11  lkmm 11
// expect -DCANCELLED sc 7/8 assertion_failed  armv8 7/8 assertion_failed  lkmm 7/8 assertion_failed
// expect -DCANCELLED_SYNC sc 3  armv8 3  lkmm 3
// expect -DUNFLUSHED sc 1/1 assertion_failed  armv8 1/1 assertion_failed  lkmm 1/1 assertion_failed
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <ringsim/test.h>

struct device {
    int asked, answered;
    struct work_struct work;
};
static struct device* device;

static void answer(struct work_struct* work) {
    struct device* d = container_of(work, struct device, work);

    WRITE_ONCE(d->answered, READ_ONCE(d->asked));
}

static void before(void) {
    device = kzalloc(sizeof(*device), GFP_KERNEL);
    INIT_WORK(&device->work, answer);
}

#ifdef TWO_QUEUE
static void first(void) {
    schedule_work(&device->work);
}
static void second(void) {
    WRITE_ONCE(device->asked, 1);
    schedule_work(&device->work);
}
static void after(void) {
    flush_workqueue(system_wq);
    EXPECT(device->answered == 1);
}
RINGSIM_TEST(.before = before, .threads = {first, second}, .after = after);
#else
static void first(void) {
    device->asked = 7;
    EXPECT(schedule_work(&device->work));
#ifdef CANCELLED
    cancel_work(&device->work);
    kfree(device);
#elif defined(CANCELLED_SYNC)
    cancel_work_sync(&device->work);
    kfree(device);
#else
#ifndef UNFLUSHED
    flush_work(&device->work);
#endif
    EXPECT(device->answered == 7);
#endif
}
RINGSIM_TEST(.before = before, .threads = {first});
#endif
