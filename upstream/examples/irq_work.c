// Two CPUs queue the same irq_work. CPU 2 has queued another one before, with interrupts off, so
// that both are in its list when the interrupt comes. That other one is done once, neither lost nor
// done twice.
//
//    ringsim kernel --linux ~/linux ~/linux/kernel/irq_work.c ~/linux/lib/llist.c irq_work.c
//
// expect sc 14  x86-tso 14  rc11 2/9 data_race  armv8 69/131 assertion_failed
// expect riscv 69/131 assertion_failed  power 69/131 assertion_failed
// expect lkmm 199/207 assertion_failed
#include <linux/irq_work.h>

#include <ringsim/test.h>

static struct irq_work shared, other;
static int interrupts_off[NR_CPUS];
static int others_done;

void arch_irq_work_raise(void) {
    if (!interrupts_off[smp_processor_id()]) irq_work_run();
}

static void do_shared(struct irq_work* work) {}
static void do_other(struct irq_work* work) {
    WRITE_ONCE(others_done, READ_ONCE(others_done) + 1);
}

static void init(void) {
    init_irq_work(&shared, do_shared);
    init_irq_work(&other, do_other);
}

static void one_work(void) {
    irq_work_queue(&shared);
}

static void two_works(void) {
    interrupts_off[smp_processor_id()] = 1;
    irq_work_queue(&other);
    irq_work_queue(&shared);
    interrupts_off[smp_processor_id()] = 0;
    irq_work_run();
}

static void after(void) {
    EXPECT(others_done == 1);
}

RINGSIM_TEST(.before = init, .threads = {one_work, two_works}, .after = after);
