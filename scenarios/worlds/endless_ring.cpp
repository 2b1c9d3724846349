// The ring that runs without end, on the engine of states.
#include "consumer/all.hpp"
#include "kernel_model/commit.hpp"
#include "kernel_model/poll.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/worlds/endless.hpp"
#include "scenarios/worlds/idle_rounds.hpp"
#include "scenarios/worlds/kept_words.hpp"
#include "scenarios/worlds/simulated_ring.hpp"
#include "scenarios/worlds/states_result.hpp"
#include "scenarios/worlds/wrapped_engine.hpp"
#include "sim/states/rotation.hpp"

namespace ringsim::scenarios::worlds {
namespace {

namespace graph = sim::graph;
namespace states = sim::states;

constexpr std::uint32_t payload_bytes = 8;
constexpr std::uint64_t record_bytes = record_size(payload_bytes);

// What the payload of the record at a position is: its number, in as many as the positions have.
constexpr std::uint64_t number_at(std::uint64_t pos) {
    return wrapped_engine::wrapped(pos) / record_bytes + 1;
}
constexpr std::uint64_t numbers = 256 / record_bytes;
// A record for which nobody wanted a wakeup has another one.
constexpr bool is_silent(std::uint64_t payload) {
    return payload > numbers;
}

scenario scenario_of(const endless_options& o) {
    scenario s;
    s.name = "endless";
    s.ring_bytes = o.ring_bytes;
    static constexpr std::string_view names[] = {"cpu0", "cpu1", "cpu2", "cpu3"};
    for (unsigned p = 0; p < o.producers; ++p) s.threads.push_back({names[p], nullptr});
    s.threads.push_back({"user", nullptr});
    return s;
}

// The ring is turned by records. It rests where consumer_pos is 0.
class turned_ring final : public states::rotation {
  public:
    // `words`: of what the consumer keeps, behind the two that are there always, the positions.
    turned_ring(const std::vector<graph::location_info>& locations, std::uint32_t ring_bytes,
                unsigned consumer, std::uint8_t words)
        : consumer_(consumer), words_(words) {
        const unsigned granules = ring_bytes / 8;
        std::array<std::vector<graph::location_id>, 3> parts;  // of each granule
        for (graph::location_id l = 0; l < locations.size(); ++l) {
            const std::string& name = locations[l].name;
            kinds_.push_back(name.ends_with("_pos")              ? kind::position
                             : name == "payload"                 ? kind::payload
                             : name == "len" || name == "pg_off" ? kind::of_ring
                                                                 : kind::other);
            if (name == "consumer_pos") measured_by_ = l;
            places_.push_back({});
            if (name == "len" || name == "pg_off" || name == "payload")
                parts[name == "len" ? 0 : name == "pg_off" ? 1 : 2].push_back(l);
        }
        for (const auto& part : parts)
            for (unsigned i = 0; i < part.size(); ++i)
                for (unsigned step = 0; step < laps; ++step)
                    places_[part[i]].push_back(part[(i + step * (record_bytes / 8)) % granules]);
    }

    unsigned steps() const override { return laps; }
    graph::location_id measured_by() const override { return measured_by_; }
    unsigned steps_to_rest(std::uint64_t newest) const override {
        return static_cast<unsigned>((laps - newest / record_bytes) % laps);
    }
    graph::location_id location(graph::location_id l, unsigned steps) const override {
        return places_[l].empty() ? l : places_[l][steps];
    }
    std::uint64_t value(graph::location_id l, std::uint64_t v, unsigned steps) const override {
        if (kinds_[l] == kind::position) return position(v, steps);
        if (kinds_[l] != kind::payload || v == 0) return v;
        const std::uint64_t silent = is_silent(v) ? numbers : 0;
        return number_at(position((v - silent - 1) * record_bytes, steps)) + silent;
    }
    // A site in a record notes its position, and so do the fences that come with it.
    graph::label details(graph::label l, unsigned steps) const override {
        if (l.where == site::count_) return l;
        const shared_word word = info(l.where).word;
        if (word == shared_word::header || word == shared_word::pg_off ||
            word == shared_word::payload)
            l.note = static_cast<std::uint32_t>(position(l.note, steps));
        return l;
    }
    states::local_state kept(unsigned t, states::local_state kept, unsigned steps) const override {
        if (t != consumer_) return kept;
        kept[1] = position(kept[1], steps);
        for (unsigned i = 2; i < kept.size(); ++i)
            if (words_ >> (i - 2) & 1) kept[i] = position(kept[i], steps);
        return kept;
    }

  private:
    enum class kind : std::uint8_t { other, position, of_ring, payload };
    static constexpr unsigned laps = 256 / record_bytes;

    static std::uint64_t position(std::uint64_t pos, unsigned steps) {
        return wrapped_engine::wrapped(pos + steps * record_bytes);
    }

    unsigned consumer_;
    std::uint8_t words_;
    std::vector<kind> kinds_;
    std::vector<std::vector<graph::location_id>> places_;  // of a granule's words, by steps
    graph::location_id measured_by_ = 0;
};

class endless_ring final : public states::endless_program {
  public:
    endless_ring(const variant& v, const endless_options& o, graph::model_id m)
        : code_(v),
          options_(o),
          scenario_(scenario_of(o)),
          engine_(m, graph::default_mapping(m)),
          wrapped_(engine_),
          ring_(wrapped_, v.orders, v.left_out, v.release->has, scenario_),
          seen_by_consumer_(engine_, /*seen_before=*/true),
          narrow_(seen_by_consumer_, v.orders, v.left_out, v.release->has, scenario_),
          turned_(engine_.locations(), o.ring_bytes, consumer(), positions_kept()) {
        for (graph::location_id l = 0; l < engine_.locations().size(); ++l)
            if (engine_.locations()[l].name == "producer_pos")
                producer_pos_ = l;
            else if (engine_.locations()[l].name == "lock")
                lock_ = graph::engine::word{l};
            else if (engine_.locations()[l].name == "payload")
                payloads_.push_back(graph::engine::word{l});
    }

    const graph::engine& engine() const { return engine_; }
    const scenario& described() const { return scenario_; }

    unsigned thread_count() const override { return options_.producers + 1; }
    void attach(graph::executor& e) override { engine_.attach(e); }
    // All producers run the same code, but for the flags of their commits.
    std::vector<unsigned> same_as() const {
        std::vector<unsigned> first(options_.producers, 0);
        if (options_.form.first != options_.form.others)
            for (unsigned p = 1; p < options_.producers; ++p) first[p] = 1;
        first.push_back(consumer());
        return first;
    }

    // --- rounds ---
    states::local_state first_round(unsigned t) const override {
        if (t == consumer()) return told_by_consumer(false, true, 0, {});
        return options_.records ? states::local_state{*options_.records} : states::local_state{};
    }
    void begin_round(unsigned t, const states::local_state& kept) override {
        wrapped_.round_begins(t);
        seen_by_consumer_.round_begins(t);
        kept_[t] = kept;
        made_[t] = {};
        if (t != consumer()) return;
        began_ = kept[0] & 1;
        listed_ = kept[0] & 2;
        expected_ = kept[1];
        asleep_ = false;
        with_consumer([&](auto, auto& state) { set_to(state, kept.data() + 2); });
    }
    void run_thread(unsigned t) override {
        ring_.thread_starts();
        if (t == consumer())
            consume();
        else if (!options_.records || kept_[t][0] > 0)
            produce(habit_of(t));
    }
    std::optional<states::local_state> end_round(unsigned t) override {
        if (t == consumer()) return told_by_consumer(true, listed_, expected_, read_states_);
        if (habit_of(t).keeps) return std::nullopt;
        if (!options_.records) return states::local_state{};
        if (kept_[t][0] == 0) return std::nullopt;
        const std::uint64_t made = std::min<std::uint64_t>(kept_[t][0], habit_of(t).records);
        return states::local_state{kept_[t][0] - made};
    }
    bool may_stop(unsigned t) const override { return t != consumer(); }

    // In the consumer's loop over records: what it knows is where it is, the producer_pos that it
    // saw last, and whether it took something, in all and since then.
    // A producer behind its commit wants to know where in the ring its record is, which one it is
    // of those that it makes in a row, what it asks for, and no more.
    std::optional<states::local_state> summary(unsigned t, const graph::label& asked) override {
        if (t != consumer()) {
            if (asked.where != site::commit_load_consumer_pos) return std::nullopt;
            states::local_state all = kept_[t];
            all.push_back(made_[t].pos & (options_.ring_bytes - 1));
            all.push_back(made_[t].which);
            all.push_back(made_[t].flags);
            return all;
        }
        if (asked.where != site::consumer_load_header) return std::nullopt;
        const wrapped_engine::progress& loop = progress_of_consumer();
        if (!loop.gave_back) return std::nullopt;
        states::local_state all = told_by_consumer(began_, listed_, expected_, read_states_);
        for (const std::uint64_t word :
             {std::uint64_t{asked.note}, loop.producer_pos, std::uint64_t{loop.gave_back_since}})
            all.push_back(word);
        return all;
    }

    // --- what is as good as something else ---
    const states::rotation* turns_round() const override { return &turned_; }
    // A producer read consumer_pos and waits for the lock. If there is no room by now, it does not
    // matter how old it is: there will be none. With a lock that lets it see the newest
    // producer_pos, that is.
    bool grows_old(unsigned t, const graph::label& before,
                   const graph::label& next) const override {
        return t != consumer() && before.where == site::reserve_load_consumer_pos &&
               next.where == site::reserve_lock &&
               code_.orders[site::reserve_lock] != order::relaxed &&
               code_.orders[site::reserve_unlock] != order::none &&
               code_.orders[site::reserve_unlock] != order::relaxed;
    }
    std::optional<std::uint64_t> grown_old(std::uint64_t given,
                                           const states::newest_values& newest) const override {
        const std::uint64_t prod_pos = newest(producer_pos_);
        const auto used = static_cast<std::int8_t>(prod_pos - given);
        const auto all = static_cast<std::int8_t>(options_.ring_bytes);
        if (used <= all - static_cast<std::int8_t>(record_bytes) || used == all)
            return std::nullopt;
        return wrapped_engine::wrapped(prod_pos - options_.ring_bytes);
    }

    // --- judgement ---
    std::optional<graph::verdict_of_program> judge(graph::hang how) override {
        if (how == graph::hang::spins && !is_timed())
            return graph::verdict_of_program{sim::violation::busy_spin,
                                             "a thread polls for ever and finds nothing"};
        // Nobody is left to drop it: the next producer waits for ever, whether the consumer sleeps
        // or not.
        if (engine_.peek(lock_) != 0)
            return graph::verdict_of_program{sim::violation::deadlock, "a lock is never dropped"};
        const std::uint64_t cons_pos = wrapped_engine::wrapped(ring_.last_consumer_pos());
        const std::uint64_t prod_pos = wrapped_engine::wrapped(ring_.last_producer_pos());
        const bool waiting = cons_pos != prod_pos &&
                             !(ring_.last_header(cons_pos) & BPF_RINGBUF_BUSY_BIT) &&
                             wants_a_wakeup(cons_pos, prod_pos);
        // Who waits with a timeout comes back, if nothing else happens; where it does so again and
        // again it says that it spins.
        if (is_timed() && (asleep_ || how == graph::hang::spins)) {
            if (how != graph::hang::spins || !waiting || ring_.last_notify()) return std::nullopt;
            return graph::verdict_of_program{sim::violation::lost_notification,
                                             "timeouts pass for ever over a committed record"};
        }
        if (asleep_ && !ring_.last_notify() && is_held_up(cons_pos, prod_pos))
            return graph::verdict_of_program{
                sim::violation::deadlock,
                "the consumer sleeps for ever behind a record that stays reserved"};
        if (asleep_ && waiting && !ring_.last_notify())
            return graph::verdict_of_program{
                sim::violation::lost_notification,
                "the consumer sleeps for ever over a committed record"};
        if (how == graph::hang::waits && !asleep_)
            return graph::verdict_of_program{sim::violation::deadlock,
                                             "a thread waits for what never comes"};
        return std::nullopt;
    }

  private:
    using ring = simulated_ring<wrapped_engine, std::uint64_t>;

    unsigned consumer() const { return options_.producers; }

    const consumer::consumer_info& reader() const {
        return options_.form.waits == waits_by::deadline
                   ? consumer::reader_with_deadline(*code_.consumer)
                   : *code_.consumer;
    }
    // Calls f(the variant's consumer, what it keeps).
    template <class F>
    void with_consumer(F&& f) {
        consumer::consumers::dispatch(reader(),
                                      [&](auto who) { f(who, who.state_in(read_states_)); });
    }
    std::uint8_t positions_kept() {
        // Positions have eight bits here.
        std::uint8_t words = 0;
        with_consumer([&](auto, auto& state) {
            words = positions_in<std::remove_cvref_t<decltype(state)>>();
        });
        return words;
    }
    bool keeps_something() const { return told_by_consumer(false, false, 0, {}).size() > 2; }
    template <class Reader>
    static constexpr bool keeps_nothing =
        std::is_same_v<typename Reader::state, consumer::no_state>;
    const wrapped_engine::progress& progress_of_consumer() const {
        return keeps_something() ? seen_by_consumer_.of_consumer(consumer())
                                 : wrapped_.of_consumer(consumer());
    }
    states::local_state told_by_consumer(bool began, bool listed, std::uint64_t expected,
                                         consumer::consumers::states kept) const {
        states::local_state all{began + 2u * listed, expected};
        consumer::consumers::dispatch(reader(), [&](auto who) {
            for (const std::uint64_t word : words_of(who.state_in(kept))) all.push_back(word);
        });
        return all;
    }

    const endless_form::habit& habit_of(unsigned t) const {
        return t == 0 ? options_.form.first : options_.form.others;
    }
    void produce(const endless_form::habit& how) {
        if (how.keeps) return (void)kernel::__bpf_ringbuf_reserve(ring_, payload_bytes);
        made& m = made_[engine_.thread()];
        for (m.which = 0; m.which < how.records; ++m.which) {
            m.flags = flags_of(how.wakeup[m.which]);
            const auto pos = kernel::__bpf_ringbuf_reserve(ring_, payload_bytes);
            if (!pos) continue;
            m.pos = *pos;
            const bool silent = m.flags == BPF_RB_NO_WAKEUP;
            ring_.store_payload(*pos, 0, number_at(*pos) + (silent ? numbers : 0));
            kernel::bpf_ringbuf_submit(ring_, *pos, m.flags);
        }
    }
    std::uint64_t flags_of(asks_for what) {
        switch (what) {
            case asks_for::none:
                return BPF_RB_NO_WAKEUP;
            case asks_for::force:
                return BPF_RB_FORCE_WAKEUP;
            case asks_for::sampled:
                return kernel::bpf_ringbuf_query(ring_, BPF_RB_AVAIL_DATA) >= record_bytes
                           ? BPF_RB_FORCE_WAKEUP
                           : BPF_RB_NO_WAKEUP;
            default:
                return 0;
        }
    }
    // Whether of the records between these positions one asked for a wakeup, if that matters.
    bool wants_a_wakeup(std::uint64_t from, std::uint64_t to) {
        if (!options_.form.silence_is_meant) return true;
        for (std::uint64_t pos = from; pos != to; pos = wrapped_engine::wrapped(pos + record_bytes))
            if (!(ring_.last_header(pos) & BPF_RINGBUF_BUSY_BIT) &&
                !is_silent(engine_.peek(payloads_[(pos & (options_.ring_bytes - 1)) / 8 + 1])))
                return true;
        return false;
    }

    // Whether a committed record is behind one that nobody will commit.
    bool is_held_up(std::uint64_t from, std::uint64_t to) {
        if (!options_.form.first.keeps || from == to) return false;
        if (!(ring_.last_header(from) & BPF_RINGBUF_BUSY_BIT)) return false;
        for (std::uint64_t pos = from; pos != to; pos = wrapped_engine::wrapped(pos + record_bytes))
            if (!(ring_.last_header(pos) & BPF_RINGBUF_BUSY_BIT)) return true;
        return false;
    }

    bool is_timed() const { return options_.form.waits != waits_by::wakeups; }

    // One look, or as many as take nothing until they repeat themselves; none behind one that wrote
    // something, which ends the round.
    void consume() {
        with_consumer([&](auto who, auto& state) {
            using reader = typename decltype(who)::type;
            if (is_timed()) return consume_by_time<reader>(state);
            idle_rounds<typename reader::state> idle(state, engine_.spin_mark());
            if (!began_) return (void)look<reader>(state);
            for (;;) {
                sleep();
                if (look<reader>(state) != 0 || gave_back()) return;
                const auto from = idle.repeated_from(state, [&] { return engine_.spin_mark(); });
                if (from) return engine_.spin(*from);
                // The notification was taken: that is a write.
                if (code_.how == trigger::edge) return;
            }
        });
    }
    void sleep() {
        asleep_ = true;
        kernel::epoll_wait(ring_, code_.how);
        asleep_ = false;
    }
    // Waits that end by the timeout, until a record is taken or they repeat themselves.
    template <class Reader>
    void consume_by_time(typename Reader::state& state) {
        struct kept {
            typename Reader::state of_reader;
            bool listed;
            bool operator==(const kept&) const = default;
        };
        idle_rounds<kept> idle({state, listed_}, engine_.spin_mark());
        for (;;) {
            if (took_by_time<Reader>(state) || gave_back()) return;
            const auto from =
                idle.repeated_from({state, listed_}, [&] { return engine_.spin_mark(); });
            if (from) return engine_.spin(*from);
        }
    }
    template <class Reader>
    bool took_by_time(typename Reader::state& state) {
        if (options_.form.waits != waits_by::deadline)
            return (sleep_with_timeout() || options_.form.waits == waits_by::timed_look) &&
                   look<Reader>(state) != 0;
        if constexpr (Reader::info.reads_with_deadline) {
            const auto wait = [this] { return sleep_with_timeout(); };
            const auto sample_cb = [this](const auto& payload) { return this->take(payload); };
            if constexpr (keeps_nothing<Reader>)
                return Reader::read_with_deadline(ring_, state, wait, sample_cb);
            else
                return Reader::read_with_deadline(narrow_, state, wait, sample_cb);
        }
        return false;
    }
    bool sleep_with_timeout() {
        asleep_ = true;
        const bool reported = kernel::epoll_wait_with_timeout(ring_, code_.how, listed_);
        asleep_ = false;
        return reported;
    }
    // Those that keep positions compare them for equality, so theirs may have eight bits.
    template <class Reader>
    std::int64_t look(typename Reader::state& state) {
        const auto sample_cb = [this](const auto& payload) { return this->take(payload); };
        if constexpr (keeps_nothing<Reader>)
            return Reader::consume(ring_, state, options_.form.a_look, sample_cb);
        else
            return Reader::consume(narrow_, state, options_.form.a_look, sample_cb);
    }
    // Whether the consumer stored consumer_pos in this round.
    bool gave_back() const { return progress_of_consumer().gave_back; }

    template <class Payload>
    int take(const Payload& payload) {
        const std::uint64_t pos = wrapped_engine::wrapped(payload.pos);
        if (payload.len != payload_bytes)
            engine_.fail(sim::violation::torn_record, "a header that no producer wrote");
        if (pos != expected_)
            engine_.fail(sim::violation::out_of_order_record,
                         "took another record than the one behind the last");
        const std::uint64_t number = payload.word(0);
        if (number - (is_silent(number) ? numbers : 0) != number_at(pos))
            engine_.fail(sim::violation::torn_record, "the payload is not what the producer wrote");
        expected_ = wrapped_engine::wrapped(pos + record_bytes);
        return 0;
    }

    const variant& code_;
    const endless_options options_;
    const scenario scenario_;
    graph::engine engine_;
    wrapped_engine wrapped_;
    ring ring_;
    wrapped_engine seen_by_consumer_;
    simulated_ring<wrapped_engine, std::uint8_t> narrow_;
    std::array<states::local_state, sim::threads_max> kept_;
    // The record that a producer makes.
    struct made {
        std::uint64_t pos = 0;
        unsigned which = 0;  // in a row
        std::uint64_t flags = 0;
    };
    std::array<made, sim::threads_max> made_{};
    // Of the consumer.
    consumer::consumers::states read_states_{};
    bool began_ = false;
    bool asleep_ = false;
    bool listed_ = true;          // the ring, by epoll; where it waits with a timeout
    std::uint64_t expected_ = 0;  // where the next record must be
    turned_ring turned_;
    graph::location_id producer_pos_ = 0;
    graph::engine::word lock_{};
    std::vector<graph::engine::word> payloads_;  // of each granule
};

// A consumer whose user gives back when it likes never does so here.
bool gives_back(const consumer::consumer_info& c) {
    return &c != &consumer::cilium_raw_consumer::info;
}

class told final : public states::observer {
  public:
    explicit told(const states_options& options) : options_(options) {}
    void begin() override {
        if (options_.on_begin) options_.on_begin();
    }
    void progress(const states::exploration_report& so_far) override {
        if (options_.progress) options_.progress(so_far);
    }

  private:
    const states_options& options_;
};

}  // namespace

states_exploration explore_endless(const variant& v, const endless_options& ring,
                                   const states_options& options) {
    if (const std::string why = why_not_endless(v, options.model); !why.empty())
        throw user_error(why);
    endless_ring p(v, ring, options.model);
    told watcher(options);
    states_exploration out;
    states::exploration_limits limits = options.limits;
    limits.same_as = p.same_as();
    out.states = states::explore(options.model, p, p.engine().locations(), limits, watcher);
    fill_result(out, p.described(), p.engine());
    out.result.contended = p.engine().contended();
    out.result.executed = p.engine().executed();
    return out;
}

std::string why_not_endless(const variant& v, graph::model_id m) {
    if (!states::has_machine(m))
        return "the engine of states has no machine for " + std::string(graph::name(m)) +
               "; it has those for sc, x86-tso and rc11";
    if (v.wakeup == wakeup_path::full)
        return "the endless ring has the wakeup as one bit; wakeup=full has no endless form";
    if (v.consumer->reads_overwritten || !gives_back(*v.consumer))
        return "the endless ring has no consumer " + std::string(v.consumer->name) +
               ", which does not give back what it takes";
    return {};
}

}  // namespace ringsim::scenarios::worlds
