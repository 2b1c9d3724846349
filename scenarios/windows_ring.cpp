// windows-reserve: ebpf-for-windows reserves without a lock, by a compare-exchange on an offset of
// its own; producer_offset follows in turn, once the header is locked.
//
//   cpu0: reserve                            user
//   reserve_offset: 0 -> 16 (exchange)
//   A's header = 8 | LOCKED
//   wait until producer_offset is 0
//   WriteRelease(producer_offset, 16)        ReadAcquire(producer_offset)
//                                            ReadAcquire(A's header): LOCKED, or committed
//
// windows-one-offset: the same with a single offset. Whoever reserves shows the record by the
// exchange itself, before its header is locked: the consumer takes what lay there before.
//
// Source: https://github.com/microsoft/ebpf-for-windows/pull/4204
#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {
namespace {

constexpr std::string_view pull_request =
    "https://github.com/microsoft/ebpf-for-windows/pull/4204, February 2025";

template <bool AtOnce>
void produce(world& w, std::uint64_t payload) {
    const record r = w.ebpf_ring_buffer_reserve(8, AtOnce);
    if (!r) return;
    w.write(r, payload);
    w.submit_and_set_event(r);
}

template <bool AtOnce>
std::vector<thread_body> two_producers_and_a_consumer() {
    return {{"cpu0", [](world& w) { produce<AtOnce>(w, 0xA); }},
            {"cpu1", [](world& w) { produce<AtOnce>(w, 0xB); }},
            {"user", [](world& w) { w.ring_buffer__consume(); }}};
}

const std::vector<sometimes_condition> windows_reached{
    {"user took both", [](const outcome& o) { return o.threads[2].taken_count == 2; }},
    {"user took one", [](const outcome& o) { return o.threads[2].taken_count == 1; }}};

}  // namespace

extern const scenario windows_reserve;  // in catalogue.txt
extern const scenario windows_one_offset;

// Its commit is a release store.
const scenario windows_reserve{
    .name = "windows-reserve",
    .claim = "a record is locked before its offset is seen, though producers take no lock",
    .shape = "MP",
    .source = pull_request,
    .ring_bytes = 32,  // full with two records: Windows leaves no byte free
    .needs = {need::event, need::reserve_offset},
    .threads = two_producers_and_a_consumer<false>(),
    .sometimes = windows_reached,
    .expect = {{"libbpf commit.xchg_header=store_release"},
               // The turn is what keeps the headers in front locked, too.
               {"libbpf commit.xchg_header=store_release windows.store_producer_offset=relaxed",
                trigger::edge, under_relaxed, sim::violation::torn_record},
               {"libbpf commit.xchg_header=store_release windows.cas_reserve_offset=relaxed"}},
    .museum = {{.id = "C10",
                .symptom = "reserved by exchange, seen unlocked",
                .broken = {"libbpf commit.xchg_header=store_release", trigger::edge,
                           "windows-one-offset"},
                .repaired = {"libbpf commit.xchg_header=store_release"},
                .status = upstream::fixed,
                .history = "ebpf-for-windows, February 2025 (e939ef6fa), in place of a lock: two "
                           "offsets, one to reserve and one to publish in turn. With a single one "
                           "the exchange would show a record before its header is locked",
                .citation = "https://github.com/microsoft/ebpf-for-windows/pull/4204",
                .by = evidence::verified}},
};

const scenario windows_one_offset{
    .name = "windows-one-offset",
    .claim = "one offset is enough to reserve and to publish (it is not)",
    .shape = "MP",
    .source = pull_request,
    .ring_bytes = 32,
    .needs = {need::event, need::reserve_offset},
    .threads = two_producers_and_a_consumer<true>(),
    .sometimes = windows_reached,
    .expect = {{"libbpf commit.xchg_header=store_release", trigger::edge, under_all,
                sim::violation::torn_record}},
};

}  // namespace ringsim::scenarios
