// ebpf-for-windows: the notification of its ring buffer (pull request 4651), an event that stays
// set until it is reset. The ring itself differs as well; what is modelled is the wakeup.
#pragma once

#include "kernel_model/ring_memory.hpp"

namespace ringsim::kernel {

template <class M>
concept event_memory = ring_memory<M> && requires(M& m, site s) {
    { m.load_event(s) } -> std::same_as<bool>;
    { m.store_event(s, true) } -> std::same_as<void>;
};

// Publishes the record, and sets the event unless the consumer has everything.
template <event_memory M>
void submit_and_set_event(M& rb, typename M::ulong hdr) {
    // Pairs with the store of the header in __bpf_ringbuf_reserve(), in the same thread.
    const std::uint32_t new_len =
        rb.load_header(site::commit_load_header, hdr) ^ BPF_RINGBUF_BUSY_BIT;
    // Pairs with the acquire of the header in the consumer; a release store there, no exchange.
    rb.exchange_header(site::commit_xchg_header, hdr, new_len);
    // Pairs with the consumer's release of its position. An old value is a smaller one: it makes
    // the positions differ and sets the event once too often, never once too seldom.
    const auto cons_pos = rb.load_consumer_pos(site::commit_load_consumer_pos);
    // Pairs with the store of producer_pos of this and other producers.
    const auto prod_pos = rb.load_producer_pos(site::poll_load_producer_pos);
    if (cons_pos == prod_pos) return;
    // Pairs with the wait.
    rb.store_event(site::event_state, true);
    // Pairs with the wait.
    rb.set_notify(site::notify_set);
}

template <event_memory M>
void reset_event(M& rb) {
    // Pairs with the set that it swallows: what was published before that is seen.
    rb.store_event(site::event_reset, false);
}

// Waits until the event is set, and leaves it set.
template <event_memory M>
void wait_for_event(M& rb) {
    // Pairs with submit_and_set_event().
    while (!rb.load_event(site::event_state)) {
        // Pairs with submit_and_set_event().
        rb.take_notify(site::notify_take);
    }
}

}  // namespace ringsim::kernel
