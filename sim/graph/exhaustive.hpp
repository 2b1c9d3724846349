// Visits every consistent execution graph of a program exactly once.
//
// TruSt: Kokologiannakis, Marmanis, Gladstein and Vafeiadis, "Truly stateless, optimal dynamic
// partial order reduction", POPL 2022. The thread to run next is a function of the graph
// (turns.hpp); a read-modify-write whose read half was revisited gets its write half first.
//
// Iterative: the search runs one graph forward with the first choice everywhere, leaves a frame
// (a copy of the graph and the other choices) where there were several, and then goes on from the
// newest frame (frames.hpp).
#pragma once

#include <chrono>

#include "sim/graph/fingerprint.hpp"
#include "sim/graph/frames.hpp"
#include "sim/graph/promise_points.hpp"
#include "sim/graph/random.hpp"
#include "sim/graph/record.hpp"
#include "sim/graph/revisits.hpp"
#include "sim/graph/turns.hpp"

namespace ringsim::sim::graph {

// The search. `Model` says what is consistent, W how large a graph may get; what is said of a visit
// holds for one object: run() may be called again, for another part.
template <memory_model Model, unsigned W>
class exhaustive final : public turns_builder<Model, W>, public part_search {
    using base = turns_builder<Model, W>;
    using typename base::graph_type;
    using typename base::set;
    using frame_type = frame<graph_type, typename base::shown>;

  public:
    exhaustive(program& p, const std::vector<location_info>& locations,
               const exploration_limits& limits, observer& watcher)
        : base(p, locations, limits.symmetry), limits_(limits), watcher_(watcher) {
        this->assume_dependencies_ = limits.assume_dependencies;
        this->by_automaton_ = p.told_by_values();
    }

    // The whole search.
    exploration_report run() {
        const exploration_report acyclic = run(part{}, nullptr);
        return over_ ? acyclic : visit_cycles(points_.take(), acyclic);
    }

    exploration_report run(const part& which, overseer* watched_by) override {
        begin(which, watched_by);
        if (limits_.probes == 0) {
            search();
            if (!over_ && frames_.is_whole_search()) report_.share_done = 1;
        } else {
            estimate();
        }
        return totals();
    }

    std::optional<part> give_away() override { return frames_.give_away(); }
    std::optional<part> rest() const override { return frames_.rest(); }
    part at_hand() const override { return frames_.at_hand(); }
    const std::vector<promise_point>& points_met() const override { return points_.all(); }
    exploration_report visit_cycles(const std::vector<promise_point>& points,
                                    const exploration_report& so_far) override {
        report_ = so_far;
        events_ = so_far.events;
        acyclic_ = false;
        for (const promise_point& p : points) met_.know_promise(p.name);
        for (const promise_point& p : points) {
            if (report_.executions >= limits_.executions_max) end(exploration_end::limit);
            if (over_) break;
            frames_.begin({p.ways, std::nullopt});
            points_.seek(p);
            search();
        }
        return totals();
    }

  private:
    exploration_report totals() {
        report_.events = events_;
        report_.problem = problem_;
        return report_;
    }

    // --- the search ---------------------------------------------------------------------------
    void begin(const part& which, overseer* watched_by) {
        started_ = std::chrono::steady_clock::now();
        frames_.begin(which);
        points_.clear();
        met_.forget_promises();
        overseer_ = watched_by;
        report_ = {};
        problem_.clear();
        events_ = leaves_ = 0;
        over_ = elsewhere_ = found_ = false;
        acyclic_ = true;
    }

    // Depth first, over a stack of our own. A run goes forward and adds events until no thread can
    // go on; on its way it leaves a frame wherever there was more than one way. Then the newest
    // frame says where to go on. The stack holds what recursion would: its depth is the number of
    // points with several ways on the current path, and memory is bounded by that.
    void search() {
        graph_->clear(program_.thread_count(), static_cast<unsigned>(initial_.size()));
        shown_.reset();  // of a probe that ended while it repeated something
        weight_ = 1;
        stopped_ = false;
        forward();
        while (!over_ && !frames_.empty()) {
            frame_type& f = frames_.newest();
            if (f.next == f.end) {
                frames_.pop();
                continue;
            }
            const choice c = frames_.take();
            // The last choice takes the frame's graph instead of a copy.
            if (f.next == f.end)
                std::swap(graph_, f.graph);
            else
                graph_->copy_from(*f.graph);
            weight_ = f.weight;
            stopped_ = false;
            if constexpr (graph_type::reads_ahead) shown_ = f.shown;
            // After the choice is carried out, and before threads run on: reads that were given a
            // value ahead of its write may have something to make up for first.
            if ((take(f, c) && this->repeat()) || search_on())
                forward();
            else
                give_up();
        }
    }

    // Random descents of the tree of choices (Knuth, "Estimating the efficiency of backtrack
    // programs", Mathematics of Computation 1975): where there are n ways on, one of them is taken
    // and counts n times. The mean over all descents is an unbiased estimate of the number of
    // executions.
    void estimate() {
        double sum = 0;
        for (std::uint64_t i = 0; i < limits_.probes && !over_; ++i) {
            const std::uint64_t before = visited();
            frames_.clear();
            search();
            if (visited() > before) sum += 1 / weight_;
            report_.estimate = sum / static_cast<double>(i + 1);
        }
    }

    std::uint64_t visited() const { return report_.executions + report_.ended_early; }

    using base::events_;
    using base::graph_;
    using base::initial_;
    using base::problem_;
    using base::program_;
    using base::shown_;
    using base::stopped_;
    using base::threads_;

    // --- forward ------------------------------------------------------------------------------
    // Runs the threads until none can go on, and takes stock.
    void forward() {
        for (unsigned t = this->next(); t < threads_.size(); t = this->next()) {
            this->resume(t);
            if (stopped_) return give_up();
        }
        finish();
    }
    void stop_exploring() override { end(exploration_end::abandoned); }
    bool is_on_the_way() const override { return frames_.on_the_way() || points_.seeks(); }

    // From inside the running thread, by way of step(). All of these return false where the run
    // cannot go on; the event stays in the graph then, which is given up or replaced.
    bool add(const label& l) override {
        if constexpr (graph_type::reads_ahead)
            if (this->repeats()) return this->add_repeated(l);
        if (!this->has_room()) {
            end(exploration_end::too_large);
            return false;
        }
        this->takes_turn(l);
        const event_id e = this->append(this->current_, l);
        if constexpr (graph_type::reads_ahead)
            if (l.kind != event_kind::write && graph_->breaks_promise()) return false;
        switch (l.kind) {
            case event_kind::read:
                return add_read(e);
            case event_kind::write:
                return add_write(e);
            case event_kind::choice:
                return add_choice(e);
            default:
                return this->finish_other(e);
        }
    }

    bool add_choice(event_id e) {
        const std::uint64_t ways = (*graph_)[e].what.expected;
        if (ways > 1) {
            frame_type& f = push(frame_kind::choice, e);
            for (std::uint64_t i = 1; i < ways; ++i)
                f.choices.push_back({static_cast<event_id>(i), way_on::here});
            if (!split(f, static_cast<unsigned>(ways))) return false;
        }
        return choose(e, 0);
    }

    // An internal choice of the program: it reads nothing, and each way is an execution of its own.
    bool choose(event_id e, event_id way) {
        (*graph_)[e].serial = ++this->serial_;
        (*graph_)[e].value = way;
        return this->finish_other(e);
    }

    bool add_read(event_id e) {
        const location_id l = (*graph_)[e].what.location;
        const choice_list list = useful_sources(*graph_, e, this->sources(e),
                                                [&](event_id w) { return this->value_of(w, l); });
        return put_aside(frame_kind::read, e, list) && read_from(e, list[0]);
    }

    // Also the other ways of a read, out of its frame, and a revisited one: whoever gives a read
    // its source makes the write half that comes of it, at once. A graph with half a
    // read-modify-write is never put aside.
    bool read_from(event_id r, event_id w) {
        if (!this->finish_read(r, w)) return false;
        return !base::wants_write_half((*graph_)[r]) || add_write_half(r);
    }

    bool add_write_half(event_id r) {
        return add_write(this->append((*graph_)[r].thread, base::write_half((*graph_)[r])));
    }

    bool add_write(event_id e) {
        (*graph_)[e].value = (*graph_)[e].what.value;
        if constexpr (graph_type::reads_ahead)
            return !graph_->breaks_promise() && keep_promises_from(e, 0);
        return put_write(e);
    }

    // The new write `e` has its value.
    bool put_write(event_id e) {
        if constexpr (graph_type::reads_ahead)
            if (!frames_.on_the_way() && points_.is_here(*graph_, e)) return leave_for_promise(e);
        choice_list list = this->places(e);
        if (this->leaves_waiting(e)) list.clear();
        // The places of this write, the reads that it revisits and those that are promised it are
        // the ways on. Only the first place is taken at once; with it, the graph is as if the write
        // had come late and nobody had noticed.
        find_revisits(*graph_, e, revisits_);
        if (!find_aheads(e)) return false;
        const unsigned choices =
            list.size() + static_cast<unsigned>(revisits_.size() + aheads_.size());
        if (choices > 1 || list.empty()) {
            if (choices == 0) return false;
            // No place, and one read to revisit: no frame, for nothing else could be taken later.
            if (list.empty() && choices == 1 && !revisits_.empty()) return revisit(e, revisits_[0]);
            frame_type& f = push(frame_kind::write, e);
            for (event_id r : revisits_) f.choices.push_back({r, way_on::revisit});
            for (unsigned i = 1; i < list.size(); ++i) f.choices.push_back({list[i], way_on::here});
            for (event_id r : aheads_) f.choices.push_back({r, way_on::ahead});
            if (!split(f, choices)) return false;
            if (list.empty()) {
                elsewhere_ = true;
                return false;
            }
        }
        return place(e, list[0]);
    }

    bool add_shown_write(event_id e) override { return add_write(e); }

    // For a write that is repeated and whose place the old graph does not tell.
    bool place_anywhere(event_id e) override {
        const choice_list list = this->places(e);
        return put_aside(frame_kind::write, e, list) && place(e, list[0]);
    }

    // A write that was promised has to be as the model allows it with the read that it is for.
    bool place(event_id e, event_id before) {
        return this->finish_write(e, before) &&
               (!this->freeze_promised(e) || this->keeps_promises_so_far());
    }

    // --- revisits -----------------------------------------------------------------------------
    // The heart of the algorithm. A read that was added before the new write `a` could have read
    // from `a`, had it come earlier. To visit that execution, and to visit it once only, the read
    // is given `a` as its source and what was added after it is dropped; but only if all that is
    // dropped was added in the one canonical way ("maximally"). Every other way of having added it
    // leads to the same graph, and does nothing.
    //
    // The graph without what came after `r`, except what the write `a` needs; r reads from `a`.
    bool revisit(event_id a, event_id r) {
        const set keep = graph_->added_until(r) | graph_->with_prefix(a);
        // What stays is closed: the prefix of `a` is, and so are the events up to `r` by the order
        // of adding.
        graph_->restrict_to(keep);
        this->forget_rf(r);
        const choice_list list = this->places(a);
        return put_aside(frame_kind::revisited, a, list, r) && place_and_revisit(a, list[0], r);
    }

    // `a` may have its place too low in co for `r`, whose thread knows a newer write.
    bool place_and_revisit(event_id a, event_id where, event_id r) {
        if (!this->finish_write(a, where)) return false;
        const bool promised = this->freeze_promised(a);
        const bool known = graph_->co_index(a) < Model::floor(*graph_, r);
        return (!known || mutated(mutant::no_floor_of_revisited)) && read_from(r, a) &&
               (!promised || this->keeps_promises_so_far());
    }

    // --- load buffering -----------------------------------------------------------------------
    // Executions with a cycle in po | rf. What is above visits those without, each once. Here, the
    // read `r` of such a cycle is promised the write `a` before there is one: what is after `r` is
    // taken back, `r` gets the value, and what `a` needs is done again, in program order as ever,
    // as if some other memory had answered `r` (repeating.hpp). Then `a` is there or the promise
    // was in vain. A promise is made where some execution shows that the write comes: `r` is before
    // `a` by po and rf there, and by nothing that the model keeps in order.
    //
    // Several choices of promised reads make the same execution, so those that were visited are
    // kept, by fingerprint; so are the places where promises were made.
    //
    // The reads that are to be promised the new write `a`, now or, while executions without a cycle
    // are visited, behind all of them. False: too many promises.
    bool find_aheads(event_id a) {
        if constexpr (graph_type::reads_ahead) {
            aheads_.clear();
            // Probes would count an execution once for each promise that leads to it.
            if (limits_.probes != 0 || points_.seeks()) return true;
            this->each_reader_ahead(a, [&](event_id r) {
                const set shown = this->needed_by(graph_->up_to(r) | graph_->prefix(a));
                const auto name = met_.new_promise(*graph_, shown, a, r);
                if (!name) return;
                if (acyclic_)
                    points_.add(*graph_, frames_.ways(), a, r, *name);
                else
                    aheads_.push_back(r);
            });
            if (aheads_.empty() || graph_->promise_count() < promises_max) return true;
            this->problem_ = "an execution has more than " + std::to_string(promises_max) +
                             " reads ahead (promises_max)";
            end(exploration_end::too_large);
            return false;
        } else {
            (void)a;
            return true;
        }
    }

    // The search has come here to promise `e` to a read: other ways were taken before.
    bool leave_for_promise(event_id e) {
        events_ = report_.events;
        weight_ = 0;
        frames_.clear();
        frame_type& f = push(frame_kind::write, e);
        f.choices.push_back({points_.arrive(*graph_), way_on::ahead});
        split(f, 1);
        elsewhere_ = true;
        return false;
    }

    // Lets the new write `e` keep the free promises from number `i` on that it can keep, and on
    // other ways leaves each of them to a later write.
    bool keep_promises_from(event_id e, unsigned i) {
        for (i = graph_->open_promise(e, i); i < graph_->promise_count();
             i = graph_->open_promise(e, i + 1)) {
            frame_type& f = push(frame_kind::keeping, e);
            f.choices.push_back({static_cast<event_id>(i), way_on::here});
            if (!split(f, 2)) return false;
            graph_->made_by(i, e);
        }
        return put_write(e);
    }

    // Whether there is more to search where something could not be repeated: a thread took another
    // way, and the promise may be kept by what nobody has seen.
    bool search_on() {
        if constexpr (graph_type::reads_ahead) {
            const auto* what = this->departed_from();
            if (!what || elsewhere_ || over_) return false;
            graph_->copy_from(*what->start);
            if (!met_.is_new_start(*graph_)) return false;
            stopped_ = false;
            const event_id r = graph_->by_stamp(graph_->size() - 1);
            return !base::wants_write_half((*graph_)[r]) || add_write_half(r);
        }
        return false;
    }

    // Whether the finished graph, with its promises kept, is an execution that was not there yet.
    bool come_true() {
        return this->keeps_promises() && (met_.is_new(*graph_) || mutated(mutant::ahead_again));
    }

    // --- frames -------------------------------------------------------------------------------
    frame_type& push(frame_kind kind, event_id subject) {
        frame_type& f = frames_.push(kind, subject, *graph_);
        if constexpr (graph_type::reads_ahead) f.shown = shown_;
        return f;
    }
    // Leaves a frame with the ways of `list` behind the first. Returns false if there is none, or
    // if a probe goes another way.
    bool put_aside(frame_kind kind, event_id subject, const choice_list& list,
                   event_id revisited = no_event) {
        if (list.size() < 2) return !list.empty();
        frame_type& f = push(kind, subject);
        f.revisited = revisited;
        for (unsigned i = 1; i < list.size(); ++i) f.choices.push_back({list[i], way_on::here});
        return split(f, list.size());
    }
    // The ways on from here are the choices of `f`, and the one that is taken at once unless there
    // is none. Returns false if a probe goes another way.
    bool split(frame_type& f, unsigned ways) {
        // A rough share of the work, for a progress bar: as if all ways were equally large.
        weight_ /= ways;
        f.weight = weight_;
        const auto turn = frames_.enter(ways);
        if (turn.wrong) return is_no_part();
        // What is before this point was counted by whoever came here first.
        if (turn.arrived) events_ = 0;
        if (limits_.probes == 0) {
            elsewhere_ = !turn.at_once;
            return turn.at_once;
        }
        const std::size_t pick = random_.below(ways);
        const std::size_t at_once = ways - f.choices.size();
        // A probe takes one way and forgets the others.
        if (pick < at_once) {
            frames_.pop();
            return true;
        }
        f.choices = {f.choices[pick - at_once]};
        f.end = 1;
        elsewhere_ = true;
        return false;
    }

    // The text of a part came from outside, and this search has no such ways, or no such point.
    bool is_no_part() {
        problem_ = "the part is none of this search";
        end(exploration_end::program_error);
        return false;
    }

    // Copies what it needs from the frame: adding events may push frames on top of it.
    bool take(const frame_type& f, choice c) {
        const event_id e = f.subject;
        const event_id r = f.revisited;
        switch (f.kind) {
            case frame_kind::read:
                return read_from(e, c.e);
            case frame_kind::revisited:
                return place_and_revisit(e, c.e, r);
            case frame_kind::choice:
                return choose(e, c.e);
            default:
                if constexpr (graph_type::reads_ahead)
                    if (f.kind == frame_kind::keeping) return keep_promises_from(e, c.e + 1u);
                if constexpr (graph_type::reads_ahead)
                    if (c.how == way_on::ahead) return this->read_ahead(e, c.e);
                return c.how == way_on::revisit ? revisit(e, c.e) : place(e, c.e);
        }
    }

    // --- ends ---------------------------------------------------------------------------------
    // No thread can go on. Which of three things is this: an execution, one that only looks like it
    // since somebody waits for what is there already (`blocked`), or one that no model allows once
    // it is seen as a whole?
    void finish() {
        if constexpr (graph_type::reads_ahead) {
            if (graph_->promise_count() > 0) {
                if (!come_true()) {
                    ++report_.in_vain;
                    return leaf();
                }
                for (unsigned t = 0; t < threads_.size(); ++t)
                    if (this->failed(t)) return found_at_the_end(t);
            }
        }
        hang how = hang::none;
        for (unsigned t = 0; t < threads_.size(); ++t) {
            if (!graph_->blocked(t)) {
                if (!graph_->finished(t) && !this->never_began(t) && how == hang::none)
                    how = hang::waits;
                continue;
            }
            const event_kind last = (*graph_)[graph_->last(t)].what.kind;
            if (last == event_kind::drop ||
                (!this->waits_for_ever(t) && !mutated(mutant::hang_on_stale_read)))
                return waited_in_vain();
            if (how != hang::spins) how = last == event_kind::block ? hang::spins : hang::waits;
        }
        if (!this->holds_at_the_end()) return give_up();
        // The program judges what its threads hold in their hands, so they are all brought to their
        // ends.
        this->refresh(how);
        if (stopped_) return give_up();
        ++report_.executions;
        report_.stands_for += this->stands_for();
        const auto verdict = this->judged(how);
        if (verdict)
            found(*verdict, true);
        else
            watcher_.execution([this] { return record(std::nullopt, true); });
        leaf();
    }

    void waited_in_vain() {
        const auto race = this->race_in_round();
        ++(race ? report_.ended_early : report_.blocked);
        if (race) found(*race, false);
        leaf();
    }

    // The run ends here without an execution; its choices may be in a frame. A run that was left
    // for a frame of its own is not given up: its graph will be taken up again.
    void give_up() {
        if (this->told_apart_) end(exploration_end::told_apart);
        if (elsewhere_) {
            elsewhere_ = false;
            return;
        }
        if (!problem_.empty()) end(exploration_end::program_error);
        if (!found_) ++report_.inconsistent;
        found_ = false;
        leaf();
    }

    void found_in_the_middle(verdict_of_program what) override {
        found_ = true;
        ++report_.ended_early;
        found(what, false);
    }

    // The thread `t` failed, after reads that were promised what they read.
    void found_at_the_end(unsigned t) {
        this->resume(t);
        ++report_.ended_early;
        found(threads_[t]->failure, false);
        leaf();
    }

    // `record` is handed over as a function: most violations are counted and never looked at.
    void found(const verdict_of_program& what, bool complete) {
        ++report_.violating;
        watcher_.violation(what);
        watcher_.violation_found([&] { return record(what, complete); });
        if (limits_.stop_at_first_violation) end(exploration_end::stopped);
    }

    recorded_execution record(std::optional<verdict_of_program> what, bool complete) const {
        return {events_in_some_order(*graph_), std::move(what), this->current_, complete};
    }

    // The one place between two executions: limits, signals and whoever oversees the search are
    // asked here, and the clock, which costs most, at every 4096th.
    void leaf() {
        if (frames_.on_the_way() || points_.seeks()) is_no_part();
        frames_.leaf();
        report_.share_done += weight_;
        if (report_.executions >= limits_.executions_max && frames_.is_more())
            end(exploration_end::limit);
        if (limits_.interrupted && limits_.interrupted->load(std::memory_order_relaxed))
            end(exploration_end::interrupted);
        // Whoever ends it behind the last execution has ended nothing.
        report_.events = events_;
        if (overseer_ && !over_ && !overseer_->at_leaf(*this, report_) && frames_.is_more())
            end(exploration_end::limit);
        if (++leaves_ % 4096 != 0) return;
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started_;
        if (spent.count() > limits_.seconds_max) end(exploration_end::limit);
        watcher_.progress(report_);
    }

    // The first reason counts.
    void end(exploration_end how) {
        if (!over_) report_.end = how;
        over_ = true;
        stopped_ = true;
    }

    exploration_limits limits_;
    observer& watcher_;
    overseer* overseer_ = nullptr;
    exploration_report report_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    frame_stack<frame_type> frames_;
    promise_points points_;
    std::vector<event_id> revisits_;
    std::vector<event_id> aheads_;
    met_before met_;
    std::uint64_t leaves_ = 0;
    double weight_ = 1;         // share of the search that the run at hand stands for
    bool elsewhere_ = false;    // the run at hand was left for what is in the newest frame
    random_numbers random_{0};  // of probes
    bool over_ = false;
    bool acyclic_ = true;  // executions with a cycle come later
    bool found_ = false;
};

}  // namespace ringsim::sim::graph
