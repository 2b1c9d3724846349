// ringbuf_avail_data_sz() and what epoll_wait() does with it, Linux 6.12.
//
// The wakeup path (irq_work, wait queue, epoll's lists) is one abstract edge here: a pending bit
// that bpf_ringbuf_commit() sets and the sleeper takes. In full it is irq_work.hpp, wait_queue.hpp
// and eventpoll.hpp.
#pragma once

#include "kernel_model/ring_memory.hpp"

namespace ringsim::kernel {

// Bytes between the two positions, BUSY and discarded records included. In overwrite mode an
// estimate: the positions are read one after the other.
template <ring_memory M>
typename M::ulong ringbuf_avail_data_sz(M& rb) {
    using ulong = typename M::ulong;
    // Pairs with smp_store_release(consumer_pos) in ringbuf_process_ring().
    const ulong cons_pos = rb.load_consumer_pos(site::poll_load_consumer_pos);
    ulong over_pos = 0;
    // Pairs with WRITE_ONCE(overwrite_pos) in __bpf_ringbuf_reserve().
    if (rb.overwrite_mode()) over_pos = rb.load_overwrite_pos(site::poll_load_overwrite_pos);
    // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
    const ulong prod_pos = rb.load_producer_pos(site::poll_load_producer_pos);
    const auto unread = static_cast<ulong>(prod_pos - cons_pos);
    if (!rb.overwrite_mode()) return unread;
    const auto kept = static_cast<ulong>(prod_pos - over_pos);
    if (rb.has().avail == overwrite_avail::from_later)  // wrong once one of the two has wrapped
        return cons_pos > over_pos ? unread : kept;
    return unread < kept ? unread : kept;
}

// bpf_ringbuf_query(): 0 for what it does not know.
template <ring_memory M>
std::uint64_t bpf_ringbuf_query(M& rb, std::uint64_t flags) {
    switch (flags) {
        case BPF_RB_AVAIL_DATA:
            return ringbuf_avail_data_sz(rb);
        case BPF_RB_RING_SIZE:
            return std::uint64_t{rb.mask()} + 1;
        case BPF_RB_CONS_POS:
            // Pairs with smp_store_release(consumer_pos) in ringbuf_process_ring().
            return rb.load_consumer_pos(site::poll_load_consumer_pos);
        case BPF_RB_PROD_POS:
            // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
            return rb.load_producer_pos(site::poll_load_producer_pos);
        case BPF_RB_OVERWRITE_POS:
            // Pairs with WRITE_ONCE(overwrite_pos) in __bpf_ringbuf_reserve().
            return rb.has().overwrite ? rb.load_overwrite_pos(site::poll_load_overwrite_pos) : 0;
        default:
            return 0;
    }
}

inline constexpr std::uint32_t EPOLLIN = 1;
inline constexpr std::uint32_t EPOLLOUT = 4;

// ringbuf_map_poll_kern(). Its poll_wait() does something in EPOLL_CTL_ADD only, where it puts the
// callback into rb->waitq.
template <ring_memory M>
std::uint32_t ringbuf_map_poll_kern(M& rb) {
    const auto avail = ringbuf_avail_data_sz(rb);
    rb.branch(dependency::poll_readable_check);  // the caller's, on what is returned
    return avail != 0 ? EPOLLIN : 0;
}

// ringbuf_map_poll_user(): there is room as soon as the ring is not full.
template <ring_memory M>
std::uint32_t ringbuf_map_poll_user(M& rb) {
    const auto avail = ringbuf_avail_data_sz(rb);
    rb.branch(dependency::poll_readable_check);  // likewise
    return avail <= rb.mask() ? EPOLLOUT : 0;
}

// Sleeps as an edge-triggered waiter does (EPOLLET): until the next edge, whatever the ring holds.
template <ring_memory M>
void wait_for_edge(M& rb) {
    // Pairs with irq_work_queue() in bpf_ringbuf_commit(): what was committed before is visible.
    rb.take_notify(site::notify_take);
}

// epoll_wait() on the ring. A level-triggered item stays on epoll's ready list after it was
// delivered, so the next epoll_wait() calls ringbuf_map_poll_kern() again; only when that finds the
// ring empty does the item leave the list, and an edge is needed to put it back.
template <ring_memory M>
void epoll_wait(M& rb, trigger how) {
    if (how == trigger::edge) {
        wait_for_edge(rb);
        return;
    }
    for (;;) {
        // Pairs with the full barrier of xchg(&hdr->len). Nobody wrote this barrier: it is what the
        // lock operations of ep_send_events() amount to on x86-64 and on Arm. The Linux kernel
        // memory model, POWER and RISC-V promise less; weaken the site to see what follows.
        rb.fence(site::epoll_lock_barrier);
        if (ringbuf_map_poll_kern(rb) != 0) return;
        wait_for_edge(rb);
    }
}

template <class M>
concept timed_memory = ring_memory<M> && requires(M& m, site s) {
    { m.take_notify_or_time_out(s, s) } -> std::same_as<bool>;
};

// The same with a timeout, which passes where nothing is reported: false. `listed`: whether the
// ring is on epoll's ready list. Only a wakeup brings it back there, so a record that was committed
// without one is not reported, however often the timeout passes; true at first, for EPOLL_CTL_ADD
// looks at the ring itself.
template <timed_memory M>
bool epoll_wait_with_timeout(M& rb, trigger how, bool& listed) {
    for (;;) {
        if (listed && how == trigger::level) {
            // Pairs with the full barrier of xchg(&hdr->len), as in epoll_wait() above.
            rb.fence(site::epoll_lock_barrier);
            if (ringbuf_map_poll_kern(rb) != 0) return true;
        }
        listed = false;
        // Pairs with irq_work_queue() in bpf_ringbuf_commit(), as in wait_for_edge().
        if (!rb.take_notify_or_time_out(site::notify_take, site::waitq_timer)) return false;
        if (how == trigger::edge) return true;
        listed = true;
    }
}

template <class M>
concept event_file_memory = ring_memory<M> && requires(M& m, site s) {
    { m.load_flush(s) } -> std::same_as<bool>;
};

// What epoll_wait() reports of a ring and of an event file in one set, both level-triggered.
struct reported_events {
    bool data = false;
    bool flush = false;
};

template <event_file_memory M>
reported_events epoll_wait_with_event_file(M& rb) {
    for (;;) {
        // Pairs with the full barrier of xchg(&hdr->len), as in epoll_wait() above.
        rb.fence(site::epoll_lock_barrier);
        const bool data = ringbuf_map_poll_kern(rb) != 0;
        // Pairs with the write to the event file.
        const bool flush = rb.load_flush(site::flush_poll);
        if (data || flush) return {data, flush};
        wait_for_edge(rb);
    }
}

// epoll_wait() for EPOLLOUT on a user ring buffer: ringbuf_map_poll_user() says that there is room
// as soon as the ring is not full, however little room that is.
template <ring_memory M>
void epoll_wait_for_room(M& rb) {
    for (;;) {
        // Pairs with the lock operations of the drain's wakeup, as in epoll_wait() above.
        rb.fence(site::epoll_lock_barrier);
        if (ringbuf_map_poll_user(rb) != 0) return;
        wait_for_edge(rb);
    }
}

}  // namespace ringsim::kernel
