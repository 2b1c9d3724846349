// The world of a scenario on any engine: kernel model and consumer over a simulated ring, and the
// facts of each thread.
#pragma once

#include "consumer/process_ring.hpp"
#include "kernel_model/commit.hpp"
#include "kernel_model/poll.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/worlds/simulated_ring.hpp"

namespace ringsim::scenarios {

template <sim::engine E>
class world_on final : public world {
  public:
    world_on(E& engine, const order_table& orders, trigger how, std::uint32_t ring_bytes)
        : engine_(engine), ring_(engine, orders, ring_bytes), trigger_(how) {}

    // Setup runs alone, before the threads; its facts are kept apart.
    void run_setup(const scenario& s) {
        in_setup_ = true;
        outcome_.setup = {};
        if (s.setup) s.setup(*this);
        in_setup_ = false;
    }
    // Runs the calling thread's body from its start.
    void run_thread(const scenario& s) {
        me() = {};
        s.threads[engine_.thread()].run(*this);
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
        return note_reserved(*pos, static_cast<std::uint32_t>(size));
    }

    void write(const record& r, std::uint64_t payload) override {
        made_at(r.pos).payload = payload;
        for (unsigned i = 0; i < (r.len + 7) / 8; ++i) ring_.store_payload(r.pos, i, payload);
    }

    void bpf_ringbuf_submit(const record& r, std::uint64_t flags) override {
        made_at(r.pos).state = record_state::committed;
        kernel::bpf_ringbuf_submit(ring_, r.pos, flags);
    }

    void bpf_ringbuf_discard(const record& r, std::uint64_t flags) override {
        made_at(r.pos).state = record_state::discarded;
        kernel::bpf_ringbuf_discard(ring_, r.pos, flags);
    }

    int bpf_ringbuf_output(std::uint64_t payload, std::uint64_t size,
                           std::uint64_t flags) override {
        return kernel::bpf_ringbuf_output(ring_, size, flags, [&](std::uint64_t pos) {
            write(note_reserved(pos, static_cast<std::uint32_t>(size)), payload);
            made_at(pos).state = record_state::committed;
        });
    }

    std::int64_t ring_buffer__consume(std::uint64_t n) override {
        return consumer::ringbuf_process_ring(ring_, n,
                                              [this](auto payload) { return take(payload); });
    }

    void epoll_wait() override {
        thread_facts& mine = me();
        ++mine.sleeps;
        mine.asleep = true;
        kernel::epoll_wait(ring_, trigger_);
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

    // What happened, once no thread can go on.
    const outcome& facts(unsigned thread_count) {
        outcome_.thread_count = thread_count;
        outcome_.consumer_pos = ring_.last_consumer_pos();
        outcome_.producer_pos = ring_.last_producer_pos();
        outcome_.header_at_consumer = ring_.last_header(outcome_.consumer_pos);
        outcome_.notify_pending = ring_.last_notify();
        return outcome_;
    }

  private:
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

    int take(typename simulated_ring<E>::payload_view payload) {
        thread_facts& mine = me();
        if (payload.len > ring_.mask() || mine.taken_count == records_max) {
            engine_.fail(sim::violation::torn_record, "a header that no producer wrote");
            return -1;
        }
        taken_record taken{payload.pos, payload.len, 0, true};
        for (unsigned i = 0; i < payload.words(); ++i) {
            const std::uint64_t word = payload.word(i);
            if (i == 0) taken.payload = word;
            taken.uniform = taken.uniform && word == taken.payload;
        }
        mine.taken[mine.taken_count++] = taken;
        return 0;
    }

    E& engine_;
    simulated_ring<E> ring_;
    trigger trigger_;
    bool in_setup_ = false;
    outcome outcome_{};
};

}  // namespace ringsim::scenarios
