// The named order tables: what each known consumer puts at the sites of ringbuf_process_ring().
#pragma once

#include <array>
#include <string_view>

#include "kernel_model/site_table.hpp"

namespace ringsim::consumer {

// libbpf, kernel tools tree: release store, acquire loads, level-triggered epoll.
inline constexpr order_table libbpf = upstream_orders;

// libbpf with a full barrier between the store of consumer_pos and the re-checks: what an
// edge-triggered consumer needs.
inline constexpr order_table fenced = libbpf.with(site::consumer_recheck_fence, order::seq_cst);

// libbpf with the patch of June 2026 ("libbpf: ringbuf: Prevent missed wakeups"): a full barrier
// before producer_pos is looked at again, and before a return that a bound or a callback forces.
inline constexpr order_table libbpf_2026 = libbpf.with(site::consumer_reload_fence, order::seq_cst)
                                               .with(site::consumer_return_fence, order::seq_cst);

// aya 0.12 and 0.13 (pull request 629): a seq_cst store, and acquire re-checks.
inline constexpr order_table aya_0_12 =
    libbpf.with(site::consumer_load_consumer_pos, order::seq_cst)
        .with(site::consumer_store_consumer_pos, order::seq_cst);

// aya 0.14 (pull request 1598): a release store, and a seq_cst fence before each of the re-checks.
inline constexpr order_table aya_0_14 = fenced.with(site::consumer_busy_fence, order::seq_cst);

// Every consumer access seq_cst, no fence: Go's atomics, and so cilium/ebpf's reader.
inline constexpr order_table seq_cst = libbpf.with(site::consumer_load_consumer_pos, order::seq_cst)
                                           .with(site::consumer_load_producer_pos, order::seq_cst)
                                           .with(site::consumer_load_header, order::seq_cst)
                                           .with(site::consumer_store_consumer_pos, order::seq_cst);

struct named_order_table {
    std::string_view name;
    order_table orders;
    std::string_view summary;
    std::string_view also = {};  // a name that it had, and is still found by
};

inline constexpr auto order_tables = std::to_array<named_order_table>({
    {"libbpf", libbpf, "release store of consumer_pos, acquire re-checks"},
    {"aya-0.12", aya_0_12, "seq_cst store of consumer_pos, acquire re-checks"},
    {"aya-0.14", aya_0_14, "release store, seq_cst fence before the re-checks"},
    {"fenced", fenced, "libbpf and a seq_cst fence before the re-checks", "edge"},
    {"seq_cst", seq_cst, "every access of the consumer seq_cst"},
    {"libbpf-2026", libbpf_2026, "libbpf and a seq_cst fence a pass, as proposed in June 2026"},
});

// GitHub's libbpf on machines other than x86 (include/linux/compiler.h): relaxed accesses, a full
// fence before the store and behind each load.
inline constexpr order_table generic_barriers =
    libbpf.with(site::consumer_load_consumer_pos, order::relaxed)
        .with(site::consumer_load_producer_pos, order::relaxed)
        .with(site::consumer_load_header, order::relaxed)
        .with(site::consumer_store_consumer_pos, order::relaxed)
        .with(site::consumer_fence_after_consumer_pos, order::seq_cst)
        .with(site::consumer_fence_after_producer_pos, order::seq_cst)
        .with(site::consumer_fence_after_header, order::seq_cst)
        .with(site::consumer_fence_before_store, order::seq_cst);

// Android's BpfRingbuf: consumer_pos relaxed, the header by a volatile load.
inline constexpr order_table android = libbpf.with(site::consumer_load_consumer_pos, order::relaxed)
                                           .with(site::consumer_load_header, order::relaxed);

// Tables of consumers that live mode has not compiled in.
inline constexpr auto modelled_order_tables = std::to_array<named_order_table>({
    {"generic", generic_barriers, "relaxed accesses, full fences behind loads and before stores"},
    {"android", android, "consumer_pos relaxed, the header by a volatile load"},
});

// nullptr if no table is called so.
constexpr const named_order_table* find_order_table(std::string_view name) {
    const auto is = [name](const named_order_table& t) { return t.name == name || t.also == name; };
    for (const named_order_table& t : order_tables)
        if (!name.empty() && is(t)) return &t;
    for (const named_order_table& t : modelled_order_tables)
        if (!name.empty() && is(t)) return &t;
    return nullptr;
}

}  // namespace ringsim::consumer
