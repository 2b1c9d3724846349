// The ring's memory over the words of an engine: the named accesses that kernel_model/ and
// consumer/ ask for, each with the order that the variant's table gives to its site.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "consumer/ring_memory.hpp"
#include "kernel_model/ring_memory.hpp"
#include "sim/engine.hpp"

namespace ringsim::scenarios {

inline constexpr std::uint32_t ring_bytes_max = 128;
inline constexpr std::uint32_t granules_max = ring_bytes_max / 8;

// A record's payload, read word by word through the engine.
template <class Ring>
struct simulated_payload {
    Ring* ring;
    typename Ring::ulong pos;
    std::uint32_t len;

    unsigned words() const { return (len + 7) / 8; }
    std::uint64_t word(unsigned i) const { return ring->load_payload(pos, i); }
};

// `Position` is the type of positions: unsigned long of the kernel, or something narrower.
template <sim::engine E, std::unsigned_integral Position>
class simulated_ring {
  public:
    using ulong = Position;
    using payload_view = simulated_payload<simulated_ring>;

    simulated_ring(E& engine, const order_table& orders, const kernel::features& has,
                   std::uint32_t ring_bytes, ulong start)
        : engine_(engine), orders_(orders), has_(has), mask_(static_cast<ulong>(ring_bytes - 1)) {
        engine_.define(consumer_pos_, "consumer_pos", start);
        engine_.define(producer_pos_, "producer_pos", start);
        engine_.define(pending_pos_, "pending_pos", start);
        engine_.define(lock_, "lock");
        engine_.define(notify_, "notify");
        for (std::uint32_t i = 0; i < ring_bytes / 8; ++i) {
            engine_.define(granules_[i].header, "len", 0);
            engine_.define(granules_[i].pg_off, "pg_off", 0);
            engine_.define(granules_[i].payload, "payload", 0);
        }
    }

    ulong mask() const { return mask_; }
    const kernel::features& has() const { return has_; }

    ulong load_consumer_pos(site s) { return position(engine_.load(consumer_pos_, at(s))); }
    void store_consumer_pos(site s, ulong pos) { engine_.store(consumer_pos_, pos, at(s)); }
    ulong load_producer_pos(site s) { return position(engine_.load(producer_pos_, at(s))); }
    void store_producer_pos(site s, ulong pos) { engine_.store(producer_pos_, pos, at(s)); }
    ulong load_pending_pos(site s) { return position(engine_.load(pending_pos_, at(s))); }
    void store_pending_pos(site s, ulong pos) { engine_.store(pending_pos_, pos, at(s)); }

    std::uint32_t load_header(site s, ulong pos) {
        return static_cast<std::uint32_t>(engine_.load(granule(pos).header, at(s, pos)));
    }
    void store_header(site s, ulong pos, std::uint32_t len) {
        engine_.store(granule(pos).header, len, at(s, pos));
    }
    // xchg(&hdr->len), or the plain store that a variant puts in its place.
    void exchange_header(site s, ulong pos, std::uint32_t len) {
        if (orders_[s] == order::store_relaxed)
            engine_.store(granule(pos).header, len, {s, order::relaxed, pos});
        else if (orders_[s] == order::store_release)
            engine_.store(granule(pos).header, len, {s, order::release, pos});
        else
            (void)engine_.exchange(granule(pos).header, len, at(s, pos));
    }
    std::uint32_t load_pg_off(site s, ulong pos) {
        return static_cast<std::uint32_t>(engine_.load(granule(pos).pg_off, at(s, pos)));
    }
    void store_pg_off(site s, ulong pos, std::uint32_t pg_off) {
        engine_.store(granule(pos).pg_off, pg_off, at(s, pos));
    }

    void fence(site s) {
        if (orders_[s] != order::none) engine_.fence(at(s));
    }
    void lock(site s) {
        if (orders_[s] != order::none) engine_.lock(lock_, at(s));
    }
    void unlock(site s) {
        // Without the lock there is nothing to release.
        if (orders_[site::reserve_lock] != order::none && orders_[s] != order::none)
            engine_.unlock(lock_, at(s));
    }
    void set_notify(site s) { engine_.set(notify_, at(s)); }
    void take_notify(site s) { engine_.take(notify_, at(s)); }

    payload_view payload(site, ulong pos, std::uint32_t len) { return {this, pos, len}; }
    std::uint64_t load_payload(ulong pos, unsigned word) {
        return engine_.load(payload_word(pos, word), at(site::consumer_load_payload, pos));
    }
    void store_payload(ulong pos, unsigned word, std::uint64_t value) {
        engine_.store(payload_word(pos, word), value, at(site::program_store_payload, pos));
    }

    // After the execution: the newest values.
    ulong last_consumer_pos() { return position(engine_.peek(consumer_pos_)); }
    ulong last_producer_pos() { return position(engine_.peek(producer_pos_)); }
    std::uint32_t last_header(ulong pos) {
        return static_cast<std::uint32_t>(engine_.peek(granule(pos).header));
    }
    bool last_notify() { return engine_.peek(notify_) != 0; }

  private:
    // Eight bytes of the ring: a header, or a word of payload.
    struct granule_words {
        typename E::word header;
        typename E::word pg_off;
        typename E::datum payload;
    };

    static ulong position(std::uint64_t value) { return static_cast<ulong>(value); }
    sim::access_point at(site s, ulong note = 0) const { return {s, orders_[s], note}; }
    granule_words& granule(ulong pos) { return granules_[(pos & mask_) / 8u]; }
    typename E::datum& payload_word(ulong pos, unsigned word) {
        return granule(static_cast<ulong>(pos + BPF_RINGBUF_HDR_SZ + 8 * word)).payload;
    }

    E& engine_;
    order_table orders_;
    const kernel::features& has_;
    ulong mask_;
    typename E::word consumer_pos_;
    typename E::word producer_pos_;
    typename E::word pending_pos_;
    typename E::mutex lock_;
    typename E::edge notify_;
    std::array<granule_words, granules_max> granules_;
};

}  // namespace ringsim::scenarios
