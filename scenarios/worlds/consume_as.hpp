// One call of each consumer, by its name: what a variant says with consumer=NAME.
#pragma once

#include <cstdint>

#include "consumer/android.hpp"
#include "consumer/aya.hpp"
#include "consumer/bench_custom.hpp"
#include "consumer/cilium.hpp"
#include "consumer/cilium_0_11.hpp"
#include "consumer/flavour.hpp"
#include "consumer/libbpf_async.hpp"
#include "consumer/libpman.hpp"
#include "consumer/overwrite_reader.hpp"
#include "consumer/process_ring.hpp"

namespace ringsim::scenarios {

// The consumers that hand out one record a call: whether there was one.
template <class Ring, class F>
bool read_one_as(consumer::flavour who, Ring& ring, consumer::reader_state& mine, F&& sample_cb) {
    using consumer::flavour;
    const auto aya = [&](consumer::aya_version version) {
        consumer::open_ring_buf(ring, mine, version);
        return consumer::next_item(ring, mine, version, sample_cb);
    };
    switch (who) {
        case flavour::libbpf_async:
            return consumer::poll_read(ring, consumer::discarded::skipped, sample_cb);
        case flavour::libbpf_async_0:
            return consumer::poll_read(ring, consumer::discarded::handed_out, sample_cb);
        case flavour::aya_0_12:
            return aya(consumer::aya_version::v0_12);
        case flavour::aya_0_14:
            return aya(consumer::aya_version::v0_14);
        case flavour::libpman:
        case flavour::libpman_0:
            consumer::open_ring_buffer(ring, mine);
            return consumer::consume_first_ring_event(ring, mine, who == flavour::libpman_0,
                                                      sample_cb);
        case flavour::cilium_0_11:
            return consumer::read_record_0_11(ring, sample_cb);
        default:
            consumer::open_ring_reader(ring, mine);
            return consumer::read_into(ring, mine, who != flavour::cilium_raw, sample_cb);
    }
}

// Consumes what is there now, at most `n` samples where the consumer knows a bound; returns how
// many, or what the callback ended it with.
template <class Ring, class F>
std::int64_t consume_as(consumer::flavour who, Ring& ring, consumer::reader_state& mine,
                        std::uint64_t n, F&& sample_cb) {
    using consumer::flavour;
    switch (who) {
        case flavour::libbpf:
        case flavour::first_event:
            return consumer::ringbuf_process_ring(ring, n, sample_cb);
        case flavour::libbpf_7_3:
            return consumer::ringbuf_process_ring(ring, n, sample_cb,
                                                  consumer::position_order::distance);
        case flavour::libbpf_2026_busy:
            return consumer::ringbuf_process_ring(ring, n, sample_cb,
                                                  consumer::position_order::less_than,
                                                  consumer::busy_record::ends_the_pass);
        case flavour::android:
            return consumer::android_consume_all(ring, sample_cb);
        case flavour::bench_custom:
        case flavour::bench_corrected: {
            std::int64_t count = 0;
            consumer::ringbuf_custom_process_ring(ring, who == flavour::bench_corrected,
                                                  [&](const auto& payload) {
                                                      ++count;
                                                      (void)sample_cb(payload);
                                                  });
            return count;
        }
        case flavour::overwrite:
            return consumer::ringbuf_process_overwrite_ring(ring, n, sample_cb);
        case flavour::overwrite_one:
            return consumer::overwrite_read_one(ring, sample_cb);
        default: {
            std::int64_t count = 0;
            while (static_cast<std::uint64_t>(count) < n && read_one_as(who, ring, mine, sample_cb))
                ++count;
            return count;
        }
    }
}

}  // namespace ringsim::scenarios
