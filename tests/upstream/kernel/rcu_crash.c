// Under lkmm a grace period forbids what a reader would crash by, although its section has not
// ended.
// expect sc 3  x86-tso 3  armv8 3  power 3  lkmm 2
// expect -DAT_ONCE sc 1/3 assertion_failed  x86-tso 1/3 assertion_failed
// expect -DAT_ONCE armv8 1/3 assertion_failed  lkmm 2/3 data_race
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include <ringsim/test.h>

struct object {
    struct object* next;
};
static struct object last;
static struct object* shown;

static void before(void) {
    shown = kzalloc(sizeof(*shown), GFP_KERNEL);
    shown->next = &last;
}
static void reader(void) {
    struct object* object;

    rcu_read_lock();
    object = rcu_dereference(shown);
    if (object) EXPECT(!READ_ONCE(READ_ONCE(object->next)->next));
    rcu_read_unlock();
}
static void writer(void) {
    struct object* old = rcu_replace_pointer(shown, NULL, true);

#ifndef AT_ONCE
    synchronize_rcu();
#endif
    kfree(old);
}

RINGSIM_TEST(.before = before, .threads = {reader, writer});
