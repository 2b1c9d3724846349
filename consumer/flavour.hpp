// Which program consumes: the algorithms that differ, each in a file of its own beside this one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel_model/site.hpp"

namespace ringsim::consumer {

enum class flavour : std::uint8_t {
    libbpf,           // process_ring.hpp
    libbpf_7_3,       // the same, with positions compared by their distance
    libbpf_async,     // libbpf_async.hpp
    libbpf_async_0,   // before it skipped discarded records
    aya_0_12,         // aya.hpp
    aya_0_14,         // the same, with its fences
    cilium,           // cilium.hpp: each record is given back at once
    cilium_raw,       // when the caller says so
    cilium_0_11,      // cilium_0_11.hpp
    libpman,          // libpman.hpp: a record is given back on the next call
    libpman_0,        // before it stepped over discarded records
    bench_custom,     // bench_custom.hpp
    bench_corrected,  // it stores consumer_pos at a BUSY record too
    overwrite,        // overwrite_reader.hpp: the proposal
    overwrite_one,    // nobody's
    first_event,      // process_ring.hpp, for the first of the rings that epoll reports
    count_,
};

// The sites of part::of_some_consumers that a consumer has; site::count_ fills the rest.
using own_sites = std::array<site, 1>;
inline constexpr own_sites no_own_sites{site::count_};

struct named_flavour {
    std::string_view name;
    flavour is;
    std::string_view function;  // the loop over the records, upstream
    std::string_view file;      // where this project has it
    std::string_view summary;
    own_sites own = no_own_sites;
};

inline constexpr std::array<named_flavour, static_cast<std::size_t>(flavour::count_)> flavours{{
    {"libbpf", flavour::libbpf, "ringbuf_process_ring", "consumer/process_ring.hpp",
     "ringbuf_process_ring() of libbpf"},
    {"libbpf-7.3", flavour::libbpf_7_3, "ringbuf_process_ring", "consumer/process_ring.hpp",
     "the same, positions compared by their distance"},
    {"libbpf-async", flavour::libbpf_async, "RingBuffer::poll_read", "consumer/libbpf_async.hpp",
     "one record a call, fences beside each access"},
    {"libbpf-async-0", flavour::libbpf_async_0, "RingBuffer::poll_read",
     "consumer/libbpf_async.hpp", "the same before it skipped discarded records"},
    {"aya-0.12", flavour::aya_0_12, "RingBuf::next", "consumer/aya.hpp",
     "aya's RingBuf, 0.12 and 0.13: begins with producer position 0"},
    {"aya-0.14", flavour::aya_0_14, "RingBuf::next", "consumer/aya.hpp",
     "aya's RingBuf: a fence a batch, before it looks again", own_sites{site::consumer_busy_fence}},
    {"cilium", flavour::cilium, "Reader.Read", "consumer/cilium.hpp",
     "cilium/ebpf's Reader: stays at a BUSY record"},
    {"cilium-raw", flavour::cilium_raw, "RawReader.Read", "consumer/cilium.hpp",
     "cilium/ebpf's RawReader: gives back when told to"},
    {"cilium-0.11", flavour::cilium_0_11, "Reader.Read", "consumer/cilium_0_11.hpp",
     "cilium/ebpf when a deadline ended a read without a look"},
    {"libpman", flavour::libpman, "pman_consume_first_event", "consumer/libpman.hpp",
     "falco's libpman: gives a record back on the next call"},
    {"libpman-0", flavour::libpman_0, "pman_consume_first_event", "consumer/libpman.hpp",
     "the same before it stepped over discarded records"},
    {"rb-custom", flavour::bench_custom, "ringbuf_custom_process_ring", "consumer/bench_custom.hpp",
     "the kernel's benchmark: one store a batch"},
    {"rb-corrected", flavour::bench_corrected, "ringbuf_custom_process_ring",
     "consumer/bench_custom.hpp", "the same, with a store at a BUSY record"},
    {"overwrite", flavour::overwrite, "ringbuf_process_overwrite_ring",
     "consumer/overwrite_reader.hpp", "the reader proposed for overwrite mode: copies all, looks",
     own_sites{site::overwrite_reader_recheck_producer_pos}},
    {"overwrite-one", flavour::overwrite_one, "overwrite_read_one", "consumer/overwrite_reader.hpp",
     "not proposed: one record, looks at overwrite_pos",
     own_sites{site::overwrite_reader_recheck_overwrite_pos}},
    {"first-event", flavour::first_event, "ringbuf_process_ring", "consumer/process_ring.hpp",
     "libbpf's, for the first only of the rings that epoll reports at a time"},
}};

constexpr const named_flavour& info(flavour f) {
    return flavours[static_cast<std::size_t>(f)];
}
static_assert([] {
    for (std::size_t i = 0; i < flavours.size(); ++i)
        if (flavours[i].is != static_cast<flavour>(i)) return false;
    return true;
}());

constexpr std::string_view name(flavour f) {
    return info(f).name;
}

// Whether it reads overwrite_pos.
constexpr bool needs_overwrite_mode(flavour f) {
    return f == flavour::overwrite || f == flavour::overwrite_one;
}

constexpr std::optional<flavour> parse_flavour(std::string_view text) {
    for (const named_flavour& f : flavours)
        if (f.name == text) return f.is;
    return std::nullopt;
}

}  // namespace ringsim::consumer
