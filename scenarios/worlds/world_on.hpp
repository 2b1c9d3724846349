// The world of a scenario on any engine: kernel model and consumer over a simulated ring, and the
// facts of each thread.
#pragma once

#include <algorithm>
#include <new>

#include "consumer/bench_custom.hpp"
#include "consumer/cached_reader.hpp"
#include "consumer/libbpf_async.hpp"
#include "consumer/overwrite_reader.hpp"
#include "consumer/process_ring.hpp"
#include "consumer/user_ring.hpp"
#include "kernel_model/commit.hpp"
#include "kernel_model/poll.hpp"
#include "kernel_model/user_ring.hpp"
#include "kernel_model/windows_event.hpp"
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
class world_on final : public simulated_world,
                       private simulated_ring<E, Position>::interrupted_cpu {
  public:
    world_on(E& engine, const scenario& s, const variant& v)
        : engine_(engine),
          scenario_(s),
          code_(v),
          start_(static_cast<Position>(s.start)),
          ring_(engine, v.orders, release_for(s, v).has, s) {}

    void run_setup() override {
        in_setup_ = true;
        outcome_.setup = {};
        if (scenario_.setup) scenario_.setup(*this);
        in_setup_ = false;
        if (scenario_.interrupt) ring_.interrupt_here(this);
    }
    void run_thread() override {
        me() = {};
        reader() = {};
        ring_.thread_starts();
        if (engine_.thread() == 0) interrupted_ = in_handler_ = false;
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
        using consumer::flavour;
        const auto sample_cb = [this](payload_view payload) { return take(payload); };
        switch (code_.reader) {
            case flavour::libbpf:
                return consumer::ringbuf_process_ring(ring_, n, sample_cb);
            case flavour::libbpf_7_3:
                return consumer::ringbuf_process_ring(ring_, n, sample_cb,
                                                      consumer::position_order::distance);
            case flavour::bench_custom:
            case flavour::bench_corrected: {
                const auto before = me().taken_count;
                consumer::ringbuf_custom_process_ring(
                    ring_, code_.reader == flavour::bench_corrected, sample_cb);
                return me().taken_count - before;
            }
            default: {
                std::int64_t count = 0;
                while (static_cast<std::uint64_t>(count) < n && read_one(sample_cb)) ++count;
                return count;
            }
        }
    }

    void give_back() override { consumer::give_back(ring_, reader()); }

    void epoll_wait() override {
        thread_facts& mine = me();
        ++mine.sleeps;
        mine.asleep = true;
        kernel::epoll_wait(ring_, code_.how);
        mine.asleep = false;
    }

    void poll_until(unsigned samples, std::uint64_t n) override {
        ring_buffer__consume(n);
        while (me().taken_count < samples) {
            const std::uint64_t mark = engine_.spin_mark();
            epoll_wait();
            // Awake and nothing to take: with a level trigger, a BUSY record at the head.
            if (ring_buffer__consume(n) == 0) engine_.spin(mark);
        }
    }

    std::uint64_t bpf_ringbuf_query_avail_data() override {
        return kernel::ringbuf_avail_data_sz(ring_);
    }

    void raise_interrupt() override { ring_.raise_interrupt(); }

    bool overwrite_read() override {
        return consumer::overwrite_read(ring_, [this](Position pos, std::uint32_t len) {
            taken_record copy{fact_of(pos), len, 0, true};
            for (unsigned i = 0; i < (len + 7) / 8; ++i) {
                const std::uint64_t word =
                    ring_.load_shared_payload(site::overwrite_reader_load_payload, pos, i);
                if (i == 0) copy.payload = word;
                copy.uniform = copy.uniform && word == copy.payload;
            }
            return [this, copy] { keep(copy); };
        });
    }

    record user_ring_buffer__reserve(std::uint32_t size) override {
        const auto r = consumer::user_ring_buffer__reserve(ring_, size);
        if (r.error != 0) {
            ++me().reservations_failed;
            return {};
        }
        return note_reserved(fact_of(r.pos), size);
    }
    record user_ring_buffer__reserve_blocking(std::uint32_t size) override {
        for (;;) {
            const std::uint64_t mark = engine_.spin_mark();
            if (const record r = user_ring_buffer__reserve(size)) return r;
            ++me().sleeps;
            kernel::epoll_wait_for_room(ring_);
            // There is room, and not enough.
            engine_.spin(mark);
        }
    }
    void user_ring_buffer__submit(const record& r) override {
        made_at(r.pos).state = record_state::committed;
        consumer::user_ringbuf_commit(ring_, position_of(r.pos), r.len, /*discard=*/false);
    }
    void user_ring_buffer__discard(const record& r) override {
        made_at(r.pos).state = record_state::discarded;
        consumer::user_ringbuf_commit(ring_, position_of(r.pos), r.len, /*discard=*/true);
    }
    void write_user_header(const record& r, std::uint32_t len) override {
        ring_.exchange_header(site::user_producer_xchg_header, position_of(r.pos), len);
    }
    std::int64_t bpf_user_ringbuf_drain(std::uint64_t flags) override {
        return kernel::bpf_user_ringbuf_drain(ring_, flags,
                                              [this](Position pos, std::uint32_t len) {
                                                  take({&ring_, pos, len});
                                              });
    }

    void submit_and_set_event(const record& r) override {
        made_at(r.pos).state = record_state::committed;
        kernel::submit_and_set_event(ring_, position_of(r.pos));
    }
    void reset_event() override { kernel::reset_event(ring_); }
    void wait_for_event() override {
        ++me().sleeps;
        me().asleep = true;
        kernel::wait_for_event(ring_);
        me().asleep = false;
    }

    void write_consumer_pos(std::uint64_t pos) override {
        ring_.store_consumer_pos(site::consumer_store_consumer_pos, position_of(pos));
    }

    const outcome& facts() override {
        outcome_.thread_count = static_cast<unsigned>(scenario_.threads.size());
        outcome_.ring_bytes = scenario_.ring_bytes;
        outcome_.overwrite = scenario_.overwrite;
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

    // The consumers that hand out one record a call.
    template <class F>
    bool read_one(F&& sample_cb) {
        using consumer::flavour;
        consumer::reader_state& mine = reader();
        switch (code_.reader) {
            case flavour::libbpf_async:
                return consumer::poll_read(ring_, consumer::discarded::skipped, sample_cb);
            case flavour::libbpf_async_0:
                return consumer::poll_read(ring_, consumer::discarded::handed_out, sample_cb);
            default:
                break;
        }
        consumer::open_reader(ring_, mine,
                              code_.reader == flavour::aya_0_13
                                  ? consumer::first_guess::zero
                                  : consumer::first_guess::consumer_pos);
        switch (code_.reader) {
            case flavour::libpman:
            case flavour::libpman_0:
                return consumer::consume_first_ring_event(
                    ring_, mine, code_.reader == flavour::libpman_0, sample_cb);
            default:
                return consumer::read_record(ring_, mine, code_.reader != flavour::cilium_raw,
                                             sample_cb);
        }
    }

    // Of the calling thread.
    consumer::reader_state& reader() {
        return readers_[in_setup_ ? sim::threads_max : engine_.thread()];
    }

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
        keep(taken);
        return 0;
    }

    void keep(const taken_record& taken) {
        thread_facts& mine = me();
        if (mine.taken_count == records_max)
            engine_.fail(sim::violation::assertion, "a thread took more than records_max records");
        mine.taken[mine.taken_count++] = taken;
    }

    // An access of __bpf_ringbuf_reserve() on the first thread's CPU.
    void interrupt_point() override {
        if (in_setup_ || engine_.thread() != 0 || interrupted_ || in_handler_) return;
        if (!ring_.interrupt_raised()) return;
        interrupted_ = in_handler_ = true;
        scenario_.interrupt(*this);
        in_handler_ = false;
    }
    bool in_nmi() const override { return in_handler_ && scenario_.nmi && engine_.thread() == 0; }

    E& engine_;
    const scenario& scenario_;
    const variant& code_;
    Position start_;
    ring ring_;
    bool in_setup_ = false;
    bool interrupted_ = false;
    bool in_handler_ = false;
    std::array<consumer::reader_state, sim::threads_max + 1> readers_{};
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
