/*
 * What the tree's own kernel/irq_work.c and its headers take from the rest of the kernel, without
 * PREEMPT_RT: there is an interrupt for irq_work, and it comes at once, on the CPU that raises it.
 */
#ifndef RINGSIM_IRQ_WORK_REAL_H
#define RINGSIM_IRQ_WORK_REAL_H

#include <ringsim/kernel.h>

#define CONFIG_IRQ_WORK 1
#define arch_irq_work_has_interrupt() 1
#define trace_ipi_send_cpu_enabled() 0
#define trace_ipi_send_cpu(cpu, from, what) ((void)(what))
#define trace_call__ipi_send_cpu(cpu, from, what) ((void)(what))
#define tick_nohz_tick_stopped() 0

#ifdef RINGSIM_REAL_EVENTPOLL
#include <ringsim/eventpoll_real.h>
#endif
#define sched_set_fifo_low(task) ((void)(task))
struct smp_hotplug_thread {
    void* store;
    void (*setup)(unsigned int cpu);
    int (*thread_should_run)(unsigned int cpu);
    void (*thread_fn)(unsigned int cpu);
    const char* thread_comm;
};
#define smpboot_register_percpu_thread(threads) ((void)(threads), 0)
#define __smp_call_single_queue(cpu, node) BUG() /* no work is queued on another CPU */

#define __RCUWAIT_INITIALIZER(name) \
    { 0 }
#define rcuwait_init(w) ((w)->unused = 0)
#define rcuwait_wake_up(w) ((void)(w))
#define rcuwait_wait_event(w, condition, state) BUG()
#define guard(kind) __sim_guard_##kind
#define __sim_guard_rcu() barrier()

#endif
