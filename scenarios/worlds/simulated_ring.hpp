// The ring's memory over the words of an engine: the named accesses that kernel_model/ and
// consumer/ ask for, each with the order that the variant's table gives to its site.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "consumer/ring_memory.hpp"
#include "kernel_model/ring_memory.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/worlds/value_origins.hpp"
#include "sim/engine.hpp"

namespace ringsim::scenarios::worlds {

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

// A copy of bytes of the ring, and a record in it.
template <class Position>
struct copied_record {
    Position pos;  // where it lay in the ring
    std::uint32_t len;
    const std::uint64_t* copy;
    std::uint32_t first;  // its first word of payload in the copy

    unsigned words() const { return (len + 7) / 8; }
    std::uint64_t word(unsigned i) const { return copy[(first + i) % granules_max]; }
};

template <class Position>
struct copied_window {
    Position pos = 0;
    std::array<std::uint64_t, granules_max> words{};

    std::uint32_t header(Position offset) const {
        return static_cast<std::uint32_t>(words[offset / 8u % granules_max]);
    }
    copied_record<Position> payload(Position offset, std::uint32_t len) const {
        return {static_cast<Position>(pos + offset), len, words.data(),
                static_cast<std::uint32_t>(offset / 8u + 1)};
    }
};

// `Position` is the type of positions: unsigned long of the kernel, or something narrower.
template <sim::engine E, std::unsigned_integral Position>
class simulated_ring {
  public:
    using ulong = Position;
    using payload_view = simulated_payload<simulated_ring>;
    using window_copy = copied_window<ulong>;
    using copied_payload = copied_record<ulong>;

    // `present`: the scenario has it. One that is not takes no part.
    simulated_ring(E& engine, const order_table& orders, const dependency_set& left_out,
                   const kernel::features& has, const scenario& s, bool present = true)
        : engine_(engine),
          orders_(orders),
          left_out_(left_out),
          has_(has),
          mask_(static_cast<ulong>(s.ring_bytes - 1)),
          overwrite_(s.needs.has(need::overwrite)),
          user_ring_(s.needs.has(need::user_ring)) {
        if (!present) return;
        const auto start = static_cast<ulong>(s.start);
        engine_.define(consumer_pos_, "consumer_pos", start);
        engine_.define(producer_pos_, "producer_pos", start);
        engine_.define(pending_pos_, "pending_pos", start);
        engine_.define(lock_, "lock");
        engine_.define(notify_, "notify");
        for (std::uint32_t i = 0; i < s.ring_bytes / 8; ++i) {
            engine_.define(granules_[i].header, overwrite_ ? "bytes" : "len", 0);
            engine_.define(granules_[i].pg_off, user_ring_ ? "pad" : "pg_off", 0);
            if (!overwrite_) engine_.define(granules_[i].payload, "payload", 0);
        }
        if (overwrite_) engine_.define(overwrite_pos_, "overwrite_pos", start);
        if (user_ring_) engine_.define(busy_, "busy", 0);
        if (s.interrupt) engine_.define(interrupt_, "interrupt", 0);
        if (s.needs.has(need::event)) engine_.define(event_, "event", 0);
        if (user_ring_) engine_.define(user_lock_, "user_lock");
        if (s.needs.has(need::reserve_offset))
            engine_.define(reserve_offset_, "reserve_offset", start);
        if (s.needs.has(need::flush)) engine_.define(flush_, "flush", 0);
        if (s.needs.has(need::signal)) engine_.define(signal_, "signal", 0);
    }

    // What irq_work_queue(&rb->work) does, if the wakeup is not one edge.
    struct wakeup_port {
        virtual void irq_work_queue() = 0;

      protected:
        ~wakeup_port() = default;
    };
    void wakes_by(wakeup_port* port) { wakeup_ = port; }

    // Called where an interrupt may come, if `who` is set.
    struct interrupted_cpu {
        virtual void interrupt_point() = 0;
        // Between the lock word and the table of held locks, or behind both.
        virtual void lock_point() = 0;
        virtual bool in_nmi() const = 0;

      protected:
        ~interrupted_cpu() = default;
    };
    void interrupt_here(interrupted_cpu* who) { cpu_ = who; }
    // The calling thread starts over: it holds nothing, in no NMI.
    void thread_starts() {
        held_[engine_.thread()] = nmi_[engine_.thread()] = false;
        if (engine_.knows_dependencies()) origins_[engine_.thread()].clear();
    }
    // The calling thread's code runs in an NMI, or does so no more.
    void nmi(bool on) { nmi_[engine_.thread()] = on; }

    ulong mask() const { return mask_; }
    const kernel::features& has() const { return has_; }

    ulong load_consumer_pos(site s) { return load_position(consumer_pos_, s); }
    void store_consumer_pos(site s, ulong pos) { store_position(consumer_pos_, s, pos); }
    ulong load_producer_pos(site s) {
        if (cpu_ && s == site::reserve_load_producer_pos) cpu_->interrupt_point();
        return load_position(producer_pos_, s);
    }
    void store_producer_pos(site s, ulong pos) { store_position(producer_pos_, s, pos); }
    ulong load_pending_pos(site s) { return load_position(pending_pos_, s); }
    void store_pending_pos(site s, ulong pos) { store_position(pending_pos_, s, pos); }

    std::uint32_t load_header(site s, ulong pos) {
        const auto header =
            static_cast<std::uint32_t>(engine_.load(granule(pos).header, at(s, pos), on(s, pos)));
        if (engine_.knows_dependencies())
            origins_[engine_.thread()].loaded_header(s, engine_.last_read(), pos, header);
        return header;
    }
    // All that comes later depends on a branch.
    void branch(dependency d) {
        if (!engine_.knows_dependencies() || left_out_.contains(d)) return;
        const auto reads = origins_[engine_.thread()].of_branch(d);
        if (reads.any()) stated_.add(d);
        engine_.branch_on(reads);
    }
    void store_header(site s, ulong pos, std::uint32_t len) {
        if (cpu_ && s == site::reserve_store_header) cpu_->interrupt_point();
        engine_.store(granule(pos).header, len, at(s, pos), on(s, pos));
    }
    // xchg(&hdr->len), or the plain store that a variant puts in its place.
    void exchange_header(site s, ulong pos, std::uint32_t len) {
        if (orders_[s] == order::store_relaxed)
            engine_.store(granule(pos).header, len, {s, order::relaxed, pos}, on(s, pos));
        else if (orders_[s] == order::store_release)
            engine_.store(granule(pos).header, len, {s, order::release, pos}, on(s, pos));
        else
            (void)engine_.exchange(granule(pos).header, len, at(s, pos), on(s, pos));
    }
    std::uint32_t load_pg_off(site s, ulong pos) {
        const auto pg_off =
            static_cast<std::uint32_t>(engine_.load(granule(pos).pg_off, at(s, pos), on(s, pos)));
        note_read(s);
        return pg_off;
    }
    void store_pg_off(site s, ulong pos, std::uint32_t pg_off) {
        engine_.store(granule(pos).pg_off, pg_off, at(s, pos), on(s, pos));
    }

    void fence(site s) {
        if (present(s)) engine_.fence(at(s));
    }
    bool in_nmi() const { return nmi_[engine_.thread()] || (cpu_ && cpu_->in_nmi()); }
    // One of so many ways to go on, each of which is explored.
    std::uint64_t choose(unsigned ways) {
        return engine_.choose(ways, {site::consumer_store_consumer_pos, order::relaxed});
    }
    bool holds_lock() const { return held_[engine_.thread()]; }
    void lock(site s) {
        if (has_.held_first) held_[engine_.thread()] = true;
        if (present(s)) engine_.lock(lock_, at(s));
        if (cpu_) cpu_->lock_point();
        held_[engine_.thread()] = true;
    }
    bool try_lock(site s) {
        if (present(s) && !engine_.try_lock(lock_, at(s))) return false;
        held_[engine_.thread()] = true;
        return true;
    }
    void unlock(site s) {
        if (cpu_) cpu_->interrupt_point();
        held_[engine_.thread()] = false;
        // Without the lock there is nothing to release.
        if (present(s) && orders_[site::reserve_lock] != order::none) engine_.unlock(lock_, at(s));
    }
    void set_notify(site s) {
        if (wakeup_)
            wakeup_->irq_work_queue();
        else
            engine_.set(notify_, at(s));
    }
    void take_notify(site s) { engine_.take(notify_, at(s)); }
    bool take_notify_or_time_out(site s, site timer) {
        return engine_.take_or_time_out(notify_, at(s), at(timer));
    }

    bool overwrite_mode() const { return overwrite_; }
    ulong load_overwrite_pos(site s) { return load_position(overwrite_pos_, s); }
    void store_overwrite_pos(site s, ulong pos) { store_position(overwrite_pos_, s, pos); }
    window_copy copy_window(site s, ulong pos, ulong size) {
        if (size > std::uint64_t{mask_} + 1)
            engine_.fail(sim::violation::overrun, "the copy is longer than the ring");
        window_copy copy{pos};
        for (std::uint32_t i = 0; i < granules_max && i * 8 < size; ++i) {
            const auto from = static_cast<ulong>(pos + 8 * i);
            copy.words[i] = engine_.load(granule(from).header, at(s, from));
        }
        return copy;
    }
    std::uint64_t spin_mark() { return engine_.spin_mark(); }
    void cpu_relax(std::uint64_t mark) { engine_.spin(mark); }

    void store_pad(site s, ulong pos, std::uint32_t pad) {
        engine_.store(granule(pos).pg_off, pad, at(s, pos));
    }
    bool try_busy(site s) {
        const bool taken = engine_.compare_exchange(busy_, 0, 1, at(s)) == 0;
        note_read(s);
        return taken;
    }
    void clear_busy(site s) { engine_.store(busy_, 0, at(s)); }

    bool load_event(site s) { return engine_.load(event_, {s, order::acquire}) != 0; }
    // An exchange, or the plain store that a variant puts in its place.
    void store_event(site s, bool set) {
        if (orders_[s] == order::store_relaxed)
            engine_.store(event_, set ? 1 : 0, {s, order::relaxed});
        else if (orders_[s] == order::store_release)
            engine_.store(event_, set ? 1 : 0, {s, order::release});
        else
            (void)engine_.exchange(event_, set ? 1 : 0, at(s));
    }
    // ebpf-for-windows: positions that are advanced by a compare-exchange.
    ulong load_reserve_offset(site s) { return load_position(reserve_offset_, s); }
    bool advance_reserve_offset(site s, ulong from, ulong to) {
        return advance(reserve_offset_, s, from, to);
    }
    bool advance_producer_pos(site s, ulong from, ulong to) {
        return advance(producer_pos_, s, from, to);
    }
    // One producer of a user ring at a time, where a table has the lock.
    void lock_user_producer() {
        if (present(site::user_producer_lock))
            engine_.lock(user_lock_, at(site::user_producer_lock));
    }
    void unlock_user_producer() {
        if (present(site::user_producer_lock) && present(site::user_producer_unlock))
            engine_.unlock(user_lock_, at(site::user_producer_unlock));
    }
    void write_flush(site s) { (void)engine_.exchange(flush_, 1, at(s)); }
    bool load_flush(site s) { return engine_.load(flush_, at(s)) != 0; }
    void take_flush(site s) { (void)engine_.exchange(flush_, 0, at(s)); }
    void set_signal() { engine_.store(signal_, 1, at(site::signal_set)); }
    bool signal_is_set() { return engine_.load(signal_, at(site::signal_look)) != 0; }
    void raise_interrupt() { engine_.store(interrupt_, 1, {site::interrupt_line, order::relaxed}); }
    bool interrupt_raised() {
        return engine_.load(interrupt_, {site::interrupt_line, order::relaxed}) != 0;
    }

    payload_view payload(site, ulong pos, std::uint32_t len) { return {this, pos, len}; }
    std::uint64_t load_payload(ulong pos, unsigned word) {
        // By whoever it is: as if by the reader that knows of the mode, so that no race comes
        // first.
        if (overwrite_)
            return engine_.load(payload_granule(pos, word).header,
                                at(site::overwrite_reader_copy, payload_pos(pos, word)));
        const site s = user_ring_ ? site::drain_load_payload : site::consumer_load_payload;
        return engine_.load(payload_granule(pos, word).payload, at(s, pos), on(s, pos));
    }
    void store_payload(ulong pos, unsigned word, std::uint64_t value) {
        granule_words& to = payload_granule(pos, word);
        if (overwrite_)
            return engine_.store(to.header, value,
                                 at(site::program_store_shared_payload, payload_pos(pos, word)));
        const site s = user_ring_ ? site::user_producer_store_payload : site::program_store_payload;
        engine_.store(to.payload, value, at(s, pos), on(s, pos));
    }

    // The dependencies that accesses and branches had, in any execution so far.
    const dependency_set& stated() const { return stated_; }

    // After the execution: the newest values.
    ulong last_consumer_pos() { return position(engine_.peek(consumer_pos_)); }
    ulong last_overwrite_pos() { return position(engine_.peek(overwrite_pos_)); }
    ulong last_producer_pos() { return position(engine_.peek(producer_pos_)); }
    std::uint32_t last_header(ulong pos) {
        return static_cast<std::uint32_t>(engine_.peek(granule(pos).header));
    }
    // In overwrite mode, of the record at `pos`: its last word, if there may be such a record.
    std::uint64_t last_payload(ulong pos, std::uint32_t len) {
        const unsigned words = (len + 7) / 8;
        if (words == 0 || words > mask_ / 8) return 0;
        return engine_.peek(payload_granule(pos, words - 1).header);
    }
    bool last_notify() { return engine_.peek(notify_) != 0; }

  private:
    // Eight bytes of the ring: a header, or a word of payload, each kept by itself. In overwrite
    // mode, where a reader may find one where the other was, `header` is either.
    struct granule_words {
        typename E::word header;
        typename E::word pg_off;
        typename E::datum payload;
    };

    static ulong position(std::uint64_t value) { return static_cast<ulong>(value); }
    // What an access depends on that is at this position, or stores it.
    sim::graph::dependencies on(site s, ulong pos) {
        if (!engine_.knows_dependencies()) return {};
        return origins_[engine_.thread()].of(s, pos, left_out_, stated_);
    }
    void note_read(site s) {
        if (engine_.knows_dependencies()) origins_[engine_.thread()].loaded(s, engine_.last_read());
    }
    ulong load_position(typename E::word& from, site s) {
        const ulong value = position(engine_.load(from, at(s), on(s, 0)));
        if (engine_.knows_dependencies())
            origins_[engine_.thread()].loaded(s, engine_.last_read(), value);
        return value;
    }
    void store_position(typename E::word& to, site s, ulong pos) {
        engine_.store(to, pos, at(s), on(s, pos));
    }
    bool advance(typename E::word& what, site s, ulong from, ulong to) {
        const bool done = engine_.compare_exchange(what, from, to, at(s)) == from;
        note_read(s);
        return done;
    }
    sim::access_point at(site s, ulong note = 0) const { return {s, orders_[s], note}; }
    // Whether the order table leaves an access at the site to which the calling thread has come.
    bool present(site s) {
        if (orders_[s] != order::none) return true;
        engine_.note_absent(s);
        return false;
    }
    granule_words& granule(ulong pos) { return granules_[(pos & mask_) / 8u]; }
    static ulong payload_pos(ulong pos, unsigned word) {
        return static_cast<ulong>(pos + BPF_RINGBUF_HDR_SZ + 8 * word);
    }
    granule_words& payload_granule(ulong pos, unsigned word) {
        return granule(payload_pos(pos, word));
    }

    E& engine_;
    order_table orders_;
    dependency_set left_out_;
    dependency_set stated_;
    const kernel::features& has_;
    ulong mask_;
    bool overwrite_;
    bool user_ring_;
    interrupted_cpu* cpu_ = nullptr;
    wakeup_port* wakeup_ = nullptr;
    std::array<bool, sim::threads_max> held_{};
    std::array<bool, sim::threads_max> nmi_{};
    std::array<value_origins<ulong>, sim::threads_max> origins_;  // of each thread
    typename E::word overwrite_pos_;
    typename E::word busy_;
    typename E::word interrupt_;
    typename E::word event_;
    typename E::word reserve_offset_;
    typename E::word flush_;
    typename E::word signal_;
    typename E::mutex user_lock_;
    typename E::word consumer_pos_;
    typename E::word producer_pos_;
    typename E::word pending_pos_;
    typename E::mutex lock_;
    typename E::edge notify_;
    std::array<granule_words, granules_max> granules_;
};

}  // namespace ringsim::scenarios::worlds
