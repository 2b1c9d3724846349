// The world of a scenario on any engine: kernel model and consumer over a simulated ring, and the
// facts of each thread.
#pragma once

#include <algorithm>
#include <new>

#include "consumer/process_ring.hpp"
#include "kernel_model/commit.hpp"
#include "kernel_model/poll.hpp"
#include "scenarios/exploration.hpp"
#include "scenarios/worlds/simulated_ring.hpp"

namespace ringsim::scenarios {

// A world and how it is driven, whatever its engine and the width of its positions.
class simulated_world : public world {
  public:
    // Setup runs alone, before the threads; its facts are kept apart.
    virtual void run_setup() = 0;
    // Runs the calling thread's body from its start.
    virtual void run_thread() = 0;
    // What happened, once no thread can go on.
    virtual const outcome& facts() = 0;
};

template <sim::engine E, std::unsigned_integral Position>
class world_on final : public simulated_world {
  public:
    world_on(E& engine, const scenario& s, const variant& v)
        : engine_(engine),
          scenario_(s),
          code_(v),
          start_(static_cast<Position>(s.start)),
          ring_(engine, v.orders, v.release->has, s.ring_bytes, start_) {}

    void run_setup() override {
        in_setup_ = true;
        outcome_.setup = {};
        if (scenario_.setup) scenario_.setup(*this);
        in_setup_ = false;
    }
    void run_thread() override {
        me() = {};
        scenario_.threads[engine_.thread()].run(*this);
        me().finished = true;
    }

    thread_facts& me() override {
        return in_setup_ ? outcome_.setup : outcome_.threads[engine_.thread()];
    }

    record bpf_ringbuf_reserve(std::uint64_t size) override {
        const auto pos = kernel::__bpf_ringbuf_reserve(ring_, size);
        if (!pos) {
            ++me().reservations_failed;
            return {};
        }
        return note_reserved(fact_of(*pos), static_cast<std::uint32_t>(size));
    }

    void write(const record& r, std::uint64_t payload) override {
        made_at(r.pos).payload = payload;
        for (unsigned i = 0; i < (r.len + 7) / 8; ++i)
            ring_.store_payload(position_of(r.pos), i, payload);
    }

    void bpf_ringbuf_submit(const record& r, std::uint64_t flags) override {
        made_at(r.pos).state = record_state::committed;
        kernel::bpf_ringbuf_submit(ring_, position_of(r.pos), flags);
    }

    void bpf_ringbuf_discard(const record& r, std::uint64_t flags) override {
        made_at(r.pos).state = record_state::discarded;
        kernel::bpf_ringbuf_discard(ring_, position_of(r.pos), flags);
    }

    int bpf_ringbuf_output(std::uint64_t payload, std::uint64_t size,
                           std::uint64_t flags) override {
        return kernel::bpf_ringbuf_output(ring_, size, flags, [&](Position pos) {
            const record r = note_reserved(fact_of(pos), static_cast<std::uint32_t>(size));
            write(r, payload);
            made_at(r.pos).state = record_state::committed;
        });
    }

    std::int64_t ring_buffer__consume(std::uint64_t n) override {
        const auto sample_cb = [this](payload_view payload) { return take(payload); };
        switch (code_.reader) {
            case consumer::flavour::libbpf_7_3:
                return consumer::ringbuf_process_ring(ring_, n, sample_cb,
                                                      consumer::position_order::distance);
            default:
                return consumer::ringbuf_process_ring(ring_, n, sample_cb);
        }
    }

    void epoll_wait() override {
        thread_facts& mine = me();
        ++mine.sleeps;
        mine.asleep = true;
        kernel::epoll_wait(ring_, code_.how);
        mine.asleep = false;
    }

    void poll_until(unsigned samples) override {
        ring_buffer__consume(all_records);
        while (me().taken_count < samples) {
            const std::uint64_t mark = engine_.spin_mark();
            epoll_wait();
            // Awake and nothing to take: with a level trigger, a BUSY record at the head.
            if (ring_buffer__consume(all_records) == 0) engine_.spin(mark);
        }
    }

    void write_consumer_pos(std::uint64_t pos) override {
        ring_.store_consumer_pos(site::consumer_store_consumer_pos, position_of(pos));
    }

    const outcome& facts() override {
        outcome_.thread_count = static_cast<unsigned>(scenario_.threads.size());
        outcome_.ring_bytes = scenario_.ring_bytes;
        outcome_.consumer_pos = fact_of(ring_.last_consumer_pos());
        outcome_.producer_pos = fact_of(ring_.last_producer_pos());
        outcome_.header_at_consumer = ring_.last_header(ring_.last_consumer_pos());
        outcome_.notify_pending = ring_.last_notify();
        return outcome_;
    }

  private:
    using ring = simulated_ring<E, Position>;
    using payload_view = typename ring::payload_view;

    // Facts count positions from the start of the scenario, so that they grow even where the ring's
    // own wrap.
    std::uint64_t fact_of(Position pos) const { return static_cast<Position>(pos - start_); }
    Position position_of(std::uint64_t fact) const { return static_cast<Position>(start_ + fact); }

    record note_reserved(std::uint64_t pos, std::uint32_t len) {
        thread_facts& mine = me();
        if (mine.made_count == records_max)
            engine_.fail(sim::violation::assertion, "a thread made more records than records_max");
        mine.made[mine.made_count++] = {pos, len, record_state::reserved, 0};
        return {pos, len, true};
    }

    // The entry of a record that this thread writes or commits. A record from setup() gets an entry
    // of its own in the thread that takes it over.
    made_record& made_at(std::uint64_t pos) {
        thread_facts& mine = me();
        for (unsigned i = 0; i < mine.made_count; ++i)
            if (mine.made[i].pos == pos) return mine.made[i];
        for (const record& r : kept)
            if (r && r.pos == pos) note_reserved(pos, r.len);
        return mine.made[mine.made_count - 1];
    }

    int take(payload_view payload) {
        thread_facts& mine = me();
        if (payload.len > ring_.mask() || mine.taken_count == records_max) {
            engine_.fail(sim::violation::torn_record, "a header that no producer wrote");
            return -1;
        }
        taken_record taken{fact_of(payload.pos), payload.len, 0, true};
        for (unsigned i = 0; i < payload.words(); ++i) {
            const std::uint64_t word = payload.word(i);
            if (i == 0) taken.payload = word;
            taken.uniform = taken.uniform && word == taken.payload;
        }
        mine.taken[mine.taken_count++] = taken;
        return 0;
    }

    E& engine_;
    const scenario& scenario_;
    const variant& code_;
    Position start_;
    ring ring_;
    bool in_setup_ = false;
    outcome outcome_{};
};

// Room for one world of an engine, of any width. It owns no other memory, so that a world may be
// given up without being destroyed.
template <sim::engine E>
class world_place {
  public:
    world_place() = default;
    world_place(const world_place&) = delete;
    world_place& operator=(const world_place&) = delete;

    // The scenario and the variant must outlive the world.
    simulated_world* make(E& engine, const scenario& s, const variant& v) {
        switch (v.width) {
            case 8:
                return new (room_) world_on<E, std::uint8_t>(engine, s, v);
            case 16:
                return new (room_) world_on<E, std::uint16_t>(engine, s, v);
            case 32:
                return new (room_) world_on<E, std::uint32_t>(engine, s, v);
            default:
                return new (room_) world_on<E, std::uint64_t>(engine, s, v);
        }
    }

  private:
    static constexpr std::size_t size =
        std::max({sizeof(world_on<E, std::uint8_t>), sizeof(world_on<E, std::uint16_t>),
                  sizeof(world_on<E, std::uint32_t>), sizeof(world_on<E, std::uint64_t>)});
    alignas(std::max_align_t) std::byte room_[size];
};

}  // namespace ringsim::scenarios
