#include "tests/live/conformance_model.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <vector>

#include "kernel_model/commit.hpp"
#include "kernel_model/poll.hpp"
#include "kernel_model/reserve.hpp"

namespace ringsim::tests {
namespace {

using position = std::optional<plain_ring::ulong>;

constexpr std::array<std::uint32_t, CONFORMANCE_FIXED_SIZES> fixed_sizes{
    8, 9, 64, 1000, 4080, 4088, 0x3fffffff, 0x40000000};

std::span<const std::byte> fill(std::uint32_t from, std::uint32_t size) {
    return fill_bytes().subspan(from, std::min<std::uint32_t>(size, CONFORMANCE_FILL));
}

void output(plain_ring& rb, conformance_output& o) {
    if (!o.present || o.size > CONFORMANCE_FILL) return;
    o.result = kernel::bpf_ringbuf_output(rb, o.size, o.flags, [&](plain_ring::ulong rec) {
        rb.write_payload(rec, fill(o.fill, o.size));
    });
}

// bpf_ringbuf_reserve_dynptr() and bpf_dynptr_write(), around the reservation that is modelled.
position reserve(plain_ring& rb, conformance_slot& s) {
    position rec;
    s.reserve_result = -EINVAL;
    s.write_result = -EINVAL;
    if (!s.present) return rec;
    s.reserve_result = kernel::bpf_ringbuf_reserve_dynptr(rb, s.size, s.reserve_flags, rec);
    if (!rec) return rec;
    rb.write_payload(*rec, fill(s.fill, s.size));
    s.write_result = 0;
    return rec;
}

void commit(plain_ring& rb, const conformance_slot& s, position rec) {
    if (!rec) return;
    if (s.discard)
        kernel::bpf_ringbuf_discard(rb, *rec, s.flags);
    else
        kernel::bpf_ringbuf_submit(rb, *rec, s.flags);
}

position reserve_fixed(plain_ring& rb, conformance_fixed& f) {
    position rec;
    if (f.present && f.size_index < fixed_sizes.size())
        rec = kernel::bpf_ringbuf_reserve(rb, fixed_sizes[f.size_index], f.reserve_flags);
    f.reserved = rec.has_value();
    return rec;
}

void commit_fixed(plain_ring& rb, const conformance_fixed& f, position rec) {
    if (!rec) return;
    const std::uint64_t word = f.first_word;
    rb.write_payload(*rec, std::as_bytes(std::span(&word, 1)));
    if (f.discard)
        kernel::bpf_ringbuf_discard(rb, *rec, f.flags);
    else
        kernel::bpf_ringbuf_submit(rb, *rec, f.flags);
}

void query(plain_ring& rb, conformance_query& q) {
    q.avail_data = kernel::bpf_ringbuf_query(rb, BPF_RB_AVAIL_DATA);
    q.ring_size = kernel::bpf_ringbuf_query(rb, BPF_RB_RING_SIZE);
    q.cons_pos = kernel::bpf_ringbuf_query(rb, BPF_RB_CONS_POS);
    q.prod_pos = kernel::bpf_ringbuf_query(rb, BPF_RB_PROD_POS);
    q.answer = kernel::bpf_ringbuf_query(rb, q.flags);
}

}  // namespace

std::span<const std::byte> fill_bytes() {
    static const std::vector<std::byte> bytes = [] {
        std::vector<std::byte> made(2 * CONFORMANCE_FILL);
        std::uint32_t state = 1;
        for (std::byte& b : made) {
            state = state * 1664525 + 1013904223;
            b = static_cast<std::byte>(state >> 24);
        }
        return made;
    }();
    return bytes;
}

std::span<const unsigned> slots_in_order(std::uint32_t commit_order) {
    static constexpr unsigned orders[CONFORMANCE_COMMIT_ORDERS][CONFORMANCE_SLOTS] = {
        {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    return orders[std::min<std::uint32_t>(commit_order, CONFORMANCE_COMMIT_ORDERS - 1)];
}

void run_on_model(plain_ring& rb, conformance_script& s) {
    position records[CONFORMANCE_SLOTS];
    output(rb, s.outputs[0]);
    records[0] = reserve(rb, s.slots[0]);
    output(rb, s.outputs[1]);
    records[1] = reserve(rb, s.slots[1]);
    output(rb, s.outputs[2]);
    const position fixed = reserve_fixed(rb, s.fixed);
    records[2] = reserve(rb, s.slots[2]);
    output(rb, s.outputs[3]);
    query(rb, s.queries[0]);

    if (s.fixed_first) commit_fixed(rb, s.fixed, fixed);
    unsigned committed = 0;
    for (const unsigned slot : slots_in_order(s.commit_order)) {
        commit(rb, s.slots[slot], records[slot]);
        if (++committed == 1) output(rb, s.outputs[4]);
    }
    if (!s.fixed_first) commit_fixed(rb, s.fixed, fixed);
    output(rb, s.outputs[5]);
    query(rb, s.queries[1]);
}

}  // namespace ringsim::tests
