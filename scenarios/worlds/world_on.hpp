// The world of a scenario on any engine: kernel model and consumer over a simulated ring, and the
// facts of each thread.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <optional>

#include "consumer/all.hpp"
#include "consumer/consume_n.hpp"
#include "consumer/user_ring.hpp"
#include "kernel_model/commit.hpp"
#include "kernel_model/poll.hpp"
#include "kernel_model/user_ring.hpp"
#include "kernel_model/windows_event.hpp"
#include "kernel_model/windows_ring.hpp"
#include "scenarios/worlds/exploration.hpp"
#include "scenarios/worlds/idle_rounds.hpp"
#include "scenarios/worlds/simulated_ring.hpp"
#include "scenarios/worlds/simulated_wakeup.hpp"
#include "scenarios/worlds/simulated_world.hpp"

namespace ringsim::scenarios::worlds {

template <sim::engine E, std::unsigned_integral Position>
class world_on final : public simulated_world,
                       private simulated_ring<E, Position>::interrupted_cpu {
  public:
    world_on(E& engine, const scenario& s, const variant& v)
        : engine_(engine),
          scenario_(s),
          code_(v),
          start_(static_cast<Position>(s.start)),
          rings_{ring(engine, v.orders, v.left_out, release_for(s, v).has, s),
                 ring(engine, v.orders, v.left_out, release_for(s, v).has, s, s.rings > 1)} {
        if (wakeup_for(s, v) == wakeup_path::abstract) return;
        path_.emplace(engine, v.orders, release_for(s, v).has, s, v.how,
                      std::array{&rings_[0], &rings_[1]});
        for (unsigned i = 0; i < rings_max; ++i) {
            ports_[i].path_of = &*path_;
            ports_[i].item = i;
            rings_[i].wakes_by(&ports_[i]);
        }
    }

    void run_setup() override {
        in_setup_ = true;
        outcome_.setup = {};
        if (scenario_.setup) scenario_.setup(*this);
        in_setup_ = false;
        if (scenario_.interrupt) rings_[0].interrupt_here(this);
    }
    void run_thread() override {
        me() = {};
        readers_[engine_.thread()] = {};
        used_[engine_.thread()] = 0;
        queued_[engine_.thread()] = 0;
        in_callback_[engine_.thread()] = nullptr;
        for (ring& r : rings_) r.thread_starts();
        if (path_) path_->thread_starts();
        if (engine_.thread() == 0) interrupted_ = in_handler_ = false;
        scenario_.threads[engine_.thread()].run(*this);
        if (path_) path_->interrupts_on();
        me().finished = true;
    }

    thread_facts& me() override {
        return in_setup_ ? outcome_.setup : outcome_.threads[engine_.thread()];
    }

    record bpf_ringbuf_reserve(std::uint64_t size) override {
        const auto pos = kernel::__bpf_ringbuf_reserve(my_ring(), size);
        if (!pos) {
            ++me().reservations_failed;
            return {};
        }
        return note_reserved(*pos, static_cast<std::uint32_t>(size));
    }

    void write(const record& r, std::uint64_t payload) override {
        made_as(r).payload = payload;
        for (unsigned i = 0; i < (r.len + 7) / 8; ++i)
            ring_of(r).store_payload(position_of(r), i, payload);
    }

    void bpf_ringbuf_submit(const record& r, std::uint64_t flags) override {
        made_as(r).state = record_state::committed;
        kernel::bpf_ringbuf_submit(ring_of(r), position_of(r), flags);
    }

    void bpf_ringbuf_discard(const record& r, std::uint64_t flags) override {
        made_as(r).state = record_state::discarded;
        kernel::bpf_ringbuf_discard(ring_of(r), position_of(r), flags);
    }

    int bpf_ringbuf_output(std::uint64_t payload, std::uint64_t size,
                           std::uint64_t flags) override {
        return kernel::bpf_ringbuf_output(my_ring(), size, flags, [&](Position pos) {
            const record r = note_reserved(pos, static_cast<std::uint32_t>(size));
            write(r, payload);
            made_as(r).state = record_state::committed;
        });
    }

    int bpf_ringbuf_output_staged(std::uint64_t payload, bool own_buffer) override {
        staged& buffer = staged_[engine_.thread()][in_handler_ && own_buffer ? 1 : 0];
        buffer.fill(payload);
        return kernel::bpf_ringbuf_output(my_ring(), sizeof buffer, 0, [&](Position pos) {
            const record r = note_reserved(pos, sizeof buffer);
            made_as(r).payload = payload;
            for (unsigned i = 0; i < buffer.size(); ++i) {
                if (scenario_.needs.has(need::preempted_copy)) interrupt_here();
                my_ring().store_payload(pos, i, buffer[i]);
            }
            made_as(r).state = record_state::committed;
        });
    }

    std::int64_t ring_buffer__consume(std::uint64_t n) override {
        return consume_with(n, [this](const auto& payload) { return this->take(payload); });
    }
    std::int64_t ring_buffer__consume_stopping() override {
        const auto before = me().taken_count;
        (void)consume_with(all_records, [this](const auto& payload) {
            const int error = this->take(payload);
            return error != 0 ? error : -ECANCELED;
        });
        return me().taken_count - before;
    }
    void in_callback(void (*what)(world&)) override { in_callback_[engine_.thread()] = what; }
    std::int64_t ring_buffer__consume_to_queue() override {
        return consume_with(all_records, [this](const auto& payload) {
            const auto seen = this->look_at(payload);
            if (!seen) return -1;
            queue_[engine_.thread()][queued_[engine_.thread()]++] = *seen;
            return 0;
        });
    }
    void hand_over_queue() override {
        const unsigned thread = engine_.thread();
        for (unsigned i = 0; i < queued_[thread]; ++i) keep(queue_[thread][i]);
        queued_[thread] = 0;
    }

    std::int64_t ring_buffer__consume_n(std::uint64_t n) override {
        return consumer::ring_buffer__consume_n(scenario_.rings, n,
                                                [this](unsigned ring, std::uint64_t left) {
                                                    use_ring(ring);
                                                    return ring_buffer__consume(left);
                                                });
    }

    void epoll_wait() override { (void)epoll_wait(kernel::timeout::never); }
    unsigned epoll_wait(kernel::timeout to) override {
        thread_facts& mine = me();
        ++mine.sleeps;
        mine.asleep = true;
        mine.timed = to == kernel::timeout::some;
        unsigned reported = 0;
        if (path_) {
            for (auto sent = path_->epoll_wait(to); !sent.empty(); sent.pop_front())
                reported |= 1u << sent.front();
        } else {
            kernel::epoll_wait(my_ring(), code_.how);
            reported = 1;
        }
        mine.asleep = mine.timed = false;
        return reported;
    }
    void epoll_ctl_mod() override {
        if (path_) path_->epoll_ctl_mod(used());
    }
    void was_reported() override {
        if (path_) path_->was_reported(used());
    }
    void put_map() override {
        if (path_) path_->put_map();
    }
    void free_map() override {
        if (path_) path_->free_map();
    }
    void use_ring(unsigned index) override { used() = index; }

    // Looks, and sleeps while there were fewer than `samples` in all. look(reported) says whether
    // it took something from the rings of which it is told.
    template <class Look>
    void poll_with(unsigned samples, Look&& look) {
        const auto sleep = [this] {
            const unsigned reported = epoll_wait(kernel::timeout::never);
            return code_.consumer->first_event_alone ? reported & -reported : reported;
        };
        (void)look(all_rings());
        while (me().taken_count < samples) {
            if (!path_ || code_.how != trigger::level) {
                rounds_until_news(engine_, kept_by_consumer(), [&] { return look(sleep()); });
                continue;
            }
            // Awake and nothing to take: with a level trigger, a BUSY record at the head. The whole
            // way through epoll_wait() writes, though it leaves nothing changed; so there a thread
            // that would go round for ever is told by its looks at the ring alone.
            const unsigned reported = sleep();
            if (!look(reported))
                rounds_until_news(engine_, kept_by_consumer(), [&] { return look(reported); });
        }
    }
    void poll_until(unsigned samples, std::uint64_t n) override {
        poll_with(samples, [&](unsigned reported) { return consume_rings(reported, n) != 0; });
    }
    void poll_in_calls(unsigned samples, std::int64_t (*call)(world&)) override {
        poll_with(samples, [&](unsigned) {
            const unsigned before = me().taken_count;
            while (call(*this) != 0) {
            }
            return me().taken_count != before;
        });
    }

    bool consume_or_spin() override {
        return rounds_until_news(engine_, kept_by_consumer(),
                                 [&] { return ring_buffer__consume(all_records) != 0; });
    }

    bool read_until_deadline() override {
        const auto wait = [this] { return epoll_wait(kernel::timeout::some) != 0; };
        const auto sample_cb = [this](const auto& payload) { return this->take(payload); };
        return consumer::consumers::dispatch(
            consumer::reader_with_deadline(*code_.consumer), [&](auto who) {
                using reader = typename decltype(who)::type;
                if constexpr (reader::info.reads_with_deadline)
                    return reader::read_with_deadline(my_ring(), who.state_in(kept_of(used())),
                                                      wait, sample_cb);
                else
                    return false;
            });
    }

    bool read_until_flush() override {
        const auto sample_cb = [this](const auto& payload) { return this->take(payload); };
        return consumer::consumers::dispatch(
            consumer::reader_with_deadline(*code_.consumer), [&](auto who) {
                using reader = typename decltype(who)::type;
                if constexpr (requires { reader::on_flush; })
                    return reader::read_with_deadline(
                        my_ring(), who.state_in(kept_of(used())),
                        [&] { return this->wait_unless_flushed(reader::on_flush); }, sample_cb);
                else
                    return false;
            });
    }
    void flush() override {
        my_ring().write_flush(site::flush_write);
        my_ring().set_notify(site::notify_set);
    }
    void set_signal() override { rings_[0].set_signal(); }
    bool signal_is_set() override { return rings_[0].signal_is_set(); }
    void wait_for_signal() override {
        for (;;) {
            const std::uint64_t mark = engine_.spin_mark();
            if (rings_[0].signal_is_set()) return;
            engine_.spin(mark);
        }
    }

    bool merge_rings() override {
        const auto ring_at = [this](unsigned i) -> ring& {
            use_ring(i);
            return my_ring();
        };
        const auto sample_cb = [this](const auto& payload) { return this->take(payload); };
        return consumer::consumers::dispatch(
            consumer::reader_of_several(*code_.consumer), [&](auto who) {
                using reader = typename decltype(who)::type;
                const auto state_at = [&](unsigned i) -> auto& { return who.state_in(kept_of(i)); };
                if constexpr (reader::info.merges_rings)
                    return reader::merge(scenario_.rings, ring_at, state_at, sample_cb);
                else
                    return false;
            });
    }

    std::uint64_t bpf_ringbuf_query_avail_data() override {
        return kernel::ringbuf_avail_data_sz(my_ring());
    }

    void raise_interrupt() override { my_ring().raise_interrupt(); }
    void nmi(bool on) override { my_ring().nmi(on); }

    record user_ring_buffer__reserve(std::uint32_t size) override {
        const auto r = consumer::user_ring_buffer__reserve(my_ring(), size);
        if (r.error != 0) {
            ++me().reservations_failed;
            return {};
        }
        return note_reserved(r.pos, size);
    }
    record user_ring_buffer__reserve_blocking(std::uint32_t size) override {
        const auto wait = [this] {
            ++me().sleeps;
            if (path_)
                (void)path_->epoll_wait(kernel::timeout::never);
            else
                kernel::epoll_wait_for_room(my_ring());
        };
        const auto reserve = [&] {
            const auto r = consumer::user_ring_buffer__reserve(my_ring(), size);
            return r.error == 0 ? note_reserved(r.pos, size) : record{};
        };
        const record r = consumer::user_ring_buffer__reserve_blocking(reserve, wait);
        if (!r) ++me().reservations_failed;
        return r;
    }
    void user_ring_buffer__submit(const record& r) override {
        made_as(r).state = record_state::committed;
        consumer::user_ringbuf_commit(ring_of(r), position_of(r), /*discard=*/false);
    }
    void user_ring_buffer__discard(const record& r) override {
        made_as(r).state = record_state::discarded;
        consumer::user_ringbuf_commit(ring_of(r), position_of(r), /*discard=*/true);
    }
    void write_user_header(const record& r, std::uint32_t len) override {
        ring_of(r).exchange_header(site::user_producer_xchg_header, position_of(r), len);
    }
    std::int64_t bpf_user_ringbuf_drain(std::uint64_t flags, bool stops) override {
        return kernel::bpf_user_ringbuf_drain(
            my_ring(), flags, [this, stops](Position pos, std::uint32_t len) {
                if (scenario_.needs.has(need::hostile_user)) return take_unseen(pos, len);
                const int error = take(payload_view{&my_ring(), pos, len});
                return error != 0 || !stops ? error : 1;
            });
    }
    void lock_user_producer() override { my_ring().lock_user_producer(); }
    void unlock_user_producer() override { my_ring().unlock_user_producer(); }

    record ebpf_ring_buffer_reserve(std::uint32_t size, bool at_once) override {
        const auto pos = kernel::ebpf_ring_buffer_reserve(
            my_ring(), size, at_once ? kernel::published::at_once : kernel::published::in_turn);
        if (!pos) {
            ++me().reservations_failed;
            return {};
        }
        return note_reserved(*pos, size);
    }

    void submit_and_set_event(const record& r) override {
        made_as(r).state = record_state::committed;
        kernel::submit_and_set_event(ring_of(r), position_of(r));
    }
    void reset_event() override { kernel::reset_event(my_ring()); }
    void wait_for_event() override {
        ++me().sleeps;
        me().asleep = true;
        kernel::wait_for_event(my_ring());
        me().asleep = false;
    }

    void write_any_consumer_pos(unsigned step) override {
        my_ring().store_consumer_pos(site::consumer_store_consumer_pos, any_position(step, -128));
    }
    void write_any_producer_pos(unsigned step) override {
        my_ring().store_producer_pos(site::user_producer_store_producer_pos, any_position(step, 0));
    }
    void write_any_header() override {
        const std::uint32_t sizes = scenario_.ring_bytes / 8 + 1;
        const auto way = static_cast<std::uint32_t>(my_ring().choose(4 * (sizes + 1)));
        const std::uint32_t len =
            way / 4 < sizes ? way / 4 * 8 : ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
        my_ring().exchange_header(site::user_producer_xchg_header, start_, len | way % 4 << 30);
    }

    dependency_set stated() const override {
        dependency_set all;
        for (const ring& r : rings_) all.add(r.stated());
        return all;
    }

    const outcome& facts() override {
        outcome_.thread_count = static_cast<unsigned>(scenario_.threads.size());
        outcome_.ring_bytes = scenario_.ring_bytes;
        outcome_.hostile = scenario_.needs.has(need::hostile_user);
        outcome_.ring_count = scenario_.rings;
        for (unsigned i = 0; i < scenario_.rings; ++i) outcome_.rings[i] = end_of(rings_[i]);
        return outcome_;
    }
    thread_facts& facts_of(unsigned thread) override { return outcome_.threads[thread]; }

  private:
    using ring = simulated_ring<E, Position>;
    using path = simulated_wakeup<E, Position>;
    using payload_view = typename ring::payload_view;

    // rb->work of one ring.
    struct port final : ring::wakeup_port {
        path* path_of = nullptr;
        unsigned item = 0;
        void irq_work_queue() override { path_of->queue_work(item); }
    };

    // The calling thread's ring.
    unsigned& used() { return used_[in_setup_ ? sim::threads_max : engine_.thread()]; }
    ring& my_ring() { return rings_[used()]; }

    ring& ring_of(const record& r) { return rings_[r.ring]; }

    ring_end end_of(ring& r) const {
        ring_end end;
        end.consumer_pos = from_start(r.last_consumer_pos());
        end.producer_pos = from_start(r.last_producer_pos());
        const bool overwrites = scenario_.needs.has(need::overwrite);
        if (overwrites) end.overwrite_pos = from_start(r.last_overwrite_pos());
        const auto oldest = static_cast<Position>(start_ + end.oldest());
        end.header = r.last_header(oldest);
        if (overwrites) end.payload = r.last_payload(oldest, end.len());
        end.notify_pending = r.last_notify();
        return end;
    }

    unsigned all_rings() const { return (1u << scenario_.rings) - 1; }
    // Of the rings with these bits, in turn.
    std::int64_t consume_rings(unsigned rings, std::uint64_t n) {
        std::int64_t taken = 0;
        for (unsigned i = 0; i < scenario_.rings; ++i) {
            if (!(rings >> i & 1)) continue;
            if (scenario_.rings > 1) use_ring(i);
            taken += ring_buffer__consume(n);
        }
        return taken;
    }

    // One of the 256 positions that begin `from` behind the start, of those that are `step` apart.
    Position any_position(unsigned step, int from) {
        const auto way = static_cast<std::int64_t>(my_ring().choose(256 / step));
        return static_cast<Position>(start_ + static_cast<std::uint64_t>(way * step + from));
    }

    // A sample that nobody can vouch for: only where it lies.
    int take_unseen(Position pos, std::uint32_t len) {
        keep({ring_number(), from_start(pos), len, 0, true});
        return me().taken_count == 3;  // of a hostile ring there may be samples for ever
    }

    // Facts count positions from the start of the scenario, so that they grow even where the ring's
    // own wrap.
    std::uint64_t from_start(Position pos) const { return static_cast<Position>(pos - start_); }
    std::uint8_t ring_number() { return static_cast<std::uint8_t>(used()); }
    Position position_of(const record& r) const { return static_cast<Position>(start_ + r.pos); }

    // What consumers keep of all rings, and of one, of the calling thread.
    using kept = std::array<consumer::consumers::states, rings_max>;
    kept& kept_by_consumer() { return readers_[in_setup_ ? sim::threads_max : engine_.thread()]; }
    consumer::consumers::states& kept_of(unsigned ring_index) {
        return kept_by_consumer()[ring_index];
    }

    record note_reserved(Position pos, std::uint32_t len) {
        const record r{ring_number(), from_start(pos), len, true};
        note_made(r);
        return r;
    }
    void note_made(const record& r) {
        thread_facts& mine = me();
        if (mine.made_count == records_max)
            engine_.fail(sim::violation::assertion, "a thread made more records than records_max");
        mine.made[mine.made_count++] = {r.ring, r.pos, r.len, record_state::reserved, 0};
    }

    // The entry of a record that this thread writes or commits. A record from setup() gets an entry
    // of its own in the thread that takes it over.
    made_record& made_as(const record& r) {
        thread_facts& mine = me();
        for (unsigned i = 0; i < mine.made_count; ++i)
            if (same_record(mine.made[i], r)) return mine.made[i];
        note_made(r);
        return mine.made[mine.made_count - 1];
    }

    // The consumer of the variant, which calls back for each sample.
    template <class F>
    std::int64_t consume_with(std::uint64_t n, F&& sample_cb) {
        return consumer::consumers::dispatch(*code_.consumer, [&](auto who) {
            return decltype(who)::type::consume(my_ring(), who.state_in(kept_of(used())), n,
                                                sample_cb);
        });
    }

    // Poller.Wait() of cilium/ebpf: false if the reader is told of a flush.
    bool wait_unless_flushed(consumer::flush_with_data how) {
        ++me().sleeps;
        me().asleep = true;
        const auto events = kernel::epoll_wait_with_event_file(my_ring());
        me().asleep = false;
        return !consumer::wait_was_flushed(my_ring(), how, events.data, events.flush);
    }

    template <class Payload>
    int take(const Payload& payload) {
        const auto seen = look_at(payload);
        if (seen) keep(*seen);
        return seen ? 0 : -1;
    }
    // Reads the payload; nothing if the header makes no sense.
    template <class Payload>
    std::optional<taken_record> look_at(const Payload& payload) {
        if (auto* what = in_setup_ ? nullptr : in_callback_[engine_.thread()]) what(*this);
        if (payload.len > my_ring().mask() || me().taken_count == records_max) {
            engine_.fail(sim::violation::torn_record, "a header that no producer wrote");
            return std::nullopt;
        }
        taken_record taken{ring_number(), from_start(payload.pos), payload.len, 0, true};
        for (unsigned i = 0; i < payload.words(); ++i) {
            const std::uint64_t word = payload.word(i);
            if (i == 0) taken.payload = word;
            taken.uniform = taken.uniform && word == taken.payload;
        }
        return taken;
    }

    void keep(const taken_record& taken) {
        thread_facts& mine = me();
        if (mine.taken_count == records_max)
            engine_.fail(sim::violation::assertion, "a thread took more than records_max records");
        mine.taken[mine.taken_count++] = taken;
    }

    // An access of __bpf_ringbuf_reserve() on the first thread's CPU.
    void interrupt_point() override {
        if (!scenario_.needs.has(need::nmi_at_lock) && !scenario_.needs.has(need::preempted_copy))
            interrupt_here();
    }
    void lock_point() override {
        if (scenario_.needs.has(need::nmi_at_lock)) interrupt_here();
    }
    void interrupt_here() {
        if (in_setup_ || engine_.thread() != 0 || interrupted_ || in_handler_) return;
        if (!my_ring().interrupt_raised()) return;
        interrupted_ = in_handler_ = true;
        scenario_.interrupt(*this);
        in_handler_ = false;
    }
    bool in_nmi() const override {
        return in_handler_ && scenario_.needs.has(need::nmi) && engine_.thread() == 0;
    }

    E& engine_;
    const scenario& scenario_;
    const variant& code_;
    Position start_;
    std::array<ring, rings_max> rings_;
    std::optional<path> path_;  // the wakeup in full
    std::array<port, rings_max> ports_{};
    std::array<unsigned, sim::threads_max + 1> used_{};
    bool in_setup_ = false;
    bool interrupted_ = false;
    bool in_handler_ = false;
    std::array<kept, sim::threads_max + 1> readers_{};
    // Records that a thread's callback put aside.
    std::array<std::array<taken_record, records_max>, sim::threads_max> queue_;
    std::array<std::uint8_t, sim::threads_max> queued_{};
    std::array<void (*)(world&), sim::threads_max> in_callback_{};
    // The buffers in which the programs of a CPU put their records together.
    using staged = std::array<std::uint64_t, 2>;
    std::array<std::array<staged, 2>, sim::threads_max> staged_;
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

}  // namespace ringsim::scenarios::worlds
