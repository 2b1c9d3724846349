// What is called behind a grace period finds no reader; rcu_barrier() waits for all of it.
// expect sc 3  x86-tso 3  armv8 3  power 3  lkmm 2
// expect -DOUTSIDE sc 1/6 assertion_failed  x86-tso 1/6 assertion_failed
// expect -DOUTSIDE armv8 1/6 assertion_failed  lkmm 4/5 data_race
// expect -DAT_ONCE sc 1/3 assertion_failed  x86-tso 1/3 assertion_failed
// expect -DAT_ONCE armv8 1/3 assertion_failed  lkmm 2/3 data_race
// expect -DKFREE sc 3  x86-tso 3  armv8 3  power 3  lkmm 2
// expect -DKFREE -DOUTSIDE sc 1/6 assertion_failed  x86-tso 1/6 assertion_failed
// expect -DKFREE -DOUTSIDE armv8 1/6 assertion_failed  lkmm 2/3 data_race
// expect -DNO_BARRIER sc 2/2 assertion_failed  armv8 2/2 assertion_failed
// expect -DNO_BARRIER lkmm 2/2 assertion_failed
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include <ringsim/test.h>

struct object {
    int value;
    struct rcu_head rcu;
};
static struct object* shown;
static int freed;

static void free_object(struct rcu_head* head) {
    kfree(container_of(head, struct object, rcu));
    WRITE_ONCE(freed, 1);
}

static void before(void) {
    shown = kmalloc(sizeof(*shown), GFP_KERNEL);
    shown->value = 1;
}
static void reader(void) {
    struct object* object;

    rcu_read_lock();
    object = rcu_dereference(shown);
#ifdef OUTSIDE
    rcu_read_unlock();
    rcu_read_lock();
#endif
    if (object) EXPECT(READ_ONCE(object->value) == 1);
    rcu_read_unlock();
}
static void writer(void) {
    struct object* old = rcu_replace_pointer(shown, NULL, true);

#ifdef AT_ONCE
    free_object(&old->rcu);
#elif defined(KFREE)
    kfree_rcu(old, rcu);
#else
    call_rcu(&old->rcu, free_object);
#ifndef NO_BARRIER
    rcu_barrier();
#endif
    EXPECT(READ_ONCE(freed));
#endif
}

RINGSIM_TEST(.before = before, .threads = {reader, writer});
