/*
 * irq_work as one step: the work is done at once, by the CPU that queues it. With
 * --wakeup irq_work the tree's own header and kernel/irq_work.c are compiled instead.
 */
#ifdef RINGSIM_REAL_IRQ_WORK
#include_next <linux/irq_work.h>
#include <ringsim/irq_work_real.h>
#else
#ifndef RINGSIM_IRQ_WORK_H
#define RINGSIM_IRQ_WORK_H

#include <ringsim/kernel.h>

struct irq_work {
    void (*func)(struct irq_work* work);
};
#define init_irq_work(work, f) ((work)->func = (f))
#define irq_work_queue(work) ((work)->func(work), true)
#define irq_work_sync(work) ((void)(work))

#endif
#endif
