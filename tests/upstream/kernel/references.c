// Who drops the last reference finds what the others did before they dropped theirs.
// expect sc 2  armv8 2  lkmm 2
// expect -DLATE sc 3/4 assertion_failed  x86-tso 3/4 assertion_failed  armv8 3/4 assertion_failed
// expect -DLATE lkmm 4/4 assertion_failed
// expect -DLOCKREF sc 2  armv8 2  lkmm 2
// expect -DPERCPU sc 5  x86-tso 5  armv8 5  power 5  lkmm 4
// expect -DPERCPU -DLATE sc 9/13 assertion_failed  x86-tso 9/13 assertion_failed
// expect -DPERCPU -DLATE armv8 9/13 assertion_failed  lkmm 10/10 data_race
#include <linux/kref.h>
#include <linux/lockref.h>
#include <linux/percpu-refcount.h>
#include <linux/slab.h>

#include <ringsim/test.h>

struct object {
    struct kref references;
    struct lockref locked;
    struct percpu_ref of_cpus;
    int a, b;
};
static struct object* object;

static void gone(struct object* o) {
    EXPECT(o->a == 1 && o->b == 1);
    kfree(o);
}
#ifdef LOCKREF
static void put(void) {
    if (lockref_put_or_lock(&object->locked)) return;
    lockref_mark_dead(&object->locked);
    spin_unlock(&object->locked.lock);
    gone(object);
}
#elif defined(PERCPU)
static void put(void) {
    percpu_ref_put(&object->of_cpus);
}
static void released(struct percpu_ref* ref) {
    gone(container_of(ref, struct object, of_cpus));
}
#else
static void release(struct kref* references) {
    gone(container_of(references, struct object, references));
}
static void put(void) {
    kref_put(&object->references, release);
}
#endif

static void before(void) {
    object = kzalloc(sizeof(*object), GFP_KERNEL);
#ifdef LOCKREF
    lockref_init(&object->locked);
    lockref_get(&object->locked);
#elif defined(PERCPU)
    EXPECT(percpu_ref_init(&object->of_cpus, released, 0, GFP_KERNEL) == 0);
    percpu_ref_get(&object->of_cpus);
#else
    kref_init(&object->references);
    kref_get(&object->references);
#endif
}
static void first(void) {
    object->a = 1;
    put();
#ifdef LATE
    object->a = 2;
#endif
}
static void second(void) {
    object->b = 1;
#ifdef PERCPU
    percpu_ref_kill(&object->of_cpus);
#else
    put();
#endif
}

RINGSIM_TEST(.before = before, .threads = {first, second});
