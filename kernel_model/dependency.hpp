// Dependencies of the protocol: which access depends on what an earlier load of its thread
// returned.
//
// Compiled code does not show them, and some models of hardware count on them; so they are stated
// here, each by a name, as sites are. Only what every compiler must keep is stated: an address or a
// value that is computed from a loaded one whose value no compiler can know, and a branch that
// decides whether a later store happens at all. Two things are not: that a callback reads the
// payload before consumer_pos is stored (nothing of the payload goes into the store), and what a
// BPF program or a callback does with what it read.
//
// Leaf header: includes nothing of the project but the names of the sites.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel_model/site.hpp"

namespace ringsim {

enum class dependency_kind : std::uint8_t {
    address,  // the later access is where it is because of the load
    data,     // the later access writes what it writes because of the load
    control,  // whether anything behind it happens at all
};

constexpr std::string_view name(dependency_kind k) {
    constexpr std::array<std::string_view, 3> names{"address", "data", "control"};
    return names[static_cast<std::size_t>(k)];
}

enum class dependency : std::uint8_t {
    // the consumer's position: where it looks, and what it gives back
    consumer_header_address,
    consumer_next_header,
    consumer_payload_address,
    consumer_next_payload,
    consumer_position_stored,
    consumer_length_stored,
    consumer_empty_check,
    consumer_busy_check,
    // __bpf_ringbuf_reserve()
    reserve_pending_address,
    reserve_next_pending,
    reserve_pending_stored,
    reserve_pending_length_stored,
    reserve_header_address,
    reserve_pg_off_address,
    reserve_producer_stored,
    reserve_walk_check,
    reserve_busy_check,
    reserve_pending_check,
    reserve_full_check,
    reserve_overwritten_address,
    reserve_next_overwritten,
    reserve_overwrite_stored,
    reserve_overwritten_length_stored,
    reserve_overwrite_check,
    // the record that reserve returned, in the same thread
    program_payload_address,
    commit_header_address,
    commit_exchange_address,
    commit_length_exchanged,
    commit_ring_address,
    commit_wakeup_check,
    // ringbuf_map_poll_kern(), ringbuf_map_poll_user()
    poll_readable_check,
    // the readers of overwrite mode
    overwrite_reader_recheck,
    // bpf_user_ringbuf_drain()
    drain_taken_check,
    drain_empty_check,
    drain_header_address,
    drain_header_check,
    drain_payload_address,
    drain_position_stored,
    drain_length_stored,
    // user_ring_buffer__reserve()
    user_producer_full_check,
    user_producer_header_address,
    user_producer_position_stored,
    user_producer_payload_address,
    user_producer_exchange_address,
    user_producer_length_exchanged,
    // ebpf_ring_buffer_reserve()
    windows_full_check,
    windows_taken_check,
    windows_turn_check,
    count_,
};
inline constexpr std::size_t dependency_count = static_cast<std::size_t>(dependency::count_);

// What is known about a dependency.
struct dependency_info {
    dependency is;
    std::string_view name;
    std::string_view function;  // the upstream function that has the line
    std::string_view line;      // what the line does
    dependency_kind kind;
    std::array<site, 3> from;  // the loads; unused places last, as site::count_
    site to = site::count_;    // the access; of a branch, all that comes behind it
};

// Upstream: kernel/bpf/ringbuf.c and tools/lib/bpf/ringbuf.c of Linux 6.12. The other consumers do
// the same with the same sites, each in its own words.
inline constexpr std::array<dependency_info, dependency_count> dependency_table = [] {
    using enum site;
    using enum dependency_kind;
    constexpr auto one = [](site s) { return std::array{s, count_, count_}; };
    constexpr auto two = [](site a, site b) { return std::array{a, b, count_}; };
    constexpr std::string_view process = "ringbuf_process_ring";
    constexpr std::string_view reserve = "__bpf_ringbuf_reserve";
    constexpr std::string_view peek = "__bpf_user_ringbuf_peek";
    constexpr std::string_view release = "__bpf_user_ringbuf_sample_release";
    constexpr std::string_view user = "user_ring_buffer__reserve";
    constexpr std::string_view windows = "ebpf_ring_buffer_reserve";
    return std::array<dependency_info, dependency_count>{{
        {dependency::consumer_header_address, "consumer.header_address", process,
         "the header is looked at where consumer_pos points", address,
         one(consumer_load_consumer_pos), consumer_load_header},
        {dependency::consumer_next_header, "consumer.next_header", process,
         "a header's length decides where the next header is", address, one(consumer_load_header),
         consumer_load_header},
        {dependency::consumer_payload_address, "consumer.payload_address", process,
         "the payload lies behind its header", address, one(consumer_load_consumer_pos),
         consumer_load_payload},
        {dependency::consumer_next_payload, "consumer.next_payload", process,
         "and so where the next payload is", address, one(consumer_load_header),
         consumer_load_payload},
        {dependency::consumer_position_stored, "consumer.position_stored", process,
         "the new consumer_pos begins with the old one", data, one(consumer_load_consumer_pos),
         consumer_store_consumer_pos},
        {dependency::consumer_length_stored, "consumer.length_stored", process,
         "and the lengths of the headers are added to it", data, one(consumer_load_header),
         consumer_store_consumer_pos},
        {dependency::consumer_empty_check, "consumer.empty_check", process,
         "the loop goes on while the two positions differ", control,
         two(consumer_load_producer_pos, consumer_load_consumer_pos)},
        {dependency::consumer_busy_check, "consumer.busy_check", process,
         "a BUSY header ends the call", control, one(consumer_load_header)},
        {dependency::reserve_pending_address, "reserve.pending_address", reserve,
         "the walk begins where pending_pos points", address, one(reserve_load_pending_pos),
         reserve_load_pending_header},
        {dependency::reserve_next_pending, "reserve.next_pending", reserve,
         "a header's length decides where the walk goes on", address,
         one(reserve_load_pending_header), reserve_load_pending_header},
        {dependency::reserve_pending_stored, "reserve.pending_stored", reserve,
         "the new pending_pos begins with the old one", data, one(reserve_load_pending_pos),
         reserve_store_pending_pos},
        {dependency::reserve_pending_length_stored, "reserve.pending_length_stored", reserve,
         "and the lengths of the headers are added", data, one(reserve_load_pending_header),
         reserve_store_pending_pos},
        {dependency::reserve_header_address, "reserve.header_address", reserve,
         "the record begins where producer_pos points", address, one(reserve_load_producer_pos),
         reserve_store_header},
        {dependency::reserve_pg_off_address, "reserve.pg_off_address", reserve,
         "and so does its page offset", address, one(reserve_load_producer_pos),
         reserve_store_pg_off},
        {dependency::reserve_producer_stored, "reserve.producer_stored", reserve,
         "the new producer_pos is the old one and the length", data, one(reserve_load_producer_pos),
         reserve_store_producer_pos},
        {dependency::reserve_walk_check, "reserve.walk_check", reserve,
         "the walk goes on while the two positions differ", control,
         two(reserve_load_producer_pos, reserve_load_pending_pos)},
        {dependency::reserve_busy_check, "reserve.busy_check", reserve,
         "a BUSY header ends the walk", control, one(reserve_load_pending_header)},
        {dependency::reserve_pending_check,
         "reserve.pending_check",
         reserve,
         "no room before the oldest record that is pending",
         control,
         {reserve_load_producer_pos, reserve_load_pending_pos, reserve_load_pending_header}},
        {dependency::reserve_full_check, "reserve.full_check", reserve,
         "no room before consumer_pos", control,
         two(reserve_load_producer_pos, reserve_load_consumer_pos)},
        {dependency::reserve_overwritten_address, "reserve.overwritten_address", reserve,
         "what is overwritten begins at overwrite_pos", address, one(reserve_load_overwrite_pos),
         reserve_load_overwritten_header},
        {dependency::reserve_next_overwritten, "reserve.next_overwritten", reserve,
         "a header's length decides where the next one is", address,
         one(reserve_load_overwritten_header), reserve_load_overwritten_header},
        {dependency::reserve_overwrite_stored, "reserve.overwrite_stored", reserve,
         "the new overwrite_pos begins with the old one", data, one(reserve_load_overwrite_pos),
         reserve_store_overwrite_pos},
        {dependency::reserve_overwritten_length_stored, "reserve.overwritten_length_stored",
         reserve, "and the lengths of the headers are added", data,
         one(reserve_load_overwritten_header), reserve_store_overwrite_pos},
        {dependency::reserve_overwrite_check,
         "reserve.overwrite_check",
         reserve,
         "records are overwritten until there is room",
         control,
         {reserve_load_producer_pos, reserve_load_overwrite_pos, reserve_load_overwritten_header}},
        {dependency::program_payload_address, "program.payload_address", "the BPF program",
         "the program writes to what it was given", address, one(reserve_load_producer_pos),
         program_store_payload},
        {dependency::commit_header_address, "commit.header_address", "bpf_ringbuf_commit",
         "the header is in front of the payload", address, one(reserve_load_producer_pos),
         commit_load_header},
        {dependency::commit_exchange_address, "commit.exchange_address", "bpf_ringbuf_commit",
         "and is written where it was read", address, one(reserve_load_producer_pos),
         commit_xchg_header},
        {dependency::commit_length_exchanged, "commit.length_exchanged", "bpf_ringbuf_commit",
         "the length stays, the BUSY bit goes", data, one(commit_load_header), commit_xchg_header},
        {dependency::commit_ring_address, "commit.ring_address", "bpf_ringbuf_restore_from_rec",
         "the ring is found by the page offset", address, one(commit_load_pg_off),
         commit_load_consumer_pos},
        {dependency::commit_wakeup_check, "commit.wakeup_check", "bpf_ringbuf_commit",
         "a wakeup if consumer_pos is at the record", control, one(commit_load_consumer_pos)},
        {dependency::poll_readable_check, "poll.readable_check", "ringbuf_map_poll_kern",
         "EPOLLIN if the two positions differ", control,
         two(poll_load_consumer_pos, poll_load_producer_pos)},
        {dependency::overwrite_reader_recheck, "overwrite_reader.recheck", "overwrite_read_one",
         "what was overwritten is not handed out", control,
         two(overwrite_reader_recheck_overwrite_pos, overwrite_reader_recheck_producer_pos)},
        {dependency::drain_taken_check, "drain.taken_check", "bpf_user_ringbuf_drain",
         "-EBUSY if somebody else drains", control, one(drain_set_busy)},
        {dependency::drain_empty_check, "drain.empty_check", peek,
         "-ENODATA if consumer_pos has reached producer_pos", control,
         two(drain_load_producer_pos, drain_load_consumer_pos)},
        {dependency::drain_header_address, "drain.header_address", peek,
         "the header is looked at where consumer_pos points", address, one(drain_load_consumer_pos),
         drain_load_header},
        {dependency::drain_header_check, "drain.header_check", peek,
         "errors, and what is BUSY or discarded, are not shown", control, one(drain_load_header)},
        {dependency::drain_payload_address, "drain.payload_address", peek,
         "the sample lies behind its header", address, one(drain_load_consumer_pos),
         drain_load_payload},
        {dependency::drain_position_stored, "drain.position_stored", release,
         "the new consumer_pos begins with the old one", data,
         two(drain_load_consumer_pos, drain_reload_consumer_pos), drain_store_consumer_pos},
        {dependency::drain_length_stored, "drain.length_stored", release,
         "and the length of the header is added to it", data, one(drain_load_header),
         drain_store_consumer_pos},
        {dependency::user_producer_full_check, "user_producer.full_check", user,
         "ENOSPC if there is no room", control,
         two(user_producer_load_consumer_pos, user_producer_load_producer_pos)},
        {dependency::user_producer_header_address, "user_producer.header_address", user,
         "the record begins where producer_pos points", address,
         one(user_producer_load_producer_pos), user_producer_store_header},
        {dependency::user_producer_position_stored, "user_producer.position_stored", user,
         "the new producer_pos is the old one and the length", data,
         one(user_producer_load_producer_pos), user_producer_store_producer_pos},
        {dependency::user_producer_payload_address, "user_producer.payload_address",
         "the user's program", "it writes to what it was given", address,
         one(user_producer_load_producer_pos), user_producer_store_payload},
        {dependency::user_producer_exchange_address, "user_producer.exchange_address",
         "user_ringbuf_commit", "the header is in front of the payload", address,
         one(user_producer_load_producer_pos), user_producer_xchg_header},
        {dependency::user_producer_length_exchanged, "user_producer.length_exchanged",
         "user_ringbuf_commit", "the length stays", data, one(user_producer_load_header),
         user_producer_xchg_header},
        {dependency::windows_full_check, "windows.full_check", windows,
         "no room before the consumer's offset", control,
         two(windows_load_consumer_offset, windows_load_reserve_offset)},
        {dependency::windows_taken_check, "windows.taken_check", windows,
         "another producer took the space", control, one(windows_cas_reserve_offset)},
        {dependency::windows_turn_check, "windows.turn_check", windows,
         "the producer before has published", control, one(windows_load_producer_offset)},
    }};
}();

// Whether each row stands at the place of its dependency, and says as the others do to what: a
// branch to all that is behind it, an address or a value to one access.
constexpr bool rows_in_order(const std::array<dependency_info, dependency_count>& rows) {
    for (std::size_t i = 0; i < dependency_count; ++i)
        if (rows[i].is != static_cast<dependency>(i) ||
            (rows[i].kind == dependency_kind::control) != (rows[i].to == site::count_))
            return false;
    return true;
}
static_assert(rows_in_order(dependency_table), "the rows follow the names above");

constexpr const dependency_info& info(dependency d) {
    return dependency_table[static_cast<std::size_t>(d)];
}
constexpr std::string_view name(dependency d) {
    return info(d).name;
}
constexpr std::optional<dependency> parse_dependency(std::string_view text) {
    for (std::size_t i = 0; i < dependency_count; ++i)
        if (dependency_table[i].name == text) return static_cast<dependency>(i);
    return std::nullopt;
}

// Some of the dependencies: those that a variant leaves out.
class dependency_set {
  public:
    constexpr void add(dependency d) { bits_ |= bit(d); }
    constexpr bool contains(dependency d) const { return (bits_ & bit(d)) != 0; }
    constexpr void add(const dependency_set& more) { bits_ |= more.bits_; }
    constexpr bool empty() const { return bits_ == 0; }
    friend constexpr bool operator==(const dependency_set&, const dependency_set&) = default;

  private:
    static_assert(dependency_count <= 64);
    static constexpr std::uint64_t bit(dependency d) {
        return std::uint64_t{1} << static_cast<unsigned>(d);
    }
    std::uint64_t bits_ = 0;
};

}  // namespace ringsim
