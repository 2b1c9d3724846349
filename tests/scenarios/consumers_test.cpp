// The accesses of the consumers that have an algorithm of their own, one after the other, over a
// memory that writes them down.
#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>

#include "consumer/aya.hpp"
#include "consumer/cilium.hpp"
#include "consumer/cilium_0_11.hpp"
#include "consumer/consume_n.hpp"

namespace ringsim::tests {
namespace {

constexpr std::uint32_t busy = BPF_RINGBUF_BUSY_BIT;
constexpr std::uint32_t discarded = BPF_RINGBUF_DISCARD_BIT;

// A ring that nobody produces into while it is read; but a BUSY record is committed when somebody
// spins on it.
struct scripted_ring {
    using ulong = std::uint64_t;
    struct payload_view {
        ulong pos;
    };

    ulong consumer_pos = 0;
    ulong producer_pos = 0;
    std::map<ulong, std::uint32_t> headers{};
    std::string log{};

    void add(std::uint32_t len) {
        headers[producer_pos] = len;
        producer_pos += record_size(len);
    }
    ulong load_consumer_pos(site) {
        log += "cons ";
        return consumer_pos;
    }
    ulong load_producer_pos(site) {
        log += "prod ";
        return producer_pos;
    }
    std::uint32_t load_header(site, ulong pos) {
        log += "len" + std::to_string(pos) + " ";
        return headers.at(pos);
    }
    payload_view payload(site, ulong pos, std::uint32_t) { return {pos}; }
    void store_consumer_pos(site, ulong pos) {
        log += "=" + std::to_string(pos) + " ";
        consumer_pos = pos;
    }
    void fence(site s) {
        if (s == site::consumer_recheck_fence) log += "fence ";
        if (s == site::consumer_busy_fence) log += "busy-fence ";
    }
    void branch(dependency) {}
    std::uint64_t spin_mark() { return 0; }
    void cpu_relax(std::uint64_t) {
        log += "spin ";
        for (auto& [pos, len] : headers) len &= ~busy;
    }
    // What was done since the last call.
    std::string done() { return std::exchange(log, {}); }
};

template <class Read>
unsigned read_all(Read&& read) {
    unsigned count = 0;
    while (read()) ++count;
    return count;
}

}  // namespace

TEST_CASE("aya 0.14: one fence for all that was given back, on the way into sleep only") {
    using consumer::aya_version;
    scripted_ring ring;
    consumer::aya_state mine;
    const auto next = [&] {
        consumer::open_ring_buf(ring, mine, aya_version::v0_14);
        return consumer::next_item(ring, mine, aya_version::v0_14, [](auto) {});
    };
    ring.add(8);
    ring.add(8 | discarded);
    ring.add(8);
    ring.add(8 | busy);
    CHECK(read_all(next) == 2);
    CHECK(ring.done() == "cons prod len0 =16 len16 =32 len32 =48 len48 busy-fence len48 ");
    // Nothing was given back since: nothing to fence for.
    CHECK(read_all(next) == 0);
    CHECK(ring.done() == "len48 ");
    ring.headers[48] = 8;
    CHECK(read_all(next) == 1);
    CHECK(ring.done() == "len48 =64 fence prod ");
    CHECK(read_all(next) == 0);
    CHECK(ring.done() == "prod ");
}

TEST_CASE("aya 0.12: no fence, and a producer position of 0 at first") {
    using consumer::aya_version;
    scripted_ring ring;
    consumer::aya_state mine;
    const auto next = [&] {
        consumer::open_ring_buf(ring, mine, aya_version::v0_12);
        return consumer::next_item(ring, mine, aya_version::v0_12, [](auto) {});
    };
    ring.add(8);
    ring.add(8 | busy);
    CHECK(read_all(next) == 1);
    CHECK(ring.done() == "cons prod len0 =16 len16 ");
    // In a ring that was used before it takes what is no record for one.
    scripted_ring used;
    used.consumer_pos = used.producer_pos = 16;
    used.headers[16] = 8;
    mine = {};
    consumer::open_ring_buf(used, mine, aya_version::v0_12);
    CHECK(consumer::next_item(used, mine, aya_version::v0_12, [](auto) {}));
}

TEST_CASE("cilium/ebpf: looks at producer_pos before each record and stays at a BUSY one") {
    scripted_ring ring;
    consumer::cilium_state mine;
    const auto read = [&](bool commits) {
        consumer::open_ring_reader(ring, mine);
        return read_all([&] { return consumer::read_into(ring, mine, commits, [](auto) {}); });
    };
    ring.add(8);
    ring.add(8 | busy);
    ring.add(8 | discarded);
    CHECK(read(true) == 2);
    CHECK(ring.done() ==
          "cons prod len0 =16 fence prod len16 spin len16 =32 fence prod len32 =48 fence prod ");
    ring.add(8);
    CHECK(read(false) == 1);
    CHECK(ring.done() == "prod len48 prod ");
    CHECK(ring.consumer_pos == 48);
}

TEST_CASE("cilium/ebpf: looks before it waits, and once more behind its deadline") {
    scripted_ring ring;
    consumer::cilium_state mine;
    unsigned waits = 0;
    const auto wait = [&] {
        ++waits;
        ring.add(8);   // without a wakeup
        return false;  // the deadline passes
    };
    consumer::open_ring_reader(ring, mine);
    CHECK(consumer::read_until_deadline(ring, mine, wait, [](auto) {}));
    CHECK(waits == 1);
    CHECK_FALSE(consumer::read_until_deadline(
        ring, mine, [] { return false; }, [](auto) {}));
    // Version 0.11 does not look.
    scripted_ring before;
    consumer::cilium_0_11_state other;
    before.add(8);
    CHECK_FALSE(consumer::read_until_deadline_0_11(
        before, other, [] { return false; }, [](auto) {}));
    CHECK(before.done().empty());
}

TEST_CASE("cilium/ebpf 0.11: starts over at a BUSY record, and looks at producer_pos twice") {
    scripted_ring ring;
    ring.add(8 | busy);
    CHECK(read_all([&] { return consumer::read_record_0_11(ring, [](auto) {}); }) == 1);
    CHECK(ring.done() == "cons prod len0 spin cons prod len0 prod =16 cons prod ");
}

TEST_CASE("consume_n(): the count runs below zero") {
    unsigned there[] = {3, 3};
    const auto process_ring = [&](unsigned i, std::uint64_t n) {
        std::int64_t taken = 0;
        while (there[i] > 0) {
            --there[i];
            if (static_cast<std::uint64_t>(++taken) >= n) break;
        }
        return taken;
    };
    CHECK(consumer::ring_buffer__consume_n(2, 2, process_ring) == 2);
    CHECK(there[1] == 3);
    CHECK(consumer::ring_buffer__consume_n(2, 0, process_ring) == 4);
    CHECK(there[0] == 0);
    CHECK(there[1] == 0);
}

}  // namespace ringsim::tests
