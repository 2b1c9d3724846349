// What is read through a pointer depends on rcu_dereference(), and on no READ_ONCE() that the
// compiled code does not show.
// expect sc 2  armv8 2  lkmm 2
// expect -DREAD sc 2  x86-tso 2  armv8 1/3 assertion_failed  lkmm 2/3 data_race
// expect -DBESIDE sc 2  x86-tso 2  armv8 1/3 assertion_failed  lkmm 1/3 assertion_failed
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include <ringsim/test.h>

struct object {
    int value;
};
static struct object* shown;
static int beside;

static void writer(void) {
    struct object* made = kmalloc(sizeof(*made), GFP_KERNEL);

    made->value = 1;
    WRITE_ONCE(beside, 1);
    rcu_assign_pointer(shown, made);
}
static void reader(void) {
#ifdef READ
    struct object* object = READ_ONCE(shown);
#else
    struct object* object = rcu_dereference(shown);
#endif

#ifdef BESIDE
    if (object) EXPECT(READ_ONCE(beside) == 1);
#else
    if (object) EXPECT(object->value == 1);
#endif
}

RINGSIM_TEST(.threads = {writer, reader});
