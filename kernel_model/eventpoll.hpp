// fs/eventpoll.c, Linux 5.8 to 7.3: one epoll set with a ring buffer or several in it, and threads
// that wait for it. The comments follow 6.12.
//
// ep->lock is the spinlock that it is in later kernels. Up to about 6.17 (stable 6.12.53) it is an
// rwlock that ep_poll_callback() holds for reading, so that callbacks of several rings run at the
// same time and add to the lists without a lock, by xchg(). A callback still excludes a scan and a
// waiter that joins; what is not explored is two callbacks side by side.
//
// Left out, because nothing here has it: nested epoll sets, EPOLLEXCLUSIVE, EPOLLWAKEUP, busy
// polling, signals, maxevents, items that come and go (EPOLL_CTL_ADD and _DEL). The lock of the
// wait queue ep->wq itself is taken inside ep->lock only, so it orders nothing and is left out too.
#pragma once

#include <concepts>
#include <cstdint>

#include "kernel_model/poll.hpp"
#include "kernel_model/short_list.hpp"

namespace ringsim::kernel {

inline constexpr std::uint32_t EPOLLONESHOT = 1u << 30;
inline constexpr std::uint32_t EPOLLET = 1u << 31;
inline constexpr std::uint32_t EP_PRIVATE_BITS = EPOLLONESHOT | EPOLLET;

// The last argument of epoll_wait(), by what matters of it.
enum class timeout : std::uint8_t {
    never,  // -1
    some,   // may end at any moment
    zero,   // 0: does not sleep
};

template <class M>
concept eventpoll_memory =
    requires(M& ep, site s, unsigned i, short_list list, std::uint32_t value, std::uint64_t mark) {
        { ep.has() } -> std::same_as<const features&>;
        { ep.lock(s) } -> std::same_as<void>;
        { ep.unlock(s) } -> std::same_as<void>;
        { ep.mtx_lock(s) } -> std::same_as<void>;
        { ep.mtx_unlock(s) } -> std::same_as<void>;
        // Items that are ready, and those that became ready during a scan: short_list::inactive()
        // (EP_UNACTIVE_PTR) if there is none.
        { ep.load_rdllist(s) } -> std::same_as<short_list>;
        { ep.store_rdllist(s, list) } -> std::same_as<void>;
        { ep.load_ovflist(s) } -> std::same_as<short_list>;
        { ep.store_ovflist(s, list) } -> std::same_as<void>;
        // Threads that wait in epoll_wait().
        { ep.load_wq(s) } -> std::same_as<short_list>;
        { ep.store_wq(s, list) } -> std::same_as<void>;
        // epi->event.events of an item.
        { ep.load_events(s, i) } -> std::same_as<std::uint32_t>;
        { ep.store_events(s, i, value) } -> std::same_as<void>;
        { ep.load_seq(s) } -> std::same_as<std::uint32_t>;
        { ep.store_seq(s, value) } -> std::same_as<void>;
        { ep.fence(s) } -> std::same_as<void>;
        // file->f_op->poll() of an item.
        { ep.poll(i) } -> std::same_as<std::uint32_t>;
        // The calling thread as an entry of ep->wq; makes an entry's thread runnable.
        { ep.current() } -> std::same_as<unsigned>;
        { ep.wake(s, i) } -> std::same_as<void>;
        // schedule() until somebody wakes the thread; the same with a timeout, and whether that
        // happened before it ended.
        { ep.schedule(s) } -> std::same_as<void>;
        { ep.schedule_hrtimeout(s, s) } -> std::same_as<bool>;
        { ep.spin_mark() } -> std::same_as<std::uint64_t>;
        { ep.cpu_relax(mark) } -> std::same_as<void>;
    };

// wake_up(&ep->wq): the first thread of the list, and no other, for all of them wait exclusively.
// They join it at its head, so it is the one that has waited for the shortest time.
template <eventpoll_memory M>
void wake_up_wq(M& ep) {
    // Pairs with the store by which ep_poll() enqueues itself, through ep->lock.
    short_list wq = ep.load_wq(site::eventpoll_load_wq);
    if (wq.empty()) return;  // waitqueue_active()
    // Pairs with schedule() in ep_poll(): the woken thread sees what was done before. Behind a full
    // barrier, try_to_wake_up().
    ep.wake(site::waitq_wake, wq.front());
    wq.pop_front();
    // Pairs with list_empty_careful(&wait.entry) in ep_poll(): ep_autoremove_wake_function().
    ep.store_wq(site::eventpoll_store_wq, wq);
}

// ep_poll_callback(): in rb->waitq for the item `epi`, and so called by bpf_ringbuf_notify().
template <eventpoll_memory M>
void ep_poll_callback(M& ep, unsigned epi) {
    // Pairs with ep->lock in ep_start_scan(), ep_done_scan() and ep_poll().
    ep.lock(site::eventpoll_lock);
    // Pairs with smp_mb() in ep_modify(): a disabled item (EPOLLONESHOT) is left alone, and the one
    // who enables it looks at the ring afterwards.
    const std::uint32_t events = ep.load_events(site::eventpoll_load_events, epi);
    if (!(events & ~EP_PRIVATE_BITS)) {
        // Pairs with the next lock.
        ep.unlock(site::eventpoll_unlock);
        return;
    }
    // Pairs with ep_start_scan() and ep_done_scan(), through ep->lock.
    short_list ovflist = ep.load_ovflist(site::eventpoll_load_ovflist);
    if (ovflist != short_list::inactive()) {
        // Events are on their way to user space and rdllist belongs to the one who sends them.
        if (!ovflist.contains(epi)) {
            ovflist.push_front(epi);
            // Pairs with READ_ONCE(ep->ovflist) in ep_events_available().
            ep.store_ovflist(site::eventpoll_store_ovflist, ovflist);
        }
    } else {
        // Pairs with ep_done_scan(), through ep->lock.
        short_list rdllist = ep.load_rdllist(site::eventpoll_load_rdllist);
        if (!rdllist.contains(epi)) {  // ep_is_linked()
            rdllist.push_back(epi);
            // Pairs with list_empty_careful(&ep->rdllist) in ep_events_available().
            ep.store_rdllist(site::eventpoll_store_rdllist, rdllist);
        }
    }
    wake_up_wq(ep);
    // Pairs with the next lock.
    ep.unlock(site::eventpoll_unlock);
}

// ep_events_available(): without a lock, or once more under it.
template <eventpoll_memory M>
bool ep_events_available(M& ep) {
    const bool counted = ep.has().look == ready_look::seqcount;
    std::uint32_t seq = 0;
    while (counted) {  // read_seqcount_begin()
        const std::uint64_t mark = ep.spin_mark();
        // Pairs with write_seqcount_end(): what a scan wrote is visible once the count is even.
        seq = ep.load_seq(site::eventpoll_seq_begin);
        if (seq % 2 == 0) break;
        ep.cpu_relax(mark);
    }
    // Pairs with list_add_tail() in ep_poll_callback() and the splices of a scan.
    const bool ready = !ep.load_rdllist(site::eventpoll_peek_rdllist).empty();
    // Pairs with WRITE_ONCE(ep->ovflist) in ep_start_scan() and ep_done_scan().
    if (ready || ep.load_ovflist(site::eventpoll_peek_ovflist) != short_list::inactive())
        return true;
    if (!counted) return false;
    // Pairs with smp_wmb() in write_seqcount_begin(): whoever saw a scan's store sees its count.
    ep.fence(site::eventpoll_seq_fence);
    // Pairs with write_seqcount_begin(): read_seqcount_retry().
    return ep.load_seq(site::eventpoll_seq_retry) != seq;
}

// write_seqcount_begin(&ep->seq) and write_seqcount_end(), where the kernel has it.
template <eventpoll_memory M>
void write_seqcount(M& ep, bool begins) {
    if (ep.has().look != ready_look::seqcount) return;
    // Pairs with smp_rmb() in read_seqcount_begin(): the lists before an even count.
    if (!begins) ep.fence(site::eventpoll_seq_write_fence);
    // Pairs with nothing: written under ep->lock.
    const std::uint32_t seq = ep.load_seq(site::eventpoll_seq_load);
    // Pairs with read_seqcount_begin() and read_seqcount_retry().
    ep.store_seq(site::eventpoll_seq_store, seq + 1);
    // Pairs with smp_rmb() in read_seqcount_retry(): an odd count before the lists.
    if (begins) ep.fence(site::eventpoll_seq_write_fence);
}

// ep_start_scan(): takes the ready list away, and sends callbacks to ovflist.
template <eventpoll_memory M>
short_list ep_start_scan(M& ep) {
    // Pairs with ep->lock in ep_poll_callback(): whoever made an item ready is seen from here on.
    ep.lock(site::eventpoll_lock);
    write_seqcount(ep, /*begins=*/true);
    // Pairs with ep_poll_callback(), through ep->lock.
    const short_list scan_batch = ep.load_rdllist(site::eventpoll_load_rdllist);
    // Pairs with list_empty_careful(&ep->rdllist) in ep_events_available().
    ep.store_rdllist(site::eventpoll_store_rdllist, short_list());
    // Pairs with READ_ONCE(ep->ovflist) in ep_events_available().
    ep.store_ovflist(site::eventpoll_store_ovflist, short_list());
    write_seqcount(ep, /*begins=*/false);
    // Pairs with the next lock.
    ep.unlock(site::eventpoll_unlock);
    return scan_batch;
}

// ep_done_scan(): what became ready meanwhile, and what was not sent, is ready again.
template <eventpoll_memory M>
void ep_done_scan(M& ep, const short_list& scan_batch) {
    // Pairs with ep->lock in ep_poll_callback().
    ep.lock(site::eventpoll_lock);
    // Pairs with ep_poll_callback() during the scan, through ep->lock.
    short_list nepi = ep.load_ovflist(site::eventpoll_load_ovflist);
    // Pairs with ep_send_events(), in the same thread.
    short_list rdllist = ep.load_rdllist(site::eventpoll_load_rdllist);
    for (; !nepi.empty(); nepi.pop_front())
        if (!scan_batch.contains(nepi.front()) && !rdllist.contains(nepi.front()))
            rdllist.push_front(nepi.front());
    write_seqcount(ep, /*begins=*/true);
    // Pairs with READ_ONCE(ep->ovflist) in ep_events_available().
    ep.store_ovflist(site::eventpoll_store_ovflist, short_list::inactive());
    rdllist.splice_front(scan_batch);
    // Pairs with list_empty_careful(&ep->rdllist) in ep_events_available().
    ep.store_rdllist(site::eventpoll_store_rdllist, rdllist);
    write_seqcount(ep, /*begins=*/false);
    if (!rdllist.empty()) wake_up_wq(ep);
    // Pairs with the next lock.
    ep.unlock(site::eventpoll_unlock);
}

// ep_send_events(), with ep_deliver_event() for each item: asks the ring again, and reports the
// item only if that finds something. Returns the items reported.
template <eventpoll_memory M>
short_list ep_send_events(M& ep) {
    short_list sent;
    // Pairs with ep->mtx of another thread that sends, or that changes an item.
    ep.mtx_lock(site::eventpoll_mtx_lock);
    short_list scan_batch = ep_start_scan(ep);
    while (!scan_batch.empty()) {
        const unsigned epi = scan_batch.front();
        scan_batch.pop_front();  // list_del_init(&epi->rdllink)
        // Pairs with the full barrier of xchg(&hdr->len). Not in the kernel: what the lock
        // operations above amount to on x86-64 and on Arm, as in epoll_wait() of poll.hpp. Without
        // it the model is left with the locks themselves.
        ep.fence(site::epoll_lock_barrier);
        // Pairs with ep_modify(), through ep->mtx.
        const std::uint32_t events = ep.load_events(site::eventpoll_load_events, epi);
        if (!(ep.poll(epi) & events)) continue;  // ep_item_poll()
        sent.push_back(epi);
        if (events & EPOLLONESHOT) {
            // Pairs with the load in ep_poll_callback(): disabled until EPOLL_CTL_MOD.
            ep.store_events(site::eventpoll_store_events, epi, events & EP_PRIVATE_BITS);
        } else if (!(events & EPOLLET)) {
            // A level trigger: the next epoll_wait() asks again. No lock: during a scan nobody else
            // writes rdllist. Pairs with nothing: this thread stored it last.
            short_list rdllist = ep.load_rdllist(site::eventpoll_load_rdllist);
            rdllist.push_back(epi);
            // Pairs with list_empty_careful(&ep->rdllist) in ep_events_available().
            ep.store_rdllist(site::eventpoll_store_rdllist, rdllist);
        }
    }
    ep_done_scan(ep, scan_batch);
    // Pairs with ep->mtx of the next one.
    ep.mtx_unlock(site::eventpoll_mtx_unlock);
    return sent;
}

// Of ep_poll(): leaves ep->wq behind a wait. Returns whether somebody had taken the thread off it,
// which is to say had woken it.
template <eventpoll_memory M>
bool leave_wq(M& ep, bool timed_out) {
    const unsigned me = ep.current();
    // Pairs with ep_autoremove_wake_function(): list_empty_careful(&wait.entry). Whoever took this
    // thread off the queue made it run before.
    bool woken = !ep.load_wq(site::eventpoll_peek_wq).contains(me);
    if (!woken) {
        // Pairs with ep->lock in ep_poll_callback().
        ep.lock(site::eventpoll_lock);
        // Pairs with ep_autoremove_wake_function(), through ep->lock.
        short_list wq = ep.load_wq(site::eventpoll_load_wq);
        woken = !wq.contains(me);
        if (!woken) {
            wq.remove(me);
            // Pairs with waitqueue_active() in ep_poll_callback(), through ep->lock.
            ep.store_wq(site::eventpoll_store_wq, wq);
        }
        // Pairs with the next lock.
        ep.unlock(site::eventpoll_unlock);
    }
    // __set_current_state(TASK_INTERRUPTIBLE) of the next wait: a wakeup that came too late for
    // this one is none for that. Pairs with the wakeup.
    if (timed_out && woken) ep.schedule(site::waitq_schedule);
    return woken;
}

// ep_poll(), which is epoll_wait(): returns the items that it reports, none if it timed out.
template <eventpoll_memory M>
short_list ep_poll(M& ep, timeout to) {
    bool timed_out = to == timeout::zero;
    // Before 5.11 epoll_wait() with a timeout of 0 looked under the lock. Pairs with ep->lock.
    const bool locked = timed_out && ep.has().look == ready_look::locked;
    if (locked) ep.lock(site::eventpoll_lock);
    bool eavail = ep_events_available(ep);
    // Pairs with the next lock.
    if (locked) ep.unlock(site::eventpoll_unlock);
    for (;;) {
        if (eavail) {
            const short_list sent = ep_send_events(ep);
            if (!sent.empty()) return sent;
        }
        if (timed_out) return {};

        // Pairs with ep->lock in ep_poll_callback(): either it finds this thread in ep->wq, or this
        // thread finds the item in rdllist.
        ep.lock(site::eventpoll_lock);
        eavail = ep_events_available(ep);
        if (!eavail) {  // __add_wait_queue_exclusive()
            // Pairs with ep_poll_callback(), through ep->lock.
            short_list wq = ep.load_wq(site::eventpoll_load_wq);
            wq.push_front(ep.current());
            // Pairs with waitqueue_active() in ep_poll_callback(), through ep->lock.
            ep.store_wq(site::eventpoll_store_wq, wq);
        }
        // Pairs with the next lock.
        ep.unlock(site::eventpoll_unlock);
        if (eavail) continue;

        // Pairs with wake_up(&ep->wq) in ep_poll_callback().
        if (to == timeout::never)
            ep.schedule(site::waitq_schedule);
        else  // the timeout ends when it ends
            timed_out = !ep.schedule_hrtimeout(site::waitq_schedule, site::waitq_timer);
        const bool woken = leave_wq(ep, timed_out);
        if (timed_out && !ep.has().late_wakeup_counts) return {};
        // One who timed out and was woken before he could leave harvests the event himself: the
        // wakeup went to him and to nobody else.
        eavail = !timed_out || woken;
    }
}

// ep_modify(), EPOLL_CTL_MOD: enables an item again.
template <eventpoll_memory M>
void ep_modify(M& ep, unsigned epi, std::uint32_t events) {
    // Pairs with ep->mtx in ep_send_events().
    ep.mtx_lock(site::eventpoll_mtx_lock);
    // Pairs with the load in ep_poll_callback(): no lock, the barrier below.
    ep.store_events(site::eventpoll_store_events, epi, events);
    // Pairs with the full barrier of xchg(&hdr->len), and with the locks of bpf_ringbuf_notify():
    // either the callback finds the item enabled, or the look below finds the record.
    ep.fence(site::eventpoll_modify_barrier);
    if (ep.poll(epi) & events) {  // ep_item_poll()
        // Pairs with ep->lock in ep_poll_callback().
        ep.lock(site::eventpoll_lock);
        // Pairs with ep_poll_callback(), through ep->lock.
        short_list rdllist = ep.load_rdllist(site::eventpoll_load_rdllist);
        if (!rdllist.contains(epi)) {
            rdllist.push_back(epi);
            // Pairs with list_empty_careful(&ep->rdllist) in ep_events_available().
            ep.store_rdllist(site::eventpoll_store_rdllist, rdllist);
            wake_up_wq(ep);
        }
        // Pairs with the next lock.
        ep.unlock(site::eventpoll_unlock);
    }
    // Pairs with ep->mtx of the next one.
    ep.mtx_unlock(site::eventpoll_mtx_unlock);
}

}  // namespace ringsim::kernel
