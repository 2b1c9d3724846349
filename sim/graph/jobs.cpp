// The search is a list of units in its own order, of which one process each goes through one. A
// unit may be cut while it runs: its process leaves the end of it to somebody else, and that
// becomes the next unit. Results are added up from the front of the list only, as soon as the unit
// there is done: so the total, and the order in which violations are told, are those of one process
// alone.
//
// How the work happens to be cut depends on the machine and its load; what comes of it does not.
// That rests on three things: a part visits the same executions whoever goes through it, the end of
// the search is decided in its own order (finished()), and what is behind the end is dropped,
// however much of it was done.
#include "sim/graph/jobs.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <system_error>
#include <utility>

#include "sim/graph/explore.hpp"
#include "sim/graph/explore_models.hpp"
#include "sim/graph/kept.hpp"
#include "sim/graph/pieces.hpp"
#include "sim/graph/worker.hpp"

namespace ringsim::sim::graph {
namespace {

using clock = std::chrono::steady_clock;

// To look at the clock costs more than many an execution.
constexpr unsigned leaves_between_looks = 64;
// How long to wait for a worker to say something before looking at everything else.
constexpr int wait_ms = 100;
constexpr int wait_for_some_ms = 2;

// Ends the search of this process, when it has taken so long that others should help.
class for_a_while final : public overseer {
  public:
    explicit for_a_while(const observer& watcher) : watcher_(watcher) {}

    bool over() const { return over_; }
    bool at_leaf(part_search&, const exploration_report&) override {
        if (++leaves_ % leaves_between_looks != 0 || clock::now() < until_) return true;
        over_ = !watcher_.looks_on();
        return !over_;
    }

  private:
    const observer& watcher_;
    clock::time_point until_ = clock::now() + alone_now();
    std::uint64_t leaves_ = 0;
    bool over_ = false;
};

// Ends the search of this process behind the first leaves of it: where whoever cut the search
// stood.
class for_some_leaves final : public overseer {
  public:
    explicit for_some_leaves(std::uint64_t how_many) : left_(how_many) {}
    bool over() const { return left_ == 0; }
    bool at_leaf(part_search&, const exploration_report&) override { return --left_ != 0; }

  private:
    std::uint64_t left_;
};

// What others have gone through already.
struct known_pieces {
    const beginning& begun;
    const std::vector<piece>& pieces;
};

// One search by many processes. Only this process talks to the watcher, and only in the order of
// the search.
class shared_search {
  public:
    shared_search(model_id m, program& p, const std::vector<location_info>& locations,
                  const exploration_limits& limits, observer& watcher, gathered& learned,
                  const known_pieces* known = nullptr, kept_search* kept = nullptr)
        : model_(explorers_for(m)),
          program_(p),
          locations_(locations),
          limits_(limits),
          watcher_(watcher),
          learned_(learned),
          known_(known),
          kept_(kept) {}

    // As a single process would: if an execution does not fit, everything begins again in larger
    // graphs; if threads are not symmetric after all, without symmetry.
    exploration_report run() {
        for (size_ = 0;;) {
            total_ = {};
            units_.clear();
            points_.clear();
            known_points_ = {};
            over_ = false;
            watcher_.begin();
            // The beginning of the search is for this process: most searches are over by then.
            if (known_)
                begin_as_others();
            else if (kept_)
                begin_as_before();
            else
                units_.push_back({part{}, unit::failed});
            add_up();
            if (!over_) share();
            if (kept_) kept_->write(pieces_so_far());
            visit_cycles();
            if (total_.end == exploration_end::told_apart) {
                limits_.symmetry = false;
                continue;
            }
            if (total_.end != exploration_end::too_large) return total_;
            if (++size_ == graph_sizes) {
                total_.problem = too_large_text();
                return total_;
            }
        }
    }

  private:
    // A part, in the order of the search. `failed`: to be done by this process. `left`: likewise,
    // unless more is known by then; some worker began it, and met what it did not know.
    struct unit {
        enum state { waiting, running, done, failed, left };
        part what;
        state is = waiting;
        part_result result{};
        std::uint64_t known = 0;     // when it was left
        std::uint64_t to_know = 0;   // behind it, if not 0: this process goes on as one before it
        bool for_violation = false;  // it may be that it was left since the watcher looked at them
        bool shows_violations = false;  // done; they are not carried over, and may be wanted
    };
    using place = std::list<unit>::iterator;

    // A worker, and the unit that it works on. At most one at a time: what it says belongs to that
    // unit.
    struct desk {
        desk(const search_maker& make, gathered& learned)
            : who(make, learned), known(learned.known()) {}
        worker who;
        const std::uint64_t known;  // when it began
        std::optional<place> at;
        bool asked = false;     // to leave some of its part to others
        bool ends = false;      // it was asked for the rest of it
        bool unwanted = false;  // what it comes to is behind the end of the search
        bool gone = false;
    };

    // Goes through a part in this process, for a while. What is left of it then, if anything is.
    // What it comes to is added to the total at once: so this is for the next part in the order
    // only.
    std::optional<part> go_through(const part& what) {
        for_a_while watch(watcher_);
        return go_through(what, watch);
    }
    template <class Watch>
    std::optional<part> go_through(const part& what, Watch& watch) {
        const auto mine = model_.in_parts(size_, program_, locations_, limits_, watcher_);
        std::optional<noted_leaves> notes;
        overseer* beside = &watch;
        if (kept_) beside = &notes.emplace(what, watch, learned_, watcher_, behind_);
        const exploration_report report = mine->run(what, beside);
        if (notes) notes->end(*mine, report);
        total_ = sum(total_, report);
        add_points(mine->points_met());
        if (!watch.over() || total_.end != exploration_end::limit) return std::nullopt;
        total_.end = exploration_end::exhausted;
        return mine->rest();
    }

    // Executions with a cycle in po | rf, behind all others: by this process alone, for what comes
    // of one promise may be there by another one already.
    void visit_cycles() {
        if (points_.empty() || total_.end != exploration_end::exhausted) return;
        const std::chrono::duration<double> spent = clock::now() - started_;
        exploration_limits left = limits_;
        left.seconds_max -= spent.count();
        const auto mine = model_.in_parts(size_, program_, locations_, left, watcher_);
        total_ = mine->visit_cycles(points_, total_);
    }

    // The beginning, in this process; then what came of the rest is taken for what it is, if this
    // is the search that it came of. If it is not, say because the compiler made another program of
    // the same source, the rest is done here: the answer is the same, and only later.
    void begin_as_others() {
        const beginning& b = known_->begun;
        for_some_leaves watch(b.leaves);
        std::optional<part> rest = go_through(part{}, watch);
        over_ = total_.end != exploration_end::exhausted;
        if (over_ || !rest) return;
        if (beginning{b.leaves, limits_.symmetry, learned_.known(), rest->begin} != b) {
            units_.push_back({std::move(*rest), unit::failed});
            return;
        }
        for (const piece& p : known_->pieces) {
            unit u;
            u.what = p.what;
            u.is = p.is == piece::left ? unit::left : unit::done;
            u.result.report = p.report;
            u.result.learned = p.learned;
            u.result.points = p.points;
            u.known = learned_.known();
            u.shows_violations = p.is == piece::violating;
            units_.push_back(std::move(u));
        }
    }

    // With what a process came to that was killed.
    void begin_as_before() {
        behind_.clear();
        collects_ = false;
        std::vector<piece> pieces = kept_->begin_pass(learned_.known());
        if (pieces.empty()) pieces.push_back({part{}, piece::left});
        for (piece& p : pieces) {
            unit u;
            u.what = std::move(p.what);
            u.is = p.is == piece::done ? unit::done : p.is == piece::left ? unit::failed : u.is;
            u.result.report = std::move(p.report);
            u.result.learned = std::move(p.learned);
            u.result.points = std::move(p.points);
            u.to_know = p.known;
            units_.push_back(std::move(u));
        }
    }

    // Behind a unit that was gone through before: if it told something else now, the rest was of
    // another program.
    void go_on_as_before(const unit& u) {
        if (u.to_know == 0 || over_ || learned_.known() == u.to_know) return;
        kept_->forget_rest();
        units_.clear();
        if (u.what.until) units_.push_back({part{*u.what.until, std::nullopt}, unit::failed});
    }

    // As a checkpoint has it. Of a part with violations, or that ended the search, only that it is
    // open: these are told in the order of the search, and so have to be met again.
    static piece piece_of(const unit& u) {
        const part_result& r = u.result;
        const bool counts = u.is == unit::done && r.violations.empty() &&
                            r.report.end == exploration_end::exhausted;
        if (counts) return {u.what, piece::done, r.report, r.learned, r.points};
        return {u.what, u.to_know != 0 ? piece::left : piece::open, {}, {}, {}, u.to_know};
    }

    // Of the pass at hand. Behind what ends a search nothing is known, and it is found out again.
    std::vector<piece> pieces_so_far() const {
        piece_list all = behind_;
        for (const unit& u : units_) all.add(piece_of(u));
        std::vector<piece> pieces = all.all();
        if (pieces.back().is != piece::done) pieces.back().what.until.reset();
        return pieces;
    }

    // When it is time, those who work hand in what they have, and then it is written down.
    void keep() {
        if (!kept_ || halt_ || !kept_->is_due()) return;
        if (!std::exchange(collects_, true))
            for (const auto& d : desks_)
                if (d && d->at && !d->unwanted) {
                    d->ends = d->asked = true;
                    d->who.ask_for_rest();
                }
        if (std::ranges::any_of(desks_, [](const auto& d) { return d && d->at && d->ends; }))
            return;
        collects_ = false;
        kept_->write(pieces_so_far());
    }

    // What this process has begun, by it and others. Each round hands out what there is, waits for
    // somebody to say something (or does what only this process may do), and adds up what is done.
    void share() {
        if (jobs() > 1) desks_.resize(jobs());
        while (!over_ && !units_.empty()) {
            if (halted()) stop_all();
            keep();
            if (!halt_) hand_out();
            if (!is_for_this_process(units_.front())) listen();
            add_up();
            // The sum of a search that was halted has to wait for all.
            if (halt_ && nobody_works()) end_halted();
            watcher_.progress(so_far());
        }
        desks_.clear();
    }

    // What a worker began and could not end for want of what this process knows, or will know when
    // it has come there.
    bool is_for_this_process(const unit& u) const {
        return !halt_ && (u.is == unit::failed || u.is == unit::left);
    }

    // Workers are forks of this process as it is now: they have the program under test and all that
    // it has learnt. They run without limits of time; this process watches the clock for all of
    // them. Nothing, if the machine allows no more: then there are fewer, and be it none.
    std::unique_ptr<desk> new_desk() {
        const search_maker make = [&](observer& watcher) {
            exploration_limits theirs = limits_;
            theirs.seconds_max = 1e18;
            theirs.interrupted = nullptr;
            return model_.in_parts(size_, program_, locations_, theirs, watcher);
        };
        try {
            return std::make_unique<desk>(make, learned_);
        } catch (const std::system_error&) {
            return nullptr;
        }
    }

    // --- what to do next ----------------------------------------------------------------------
    // Units that nobody has begun go first. A worker without one makes the others be asked for some
    // of theirs; each is asked once until it has answered. Whoever is gone, or began when less was
    // known, is replaced as soon as there is something to do.
    void hand_out() {
        for (unit& u : units_)
            if (u.is == unit::left && may_be_handed_out(u)) u.is = unit::waiting;
        // Units before it were looked at for the last desk already.
        place next = units_.begin();
        bool idle = false;
        for (std::unique_ptr<desk>& d : desks_) {
            if (d && d->at) continue;
            next = std::find_if(next, units_.end(),
                                [](const unit& u) { return u.is == unit::waiting; });
            if (next == units_.end()) {
                idle = true;
                continue;
            }
            if (!d || d->gone || d->known < learned_.known()) d = new_desk();
            if (!d) continue;
            next->is = unit::running;
            d->at = next;
            // What was asked of it for its last unit is over.
            d->asked = d->unwanted = d->ends = false;
            d->who.begin(next->what, still_wanted(next), watcher_.looks_at_violations());
        }
        if (!idle) return;
        for (const auto& d : desks_)
            if (d && d->at && !d->asked && !d->unwanted) {
                d->asked = true;
                d->who.ask_for_some();
            }
    }

    // A unit that some worker has left: another one would leave it again, unless more is known now,
    // or it was left for a violation and nobody looks at those any more.
    bool may_be_handed_out(const unit& u) const {
        return u.known < learned_.known() || (u.for_violation && !watcher_.looks_at_violations());
    }

    // The violations of this part that can be among the first ones. An upper bound is enough: a few
    // violations too many are carried over and dropped.
    std::uint64_t still_wanted(place of) const {
        std::uint64_t known = wanted_behind_;
        for (auto u = units_.begin(); u != units_.end() && &*u != &*of; ++u)
            if (u->is == unit::done) known += u->result.violations.size();
        const std::uint64_t all = learned_.violations_wanted();
        return all - std::min(all, known);
    }

    // From outside, or by the clock. Only once: afterwards it is waited for what workers still say.
    bool halted() const {
        if (halt_) return false;
        if (limits_.interrupted && limits_.interrupted->load(std::memory_order_relaxed))
            return true;
        const std::chrono::duration<double> spent = clock::now() - started_;
        return spent.count() > limits_.seconds_max;
    }
    // Workers stop at the next execution, and send what they have.
    void stop_all() {
        halt_ = limits_.interrupted && limits_.interrupted->load(std::memory_order_relaxed)
                    ? exploration_end::interrupted
                    : exploration_end::limit;
        for (const auto& d : desks_)
            if (d && d->at) d->who.stop();
    }
    bool nobody_works() const {
        return std::ranges::none_of(desks_, [](const auto& d) { return d && d->at; });
    }
    // What was done counts, wherever it is in the order: a limit ended the search, and the report
    // says so.
    void end_halted() {
        for (unit& u : units_)
            if (u.is == unit::done) add(u.result);
        total_.end = *halt_;
        over_ = true;
    }

    // --- what workers say ---------------------------------------------------------------------
    // Waits until some worker says something, but not for long: the clock and Ctrl-C want to be
    // looked at.
    void listen() {
        std::vector<pollfd> ears;
        std::vector<desk*> whose;
        bool some_asked = false;
        for (const auto& d : desks_) {
            if (!d || d->gone) continue;
            ears.push_back({d->who.descriptor(), POLLIN, 0});
            whose.push_back(d.get());
            some_asked = some_asked || (d->at && !d->asked);
        }
        if (ears.empty()) return all_gone();
        const bool idle = std::ranges::any_of(whose, [](const desk* d) { return !d->at; });
        if (poll(ears.data(), ears.size(), idle && some_asked ? wait_for_some_ms : wait_ms) <= 0)
            return;
        for (std::size_t i = 0; i < ears.size(); ++i)
            if (ears[i].revents != 0) hear(*whose[i]);
    }

    // A process that went away in the middle of a unit leaves it to be done again here.
    void hear(desk& d) {
        std::vector<worker_message> said;
        d.gone = !d.who.listen(said);
        for (worker_message& m : said) {
            if (m.result)
                finished(d, std::move(*m.result));
            else
                given(d, std::move(m.given));
        }
        if (!d.gone || !d.at) return;
        // An unwanted unit is not in the list any more.
        if (!d.unwanted) (*d.at)->is = unit::failed;
        d.at.reset();
    }

    // The unit ends where the given part begins, and that comes right behind it. The list is thus
    // in the order of the search at all times.
    void given(desk& d, std::optional<part> some) {
        d.asked = false;
        if (!some || d.unwanted) return;
        unit& from = **d.at;
        from.what.until = some->begin;
        units_.insert(std::next(*d.at), {std::move(*some)});
    }

    // Unless it was exhausted, a unit's end is the end of the whole search, whatever comes later in
    // its order: at a first violation, or a graph that is too large. What is behind it is dropped.
    void finished(desk& d, part_result result) {
        const place at = *d.at;
        d.at.reset();
        if (d.unwanted) return;
        at->result = std::move(result);
        if (std::optional<part>& left = at->result.left) {
            at->what.until = left->begin;
            unit rest;
            rest.what = std::move(*left);
            rest.is = unit::left;
            rest.known = learned_.known();
            rest.for_violation = watcher_.looks_at_violations();
            units_.insert(std::next(at), std::move(rest));
        }
        const exploration_end how = at->result.report.end;
        at->is = unit::done;
        if (how == exploration_end::exhausted || halt_) return;
        for (const auto& other : desks_)
            if (other && other->at && !other->unwanted && is_behind(*other->at, at)) {
                other->unwanted = true;
                other->who.stop();
            }
        units_.erase(std::next(at), units_.end());
    }

    // Units have no numbers, for others come between: the list is walked.
    bool is_behind(place later, place at) const {
        for (auto u = at; u != units_.end(); ++u)
            if (u == later) return true;
        return false;
    }

    // No process is left but this one.
    void all_gone() {
        for (unit& u : units_)
            if (u.is == unit::waiting) u.is = unit::failed;
    }

    // --- the sum ------------------------------------------------------------------------------
    // From the front of the list, as far as units are done. A failed unit is done here, so that
    // whatever killed its worker shows in this process, too; one that was left, so that this
    // process finds out what is to be known; and one in which the watcher may end the search.
    void add_up() {
        while (!over_ && !halt_ && !units_.empty()) {
            if (unit& u = units_.front();
                u.is == unit::done && (!watcher_.may_be_elsewhere(u.result.report) ||
                                       (u.shows_violations && watcher_.looks_at_violations())))
                u.is = unit::failed;
            if (units_.front().is != unit::done && !is_for_this_process(units_.front())) return;
            const unit first = std::move(units_.front());
            units_.pop_front();
            if (first.is == unit::done) {
                if (kept_) behind_.add(piece_of(first));
                add(first.result);
                over_ = total_.end != exploration_end::exhausted;
                continue;
            }
            std::optional<part> rest = go_through(first.what);
            over_ = total_.end != exploration_end::exhausted;
            if (rest && first.to_know == 0) {
                units_.push_front({std::move(*rest)});
                return;
            }
            if (rest) {
                units_.push_front({std::move(*rest), unit::failed});
                units_.front().to_know = first.to_know;
            } else {
                go_on_as_before(first);
            }
        }
    }

    // The next part in the order of the search.
    void add(const part_result& r) {
        total_ = sum(total_, r.report);
        learned_.add(r.learned);
        add_points(r.points);
        watcher_.visited_elsewhere(r.report);
        wanted_behind_ += r.violations.size();
        // The watcher hears of them as if they had been found here.
        for (const recorded_execution& e : r.violations)
            watcher_.violation_found([&] { return e; });
    }

    // Of each name the first one.
    void add_points(const std::vector<promise_point>& points) {
        for (const promise_point& p : points)
            if (known_points_.insert(p.name)) points_.push_back(p);
    }

    // For the progress bar: with what is not added up yet, and roughly what is under way.
    exploration_report so_far() const {
        exploration_report r = total_;
        for (const unit& u : units_)
            if (u.is == unit::done) r = sum(r, u.result.report);
        for (const auto& d : desks_)
            if (d && d->at) r.executions += d->who.executions();
        return r;
    }

    // At the largest size.
    static std::string too_large_text() {
        return "an execution has more than " + std::to_string(events_max) + " events (events_max)";
    }

    const model_explorers& model_;
    program& program_;
    const std::vector<location_info>& locations_;
    exploration_limits limits_;
    observer& watcher_;
    gathered& learned_;
    const known_pieces* known_;
    kept_search* const kept_;
    piece_list behind_{learned_};  // what has been added up, if it is kept
    bool collects_ = false;        // those who worked were asked for what they have
    const clock::time_point started_ = clock::now();
    unsigned size_ = 0;
    exploration_report total_;  // of the parts that are behind us
    std::vector<promise_point> points_;
    fingerprint_set known_points_;
    std::uint64_t wanted_behind_ = 0;  // violations told by the parts that are added up
    std::list<unit> units_;
    std::vector<std::unique_ptr<desk>> desks_;
    std::optional<exploration_end> halt_;  // everybody was told to stop
    bool over_ = false;
};

}  // namespace

exploration_report explore_with_pieces(model_id m, program& p,
                                       const std::vector<location_info>& locations,
                                       const exploration_limits& limits, observer& watcher,
                                       gathered& learned, const beginning& begun,
                                       const std::vector<piece>& pieces) {
    const known_pieces known{begun, pieces};
    return shared_search(m, p, locations, limits, watcher, learned, &known).run();
}

exploration_report explore_and_keep(model_id m, program& p,
                                    const std::vector<location_info>& locations,
                                    const exploration_limits& limits, observer& watcher,
                                    gathered& learned, kept_search& kept) {
    if (!does_not_fit(p, locations).empty())
        return explore_exhaustively(m, p, locations, limits, watcher);
    return shared_search(m, p, locations, limits, watcher, learned, nullptr, &kept).run();
}

exploration_report explore_with_jobs(model_id m, program& p,
                                     const std::vector<location_info>& locations,
                                     const exploration_limits& limits, observer& watcher,
                                     gathered& learned) {
    // A program whose ways may differ learns what steers it, and nobody carries that over. "The
    // first n executions" is a question about the order, which one process has to answer.
    const bool counted = limits.executions_max != UINT64_MAX;
    if (jobs() == 1 || counted || limits.probes != 0 || p.ways_may_differ() ||
        !does_not_fit(p, locations).empty())
        return explore_exhaustively(m, p, locations, limits, watcher);
    return shared_search(m, p, locations, limits, watcher, learned).run();
}

}  // namespace ringsim::sim::graph
