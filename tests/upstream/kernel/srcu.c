// A grace period of one srcu_struct waits for its readers, and for those of no other one.
// expect sc 3  x86-tso 3  armv8 3  power 3  lkmm 2
// expect -DOTHER sc 1/3 assertion_failed  armv8 1/3 assertion_failed  lkmm 1/3 assertion_failed
// expect -DRCU sc 3  x86-tso 3  armv8 3  power 3  lkmm 2
// expect -DWITHOUT sc 1/3 assertion_failed  armv8 1/3 assertion_failed  lkmm 1/3 assertion_failed
#include <linux/srcu.h>

#include <ringsim/test.h>

struct object {
    int value;
};
static struct object first = {1}, second = {2};
static struct object* shown = &first;
DEFINE_STATIC_SRCU(domain);
DEFINE_STATIC_SRCU(other);

static void reader(void) {
    const int index = srcu_read_lock(&domain);

#ifdef RCU
    rcu_read_lock();
#endif
    EXPECT(READ_ONCE(srcu_dereference(shown, &domain)->value) != 0);
#ifdef RCU
    rcu_read_unlock();
#endif
    srcu_read_unlock(&domain, index);
}

static void writer(void) {
    rcu_assign_pointer(shown, &second);
#if defined(OTHER)
    synchronize_srcu(&other);
#elif defined(RCU)
    synchronize_rcu();
#elif !defined(WITHOUT)
    synchronize_srcu(&domain);
#endif
    WRITE_ONCE(first.value, 0);
}

RINGSIM_TEST(.threads = {reader, writer});
