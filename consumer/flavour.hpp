// Which program consumes: the algorithms that differ, each in a file of its own beside this one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ringsim::consumer {

enum class flavour : std::uint8_t {
    libbpf,            // process_ring.hpp
    libbpf_7_3,        // the same, with positions compared by their distance
    libbpf_2026_busy,  // the same as libbpf, and a BUSY record ends a pass only
    libbpf_async,      // libbpf_async.hpp
    libbpf_async_0,    // before it skipped discarded records
    aya_0_12,          // aya.hpp
    aya_0_14,          // the same, with its fences
    cilium,            // cilium.hpp: each record is given back at once
    cilium_raw,        // when the caller says so
    cilium_flush_0,    // while a flush could be swallowed
    cilium_0_11,       // cilium_0_11.hpp
    android,           // android.hpp
    libpman,           // libpman.hpp: a record is given back on the next call
    libpman_0,         // before it stepped over discarded records
    bench_custom,      // bench_custom.hpp
    bench_corrected,   // it stores consumer_pos at a BUSY record too
    overwrite,         // overwrite_reader.hpp: the proposal
    overwrite_one,     // nobody's
    first_event,       // process_ring.hpp, for the first of the rings that epoll reports
    count_,
};

struct named_flavour {
    std::string_view name;
    flavour is;
    std::string_view summary;
};

inline constexpr std::array<named_flavour, static_cast<std::size_t>(flavour::count_)> flavours{{
    {"libbpf", flavour::libbpf, "ringbuf_process_ring() of libbpf"},
    {"libbpf-7.3", flavour::libbpf_7_3, "the same, positions compared by their distance"},
    {"libbpf-2026-busy", flavour::libbpf_2026_busy,
     "libbpf's, and a BUSY record ends a pass of the loop only"},
    {"libbpf-async", flavour::libbpf_async, "one record a call, fences beside each access"},
    {"libbpf-async-0", flavour::libbpf_async_0, "the same before it skipped discarded records"},
    {"aya-0.12", flavour::aya_0_12,
     "aya's RingBuf, 0.12 and 0.13: begins with producer position 0"},
    {"aya-0.14", flavour::aya_0_14, "aya's RingBuf: a fence a batch, before it looks again"},
    {"cilium", flavour::cilium, "cilium/ebpf's Reader: stays at a BUSY record"},
    {"cilium-raw", flavour::cilium_raw, "cilium/ebpf's RawReader: gives back when told to"},
    {"cilium-flush-0", flavour::cilium_flush_0,
     "cilium/ebpf's Reader with Flush() as first proposed"},
    {"cilium-0.11", flavour::cilium_0_11,
     "cilium/ebpf when a deadline ended a read without a look"},
    {"android", flavour::android, "Android's BpfRingbuf: one look at producer_pos a call"},
    {"libpman", flavour::libpman, "falco's libpman: gives a record back on the next call"},
    {"libpman-0", flavour::libpman_0, "the same before it stepped over discarded records"},
    {"rb-custom", flavour::bench_custom, "the kernel's benchmark: one store a batch"},
    {"rb-corrected", flavour::bench_corrected, "the same, with a store at a BUSY record"},
    {"overwrite", flavour::overwrite, "the reader proposed for overwrite mode: copies all, looks"},
    {"overwrite-one", flavour::overwrite_one, "not proposed: one record, looks at overwrite_pos"},
    {"first-event", flavour::first_event,
     "libbpf's, for the first only of the rings that epoll reports at a time"},
}};

constexpr std::string_view name(flavour f) {
    return flavours[static_cast<std::size_t>(f)].name;
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
