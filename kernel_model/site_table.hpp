// The site table: one row for each site, and the row says all that is known about it. Everything
// that talks about sites (command line, matrix, fixes, traces, mappings, docs, tests) reads it
// here.
//
// To add a site: a name in kernel_model/site.hpp, and a row here at the same place.
//
// Leaf header: includes nothing of the project but the orders and the sites.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel_model/order.hpp"
#include "kernel_model/order_table.hpp"
#include "kernel_model/site.hpp"

namespace ringsim {

// What a site belongs to. It says where the site is executed at all: scenarios/study/site_use.hpp.
enum class part : std::uint8_t {
    consumer,           // the consumer's loop, whichever consumer runs; its function is libbpf's
    of_some_consumers,  // in the loops of the consumers whose info names it
    ring,               // reserve, commit and poll of any ring
    stand_in,           // a fence that can stand in for an order, and is absent otherwise
    proposed,           // a fence of the consumer that somebody proposed, absent otherwise
    abstract_wakeup,    // the wakeup as one edge
    overwrite,          // overwrite mode, and its readers
    user_ring,          // the user ring buffer
    drain_end,          // of it: how a drain ends since 6.10
    full_drain_end,     // and how it did before
    user_lock,          // of it: a lock of several producers, absent otherwise
    interrupt,          // an interrupt that a scenario raises
    event,              // the event of ebpf-for-windows
    windows_reserve,    // its reservation without a lock
    flush,              // an event file in the epoll set
    signal,             // a word between threads of a program
    wakeup,             // the wakeup in full
    ready_seqcount,     // of it: epoll_wait() that looks under a sequence counter
    map,                // a map that is freed
    sync_on_free,       // of it: by a kernel that waits for the irq_work
};

// The shared word that an access is to.
enum class shared_word : std::uint8_t {
    none,  // of a fence
    consumer_pos,
    producer_pos,
    header,
    payload,
    lock,
    pending_pos,
    pg_off,
    notify,
    overwrite_pos,
    bytes,
    busy,
    pad,
    interrupt,
    event,
    irq_work,
    waitq_lock,
    task,
    timer,
    ep_mtx,
    ep_lock,
    ep_rdllist,
    ep_ovflist,
    ep_wq,
    epi_events,
    ep_seq,
    map,
    user_lock,
    reserve_offset,
    flush,
    signal,
    count_,
};
inline constexpr std::array<std::string_view, static_cast<std::size_t>(shared_word::count_)>
    shared_word_names{"-",        "consumer_pos", "producer_pos", "header",         "payload",
                      "lock",     "pending_pos",  "pg_off",       "notify",         "overwrite_pos",
                      "bytes",    "busy",         "pad",          "interrupt",      "event",
                      "irq_work", "waitq.lock",   "task",         "timer",          "ep.mtx",
                      "ep.lock",  "ep.rdllist",   "ep.ovflist",   "ep.wq",          "epi.events",
                      "ep.seq",   "map",          "user_lock",    "reserve_offset", "flush",
                      "signal"};
static_assert(!shared_word_names.back().empty(), "each word has a name, at its place");

constexpr std::string_view name(shared_word w) {
    return shared_word_names[static_cast<std::size_t>(w)];
}
// `none` if no word is called so.
constexpr shared_word parse_shared_word(std::string_view text) {
    for (std::size_t i = 0; i < shared_word_names.size(); ++i)
        if (shared_word_names[i] == text) return static_cast<shared_word>(i);
    return shared_word::none;
}

// What is known about a site.
struct site_info {
    site is;
    std::string_view name;  // the word on the command line and in traces
    part of;
    language written_in;
    shared_word word;
    access kind;
    order initial;              // the order upstream
    order_set orders;           // the orders that make sense here
    std::string_view function;  // upstream, that makes the access; of a consumer's site, libbpf's
    std::string_view file;      // where this project has it; empty for the program of a scenario
    std::string_view pairs_with;
};

// Upstream: kernel/bpf/ringbuf.c and tools/lib/bpf/ringbuf.c of Linux 6.12.
inline constexpr std::array<site_info, site_count> site_table{{
    {site::consumer_load_consumer_pos, "consumer.load_consumer_pos", part::consumer, language::cxx,
     shared_word::consumer_pos, access::load, order::acquire, load_orders, "ringbuf_process_ring",
     "consumer/process_ring.hpp", "nothing: the consumer is the only writer of consumer_pos"},
    {site::consumer_load_producer_pos, "consumer.load_producer_pos", part::consumer, language::cxx,
     shared_word::producer_pos, access::load, order::acquire, load_orders, "ringbuf_process_ring",
     "consumer/process_ring.hpp", "kernel.reserve.store_producer_pos"},
    {site::consumer_load_header, "consumer.load_header", part::consumer, language::cxx,
     shared_word::header, access::load, order::acquire, load_orders, "ringbuf_process_ring",
     "consumer/process_ring.hpp", "kernel.commit.xchg_header"},
    {site::consumer_load_payload, "consumer.load_payload", part::consumer, language::cxx,
     shared_word::payload, access::load, order::plain, plain_only, "ringbuf_process_ring",
     "consumer/process_ring.hpp", "kernel.program.store_payload, through the header"},
    {site::consumer_store_consumer_pos, "consumer.store_consumer_pos", part::consumer,
     language::cxx, shared_word::consumer_pos, access::store, order::release, store_orders,
     "ringbuf_process_ring", "consumer/process_ring.hpp",
     "kernel.reserve.load_consumer_pos, kernel.commit.load_consumer_pos"},
    {site::consumer_recheck_fence, "consumer.recheck_fence", part::consumer, language::cxx,
     shared_word::none, access::fence, order::none, fence_orders, "ringbuf_process_ring",
     "consumer/process_ring.hpp", "the full barrier of kernel.commit.xchg_header"},
    {site::consumer_busy_fence, "consumer.busy_fence", part::of_some_consumers, language::cxx,
     shared_word::none, access::fence, order::none, fence_orders, "RingBuf::next (aya)",
     "consumer/aya.hpp", "the full barrier of kernel.commit.xchg_header"},
    {site::consumer_reload_fence, "consumer.reload_fence", part::proposed, language::cxx,
     shared_word::none, access::fence, order::none, fence_orders, "ringbuf_process_ring",
     "consumer/process_ring.hpp", "the full barrier of kernel.commit.xchg_header"},
    {site::consumer_return_fence, "consumer.return_fence", part::proposed, language::cxx,
     shared_word::none, access::fence, order::none, fence_orders, "ringbuf_process_ring",
     "consumer/process_ring.hpp", "the full barrier of kernel.commit.xchg_header"},
    {site::consumer_fence_after_consumer_pos, "consumer.fence_after_consumer_pos", part::stand_in,
     language::cxx, shared_word::none, access::fence, order::none, fence_orders,
     "smp_load_acquire (generic)", "consumer/process_ring.hpp",
     "nothing: the consumer is the only writer of consumer_pos"},
    {site::consumer_fence_after_producer_pos, "consumer.fence_after_producer_pos", part::stand_in,
     language::cxx, shared_word::none, access::fence, order::none, fence_orders,
     "smp_load_acquire (generic)", "consumer/process_ring.hpp",
     "kernel.reserve.store_producer_pos"},
    {site::consumer_fence_after_header, "consumer.fence_after_header", part::stand_in,
     language::cxx, shared_word::none, access::fence, order::none, fence_orders,
     "smp_load_acquire (generic)", "consumer/process_ring.hpp", "kernel.commit.xchg_header"},
    {site::consumer_fence_before_store, "consumer.fence_before_store", part::stand_in,
     language::cxx, shared_word::none, access::fence, order::none, fence_orders,
     "smp_store_release (generic)", "consumer/process_ring.hpp",
     "kernel.reserve.load_consumer_pos"},
    {site::reserve_load_consumer_pos, "kernel.reserve.load_consumer_pos", part::ring,
     language::kernel, shared_word::consumer_pos, access::load, order::acquire, load_orders,
     "__bpf_ringbuf_reserve", "kernel_model/reserve.hpp", "consumer.store_consumer_pos"},
    {site::reserve_lock, "kernel.reserve.lock", part::ring, language::kernel, shared_word::lock,
     access::rmw, order::acquire, lock_orders, "__bpf_ringbuf_reserve", "kernel_model/reserve.hpp",
     "kernel.reserve.unlock"},
    {site::reserve_load_pending_pos, "kernel.reserve.load_pending_pos", part::ring,
     language::kernel, shared_word::pending_pos, access::load, order::plain, plain_load_orders,
     "__bpf_ringbuf_reserve", "kernel_model/reserve.hpp",
     "nothing: written and read under the lock"},
    {site::reserve_load_producer_pos, "kernel.reserve.load_producer_pos", part::ring,
     language::kernel, shared_word::producer_pos, access::load, order::plain, plain_load_orders,
     "__bpf_ringbuf_reserve", "kernel_model/reserve.hpp", "nothing: written under the lock"},
    {site::reserve_load_pending_header, "kernel.reserve.load_pending_header", part::ring,
     language::kernel, shared_word::header, access::load, order::relaxed, load_orders,
     "__bpf_ringbuf_reserve", "kernel_model/reserve.hpp",
     "kernel.commit.xchg_header of another producer"},
    {site::reserve_store_pending_pos, "kernel.reserve.store_pending_pos", part::ring,
     language::kernel, shared_word::pending_pos, access::store, order::plain, plain_store_orders,
     "__bpf_ringbuf_reserve", "kernel_model/reserve.hpp",
     "nothing: written and read under the lock"},
    {site::reserve_store_header, "kernel.reserve.store_header", part::ring, language::kernel,
     shared_word::header, access::store, order::plain, plain_store_orders, "__bpf_ringbuf_reserve",
     "kernel_model/reserve.hpp", "consumer.load_header, through producer_pos"},
    {site::reserve_store_pg_off, "kernel.reserve.store_pg_off", part::ring, language::kernel,
     shared_word::pg_off, access::store, order::plain, plain_store_orders, "__bpf_ringbuf_reserve",
     "kernel_model/reserve.hpp", "kernel.commit.load_pg_off of the same producer"},
    {site::reserve_store_producer_pos, "kernel.reserve.store_producer_pos", part::ring,
     language::kernel, shared_word::producer_pos, access::store, order::release, store_orders,
     "__bpf_ringbuf_reserve", "kernel_model/reserve.hpp", "consumer.load_producer_pos"},
    {site::reserve_unlock, "kernel.reserve.unlock", part::ring, language::kernel, shared_word::lock,
     access::store, order::release, unlock_orders, "__bpf_ringbuf_reserve",
     "kernel_model/reserve.hpp", "kernel.reserve.lock"},
    {site::program_store_payload, "kernel.program.store_payload", part::ring, language::kernel,
     shared_word::payload, access::store, order::plain, plain_only, "the BPF program", "",
     "consumer.load_payload, through the header"},
    {site::commit_load_pg_off, "kernel.commit.load_pg_off", part::ring, language::kernel,
     shared_word::pg_off, access::load, order::plain, plain_load_orders,
     "bpf_ringbuf_restore_from_rec", "kernel_model/commit.hpp",
     "kernel.reserve.store_pg_off of the same producer"},
    {site::commit_load_header, "kernel.commit.load_header", part::ring, language::kernel,
     shared_word::header, access::load, order::plain, plain_load_orders, "bpf_ringbuf_commit",
     "kernel_model/commit.hpp", "kernel.reserve.store_header of the same producer"},
    {site::commit_write_barrier, "kernel.commit.write_barrier", part::stand_in, language::kernel,
     shared_word::none, access::fence, order::none, fence_orders, "bpf_ringbuf_commit",
     "kernel_model/commit.hpp", "consumer.load_header"},
    {site::commit_xchg_header, "kernel.commit.xchg_header", part::ring, language::kernel,
     shared_word::header, access::rmw, order::full, commit_orders, "bpf_ringbuf_commit",
     "kernel_model/commit.hpp", "consumer.load_header; as a barrier, consumer.recheck_fence"},
    {site::commit_load_consumer_pos, "kernel.commit.load_consumer_pos", part::ring,
     language::kernel, shared_word::consumer_pos, access::load, order::acquire, load_orders,
     "bpf_ringbuf_commit", "kernel_model/commit.hpp", "consumer.store_consumer_pos"},
    {site::notify_set, "kernel.notify.set", part::abstract_wakeup, language::kernel,
     shared_word::notify, access::rmw, order::acq_rel, rmw_orders, "irq_work_queue",
     "kernel_model/commit.hpp", "kernel.notify.take"},
    {site::notify_take, "kernel.notify.take", part::abstract_wakeup, language::kernel,
     shared_word::notify, access::rmw, order::acq_rel, rmw_orders, "ep_poll",
     "kernel_model/poll.hpp", "kernel.notify.set"},
    {site::epoll_lock_barrier, "kernel.epoll.lock_barrier", part::ring, language::kernel,
     shared_word::none, access::fence, order::seq_cst, fence_orders, "ep_send_events",
     "kernel_model/poll.hpp", "the full barrier of kernel.commit.xchg_header"},
    {site::poll_load_consumer_pos, "kernel.poll.load_consumer_pos", part::ring, language::kernel,
     shared_word::consumer_pos, access::load, order::acquire, load_orders, "ringbuf_avail_data_sz",
     "kernel_model/poll.hpp", "consumer.store_consumer_pos"},
    {site::poll_load_producer_pos, "kernel.poll.load_producer_pos", part::ring, language::kernel,
     shared_word::producer_pos, access::load, order::acquire, load_orders, "ringbuf_avail_data_sz",
     "kernel_model/poll.hpp", "kernel.reserve.store_producer_pos"},
    {site::reserve_load_overwrite_pos, "kernel.reserve.load_overwrite_pos", part::overwrite,
     language::kernel, shared_word::overwrite_pos, access::load, order::plain, plain_load_orders,
     "__bpf_ringbuf_reserve", "kernel_model/reserve.hpp", "nothing: written under the lock"},
    {site::reserve_load_overwritten_header, "kernel.reserve.load_overwritten_header",
     part::overwrite, language::kernel, shared_word::header, access::load, order::relaxed,
     load_orders, "__bpf_ringbuf_reserve", "kernel_model/reserve.hpp",
     "kernel.commit.xchg_header of another producer"},
    {site::reserve_store_overwrite_pos, "kernel.reserve.store_overwrite_pos", part::overwrite,
     language::kernel, shared_word::overwrite_pos, access::store, order::relaxed, store_orders,
     "__bpf_ringbuf_reserve", "kernel_model/reserve.hpp", "overwrite_reader.recheck_overwrite_pos"},
    {site::reserve_overwrite_fence, "kernel.reserve.overwrite_fence", part::overwrite,
     language::kernel, shared_word::none, access::fence, order::none, fence_orders,
     "__bpf_ringbuf_reserve", "kernel_model/reserve.hpp", "overwrite_reader.fence"},
    {site::reserve_publish_fence, "kernel.reserve.publish_fence", part::overwrite, language::kernel,
     shared_word::none, access::fence, order::none, fence_orders, "__bpf_ringbuf_reserve",
     "kernel_model/reserve.hpp", "overwrite_reader.fence"},
    {site::program_store_shared_payload, "kernel.program.store_shared_payload", part::overwrite,
     language::kernel, shared_word::bytes, access::store, order::relaxed, plain_store_orders,
     "the BPF program", "", "overwrite_reader.copy"},
    {site::poll_load_overwrite_pos, "kernel.poll.load_overwrite_pos", part::overwrite,
     language::kernel, shared_word::overwrite_pos, access::load, order::acquire, load_orders,
     "ringbuf_avail_data_sz", "kernel_model/poll.hpp", "kernel.reserve.store_overwrite_pos"},
    {site::overwrite_reader_load_overwrite_pos, "overwrite_reader.load_overwrite_pos",
     part::overwrite, language::cxx, shared_word::overwrite_pos, access::load, order::relaxed,
     load_orders, "ringbuf_process_overwrite_ring", "consumer/overwrite_reader.hpp",
     "kernel.reserve.store_overwrite_pos"},
    {site::overwrite_reader_copy, "overwrite_reader.copy", part::overwrite, language::cxx,
     shared_word::bytes, access::load, order::relaxed, load_orders,
     "ringbuf_process_overwrite_ring", "consumer/overwrite_reader.hpp",
     "kernel.program.store_shared_payload"},
    {site::overwrite_reader_fence, "overwrite_reader.fence", part::overwrite, language::cxx,
     shared_word::none, access::fence, order::none, fence_orders, "ringbuf_process_overwrite_ring",
     "consumer/overwrite_reader.hpp",
     "kernel.reserve.publish_fence, kernel.reserve.overwrite_fence"},
    {site::overwrite_reader_recheck_producer_pos, "overwrite_reader.recheck_producer_pos",
     part::of_some_consumers, language::cxx, shared_word::producer_pos, access::load,
     order::acquire, load_orders, "ringbuf_process_overwrite_ring", "consumer/overwrite_reader.hpp",
     "kernel.reserve.store_producer_pos"},
    {site::overwrite_reader_recheck_overwrite_pos, "overwrite_reader.recheck_overwrite_pos",
     part::of_some_consumers, language::cxx, shared_word::overwrite_pos, access::load,
     order::acquire, load_orders, "overwrite_read_one", "consumer/overwrite_reader.hpp",
     "kernel.reserve.store_overwrite_pos"},
    {site::drain_set_busy, "kernel.drain.set_busy", part::user_ring, language::kernel,
     shared_word::busy, access::rmw, order::full, rmw_orders, "bpf_user_ringbuf_drain",
     "kernel_model/user_ring.hpp", "kernel.drain.clear_busy"},
    {site::drain_load_producer_pos, "kernel.drain.load_producer_pos", part::user_ring,
     language::kernel, shared_word::producer_pos, access::load, order::acquire, load_orders,
     "__bpf_user_ringbuf_peek", "kernel_model/user_ring.hpp", "user_producer.store_producer_pos"},
    {site::drain_load_consumer_pos, "kernel.drain.load_consumer_pos", part::user_ring,
     language::kernel, shared_word::consumer_pos, access::load, order::acquire, load_orders,
     "__bpf_user_ringbuf_peek", "kernel_model/user_ring.hpp",
     "kernel.drain.store_consumer_pos of the drain before"},
    {site::drain_load_header, "kernel.drain.load_header", part::user_ring, language::kernel,
     shared_word::header, access::load, order::acquire, load_orders, "__bpf_user_ringbuf_peek",
     "kernel_model/user_ring.hpp", "user_producer.xchg_header"},
    {site::drain_load_payload, "kernel.drain.load_payload", part::user_ring, language::kernel,
     shared_word::payload, access::load, order::plain, plain_only, "the drain's callback", "",
     "user_producer.store_payload, through the header"},
    {site::drain_reload_consumer_pos, "kernel.drain.reload_consumer_pos", part::user_ring,
     language::kernel, shared_word::consumer_pos, access::load, order::plain, plain_load_orders,
     "__bpf_user_ringbuf_sample_release", "kernel_model/user_ring.hpp",
     "nothing: whoever holds the busy flag is its only writer"},
    {site::drain_store_consumer_pos, "kernel.drain.store_consumer_pos", part::user_ring,
     language::kernel, shared_word::consumer_pos, access::store, order::release, store_orders,
     "__bpf_user_ringbuf_sample_release", "kernel_model/user_ring.hpp",
     "user_producer.load_consumer_pos"},
    {site::drain_clear_busy, "kernel.drain.clear_busy", part::drain_end, language::kernel,
     shared_word::busy, access::store, order::release, store_orders, "bpf_user_ringbuf_drain",
     "kernel_model/user_ring.hpp", "kernel.drain.set_busy"},
    {site::drain_reset_barrier, "kernel.drain.reset_barrier", part::full_drain_end,
     language::kernel, shared_word::none, access::fence, order::seq_cst, fence_orders,
     "bpf_user_ringbuf_drain (6.1)", "kernel_model/user_ring.hpp", "kernel.drain.set_busy"},
    {site::drain_reset_busy, "kernel.drain.reset_busy", part::full_drain_end, language::kernel,
     shared_word::busy, access::store, order::relaxed, store_orders, "bpf_user_ringbuf_drain (6.1)",
     "kernel_model/user_ring.hpp", "kernel.drain.set_busy"},
    {site::user_producer_load_consumer_pos, "user_producer.load_consumer_pos", part::user_ring,
     language::cxx, shared_word::consumer_pos, access::load, order::acquire, load_orders,
     "user_ring_buffer__reserve", "consumer/user_ring.hpp", "kernel.drain.store_consumer_pos"},
    {site::user_producer_load_producer_pos, "user_producer.load_producer_pos", part::user_ring,
     language::cxx, shared_word::producer_pos, access::load, order::acquire, load_orders,
     "user_ring_buffer__reserve", "consumer/user_ring.hpp",
     "nothing: the producer is the only writer of producer_pos"},
    {site::user_producer_store_header, "user_producer.store_header", part::user_ring, language::cxx,
     shared_word::header, access::store, order::plain, plain_store_orders,
     "user_ring_buffer__reserve", "consumer/user_ring.hpp",
     "kernel.drain.load_header, through producer_pos"},
    {site::user_producer_store_pad, "user_producer.store_pad", part::user_ring, language::cxx,
     shared_word::pad, access::store, order::plain, plain_store_orders, "user_ring_buffer__reserve",
     "consumer/user_ring.hpp", "nothing: nobody reads it"},
    {site::user_producer_store_producer_pos, "user_producer.store_producer_pos", part::user_ring,
     language::cxx, shared_word::producer_pos, access::store, order::release, store_orders,
     "user_ring_buffer__reserve", "consumer/user_ring.hpp", "kernel.drain.load_producer_pos"},
    {site::user_producer_store_payload, "user_producer.store_payload", part::user_ring,
     language::cxx, shared_word::payload, access::store, order::plain, plain_only,
     "the user's program", "", "kernel.drain.load_payload, through the header"},
    {site::user_producer_load_header, "user_producer.load_header", part::user_ring, language::cxx,
     shared_word::header, access::load, order::plain, plain_load_orders, "user_ringbuf_commit",
     "consumer/user_ring.hpp", "user_producer.store_header of the same producer"},
    {site::user_producer_xchg_header, "user_producer.xchg_header", part::user_ring, language::cxx,
     shared_word::header, access::rmw, order::acq_rel, commit_orders, "user_ringbuf_commit",
     "consumer/user_ring.hpp", "kernel.drain.load_header"},
    {site::user_producer_lock, "user_producer.lock", part::user_lock, language::cxx,
     shared_word::user_lock, access::rmw, order::none, lock_orders, "the user's program", "",
     "user_producer.unlock"},
    {site::user_producer_unlock, "user_producer.unlock", part::user_lock, language::cxx,
     shared_word::user_lock, access::store, order::none, unlock_orders, "the user's program", "",
     "user_producer.lock"},
    {site::interrupt_line, "interrupt.line", part::interrupt, language::cxx, shared_word::interrupt,
     access::load, order::relaxed, load_orders, "the machine",
     "scenarios/worlds/simulated_ring.hpp", "nothing: an interrupt comes when it comes"},
    {site::event_state, "event.state", part::event, language::cxx, shared_word::event, access::rmw,
     order::full, rmw_orders, "KeSetEvent", "kernel_model/windows_event.hpp",
     "the wait on the event"},
    {site::event_reset, "event.reset", part::event, language::cxx, shared_word::event, access::rmw,
     order::full, commit_orders, "ResetEvent", "kernel_model/windows_event.hpp",
     "event.state: what was published before it was set"},
    {site::windows_load_consumer_offset, "windows.load_consumer_offset", part::windows_reserve,
     language::cxx, shared_word::consumer_pos, access::load, order::relaxed, load_orders,
     "ebpf_ring_buffer_reserve", "kernel_model/windows_ring.hpp", "consumer.store_consumer_pos"},
    {site::windows_load_reserve_offset, "windows.load_reserve_offset", part::windows_reserve,
     language::cxx, shared_word::reserve_offset, access::load, order::acquire, load_orders,
     "ebpf_ring_buffer_reserve", "kernel_model/windows_ring.hpp", "windows.cas_reserve_offset"},
    {site::windows_cas_reserve_offset, "windows.cas_reserve_offset", part::windows_reserve,
     language::cxx, shared_word::reserve_offset, access::rmw, order::full, rmw_orders,
     "ebpf_ring_buffer_reserve", "kernel_model/windows_ring.hpp", "windows.load_reserve_offset"},
    {site::windows_store_header, "windows.store_header", part::windows_reserve, language::cxx,
     shared_word::header, access::store, order::relaxed, store_orders, "ebpf_ring_buffer_reserve",
     "kernel_model/windows_ring.hpp", "consumer.load_header, through producer_pos"},
    {site::windows_load_producer_offset, "windows.load_producer_offset", part::windows_reserve,
     language::cxx, shared_word::producer_pos, access::load, order::acquire, load_orders,
     "ebpf_ring_buffer_reserve", "kernel_model/windows_ring.hpp",
     "windows.store_producer_offset of the producer before"},
    {site::windows_store_producer_offset, "windows.store_producer_offset", part::windows_reserve,
     language::cxx, shared_word::producer_pos, access::store, order::release, store_orders,
     "ebpf_ring_buffer_reserve", "kernel_model/windows_ring.hpp", "consumer.load_producer_pos"},
    {site::flush_write, "flush.write", part::flush, language::cxx, shared_word::flush, access::rmw,
     order::full, rmw_orders, "Poller.Flush", "scenarios/worlds/world_on.hpp", "flush.read"},
    {site::flush_poll, "flush.poll", part::flush, language::cxx, shared_word::flush, access::load,
     order::acquire, load_orders, "ep_send_events", "kernel_model/poll.hpp", "flush.write"},
    {site::flush_read, "flush.read", part::flush, language::cxx, shared_word::flush, access::rmw,
     order::full, rmw_orders, "Poller.Wait", "consumer/cilium.hpp", "flush.write"},
    {site::signal_set, "signal.set", part::signal, language::cxx, shared_word::signal,
     access::store, order::release, store_orders, "the user's program", "", "signal.look"},
    {site::signal_look, "signal.look", part::signal, language::cxx, shared_word::signal,
     access::load, order::acquire, load_orders, "the user's program", "", "signal.set"},
    {site::irq_work_claim, "kernel.irq_work.claim", part::wakeup, language::kernel,
     shared_word::irq_work, access::rmw, order::full, rmw_orders, "irq_work_claim",
     "kernel_model/irq_work.hpp", "kernel.irq_work.barrier"},
    {site::irq_work_interrupt, "kernel.irq_work.interrupt", part::wakeup, language::kernel,
     shared_word::interrupt, access::load, order::relaxed, load_orders, "arch_irq_work_raise",
     "scenarios/worlds/simulated_wakeup.hpp", "nothing: the interrupt comes at once or later"},
    {site::irq_work_load_flags, "kernel.irq_work.load_flags", part::wakeup, language::kernel,
     shared_word::irq_work, access::load, order::relaxed, load_orders, "irq_work_single",
     "kernel_model/irq_work.hpp", "kernel.irq_work.claim"},
    {site::irq_work_clear_pending, "kernel.irq_work.clear_pending", part::wakeup, language::kernel,
     shared_word::irq_work, access::store, order::relaxed, store_orders, "irq_work_single",
     "kernel_model/irq_work.hpp", "kernel.irq_work.claim"},
    {site::irq_work_barrier, "kernel.irq_work.barrier", part::wakeup, language::kernel,
     shared_word::none, access::fence, order::seq_cst, fence_orders, "irq_work_single",
     "kernel_model/irq_work.hpp", "kernel.irq_work.claim that finds PENDING set"},
    {site::irq_work_clear_busy, "kernel.irq_work.clear_busy", part::wakeup, language::kernel,
     shared_word::irq_work, access::rmw, order::full, rmw_orders, "irq_work_single",
     "kernel_model/irq_work.hpp", "kernel.irq_work.is_busy"},
    {site::irq_work_is_busy, "kernel.irq_work.is_busy", part::sync_on_free, language::kernel,
     shared_word::irq_work, access::load, order::relaxed, load_orders, "irq_work_sync",
     "kernel_model/irq_work.hpp", "kernel.irq_work.clear_busy"},
    {site::waitq_lock, "kernel.waitq.lock", part::wakeup, language::kernel, shared_word::waitq_lock,
     access::rmw, order::acquire, lock_orders, "__wake_up_common_lock",
     "kernel_model/wait_queue.hpp", "kernel.waitq.unlock"},
    {site::waitq_unlock, "kernel.waitq.unlock", part::wakeup, language::kernel,
     shared_word::waitq_lock, access::store, order::release, unlock_orders, "__wake_up_common_lock",
     "kernel_model/wait_queue.hpp", "kernel.waitq.lock"},
    {site::waitq_wake, "kernel.waitq.wake", part::wakeup, language::kernel, shared_word::task,
     access::rmw, order::full, rmw_orders, "default_wake_function", "kernel_model/eventpoll.hpp",
     "kernel.waitq.schedule"},
    {site::waitq_schedule, "kernel.waitq.schedule", part::wakeup, language::kernel,
     shared_word::task, access::rmw, order::full, rmw_orders, "schedule_hrtimeout_range",
     "kernel_model/eventpoll.hpp", "kernel.waitq.wake"},
    {site::waitq_timer, "kernel.waitq.timer", part::wakeup, language::kernel, shared_word::timer,
     access::load, order::relaxed, load_orders, "schedule_hrtimeout_range",
     "kernel_model/eventpoll.hpp", "nothing: a timeout comes when it comes"},
    {site::eventpoll_mtx_lock, "kernel.eventpoll.mtx_lock", part::wakeup, language::kernel,
     shared_word::ep_mtx, access::rmw, order::acquire, lock_orders, "ep_send_events",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.mtx_unlock"},
    {site::eventpoll_mtx_unlock, "kernel.eventpoll.mtx_unlock", part::wakeup, language::kernel,
     shared_word::ep_mtx, access::store, order::release, unlock_orders, "ep_send_events",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.mtx_lock"},
    {site::eventpoll_lock, "kernel.eventpoll.lock", part::wakeup, language::kernel,
     shared_word::ep_lock, access::rmw, order::acquire, lock_orders, "ep_poll_callback",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.unlock"},
    {site::eventpoll_unlock, "kernel.eventpoll.unlock", part::wakeup, language::kernel,
     shared_word::ep_lock, access::store, order::release, unlock_orders, "ep_poll_callback",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.lock"},
    {site::eventpoll_load_rdllist, "kernel.eventpoll.load_rdllist", part::wakeup, language::kernel,
     shared_word::ep_rdllist, access::load, order::relaxed, load_orders, "ep_poll_callback",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.store_rdllist, through ep->lock"},
    {site::eventpoll_store_rdllist, "kernel.eventpoll.store_rdllist", part::wakeup,
     language::kernel, shared_word::ep_rdllist, access::store, order::relaxed, store_orders,
     "ep_poll_callback", "kernel_model/eventpoll.hpp", "kernel.eventpoll.peek_rdllist"},
    {site::eventpoll_load_ovflist, "kernel.eventpoll.load_ovflist", part::wakeup, language::kernel,
     shared_word::ep_ovflist, access::load, order::relaxed, load_orders, "ep_poll_callback",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.store_ovflist, through ep->lock"},
    {site::eventpoll_store_ovflist, "kernel.eventpoll.store_ovflist", part::wakeup,
     language::kernel, shared_word::ep_ovflist, access::store, order::relaxed, store_orders,
     "ep_poll_callback", "kernel_model/eventpoll.hpp", "kernel.eventpoll.peek_ovflist"},
    {site::eventpoll_load_wq, "kernel.eventpoll.load_wq", part::wakeup, language::kernel,
     shared_word::ep_wq, access::load, order::relaxed, load_orders, "ep_poll_callback",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.store_wq, through ep->lock"},
    {site::eventpoll_store_wq, "kernel.eventpoll.store_wq", part::wakeup, language::kernel,
     shared_word::ep_wq, access::store, order::release, store_orders, "ep_autoremove_wake_function",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.peek_wq"},
    {site::eventpoll_load_events, "kernel.eventpoll.load_events", part::wakeup, language::kernel,
     shared_word::epi_events, access::load, order::relaxed, load_orders, "ep_poll_callback",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.store_events"},
    {site::eventpoll_store_events, "kernel.eventpoll.store_events", part::wakeup, language::kernel,
     shared_word::epi_events, access::store, order::relaxed, store_orders, "ep_modify",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.load_events"},
    {site::eventpoll_modify_barrier, "kernel.eventpoll.modify_barrier", part::wakeup,
     language::kernel, shared_word::none, access::fence, order::seq_cst, fence_orders, "ep_modify",
     "kernel_model/eventpoll.hpp", "the full barrier of kernel.commit.xchg_header"},
    {site::eventpoll_peek_rdllist, "kernel.eventpoll.peek_rdllist", part::wakeup, language::kernel,
     shared_word::ep_rdllist, access::load, order::acquire, load_orders, "ep_events_available",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.store_rdllist"},
    {site::eventpoll_peek_ovflist, "kernel.eventpoll.peek_ovflist", part::wakeup, language::kernel,
     shared_word::ep_ovflist, access::load, order::relaxed, load_orders, "ep_events_available",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.store_ovflist"},
    {site::eventpoll_peek_wq, "kernel.eventpoll.peek_wq", part::wakeup, language::kernel,
     shared_word::ep_wq, access::load, order::acquire, load_orders, "ep_poll",
     "kernel_model/eventpoll.hpp", "kernel.eventpoll.store_wq"},
    {site::eventpoll_seq_begin, "kernel.eventpoll.seq_begin", part::ready_seqcount,
     language::kernel, shared_word::ep_seq, access::load, order::acquire, load_orders,
     "read_seqcount_begin", "kernel_model/eventpoll.hpp", "kernel.eventpoll.seq_store"},
    {site::eventpoll_seq_fence, "kernel.eventpoll.seq_fence", part::ready_seqcount,
     language::kernel, shared_word::none, access::fence, order::acquire, fence_orders,
     "read_seqcount_retry", "kernel_model/eventpoll.hpp", "kernel.eventpoll.seq_write_fence"},
    {site::eventpoll_seq_retry, "kernel.eventpoll.seq_retry", part::ready_seqcount,
     language::kernel, shared_word::ep_seq, access::load, order::relaxed, load_orders,
     "read_seqcount_retry", "kernel_model/eventpoll.hpp", "kernel.eventpoll.seq_store"},
    {site::eventpoll_seq_load, "kernel.eventpoll.seq_load", part::ready_seqcount, language::kernel,
     shared_word::ep_seq, access::load, order::relaxed, load_orders, "write_seqcount_begin",
     "kernel_model/eventpoll.hpp", "nothing: written under ep->lock"},
    {site::eventpoll_seq_store, "kernel.eventpoll.seq_store", part::ready_seqcount,
     language::kernel, shared_word::ep_seq, access::store, order::relaxed, store_orders,
     "write_seqcount_begin", "kernel_model/eventpoll.hpp",
     "kernel.eventpoll.seq_begin, kernel.eventpoll.seq_retry"},
    {site::eventpoll_seq_write_fence, "kernel.eventpoll.seq_write_fence", part::ready_seqcount,
     language::kernel, shared_word::none, access::fence, order::release, fence_orders,
     "write_seqcount_begin", "kernel_model/eventpoll.hpp", "kernel.eventpoll.seq_fence"},
    {site::map_use, "kernel.map.use", part::map, language::kernel, shared_word::map, access::load,
     order::relaxed, load_orders, "irq_work_single", "scenarios/worlds/simulated_wakeup.hpp",
     "kernel.map.free"},
    {site::map_free, "kernel.map.free", part::map, language::kernel, shared_word::map,
     access::store, order::relaxed, store_orders, "bpf_ringbuf_free",
     "scenarios/worlds/simulated_wakeup.hpp", "kernel.map.use"},
}};

// Whether each row stands at the place of its site.
constexpr bool rows_in_order(const std::array<site_info, site_count>& rows) {
    for (std::size_t i = 0; i < site_count; ++i)
        if (rows[i].is != static_cast<site>(i) || !rows[i].orders.contains(rows[i].initial))
            return false;
    return true;
}
static_assert(rows_in_order(site_table), "the rows follow the names in kernel_model/site.hpp");

constexpr const site_info& info(site s) {
    return site_table[static_cast<std::size_t>(s)];
}
constexpr std::string_view name(site s) {
    return info(s).name;
}
// Whether it is an access of the loop in which a consumer takes records.
constexpr bool is_of_consumer(site s) {
    const site_info& row = info(s);
    return row.of == part::consumer || row.of == part::of_some_consumers ||
           row.of == part::proposed ||
           (row.of == part::stand_in && row.written_in == language::cxx);
}
// C++ of an access that is no site's.
constexpr language language_of(site s) {
    return s == site::count_ ? language::cxx : info(s).written_in;
}

constexpr std::optional<site> parse_site(std::string_view text) {
    for (const site_info& s : site_table)
        if (s.name == text) return s.is;
    return std::nullopt;
}

// The orders upstream, site by site.
inline constexpr order_table upstream_orders = [] {
    order_table table{};
    for (const site_info& s : site_table) table.orders[static_cast<std::size_t>(s.is)] = s.initial;
    return table;
}();

}  // namespace ringsim
