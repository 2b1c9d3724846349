// Each CPU has data of its own, of a variable and of the heap, of which a member may be named.
// expect sc 1  armv8 1  lkmm 1
// expect -DSHOW sc 4/5 assertion_failed  x86-tso 4/9 assertion_failed  armv8 4/9 assertion_failed
// expect -DSHOW lkmm 9/9 assertion_failed
#include <linux/percpu.h>

#include <ringsim/test.h>

struct counts {
    u64 packets, bytes;
};
static DEFINE_PER_CPU(struct counts, counted);
static DEFINE_PER_CPU(int, turns);
static struct counts __percpu* allocated;
static int shown;

static void before(void) {
    allocated = alloc_percpu(struct counts);
}
static void thread(void) {
    this_cpu_inc(counted.packets);
    this_cpu_add(allocated->bytes, 10);
    this_cpu_ptr(allocated)->packets = 1;
    WRITE_ONCE(per_cpu(turns, smp_processor_id()), 1);
    EXPECT(this_cpu_read(counted.packets) == 1 && get_cpu_ptr(allocated)->bytes == 10);
#ifdef SHOW
    WRITE_ONCE(shown, per_cpu(turns, 1) + per_cpu(turns, 2));
    EXPECT(READ_ONCE(shown) < 2);
#endif
}
static void after(void) {
    u64 sum = 0;
    int cpu;

    for_each_possible_cpu(cpu) sum += per_cpu(counted, cpu).packets +
                                      per_cpu_ptr(allocated, cpu)->packets +
                                      per_cpu_ptr(allocated, cpu)->bytes + per_cpu(turns, cpu);
    EXPECT(sum == 26);
    free_percpu(allocated);
}

RINGSIM_TEST(.before = before, .threads = {thread, thread}, .after = after);
