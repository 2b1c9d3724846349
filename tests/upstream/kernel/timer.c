// A timer runs at whatever time; timer_delete_sync() waits for it, timer_delete() does not.
// expect sc 5  armv8 5  lkmm 5
// expect -DNOT_SYNC sc 12/13 assertion_failed  armv8 12/13 assertion_failed
// expect -DNOT_SYNC lkmm 12/13 assertion_failed
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/timer.h>

#include <ringsim/test.h>

struct device {
    int ticks;
    struct timer_list timer;
};
static struct device* device;

static void tick(struct timer_list* timer) {
    struct device* d = container_of(timer, struct device, timer);

    WRITE_ONCE(d->ticks, d->ticks + 1);
}

static void before(void) {
    device = kzalloc(sizeof(*device), GFP_KERNEL);
    timer_setup(&device->timer, tick, 0);
}
static void thread(void) {
    struct device* d = device;

    EXPECT(!mod_timer(&d->timer, jiffies + HZ));
#ifdef NOT_SYNC
    timer_delete(&d->timer);
#else
    const int was_pending = timer_delete_sync(&d->timer);

    EXPECT(READ_ONCE(d->ticks) == !was_pending);
#endif
    kfree(d);
}

RINGSIM_TEST(.before = before, .threads = {thread});
