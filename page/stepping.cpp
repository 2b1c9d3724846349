#include "page/stepping.hpp"

#include <algorithm>
#include <bit>

#include "sim/graph/random.hpp"
#include "sim/graph/search.hpp"
#include "sim/graph/trace_of.hpp"

namespace ringsim::page {

namespace graph = sim::graph;

namespace {

// What comes behind the turns that matter only has to end. Where the newest of everything turns out
// not to be consistent, other picks may be.
constexpr unsigned endings_max = 24;
// Of these, some have to come to what was read ahead.
constexpr unsigned endings_ahead_max = 200;
constexpr unsigned learning_max = 32;
// Along each execution that reads ahead so many: what is stale there is drawn.
constexpr unsigned endings_along_max = 3;
constexpr std::size_t executions_along_max = 100;
// What may be read ahead is looked for in rounds of so many walks, until two of them find nothing
// new: one in which each access may be another thread's, and one in which threads run far.
constexpr unsigned walks_of_round = 150;
constexpr unsigned rounds_max = 8;
constexpr unsigned steps_of_walk_max = 5000;
constexpr unsigned pct_depth = 3;
constexpr unsigned pct_accesses = 20;  // a guess; the walks say it better

// The number of events behind the turns of each thread in an execution: one for each turn, and one
// more of a thread that waits for ever.
std::vector<std::vector<std::uint32_t>> steps_by_thread(const sim::trace& t, unsigned threads) {
    std::vector<std::vector<std::uint32_t>> steps(threads);
    for (std::uint32_t i = 0; i < t.steps.size(); ++i) steps[t.steps[i].thread].push_back(i);
    return steps;
}

// Stores that are still to come leave gaps.
void renumber_coherence(sim::trace& t) {
    const std::vector<sim::trace_step> was = t.steps;
    for (sim::trace_step& s : t.steps) {
        if (!sim::writes(s)) continue;
        const std::uint32_t mine = s.coherence;
        s.coherence = 1;
        for (const sim::trace_step& other : was)
            if (sim::writes(other) && other.location == s.location && other.coherence < mine)
                ++s.coherence;
    }
}

// How many steps of its thread are before step `i`.
std::uint32_t place_in_thread(const sim::trace& t, std::uint32_t i) {
    std::uint32_t place = 0;
    for (std::uint32_t j = 0; j < i; ++j)
        if (t.steps[j].thread == t.steps[i].thread) ++place;
    return place;
}

// Stores behind the last step are none that a step could name.
std::vector<read_ahead> cut_what_is_ahead(sim::trace& t, const sim::trace& whole) {
    std::vector<read_ahead> found;
    for (std::uint32_t i = 0; i < t.steps.size(); ++i) {
        sim::trace_step& s = t.steps[i];
        if (s.reads_from <= t.steps.size()) continue;
        found.push_back({i + 1, whole.steps[s.reads_from - 1].thread});
        s.reads_from = i + 1;
        s.missed = 0;
    }
    return found;
}

// The event of step `i` of the trace.
graph::recorded_event event_of(const graph::recorded_execution& e, std::uint32_t i) {
    for (const graph::recorded_event& ev : e.events) {
        if (ev.what.implied || ev.what.rmw) continue;
        if (i-- == 0) return ev;
    }
    return graph::recorded_event{};
}

}  // namespace

// One walk: turns to make, and how to go on behind them.
struct stepper::attempt {
    std::vector<turn> turns;
    unsigned ending = 0;
    // Behind them: along this execution, as far as the picks do not decide.
    const known_executions::steps* along = nullptr;
};

// What came of it.
struct stepper::walked {
    std::optional<graph::recorded_execution> record;  // none: not consistent
    bool diverged = false;                            // a turn's thread could not go on
    bool over = false;                                // no thread could go on behind the turns
    std::uint32_t enabled = 0;                        // behind the turns: the threads that can
    std::vector<unsigned> asked;  // in the last turn: of how many each pick was one
    std::vector<turn> turns;      // to the end
    bool ahead = false;           // something is read ahead in the turns
};

// Random walks, in which reads read ahead what was found in the rounds before.
class stepper::learner final : public graph::ahead_policy {
  public:
    learner(unsigned round, graph::read_ahead_hints& known)
        : inner_(round % 2 == 0
                     ? graph::random_walk(round, {.steps = steps_of_walk_max})
                     : graph::pct(round, pct_depth, pct_accesses, {.steps = steps_of_walk_max})),
          known_(known) {}

    bool begin(unsigned threads) override {
        return walks_++ < walks_of_round && inner_->begin(threads);
    }
    void again(unsigned threads) override { inner_->again(threads); }
    bool another_step() override { return inner_->another_step(); }
    unsigned pick_thread(const graph::thread_choice& c) override { return inner_->pick_thread(c); }
    unsigned pick_source(unsigned n) override { return inner_->pick_source(n); }
    unsigned pick_place(unsigned n) override { return inner_->pick_place(n); }
    unsigned pick_source_or_ahead(unsigned n) override { return inner_->pick_source(n); }
    const graph::read_ahead_hints& hints() const override { return known_; }
    void learn(const graph::read_ahead_hints& found) override {
        known_.insert(found.begin(), found.end());
    }

  private:
    std::unique_ptr<graph::walk_policy> inner_;
    graph::read_ahead_hints& known_;
    unsigned walks_ = 0;
};

class stepper::script final : public graph::ahead_policy {
  public:
    script(const attempt& what, const graph::read_ahead_hints& hints, walked& out)
        : what_(what), hints_(hints), out_(out), random_(what.ending) {
        if (what.along) guide_.emplace(*what.along);
    }

    bool begin(unsigned) override {
        if (begun_) return false;
        begun_ = true;
        reset();
        return true;
    }
    void again(unsigned) override { reset(); }
    bool another_step() override { return true; }

    unsigned pick_thread(const graph::thread_choice& c) override {
        const std::size_t n = out_.turns.size();
        asked_in_turn_ = 0;
        if (n == what_.turns.size()) {
            out_.over = false;
            out_.enabled = c.enabled;
        }
        unsigned t = n < what_.turns.size() ? what_.turns[n].thread : next(c);
        if (((c.enabled >> t) & 1) == 0) {
            out_.diverged = true;
            t = static_cast<unsigned>(std::countr_zero(c.enabled));
        }
        out_.turns.push_back({t, {}});
        if (guide_) guide_->turn(t);
        return t;
    }
    unsigned pick_source(unsigned n) override {
        if (!is_guided()) return pick(n);
        return note(guide_->read() == guide::kind::newest ? 0 : random_.below(n));
    }
    unsigned pick_place(unsigned n) override {
        return is_guided() ? note(random_.below(n)) : pick(n);
    }
    unsigned pick_source_or_ahead(unsigned n) override {
        if (is_guided()) {
            const guide::kind how = guide_->read();
            if (how == guide::kind::ahead) return note(n - 1);
            return note(how == guide::kind::newest || n == 1 ? 0 : random_.below(n - 1));
        }
        // Behind the turns few reads do: of what is read ahead much comes to nothing.
        if (out_.turns.size() > what_.turns.size() && random_.below(4) != 0)
            return note(n == 1 || what_.ending < 2 ? 0 : random_.below(n - 1));
        const unsigned picked = pick(n);
        if (out_.turns.size() <= what_.turns.size() && picked == n - 1) out_.ahead = true;
        return picked;
    }
    const graph::read_ahead_hints& hints() const override { return hints_; }
    void learn(const graph::read_ahead_hints&) override {}

  private:
    void reset() {
        out_ = {};
        out_.over = true;
        if (guide_) guide_->reset();
        random_ = graph::random_numbers(what_.ending);
    }

    // Whether the turns have been made.
    bool is_guided() const { return guide_ && out_.turns.size() > what_.turns.size(); }

    unsigned next(const graph::thread_choice& c) {
        if (guide_)
            if (const unsigned t = guide_->next(c.enabled); t < 32) return t;
        if (what_.ending >= 2) {
            // In every other one threads run far.
            if (what_.ending % 2 == 1 && c.last_can_go_on && random_.below(8) != 0) return c.last;
            std::uint32_t set = c.enabled;
            for (auto skip = random_.below(static_cast<unsigned>(std::popcount(set))); skip > 0;
                 --skip)
                set &= set - 1;
            return static_cast<unsigned>(std::countr_zero(set));
        }
        if (what_.ending == 1) return 31u - static_cast<unsigned>(std::countl_zero(c.enabled));
        if (c.last_can_go_on) return c.last;
        return static_cast<unsigned>(std::countr_zero(c.enabled));
    }

    unsigned pick(unsigned n) { return note(choose(n)); }
    unsigned note(unsigned picked) {
        out_.turns.back().picks.push_back(picked);
        return picked;
    }
    unsigned choose(unsigned n) {
        const std::size_t now = out_.turns.size();
        if (now > what_.turns.size()) return what_.ending >= 2 ? random_.below(n) : 0;
        if (now == what_.turns.size()) out_.asked.push_back(n);
        const std::vector<unsigned>& picks = what_.turns[now - 1].picks;
        const std::size_t at = asked_in_turn_++;
        const unsigned picked = at < picks.size() ? picks[at] : 0;
        if (picked < n) return picked;
        out_.diverged = true;
        return 0;
    }

    const attempt& what_;
    const graph::read_ahead_hints& hints_;
    walked& out_;
    graph::random_numbers random_;
    std::optional<guide> guide_{};
    std::size_t asked_in_turn_ = 0;
    bool begun_ = false;
};

class stepper::keeper final : public graph::observer {
  public:
    explicit keeper(walked& out) : out_(out) {}
    void execution(const std::function<graph::recorded_execution()>& record) override {
        out_.record = record();
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        out_.record = record();
    }

  private:
    walked& out_;
};

stepper::stepper(graph::model_id m, graph::program& p,
                 const std::vector<graph::location_info>& locations)
    : stepper(
          m, p, locations,
          [m, &p, &locations](graph::walk_policy& policy, graph::observer& watcher) {
              return graph::search(m, p, locations, policy, {}, watcher);
          },
          [m, &p, &locations](const graph::exploration_limits& limits, graph::observer& watcher) {
              return graph::explore_exhaustively(m, p, locations, limits, watcher);
          }) {}

stepper::stepper(graph::model_id m, graph::program& p,
                 const std::vector<graph::location_info>& locations, walking by,
                 known_executions::exploring all)
    : program_(p),
      locations_(locations),
      walking_(std::move(by)),
      exploring_(std::move(all)),
      reads_ahead_(graph::info(m).dependencies) {}

graph::exploration_report stepper::perform(graph::walk_policy& policy, graph::observer& watcher) {
    graph::exploration_report report = walking_(policy, watcher);
    if (report.end == graph::exploration_end::too_large) return report;
    if (!report.problem.empty() && learn_) {
        learn_();
        hints_.reset();  // its events may have other places now
        throw learned{};
    }
    if (!report.problem.empty()) throw graph::schedule_error(report.problem);
    return report;
}

void stepper::learn_what_is_ahead() {
    if (hints_) return;
    if (reads_ahead_ && exploring_) known_ = known_executions::of(exploring_);
    if (known_) {
        hints_ = known_->hints();
        return;
    }
    class nobody final : public graph::observer {};
    nobody watcher;
    graph::read_ahead_hints known;
    unsigned in_vain = 0;
    for (unsigned round = 0; reads_ahead_ && in_vain < 2 && round < rounds_max; ++round) {
        const std::size_t before = known.size();
        learner policy(round, known);
        // Where a walk grew too large, the ones before it have to do.
        if (perform(policy, watcher).end == graph::exploration_end::too_large) break;
        in_vain = known.size() == before ? in_vain + 1 : 0;
    }
    hints_ = std::move(known);
}

stepper::walked stepper::walk_once(const attempt& what) {
    learn_what_is_ahead();
    walked out;
    script policy(what, *hints_, out);
    keeper keeps(out);
    // Who goes round and round may come to an end with another ending.
    const bool ended = perform(policy, keeps).end != graph::exploration_end::too_large;
    if (!ended || (counts_ && !counts_())) out.record.reset();
    return out;
}

stepper::walked stepper::walk(const attempt& first) {
    attempt what = first;
    std::vector<unsigned> asked;
    bool ahead = false;
    for (unsigned max = endings_max; what.ending < max; ++what.ending) {
        walked out = walk_once(what);
        if (out.record || out.diverged) return out;
        ahead = out.ahead;
        if (ahead && !known_) max = endings_ahead_max;
        asked = std::move(out.asked);
        // It is the turns themselves that are not consistent.
        if (out.turns.size() <= what.turns.size()) {
            ahead = false;
            break;
        }
    }
    // What was read ahead comes where it does in one of the executions. Of very many, some that are
    // far from each other.
    const std::size_t stride = known_ ? known_->size() / executions_along_max + 1 : 1;
    for (std::size_t i = 0; ahead && known_ && i < known_->size(); i += stride) {
        what.along = &(*known_)[i];
        for (what.ending = 2; what.ending < 2 + endings_along_max; ++what.ending) {
            walked out = walk_once(what);
            if (out.record || out.diverged) return out;
        }
    }
    walked none;
    none.asked = std::move(asked);
    return none;
}

std::vector<turn> stepper::search(
    const std::vector<turn>& first, unsigned tries,
    const std::function<bool(const graph::recorded_execution&)>& wanted) {
    attempt what{first};
    for (; what.ending < tries; ++what.ending) try {
            walked out = walk_once(what);
            if (out.record && !out.diverged && wanted(*out.record)) return std::move(out.turns);
        } catch (const learned&) {
            // Some other walk will do.
        }
    return {};
}

position stepper::at(const std::vector<turn>& turns) {
    for (unsigned again = 0; again < learning_max; ++again) try {
            return look(turns);
        } catch (const learned&) {
            // What is known by now is of this walk too.
        }
    throw graph::schedule_error("there is always more to find out about the program");
}

position stepper::look(const std::vector<turn>& turns) {
    const walked now = walk({turns});
    if (now.diverged || !now.record)
        throw graph::schedule_error("these turns are none of the program under this model");
    position out;
    const sim::trace whole = graph::trace_of(*now.record, locations_);
    const auto steps = steps_by_thread(whole, program_.thread_count());
    std::vector<std::size_t> made(program_.thread_count(), 0);
    std::size_t with_step = 0;
    for (const turn& t : turns)
        if (made[t.thread]++ < steps[t.thread].size()) ++with_step;
    out.over = now.over;
    out.so_far = whole;
    out.end = now.record;
    out.whole = whole;
    if (!out.over) {
        out.so_far.steps.resize(std::min(with_step, whole.steps.size()));
        out.ahead = cut_what_is_ahead(out.so_far, whole);
        renumber_coherence(out.so_far);
        out.so_far.kind = sim::violation::none;
        out.so_far.what.clear();
        out.so_far.at_step = out.so_far.races_with = 0;
    }
    for (unsigned t = 0; t < program_.thread_count(); ++t) {
        thread_now& thread = out.threads.emplace_back();
        thread.can_go_on = !out.over && ((now.enabled >> t) & 1) != 0;
        if (thread.can_go_on)
            add_ways_of(t, turns, out);
        else if (made[t] < steps[t].size()) {
            thread.waits_at = whole.steps[steps[t][made[t]]];
            thread.event = event_of(*now.record, steps[t][made[t]]);
        }
    }
    return out;
}

void stepper::add_ways_of(unsigned thread, const std::vector<turn>& turns, position& out) {
    const auto before = std::ranges::count(turns, thread, &turn::thread);
    std::vector<std::vector<unsigned>> todo{{}};
    while (!todo.empty()) {
        attempt what{turns};
        what.turns.push_back({thread, std::move(todo.back())});
        todo.pop_back();
        const walked then = walk(what);
        std::vector<unsigned>& picks = what.turns.back().picks;
        const std::size_t given = picks.size();
        picks.resize(std::max(given, then.asked.size()), 0);
        // Last in, first out: the newest first, and of two picks the second one counts faster.
        for (std::size_t at = given; at < then.asked.size(); ++at)
            for (unsigned other = then.asked[at] - 1; other > 0; --other) {
                todo.emplace_back(picks.begin(), picks.begin() + static_cast<std::ptrdiff_t>(at));
                todo.back().push_back(other);
            }
        if (!then.record) continue;
        way w{what.turns.back(), {}};
        const sim::trace t = graph::trace_of(*then.record, locations_);
        const auto steps = steps_by_thread(t, program_.thread_count())[thread];
        if (static_cast<std::size_t>(before) >= steps.size()) {
            w.ends = true;
            w.step.thread = static_cast<std::uint8_t>(thread);
        } else {
            const std::uint32_t i = steps[static_cast<std::size_t>(before)];
            w.step = t.steps[i];
            w.event = event_of(*then.record, i);
            // What an internal choice of the program "reads" is its way.
            w.is_choice = w.event.what.kind == graph::event_kind::choice;
            if (w.step.reads_from > i + 1) {
                const std::uint32_t store = w.step.reads_from - 1;
                w.to_come = t.steps[store];
                w.event_to_come = event_of(*then.record, store);
                w.place_to_come = place_in_thread(t, store);
            }
            for (std::uint32_t j = 0, newest = 0; j < i; ++j) {
                const sim::trace_step& s = t.steps[j];
                if (s.location != w.step.location || !sim::writes(s) || s.coherence <= newest ||
                    s.coherence >= w.step.coherence)
                    continue;
                newest = s.coherence;
                w.behind = j + 1;
            }
        }
        out.ways.push_back(std::move(w));
    }
}

const way* stepper::same_step(const position& p, const sim::trace& t, std::size_t i,
                              const std::vector<std::uint32_t>& location) {
    const sim::trace_step& s = t.steps[i];
    std::uint32_t behind = 0;
    for (std::uint32_t j = 0, newest = 0; j < i; ++j)
        if (location[j] == location[i] && sim::writes(t.steps[j]) &&
            t.steps[j].coherence > newest && t.steps[j].coherence < s.coherence) {
            newest = t.steps[j].coherence;
            behind = j + 1;
        }
    const auto same_store = [&](const way& w) {
        const bool ahead = s.reads_from > i + 1;
        if (ahead != w.to_come.has_value()) return false;
        if (!ahead) return w.step.reads_from == s.reads_from;
        const sim::trace_step& store = t.steps[s.reads_from - 1];
        return w.to_come->thread == store.thread && w.step.read == s.read &&
               w.place_to_come == place_in_thread(t, s.reads_from - 1);
    };
    for (const way& w : p.ways) {
        if (w.ends || w.step.thread != s.thread || w.step.kind != s.kind || w.step.where != s.where)
            continue;
        if (w.is_choice ? w.step.read != s.read : sim::reads(s) && !same_store(w)) continue;
        if (sim::writes(s) && s.coherence != 0 && w.behind != behind) continue;
        return &w;
    }
    return nullptr;
}

}  // namespace ringsim::page
