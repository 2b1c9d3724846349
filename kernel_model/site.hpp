// Sites by their names in the code, and nothing else. What is known about each of them is a row of
// kernel_model/site_table.hpp: whoever only names a site needs this header alone.
//
// Leaf header: includes nothing of the project.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ringsim {

// A *site* is one named shared access of the protocol. Protocol code names the site and never an
// order; the memory that it runs on owns an order table (kernel_model/order_table.hpp), one order
// for each site. In program order of its function.
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

}  // namespace ringsim
