// What is known of loops that try again, and the thread that is being tried (retrying.cpp).
//
// Places are counted in events of one thread, from 0: the event at `position` is the one that comes
// next. Events that a trial leaves out are those in [from, until).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "sim/graph/program.hpp"

namespace ringsim::sim::check {

// Stands between a thread and the graph while the thread runs for a trial: it is given its own
// events, without those from `from` on to before `until`. At the first thing that it asks for and
// that is not next, the trial is over. So a trial adds nothing to the graph and takes nothing out
// of it, and whatever it finds out is about a history that the thread did have.
class shortened_history final : public graph::executor {
  public:
    // `over` does not return. `ordered`: of an access as the source has it, by the value read.
    using source_order = std::function<order(const graph::label&, std::uint64_t)>;
    shortened_history(std::function<void()> over, source_order ordered)
        : over_(std::move(over)), ordered_(std::move(ordered)) {}

    void begin(graph::executor& whole, std::uint64_t from, std::uint64_t until) {
        whole_ = &whole;
        from_ = from;
        until_ = until;
    }
    graph::executor& whole() const { return *whole_; }

    std::uint64_t step(const graph::label& l, const graph::dependencies& on) override;
    unsigned last_read() const override { return whole_->last_read(); }
    void branch_on(const graph::read_set& reads) override { whole_->branch_on(reads); }
    std::uint64_t spin_mark() override { return whole_->spin_mark(); }
    void spin(std::uint64_t) override { over_(); }
    void fail(violation, std::string_view) override { over_(); }
    unsigned thread() const override { return whole_->thread(); }
    std::uint64_t newest(graph::location_id l) const override { return whole_->newest(l); }
    graph::location_id declare(const graph::location_info& what) override {
        return whole_->declare(what);
    }
    const graph::event* recorded_next() const override { return whole_->recorded_next(); }
    void wait_for_news(std::uint64_t, graph::news) override { over_(); }
    const graph::label* behind_last() const override { return whole_->behind_last(); }
    bool has_newer() const override { return whole_->has_newer(); }
    bool is_on_the_way() const override { return whole_->is_on_the_way(); }
    std::uint64_t position() const override { return whole_->position(); }
    void abandon() override { whole_->abandon(); }

  private:
    std::function<void()> over_;
    source_order ordered_;
    graph::executor* whole_ = nullptr;
    std::uint64_t from_ = 0;
    std::uint64_t until_ = 0;
};

// A place in a thread at which it is tried what the thread would be without some of its reads. The
// first run is with all of them, to compare with: a thread that does not come back to the place in
// that run, for it is not like itself, is not tried any further.
struct retry_trial {
    bool running = false;   // the thread runs for the trial, and not for the search
    bool compares = false;  // `whole` is there
    bool refuted = false;   // nothing can be left out here
    unsigned thread = 0;
    std::uint64_t position = 0;  // of the place, in the thread's events; 0: there is no trial
    unsigned visit = 0;          // which of those to entry points behind the same event
    std::uint64_t round = 0;     // events that are left out
    std::uint64_t first = 0;     // of those that may be
    std::uint64_t last_until = 0;
    std::uint64_t until = 0;  // the trial at hand leaves out what is before it
    // The bytes of all that the thread has of its own at the place (own_bytes.hpp): with all
    // events, and without the round.
    std::string whole;
    std::string now;

    bool is_for(unsigned t, std::uint64_t at, unsigned nth) const {
        return is_of(t) && position == at && visit == nth;
    }
    // Whether the thread is started over because of it.
    bool is_of(unsigned t) const { return position != 0 && thread == t; }
};

// Places behind one event of a thread at which nothing could be left out, by their number there.
struct refuted_places {
    unsigned thread = 0;
    std::uint64_t position = 0;
    std::set<unsigned> visits;

    void add(unsigned t, std::uint64_t at, unsigned nth) {
        if (thread != t || position != at) visits.clear();
        thread = t;
        position = at;
        visits.insert(nth);
    }
    bool have(unsigned t, std::uint64_t at, unsigned nth) const {
        return thread == t && position == at && visits.contains(nth);
    }
    // The thread has gone on.
    void come_by(unsigned t, std::uint64_t at) {
        if (thread == t && at > position) visits.clear();
    }
    // It begins again, with another history: what is known of the last one is not true of this one.
    void begin(unsigned t) {
        if (thread == t) visits.clear();
    }
};

// All but the trial at hand is about the program, and outlives an execution and an exploration: it
// only grows, so that the exploration, begun again whenever an answer would be another one, comes
// to an end.
struct retries {
    retries(std::function<void()> over, shortened_history::source_order ordered)
        : history(std::move(over), std::move(ordered)) {}

    retry_trial trial;
    // A trial starts the thread over, which then comes by the places before it again.
    refuted_places refuted;
    shortened_history history;
    std::map<const void*, unsigned> failures;  // by the place where rounds were compared
    std::set<const void*> useful;              // places where some round left nothing behind
    std::set<const void*> useless;             // places where none did, again and again
    // Locations that were read in such rounds: at all, and plainly.
    std::set<const void*> left_out;
    std::set<const void*> left_out_plainly;
    // Locations that were written once there were threads.
    std::set<const void*> written;
    std::set<const void*> plainly_written;
    bool used = false;  // in this exploration

    bool trying() const { return trial.running; }
    void begin_exploration() {
        trial.running = used = false;
        trial.position = 0;
        refuted.visits.clear();
    }
};

}  // namespace ringsim::sim::check
