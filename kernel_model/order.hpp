// Memory orders and the site table.
//
// A *site* is one named shared access of the protocol. Protocol code names the site and never an
// order; the memory that it runs on owns an *order table*, one order for each site. Everything that
// talks about sites (command line, matrix, traces, docs, tests) reads `site_table` below.
//
// Leaf header: includes nothing of the project.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ringsim {

// How an access is ordered. C++20's orders, and what the kernel adds to them.
enum class order : std::uint8_t {
    none,           // the access is absent (a fence or a lock that is not there)
    plain,          // ordinary C access: a data race if unordered and in conflict
    relaxed,        // READ_ONCE(), WRITE_ONCE(), memory_order_relaxed
    acquire,        // smp_load_acquire()
    release,        // smp_store_release()
    acq_rel,        // both
    seq_cst,        // memory_order_seq_cst; as a fence, smp_mb()
    full,           // a kernel read-modify-write: full barrier before and after, as in xchg()
    store_relaxed,  // at an exchange whose result is unused: WRITE_ONCE() instead of it
    store_release,  // at an exchange whose result is unused: smp_store_release() instead of it
    count_,
};
inline constexpr std::size_t order_count = static_cast<std::size_t>(order::count_);

inline constexpr std::array<std::string_view, order_count> order_names{
    "none",    "plain",   "relaxed", "acquire",       "release",
    "acq_rel", "seq_cst", "full",    "store_relaxed", "store_release"};

constexpr std::string_view name(order o) {
    return order_names[static_cast<std::size_t>(o)];
}

constexpr std::optional<order> parse_order(std::string_view text) {
    for (std::size_t i = 0; i < order_count; ++i)
        if (order_names[i] == text) return static_cast<order>(i);
    return std::nullopt;
}

// A set of orders: those that make sense at a site.
class order_set {
  public:
    template <class... Orders>
    constexpr explicit order_set(Orders... orders) : bits_((bit(orders) | ... | 0u)) {}
    constexpr bool contains(order o) const { return (bits_ & bit(o)) != 0; }

  private:
    static constexpr std::uint32_t bit(order o) { return 1u << static_cast<unsigned>(o); }
    std::uint32_t bits_;
};

inline constexpr order_set load_orders{order::relaxed, order::acquire, order::seq_cst};
inline constexpr order_set store_orders{order::relaxed, order::release, order::seq_cst};
inline constexpr order_set plain_load_orders{order::plain, order::relaxed, order::acquire,
                                             order::seq_cst};
inline constexpr order_set plain_store_orders{order::plain, order::relaxed, order::release,
                                              order::seq_cst};
inline constexpr order_set rmw_orders{order::relaxed, order::acquire, order::release,
                                      order::acq_rel, order::seq_cst, order::full};
inline constexpr order_set commit_orders{order::relaxed,       order::acquire,      order::release,
                                         order::acq_rel,       order::seq_cst,      order::full,
                                         order::store_relaxed, order::store_release};
inline constexpr order_set fence_orders{order::none, order::acquire, order::release, order::acq_rel,
                                        order::seq_cst};
inline constexpr order_set lock_orders{order::none, order::acquire};
inline constexpr order_set unlock_orders{order::none, order::release};
inline constexpr order_set plain_only{order::plain};

enum class access : std::uint8_t { load, store, rmw, fence };

constexpr std::string_view name(access a) {
    constexpr std::array<std::string_view, 4> names{"load", "store", "rmw", "fence"};
    return names[static_cast<std::size_t>(a)];
}

// Every shared access of the protocol, in program order of its function.
enum class site : std::uint8_t {
    // libbpf, ringbuf_process_ring()
    consumer_load_consumer_pos,
    consumer_load_producer_pos,
    consumer_load_header,
    consumer_load_payload,
    consumer_store_consumer_pos,
    consumer_recheck_fence,
    // aya, the same before the second look at a BUSY header
    consumer_busy_fence,
    // libbpf as a patch of June 2026 would have it: once for all that was consumed, before
    // producer_pos is looked at again, and before a return that a bound or a callback forces
    consumer_reload_fence,
    consumer_return_fence,
    // the same loop where loads and stores are relaxed and fences beside them do the ordering
    consumer_fence_after_consumer_pos,
    consumer_fence_after_producer_pos,
    consumer_fence_after_header,
    consumer_fence_before_store,
    // kernel, __bpf_ringbuf_reserve()
    reserve_load_consumer_pos,
    reserve_lock,
    reserve_load_pending_pos,
    reserve_load_producer_pos,
    reserve_load_pending_header,
    reserve_store_pending_pos,
    reserve_store_header,
    reserve_store_pg_off,
    reserve_store_producer_pos,
    reserve_unlock,
    // the BPF program, between reserve and submit
    program_store_payload,
    // kernel, bpf_ringbuf_commit()
    commit_load_pg_off,
    commit_load_header,
    commit_write_barrier,
    commit_xchg_header,
    commit_load_consumer_pos,
    // kernel, irq_work_queue() and the wait queue, as one abstract edge
    notify_set,
    notify_take,
    // kernel, epoll_wait() with a level trigger: ep_send_events() and ringbuf_map_poll_kern()
    epoll_lock_barrier,
    poll_load_consumer_pos,
    poll_load_producer_pos,
    // kernel, overwrite mode
    reserve_load_overwrite_pos,
    reserve_load_overwritten_header,
    reserve_store_overwrite_pos,
    reserve_overwrite_fence,
    reserve_publish_fence,
    program_store_shared_payload,
    poll_load_overwrite_pos,
    // the reader proposed for overwrite mode, and another one
    overwrite_reader_load_overwrite_pos,
    overwrite_reader_copy,
    overwrite_reader_fence,
    overwrite_reader_recheck_producer_pos,
    overwrite_reader_recheck_overwrite_pos,
    // kernel, bpf_user_ringbuf_drain()
    drain_set_busy,
    drain_load_producer_pos,
    drain_load_consumer_pos,
    drain_load_header,
    drain_load_payload,
    drain_reload_consumer_pos,
    drain_store_consumer_pos,
    drain_clear_busy,
    drain_reset_barrier,
    drain_reset_busy,
    // libbpf, user_ring_buffer__reserve() and __submit()
    user_producer_load_consumer_pos,
    user_producer_load_producer_pos,
    user_producer_store_header,
    user_producer_store_pad,
    user_producer_store_producer_pos,
    user_producer_store_payload,
    user_producer_load_header,
    user_producer_xchg_header,
    // what makes one producer at a time of several
    user_producer_lock,
    user_producer_unlock,
    // an interrupt, and the event of ebpf-for-windows
    interrupt_line,
    event_state,
    event_reset,
    // ebpf-for-windows, ebpf_ring_buffer_reserve()
    windows_load_consumer_offset,
    windows_load_reserve_offset,
    windows_cas_reserve_offset,
    windows_store_header,
    windows_load_producer_offset,
    windows_store_producer_offset,
    // the event file of cilium/ebpf's Poller
    flush_write,
    flush_poll,
    flush_read,
    // a word by which one thread of a program tells another something: to end, to begin
    signal_set,
    signal_look,
    // the wakeup in full. kernel, irq_work
    irq_work_claim,
    irq_work_interrupt,
    irq_work_load_flags,
    irq_work_clear_pending,
    irq_work_barrier,
    irq_work_clear_busy,
    irq_work_is_busy,
    // kernel, wait queues
    waitq_lock,
    waitq_unlock,
    waitq_wake,
    waitq_schedule,
    waitq_timer,
    // kernel, eventpoll
    eventpoll_mtx_lock,
    eventpoll_mtx_unlock,
    eventpoll_lock,
    eventpoll_unlock,
    eventpoll_load_rdllist,
    eventpoll_store_rdllist,
    eventpoll_load_ovflist,
    eventpoll_store_ovflist,
    eventpoll_load_wq,
    eventpoll_store_wq,
    eventpoll_load_events,
    eventpoll_store_events,
    eventpoll_modify_barrier,
    eventpoll_peek_rdllist,
    eventpoll_peek_ovflist,
    eventpoll_peek_wq,
    eventpoll_seq_begin,
    eventpoll_seq_fence,
    eventpoll_seq_retry,
    eventpoll_seq_load,
    eventpoll_seq_store,
    eventpoll_seq_write_fence,
    // the memory of a map that is freed
    map_use,
    map_free,
    count_,
};
inline constexpr std::size_t site_count = static_cast<std::size_t>(site::count_);

// What is known about a site.
struct site_info {
    std::string_view name;      // the word on the command line and in traces
    std::string_view function;  // the upstream function that makes the access
    std::string_view word;      // the shared word
    access kind;
    order initial;     // the order upstream
    order_set orders;  // the orders that make sense here
    std::string_view pairs_with;
};

// Upstream: kernel/bpf/ringbuf.c and tools/lib/bpf/ringbuf.c of Linux 6.12.
inline constexpr std::array<site_info, site_count> site_table{{
    {"consumer.load_consumer_pos", "ringbuf_process_ring", "consumer_pos", access::load,
     order::acquire, load_orders, "nothing: the consumer is the only writer of consumer_pos"},
    {"consumer.load_producer_pos", "ringbuf_process_ring", "producer_pos", access::load,
     order::acquire, load_orders, "kernel.reserve.store_producer_pos"},
    {"consumer.load_header", "ringbuf_process_ring", "header", access::load, order::acquire,
     load_orders, "kernel.commit.xchg_header"},
    {"consumer.load_payload", "ringbuf_process_ring", "payload", access::load, order::plain,
     plain_only, "kernel.program.store_payload, through the header"},
    {"consumer.store_consumer_pos", "ringbuf_process_ring", "consumer_pos", access::store,
     order::release, store_orders,
     "kernel.reserve.load_consumer_pos, kernel.commit.load_consumer_pos"},
    {"consumer.recheck_fence", "ringbuf_process_ring", "-", access::fence, order::none,
     fence_orders, "the full barrier of kernel.commit.xchg_header"},
    {"consumer.busy_fence", "RingBuf::next (aya)", "-", access::fence, order::none, fence_orders,
     "the full barrier of kernel.commit.xchg_header"},
    {"consumer.reload_fence", "ringbuf_process_ring (June 2026)", "-", access::fence, order::none,
     fence_orders, "the full barrier of kernel.commit.xchg_header"},
    {"consumer.return_fence", "ringbuf_process_ring (June 2026)", "-", access::fence, order::none,
     fence_orders, "the full barrier of kernel.commit.xchg_header"},
    {"consumer.fence_after_consumer_pos", "smp_load_acquire (generic)", "-", access::fence,
     order::none, fence_orders, "nothing: the consumer is the only writer of consumer_pos"},
    {"consumer.fence_after_producer_pos", "smp_load_acquire (generic)", "-", access::fence,
     order::none, fence_orders, "kernel.reserve.store_producer_pos"},
    {"consumer.fence_after_header", "smp_load_acquire (generic)", "-", access::fence, order::none,
     fence_orders, "kernel.commit.xchg_header"},
    {"consumer.fence_before_store", "smp_store_release (generic)", "-", access::fence, order::none,
     fence_orders, "kernel.reserve.load_consumer_pos"},
    {"kernel.reserve.load_consumer_pos", "__bpf_ringbuf_reserve", "consumer_pos", access::load,
     order::acquire, load_orders, "consumer.store_consumer_pos"},
    {"kernel.reserve.lock", "__bpf_ringbuf_reserve", "lock", access::rmw, order::acquire,
     lock_orders, "kernel.reserve.unlock"},
    {"kernel.reserve.load_pending_pos", "__bpf_ringbuf_reserve", "pending_pos", access::load,
     order::plain, plain_load_orders, "nothing: written and read under the lock"},
    {"kernel.reserve.load_producer_pos", "__bpf_ringbuf_reserve", "producer_pos", access::load,
     order::plain, plain_load_orders, "nothing: written under the lock"},
    {"kernel.reserve.load_pending_header", "__bpf_ringbuf_reserve", "header", access::load,
     order::relaxed, load_orders, "kernel.commit.xchg_header of another producer"},
    {"kernel.reserve.store_pending_pos", "__bpf_ringbuf_reserve", "pending_pos", access::store,
     order::plain, plain_store_orders, "nothing: written and read under the lock"},
    {"kernel.reserve.store_header", "__bpf_ringbuf_reserve", "header", access::store, order::plain,
     plain_store_orders, "consumer.load_header, through producer_pos"},
    {"kernel.reserve.store_pg_off", "__bpf_ringbuf_reserve", "pg_off", access::store, order::plain,
     plain_store_orders, "kernel.commit.load_pg_off of the same producer"},
    {"kernel.reserve.store_producer_pos", "__bpf_ringbuf_reserve", "producer_pos", access::store,
     order::release, store_orders, "consumer.load_producer_pos"},
    {"kernel.reserve.unlock", "__bpf_ringbuf_reserve", "lock", access::store, order::release,
     unlock_orders, "kernel.reserve.lock"},
    {"kernel.program.store_payload", "the BPF program", "payload", access::store, order::plain,
     plain_only, "consumer.load_payload, through the header"},
    {"kernel.commit.load_pg_off", "bpf_ringbuf_restore_from_rec", "pg_off", access::load,
     order::plain, plain_load_orders, "kernel.reserve.store_pg_off of the same producer"},
    {"kernel.commit.load_header", "bpf_ringbuf_commit", "header", access::load, order::plain,
     plain_load_orders, "kernel.reserve.store_header of the same producer"},
    {"kernel.commit.write_barrier", "bpf_ringbuf_commit", "-", access::fence, order::none,
     fence_orders, "consumer.load_header"},
    {"kernel.commit.xchg_header", "bpf_ringbuf_commit", "header", access::rmw, order::full,
     commit_orders, "consumer.load_header; as a barrier, consumer.recheck_fence"},
    {"kernel.commit.load_consumer_pos", "bpf_ringbuf_commit", "consumer_pos", access::load,
     order::acquire, load_orders, "consumer.store_consumer_pos"},
    {"kernel.notify.set", "irq_work_queue", "notify", access::rmw, order::acq_rel, rmw_orders,
     "kernel.notify.take"},
    {"kernel.notify.take", "ep_poll", "notify", access::rmw, order::acq_rel, rmw_orders,
     "kernel.notify.set"},
    {"kernel.epoll.lock_barrier", "ep_send_events", "-", access::fence, order::seq_cst,
     fence_orders, "the full barrier of kernel.commit.xchg_header"},
    {"kernel.poll.load_consumer_pos", "ringbuf_avail_data_sz", "consumer_pos", access::load,
     order::acquire, load_orders, "consumer.store_consumer_pos"},
    {"kernel.poll.load_producer_pos", "ringbuf_avail_data_sz", "producer_pos", access::load,
     order::acquire, load_orders, "kernel.reserve.store_producer_pos"},
    {"kernel.reserve.load_overwrite_pos", "__bpf_ringbuf_reserve", "overwrite_pos", access::load,
     order::plain, plain_load_orders, "nothing: written under the lock"},
    {"kernel.reserve.load_overwritten_header", "__bpf_ringbuf_reserve", "header", access::load,
     order::relaxed, load_orders, "kernel.commit.xchg_header of another producer"},
    {"kernel.reserve.store_overwrite_pos", "__bpf_ringbuf_reserve", "overwrite_pos", access::store,
     order::relaxed, store_orders, "overwrite_reader.recheck_overwrite_pos"},
    {"kernel.reserve.overwrite_fence", "__bpf_ringbuf_reserve", "-", access::fence, order::none,
     fence_orders, "overwrite_reader.fence"},
    {"kernel.reserve.publish_fence", "__bpf_ringbuf_reserve", "-", access::fence, order::none,
     fence_orders, "overwrite_reader.fence"},
    {"kernel.program.store_shared_payload", "the BPF program", "bytes", access::store,
     order::relaxed, store_orders, "overwrite_reader.copy"},
    {"kernel.poll.load_overwrite_pos", "ringbuf_avail_data_sz", "overwrite_pos", access::load,
     order::acquire, load_orders, "kernel.reserve.store_overwrite_pos"},
    {"overwrite_reader.load_overwrite_pos", "ringbuf_process_overwrite_ring", "overwrite_pos",
     access::load, order::relaxed, load_orders, "kernel.reserve.store_overwrite_pos"},
    {"overwrite_reader.copy", "ringbuf_process_overwrite_ring", "bytes", access::load,
     order::relaxed, load_orders, "kernel.program.store_shared_payload"},
    {"overwrite_reader.fence", "ringbuf_process_overwrite_ring", "-", access::fence, order::none,
     fence_orders, "kernel.reserve.publish_fence, kernel.reserve.overwrite_fence"},
    {"overwrite_reader.recheck_producer_pos", "ringbuf_process_overwrite_ring", "producer_pos",
     access::load, order::acquire, load_orders, "kernel.reserve.store_producer_pos"},
    {"overwrite_reader.recheck_overwrite_pos", "overwrite_read_one", "overwrite_pos", access::load,
     order::acquire, load_orders, "kernel.reserve.store_overwrite_pos"},
    {"kernel.drain.set_busy", "bpf_user_ringbuf_drain", "busy", access::rmw, order::full,
     rmw_orders, "kernel.drain.clear_busy"},
    {"kernel.drain.load_producer_pos", "__bpf_user_ringbuf_peek", "producer_pos", access::load,
     order::acquire, load_orders, "user_producer.store_producer_pos"},
    {"kernel.drain.load_consumer_pos", "__bpf_user_ringbuf_peek", "consumer_pos", access::load,
     order::acquire, load_orders, "kernel.drain.store_consumer_pos of the drain before"},
    {"kernel.drain.load_header", "__bpf_user_ringbuf_peek", "header", access::load, order::acquire,
     load_orders, "user_producer.xchg_header"},
    {"kernel.drain.load_payload", "the drain's callback", "payload", access::load, order::plain,
     plain_only, "user_producer.store_payload, through the header"},
    {"kernel.drain.reload_consumer_pos", "__bpf_user_ringbuf_sample_release", "consumer_pos",
     access::load, order::plain, plain_load_orders,
     "nothing: whoever holds the busy flag is its only writer"},
    {"kernel.drain.store_consumer_pos", "__bpf_user_ringbuf_sample_release", "consumer_pos",
     access::store, order::release, store_orders, "user_producer.load_consumer_pos"},
    {"kernel.drain.clear_busy", "bpf_user_ringbuf_drain", "busy", access::store, order::release,
     store_orders, "kernel.drain.set_busy"},
    {"kernel.drain.reset_barrier", "bpf_user_ringbuf_drain (6.1)", "-", access::fence,
     order::seq_cst, fence_orders, "kernel.drain.set_busy"},
    {"kernel.drain.reset_busy", "bpf_user_ringbuf_drain (6.1)", "busy", access::store,
     order::relaxed, store_orders, "kernel.drain.set_busy"},
    {"user_producer.load_consumer_pos", "user_ring_buffer__reserve", "consumer_pos", access::load,
     order::acquire, load_orders, "kernel.drain.store_consumer_pos"},
    {"user_producer.load_producer_pos", "user_ring_buffer__reserve", "producer_pos", access::load,
     order::acquire, load_orders, "nothing: the producer is the only writer of producer_pos"},
    {"user_producer.store_header", "user_ring_buffer__reserve", "header", access::store,
     order::plain, plain_store_orders, "kernel.drain.load_header, through producer_pos"},
    {"user_producer.store_pad", "user_ring_buffer__reserve", "pad", access::store, order::plain,
     plain_store_orders, "nothing: nobody reads it"},
    {"user_producer.store_producer_pos", "user_ring_buffer__reserve", "producer_pos", access::store,
     order::release, store_orders, "kernel.drain.load_producer_pos"},
    {"user_producer.store_payload", "the user's program", "payload", access::store, order::plain,
     plain_only, "kernel.drain.load_payload, through the header"},
    {"user_producer.load_header", "user_ringbuf_commit", "header", access::load, order::plain,
     plain_load_orders, "user_producer.store_header of the same producer"},
    {"user_producer.xchg_header", "user_ringbuf_commit", "header", access::rmw, order::acq_rel,
     commit_orders, "kernel.drain.load_header"},
    {"user_producer.lock", "the user's program", "user_lock", access::rmw, order::none, lock_orders,
     "user_producer.unlock"},
    {"user_producer.unlock", "the user's program", "user_lock", access::store, order::none,
     unlock_orders, "user_producer.lock"},
    {"interrupt.line", "the machine", "interrupt", access::load, order::relaxed, load_orders,
     "nothing: an interrupt comes when it comes"},
    {"event.state", "KeSetEvent", "event", access::rmw, order::full, rmw_orders,
     "the wait on the event"},
    {"event.reset", "ResetEvent", "event", access::rmw, order::full, commit_orders,
     "event.state: what was published before it was set"},
    {"windows.load_consumer_offset", "ebpf_ring_buffer_reserve", "consumer_pos", access::load,
     order::relaxed, load_orders, "consumer.store_consumer_pos"},
    {"windows.load_reserve_offset", "ebpf_ring_buffer_reserve", "reserve_offset", access::load,
     order::acquire, load_orders, "windows.cas_reserve_offset"},
    {"windows.cas_reserve_offset", "ebpf_ring_buffer_reserve", "reserve_offset", access::rmw,
     order::full, rmw_orders, "windows.load_reserve_offset"},
    {"windows.store_header", "ebpf_ring_buffer_reserve", "header", access::store, order::relaxed,
     store_orders, "consumer.load_header, through producer_pos"},
    {"windows.load_producer_offset", "ebpf_ring_buffer_reserve", "producer_pos", access::load,
     order::acquire, load_orders, "windows.store_producer_offset of the producer before"},
    {"windows.store_producer_offset", "ebpf_ring_buffer_reserve", "producer_pos", access::store,
     order::release, store_orders, "consumer.load_producer_pos"},
    {"flush.write", "Poller.Flush", "flush", access::rmw, order::full, rmw_orders, "flush.read"},
    {"flush.poll", "ep_send_events", "flush", access::load, order::acquire, load_orders,
     "flush.write"},
    {"flush.read", "Poller.Wait", "flush", access::rmw, order::full, rmw_orders, "flush.write"},
    {"signal.set", "the user's program", "signal", access::store, order::release, store_orders,
     "signal.look"},
    {"signal.look", "the user's program", "signal", access::load, order::acquire, load_orders,
     "signal.set"},
    {"kernel.irq_work.claim", "irq_work_claim", "irq_work", access::rmw, order::full, rmw_orders,
     "kernel.irq_work.barrier"},
    {"kernel.irq_work.interrupt", "arch_irq_work_raise", "interrupt", access::load, order::relaxed,
     load_orders, "nothing: the interrupt comes at once or later"},
    {"kernel.irq_work.load_flags", "irq_work_single", "irq_work", access::load, order::relaxed,
     load_orders, "kernel.irq_work.claim"},
    {"kernel.irq_work.clear_pending", "irq_work_single", "irq_work", access::store, order::relaxed,
     store_orders, "kernel.irq_work.claim"},
    {"kernel.irq_work.barrier", "irq_work_single", "-", access::fence, order::seq_cst, fence_orders,
     "kernel.irq_work.claim that finds PENDING set"},
    {"kernel.irq_work.clear_busy", "irq_work_single", "irq_work", access::rmw, order::full,
     rmw_orders, "kernel.irq_work.is_busy"},
    {"kernel.irq_work.is_busy", "irq_work_sync", "irq_work", access::load, order::relaxed,
     load_orders, "kernel.irq_work.clear_busy"},
    {"kernel.waitq.lock", "__wake_up_common_lock", "waitq.lock", access::rmw, order::acquire,
     lock_orders, "kernel.waitq.unlock"},
    {"kernel.waitq.unlock", "__wake_up_common_lock", "waitq.lock", access::store, order::release,
     unlock_orders, "kernel.waitq.lock"},
    {"kernel.waitq.wake", "default_wake_function", "task", access::rmw, order::full, rmw_orders,
     "kernel.waitq.schedule"},
    {"kernel.waitq.schedule", "schedule_hrtimeout_range", "task", access::rmw, order::full,
     rmw_orders, "kernel.waitq.wake"},
    {"kernel.waitq.timer", "schedule_hrtimeout_range", "timer", access::load, order::relaxed,
     load_orders, "nothing: a timeout comes when it comes"},
    {"kernel.eventpoll.mtx_lock", "ep_send_events", "ep.mtx", access::rmw, order::acquire,
     lock_orders, "kernel.eventpoll.mtx_unlock"},
    {"kernel.eventpoll.mtx_unlock", "ep_send_events", "ep.mtx", access::store, order::release,
     unlock_orders, "kernel.eventpoll.mtx_lock"},
    {"kernel.eventpoll.lock", "ep_poll_callback", "ep.lock", access::rmw, order::acquire,
     lock_orders, "kernel.eventpoll.unlock"},
    {"kernel.eventpoll.unlock", "ep_poll_callback", "ep.lock", access::store, order::release,
     unlock_orders, "kernel.eventpoll.lock"},
    {"kernel.eventpoll.load_rdllist", "ep_poll_callback", "ep.rdllist", access::load,
     order::relaxed, load_orders, "kernel.eventpoll.store_rdllist, through ep->lock"},
    {"kernel.eventpoll.store_rdllist", "ep_poll_callback", "ep.rdllist", access::store,
     order::relaxed, store_orders, "kernel.eventpoll.peek_rdllist"},
    {"kernel.eventpoll.load_ovflist", "ep_poll_callback", "ep.ovflist", access::load,
     order::relaxed, load_orders, "kernel.eventpoll.store_ovflist, through ep->lock"},
    {"kernel.eventpoll.store_ovflist", "ep_poll_callback", "ep.ovflist", access::store,
     order::relaxed, store_orders, "kernel.eventpoll.peek_ovflist"},
    {"kernel.eventpoll.load_wq", "ep_poll_callback", "ep.wq", access::load, order::relaxed,
     load_orders, "kernel.eventpoll.store_wq, through ep->lock"},
    {"kernel.eventpoll.store_wq", "ep_autoremove_wake_function", "ep.wq", access::store,
     order::release, store_orders, "kernel.eventpoll.peek_wq"},
    {"kernel.eventpoll.load_events", "ep_poll_callback", "epi.events", access::load, order::relaxed,
     load_orders, "kernel.eventpoll.store_events"},
    {"kernel.eventpoll.store_events", "ep_modify", "epi.events", access::store, order::relaxed,
     store_orders, "kernel.eventpoll.load_events"},
    {"kernel.eventpoll.modify_barrier", "ep_modify", "-", access::fence, order::seq_cst,
     fence_orders, "the full barrier of kernel.commit.xchg_header"},
    {"kernel.eventpoll.peek_rdllist", "ep_events_available", "ep.rdllist", access::load,
     order::acquire, load_orders, "kernel.eventpoll.store_rdllist"},
    {"kernel.eventpoll.peek_ovflist", "ep_events_available", "ep.ovflist", access::load,
     order::relaxed, load_orders, "kernel.eventpoll.store_ovflist"},
    {"kernel.eventpoll.peek_wq", "ep_poll", "ep.wq", access::load, order::acquire, load_orders,
     "kernel.eventpoll.store_wq"},
    {"kernel.eventpoll.seq_begin", "read_seqcount_begin", "ep.seq", access::load, order::acquire,
     load_orders, "kernel.eventpoll.seq_store"},
    {"kernel.eventpoll.seq_fence", "read_seqcount_retry", "-", access::fence, order::acquire,
     fence_orders, "kernel.eventpoll.seq_write_fence"},
    {"kernel.eventpoll.seq_retry", "read_seqcount_retry", "ep.seq", access::load, order::relaxed,
     load_orders, "kernel.eventpoll.seq_store"},
    {"kernel.eventpoll.seq_load", "write_seqcount_begin", "ep.seq", access::load, order::relaxed,
     load_orders, "nothing: written under ep->lock"},
    {"kernel.eventpoll.seq_store", "write_seqcount_begin", "ep.seq", access::store, order::relaxed,
     store_orders, "kernel.eventpoll.seq_begin, kernel.eventpoll.seq_retry"},
    {"kernel.eventpoll.seq_write_fence", "write_seqcount_begin", "-", access::fence, order::release,
     fence_orders, "kernel.eventpoll.seq_fence"},
    {"kernel.map.use", "irq_work_single", "map", access::load, order::relaxed, load_orders,
     "kernel.map.free"},
    {"kernel.map.free", "bpf_ringbuf_free", "map", access::store, order::relaxed, store_orders,
     "kernel.map.use"},
}};

constexpr const site_info& info(site s) {
    return site_table[static_cast<std::size_t>(s)];
}
constexpr std::string_view name(site s) {
    return info(s).name;
}

constexpr std::optional<site> parse_site(std::string_view text) {
    for (std::size_t i = 0; i < site_count; ++i)
        if (site_table[i].name == text) return static_cast<site>(i);
    return std::nullopt;
}

// One order for each site. A structural type: a template argument where the consumer runs on a real
// ring (it folds away), a run-time value in exploration.
struct order_table {
    std::array<order, site_count> orders;

    constexpr order operator[](site s) const { return orders[static_cast<std::size_t>(s)]; }
    constexpr order_table with(site s, order o) const {
        order_table changed = *this;
        changed.orders[static_cast<std::size_t>(s)] = o;
        return changed;
    }
    friend constexpr bool operator==(const order_table&, const order_table&) = default;
};

// The orders upstream, site by site.
inline constexpr order_table upstream_orders = [] {
    order_table table{};
    for (std::size_t i = 0; i < site_count; ++i) table.orders[i] = site_table[i].initial;
    return table;
}();

}  // namespace ringsim
