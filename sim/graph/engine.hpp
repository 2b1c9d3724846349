// The engine of execution graphs as programs see it: a model of sim::engine. Translates each access
// into the events of the model and hands them to the explorer.
//
// What the protocol's code calls a word, a lock or an edge is one location here. Everything that
// waits is an exchange that waits for a value, so that whoever is let go on and whoever is not
// follows from atomicity alone, and a model needs no notion of locks. Locks are accesses like
// others: the order that a lock gives comes from its mapping.
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/engine.hpp"
#include "sim/graph/mapping.hpp"
#include "sim/graph/program.hpp"
#include "sim/site_contention.hpp"
#include "sim/trace.hpp"

namespace ringsim::sim::graph {

// The setup of a program, which runs alone, waits: nobody will ever help it on.
struct setup_waits : std::runtime_error {
    setup_waits() : std::runtime_error("setup waits, and nobody can wake it") {}
};

class engine {
  public:
    // Four types for the same thing: the type says what may be done with it (sim/engine.hpp).
    struct word {
        location_id id = 0;
    };
    struct datum {
        location_id id = 0;
    };
    struct mutex {
        location_id id = 0;
    };
    struct edge {
        location_id id = 0;
    };

    // Instructions for all accesses are looked up here, once: a search comes by millions of times.
    engine(model_id m, const mapping& how);

    const std::vector<location_info>& locations() const { return locations_; }
    const std::vector<trace_step>& setup_steps() const { return setup_steps_; }
    // Sites that accessed a word which another thread accessed too, one of the two writing, in any
    // execution so far (setup excluded); and fences that were executed.
    std::array<bool, site_count> contended() const { return contention_.contended(); }
    // What of both was noted, for what another process noted to be added.
    site_contention& contention() { return contention_; }
    const site_contention& contention() const { return contention_; }
    // Sites that a thread came to in any execution so far, whether or not an access is left there.
    std::array<bool, site_count> executed() const { return contention_.executed(); }
    // From now on accesses go to `e`; before, they change the initial values (setup).
    void attach(executor& e) { executor_ = &e; }

    // Throws std::length_error if the program has more than locations_max locations.
    void define(word& w, std::string_view name, std::uint64_t initial) { add(w.id, name, initial); }
    void define(datum& d, std::string_view name, std::uint64_t initial) {
        add(d.id, name, initial);
    }
    void define(mutex& m, std::string_view name) { add(m.id, name, 0); }
    void define(edge& e, std::string_view name) { add(e.id, name, 0); }

    std::uint64_t load(word& w, access_point at, const dependencies& on = {}) {
        return read(w.id, at, step_kind::load, on);
    }
    std::uint64_t load(datum& d, access_point at, const dependencies& on = {}) {
        return read(d.id, at, step_kind::load, on);
    }
    void store(word& w, std::uint64_t v, access_point at, const dependencies& on = {}) {
        write(w.id, v, at, step_kind::store, on);
    }
    void store(datum& d, std::uint64_t v, access_point at, const dependencies& on = {}) {
        write(d.id, v, at, step_kind::store, on);
    }
    std::uint64_t exchange(word& w, std::uint64_t v, access_point at, const dependencies& on = {}) {
        return exchange_at(w.id, v, at, step_kind::rmw, on);
    }
    std::uint64_t compare_exchange(word& w, std::uint64_t expected, std::uint64_t v,
                                   access_point at) {
        return compare_exchange_at(w.id, expected, v, at, false);
    }
    void fence(access_point at);
    // An access that the order table leaves out: nothing is performed, and the site counts as
    // executed.
    void note_absent(site where) {
        if (executor_) contention_.note_absent(where);
    }
    // Which of so many ways the program goes, from 0: every way is explored. In setup: the first.
    std::uint64_t choose(unsigned ways, access_point at);

    // A lock is a word: taken by an exchange that waits for 0, given back by a store of 0.
    void lock(mutex& m, access_point at) { await_exchange(m.id, 0, 1, at, step_kind::lock); }
    // False if somebody holds it.
    bool try_lock(mutex& m, access_point at) {
        return compare_exchange_at(m.id, 0, 1, at, true) == 0;
    }
    void unlock(mutex& m, access_point at) { write(m.id, 0, at, step_kind::unlock, {}); }
    // So is an edge: set by an exchange, taken by one that waits for 1.
    void set(edge& e, access_point at) { (void)exchange_at(e.id, 1, at, step_kind::set, {}); }
    void take(edge& e, access_point at) { await_exchange(e.id, 1, 0, at, step_kind::take); }
    // Whether the timer comes first is a choice and no question of time; a thread that waits with a
    // timeout is woken by it in an execution of its own.
    bool take_or_time_out(edge& e, access_point at, access_point timer) {
        if (choose(2, timer) == 1) return false;
        take(e, at);
        return true;
    }

    // Stating dependencies costs something, so programs ask whether anybody wants to know.
    bool knows_dependencies() const { return executor_ && model_knows_dependencies_; }
    unsigned last_read() const { return executor_->last_read(); }
    void branch_on(const read_set& reads) { executor_->branch_on(reads); }
    std::uint64_t spin_mark() { return executor_ ? executor_->spin_mark() : 0; }
    void spin(std::uint64_t mark) {
        if (executor_) executor_->spin(mark);
    }
    // Not an access: for judging, when no thread can go on.
    std::uint64_t peek(word& w) { return newest(w.id); }
    std::uint64_t peek(edge& e) { return newest(e.id); }
    unsigned thread() const { return executor_ ? executor_->thread() : 0; }
    void fail(violation kind, std::string_view what);

  private:
    void add(location_id& id, std::string_view name, std::uint64_t initial);
    std::uint64_t newest(location_id id) const;
    std::uint64_t read(location_id id, access_point at, step_kind shown, const dependencies& on);
    void write(location_id id, std::uint64_t value, access_point at, step_kind shown,
               const dependencies& on);
    std::uint64_t exchange_at(location_id id, std::uint64_t value, access_point at, step_kind shown,
                              const dependencies& on);
    std::uint64_t compare_exchange_at(location_id id, std::uint64_t expected, std::uint64_t value,
                                      access_point at, bool of_lock);
    void await_exchange(location_id id, std::uint64_t expected, std::uint64_t value,
                        access_point at, step_kind shown);
    // The access and the fences that the mapping puts around it.
    std::uint64_t emit(access kind, label l, const dependencies& on = {});
    std::uint64_t emit_in_setup(const label& l);
    void note_use(access kind, const label& l);

    static constexpr std::size_t access_count = 4;
    static constexpr std::size_t language_count = 2;
    // By language, kind and order.
    lowering lowered_[language_count][access_count][order_count];
    bool model_knows_dependencies_;
    executor* executor_ = nullptr;
    std::vector<location_info> locations_;
    std::vector<trace_step> setup_steps_;

    site_contention contention_;
};

}  // namespace ringsim::sim::graph
