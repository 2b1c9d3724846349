// A grace period waits for the sections that began before it, and what came before it is seen by
// those that begin later. A section by itself orders nothing.
// expect sc 3  x86-tso 3  rc11 3  armv8 3  riscv 3  power 3  lkmm 2
// expect -DNESTED sc 3  x86-tso 3  armv8 3  lkmm 2
// expect -DEARLY sc 1/6 assertion_failed  power 1/6 assertion_failed  lkmm 1/3 assertion_failed
// expect -DWITHOUT sc 1/3 assertion_failed  armv8 1/3 assertion_failed  lkmm 1/3 assertion_failed
// expect -DACROSS sc 5  x86-tso 5  rc11 1/6 assertion_failed  armv8 1/6 assertion_failed
// expect -DACROSS lkmm 1/3 assertion_failed
// expect -DUNBALANCED sc 1/1 assertion_failed
// expect -DINSIDE sc 2/2 assertion_failed  lkmm 2/2 assertion_failed
#include <linux/rcupdate.h>

#include <ringsim/test.h>

struct object {
    int value;
};
static struct object first = {1}, second = {2};
static struct object __rcu* current_object = &first;
static int flag, data;

static void reader(void) {
#ifdef ACROSS
    rcu_read_lock();
    const int seen = READ_ONCE(flag);
    rcu_read_unlock();
    rcu_read_lock();
    EXPECT(!seen || READ_ONCE(data));
    rcu_read_unlock();
#else
    rcu_read_lock();
#ifdef NESTED
    rcu_read_lock();
    rcu_read_unlock();
#endif
#ifdef EARLY
    struct object* object = rcu_dereference(current_object);
    rcu_read_unlock();
    rcu_read_lock();
    EXPECT(READ_ONCE(object->value) != 0);
#else
    EXPECT(READ_ONCE(rcu_dereference(current_object)->value) != 0);
#endif
    rcu_read_unlock();
#endif
#ifdef UNBALANCED
    rcu_read_unlock();
#endif
}

static void writer(void) {
    WRITE_ONCE(data, 1);
    smp_wmb();
    WRITE_ONCE(flag, 1);
    rcu_assign_pointer(current_object, &second);
#ifdef INSIDE
    rcu_read_lock();
#endif
#ifndef WITHOUT
    synchronize_rcu();
#endif
    WRITE_ONCE(first.value, 0);
}

RINGSIM_TEST(.threads = {reader, writer});
