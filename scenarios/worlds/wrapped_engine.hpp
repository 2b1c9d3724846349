// The engine with ring positions of eight bits in memory, so that a ring that runs for ever has
// finitely many states.
//
// The protocol's code still works with positions of 64 bits, which do not wrap in this universe:
// what a thread reads is taken for the nearest position with these eight bits to the one that it
// read before. That is right as long as the two are less than 128 apart. Nothing moves by more than
// a record at a time, so two that are too far apart have been `far` apart before: that is a
// failure, and so the proof comes with the check.
#pragma once

#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "sim/graph/engine.hpp"

namespace ringsim::scenarios::worlds {

class wrapped_engine {
  public:
    struct word {
        sim::graph::engine::word in_memory;
        bool position = false;
    };
    using datum = sim::graph::engine::datum;
    using mutex = sim::graph::engine::mutex;
    using edge = sim::graph::engine::edge;

    static constexpr int far = 96;

    // `seen_before`: another one has defined the same words in the same order, and this is a second
    // way to look at them.
    explicit wrapped_engine(sim::graph::engine& e, bool seen_before = false)
        : engine_(e), seen_before_(seen_before) {}

    // The calling thread begins a round: it knows of no position yet.
    void round_begins(unsigned thread) { threads_[thread] = {}; }
    // What a consumer's loop did in this round.
    struct progress {
        std::uint64_t producer_pos = 0;  // as it saw it last
        bool gave_back = false;          // it stored consumer_pos
        bool gave_back_since = false;    // since it looked at producer_pos
    };
    const progress& of_consumer(unsigned thread) const { return threads_[thread].loop; }
    static constexpr std::uint64_t wrapped(std::uint64_t pos) { return pos & 0xff; }

    void define(word& w, std::string_view name, std::uint64_t initial) {
        w.position = name.ends_with("_pos");
        define_once(w.in_memory, name, w.position ? wrapped(initial) : initial);
    }
    void define(datum& d, std::string_view name, std::uint64_t initial) {
        define_once(d, name, initial);
    }
    void define(mutex& m, std::string_view name) { define_once(m, name); }
    void define(edge& e, std::string_view name) { define_once(e, name); }

    std::uint64_t load(word& w, sim::access_point at, const sim::graph::dependencies& on = {}) {
        const std::uint64_t value = engine_.load(w.in_memory, wrapped(at), on);
        if (!w.position) return value;
        // A commit looks where in the ring the position is, and no more: it may be far away.
        if (at.where == site::commit_load_consumer_pos) me().near.reset();
        const std::uint64_t pos = unwrapped(value);
        if (at.where == site::consumer_load_producer_pos) {
            me().loop.producer_pos = value;
            me().loop.gave_back_since = false;
        }
        return pos;
    }
    void store(word& w, std::uint64_t v, sim::access_point at,
               const sim::graph::dependencies& on = {}) {
        engine_.store(w.in_memory, w.position ? wrapped(v) : v, wrapped(at), on);
        if (at.where == site::consumer_store_consumer_pos)
            me().loop.gave_back = me().loop.gave_back_since = true;
    }
    std::uint64_t exchange(word& w, std::uint64_t v, sim::access_point at,
                           const sim::graph::dependencies& on = {}) {
        return engine_.exchange(w.in_memory, v, wrapped(at), on);
    }
    std::uint64_t compare_exchange(word& w, std::uint64_t expected, std::uint64_t v,
                                   sim::access_point at) {
        return engine_.compare_exchange(w.in_memory, expected, v, wrapped(at));
    }
    void fence(sim::access_point at) { engine_.fence(at); }
    void note_absent(site where) { engine_.note_absent(where); }
    std::uint64_t choose(unsigned ways, sim::access_point at) { return engine_.choose(ways, at); }
    std::uint64_t load(datum& d, sim::access_point at, const sim::graph::dependencies& on = {}) {
        return engine_.load(d, wrapped(at), on);
    }
    void store(datum& d, std::uint64_t v, sim::access_point at,
               const sim::graph::dependencies& on = {}) {
        engine_.store(d, v, wrapped(at), on);
    }
    void lock(mutex& m, sim::access_point at) { engine_.lock(m, at); }
    bool try_lock(mutex& m, sim::access_point at) { return engine_.try_lock(m, at); }
    void unlock(mutex& m, sim::access_point at) { engine_.unlock(m, at); }
    void set(edge& e, sim::access_point at) { engine_.set(e, at); }
    void take(edge& e, sim::access_point at) { engine_.take(e, at); }
    bool take_or_time_out(edge& e, sim::access_point at, sim::access_point timer) {
        return engine_.take_or_time_out(e, at, timer);
    }
    bool knows_dependencies() const { return engine_.knows_dependencies(); }
    unsigned last_read() const { return engine_.last_read(); }
    void branch_on(const sim::graph::read_set& reads) { engine_.branch_on(reads); }
    std::uint64_t spin_mark() { return engine_.spin_mark(); }
    void spin(std::uint64_t mark) { engine_.spin(mark); }
    std::uint64_t peek(word& w) { return engine_.peek(w.in_memory); }
    std::uint64_t peek(edge& e) { return engine_.peek(e); }
    unsigned thread() const { return engine_.thread(); }
    void fail(sim::violation kind, std::string_view what) { engine_.fail(kind, what); }

  private:
    struct of_thread {
        std::optional<std::uint64_t> near;  // the position that it read last, in this round
        progress loop;
    };
    template <class Word, class... Initial>
    void define_once(Word& w, std::string_view name, Initial... initial) {
        if (seen_before_)
            w.id = seen_++;
        else
            engine_.define(w, name, initial...);
    }
    of_thread& me() { return threads_[engine_.thread()]; }

    static sim::access_point wrapped(sim::access_point at) {
        at.note = wrapped(at.note);
        return at;
    }

    // Of 64 bits: far from both ends of their range.
    static constexpr std::uint64_t middle = std::uint64_t{1} << 32;

    std::uint64_t unwrapped(std::uint64_t value) {
        if (!me().near) me().near = middle + value;
        const auto distance = static_cast<std::int8_t>(value - wrapped(*me().near));
        if (std::abs(distance) > far)
            fail(sim::violation::assertion, "a position is farther away than eight bits can tell");
        *me().near += static_cast<std::uint64_t>(static_cast<std::int64_t>(distance));
        return *me().near;
    }

    sim::graph::engine& engine_;
    bool seen_before_;
    sim::graph::location_id seen_ = 0;
    std::array<of_thread, sim::threads_max> threads_{};
};
static_assert(sim::engine<wrapped_engine>);

}  // namespace ringsim::scenarios::worlds
