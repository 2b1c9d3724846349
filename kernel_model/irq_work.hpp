// kernel/irq_work.c, Linux 6.12: an interrupt that a CPU sends to itself, once however often it is
// asked for before it comes. bpf_ringbuf_commit() may run in an NMI, where no lock can be waited
// for, so it wakes nobody itself: it queues rb->work, and the interrupt does.
#pragma once

#include <concepts>
#include <cstdint>

#include "kernel_model/site.hpp"

namespace ringsim::kernel {

// Of work->node.a_flags. PENDING: queued, and its function has not begun. BUSY: queued, and its
// function has not ended. The bits that never change (CSD_TYPE_IRQ_WORK, LAZY, HARD_IRQ) are left
// out, and with them the load of the flags in __irq_work_queue_local(), which asks for nothing
// else. So are PREEMPT_RT's lazy list and thread, and the sleep in irq_work_sync() there.
inline constexpr std::uint32_t IRQ_WORK_PENDING = 1;
inline constexpr std::uint32_t IRQ_WORK_BUSY = 2;
inline constexpr std::uint32_t IRQ_WORK_CLAIMED = IRQ_WORK_PENDING | IRQ_WORK_BUSY;

template <class M>
concept irq_work_memory = requires(M& work, site s, std::uint32_t flags, std::uint64_t mark) {
    { work.fetch_or_flags(s, flags) } -> std::same_as<std::uint32_t>;
    { work.load_flags(s) } -> std::same_as<std::uint32_t>;
    { work.store_flags(s, flags) } -> std::same_as<void>;
    { work.compare_exchange_flags(s, flags, flags) } -> std::same_as<void>;
    { work.fence(s) } -> std::same_as<void>;
    // llist_add() to the raised_list of this CPU, which no other CPU touches, and
    // arch_irq_work_raise(): irq_work_run() comes on this CPU, at once or when interrupts are on
    // again.
    { work.raise() } -> std::same_as<void>;
    // work->func(work)
    { work.func() } -> std::same_as<void>;
    // Around a look at the flags that is repeated until they change.
    { work.spin_mark() } -> std::same_as<std::uint64_t>;
    { work.cpu_relax(mark) } -> std::same_as<void>;
};

// irq_work_claim(): false if it is queued already; then its function runs later than this.
template <irq_work_memory M>
bool irq_work_claim(M& work) {
    // Pairs with smp_mb() in irq_work_single(): if PENDING is still set, the function sees what was
    // done before, a record's commit say, and no second interrupt is needed.
    const std::uint32_t oflags = work.fetch_or_flags(site::irq_work_claim, IRQ_WORK_CLAIMED);
    return !(oflags & IRQ_WORK_PENDING);
}

// irq_work_queue() and __irq_work_queue_local().
template <irq_work_memory M>
bool irq_work_queue(M& work) {
    if (!irq_work_claim(work)) return false;
    work.raise();
    return true;
}

// irq_work_single(): the interrupt's handler, for one work of the list.
template <irq_work_memory M>
void irq_work_single(M& work) {
    // Pairs with irq_work_claim() of the one who queued it: this CPU, so with nothing else.
    const std::uint32_t flags = work.load_flags(site::irq_work_load_flags) & ~IRQ_WORK_PENDING;
    // Pairs with the fetch_or of the next irq_work_claim(): from here on it queues again.
    work.store_flags(site::irq_work_clear_pending, flags);
    // Pairs with the fetch_or of an irq_work_claim() that still found PENDING: what its CPU did
    // before is visible to the function below.
    work.fence(site::irq_work_barrier);

    work.func();

    // Pairs with irq_work_is_busy() in irq_work_sync(): the function is through. Fails if somebody
    // queued it again meanwhile.
    work.compare_exchange_flags(site::irq_work_clear_busy, flags, flags & ~IRQ_WORK_BUSY);
}

// irq_work_sync(): waits until the work is neither queued nor running.
template <irq_work_memory M>
void irq_work_sync(M& work) {
    for (;;) {
        const std::uint64_t mark = work.spin_mark();
        // Pairs with the cmpxchg at the end of irq_work_single().
        if (!(work.load_flags(site::irq_work_is_busy) & IRQ_WORK_BUSY)) return;
        work.cpu_relax(mark);
    }
}

}  // namespace ringsim::kernel
