// Who uses an object that is freed meanwhile is found, and who frees it a second time.
// expect sc 3  x86-tso 3  armv8 3  power 3  lkmm 2
// expect -DAT_ONCE sc 1/3 assertion_failed  armv8 1/3 assertion_failed  lkmm 2/3 data_race
// expect -DCOUNTED sc 2  x86-tso 2  armv8 2  power 2  lkmm 2
// expect -DCOUNTED -DTWICE sc 6/8 assertion_failed  x86-tso 6/8 assertion_failed
// expect -DCOUNTED -DLATE sc 3/3 assertion_failed  power 3/3 assertion_failed
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include <ringsim/test.h>

struct object {
    atomic_t references;
    int value;
};
static struct object* shown;

__attribute__((constructor)) static void make(void) {
    shown = kzalloc(sizeof(*shown), GFP_KERNEL);
    atomic_set(&shown->references, 2);
    shown->value = 1;
}

#ifdef COUNTED
static void put(struct object* object) {
    EXPECT(READ_ONCE(object->value) == 1);
#ifdef TWICE
    atomic_dec(&object->references);
    if (atomic_read(&object->references) == 0) kfree(object);
#elif defined(LATE)
    if (atomic_dec_and_test(&object->references)) kfree(object);
    (void)READ_ONCE(object->value);
#else
    if (atomic_dec_and_test(&object->references)) kfree(object);
#endif
}
static void first(void) {
    put(shown);
}
static void second(void) {
    put(shown);
}
#else
static void first(void) {
    rcu_read_lock();
    struct object* object = rcu_dereference(shown);
    if (object) EXPECT(READ_ONCE(object->value) == 1);
    rcu_read_unlock();
}
static void second(void) {
    struct object* object = shown;

    rcu_assign_pointer(shown, NULL);
#ifndef AT_ONCE
    synchronize_rcu();
#endif
    kfree(object);
}
#endif

RINGSIM_TEST(.threads = {first, second});
