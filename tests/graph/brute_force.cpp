#include "tests/graph/brute_force.hpp"

#include <algorithm>

#include "tests/graph/plain_execution.hpp"
#include "tests/graph/thread_run.hpp"

namespace ringsim::tests {
namespace {

using graph::event_kind;

// --- What both enumerations end with -------------------------------------------------------------

bool newest_in_co(const candidate& c, unsigned write) {
    return c.co.row[write] == 0;
}
unsigned source_of(const candidate& c, unsigned read) {
    unsigned w = 0;
    while (!c.rf.has(w, read)) ++w;
    return w;
}

// Whether the thread that is blocked at event `e` waits for ever: all that its going on depends on
// is the newest there is.
bool waits_for_ever(const candidate& c, unsigned e) {
    for (unsigned i = 0; i < c.events.size(); ++i) {
        const candidate_event& r = c.events[i];
        const candidate_event& at = c.events[e];
        if (r.thread != at.thread || r.kind != event_kind::read) continue;
        if (r.po < at.waits_from || r.po > at.po) continue;
        if (!newest_in_co(c, source_of(c, i))) return false;
    }
    return true;
}

// Whether a thread is blocked between the beginning of a critical section of RCU and its end, which
// would order what is before it: then nothing can be said of races yet. Sections of a domain end in
// the thread that began them.
bool waits_within_section(const candidate& c) {
    for (const candidate_event& at : c.events) {
        if (!at.blocked) continue;
        int open = 0;
        for (const candidate_event& e : c.events) {
            if (e.thread != at.thread || e.po > at.po) continue;
            open += e.fence == graph::barrier::rcu_read_lock ||
                    e.fence == graph::barrier::srcu_read_lock;
            open -= e.fence == graph::barrier::rcu_read_unlock ||
                    e.fence == graph::barrier::srcu_read_unlock;
        }
        if (open > 0) return true;
    }
    return false;
}

// How the execution ends; nothing if a blocked thread waits for a write that is there.
std::optional<graph::hang> how_it_ends(const candidate& c) {
    graph::hang how = graph::hang::none;
    for (unsigned i = 0; i < c.events.size(); ++i) {
        if (!c.events[i].blocked) continue;
        if (!waits_for_ever(c, i)) return std::nullopt;
        if (c.events[i].kind == event_kind::block)
            how = graph::hang::spins;
        else if (how == graph::hang::none)
            how = graph::hang::waits;
    }
    return how;
}

plain_execution as_plain(const candidate& c, unsigned threads, unsigned locations,
                         graph::hang how) {
    plain_execution out;
    out.how = how;
    out.threads.resize(threads);
    out.coherence.resize(locations);
    for (unsigned i = 0; i < c.events.size(); ++i) {
        const candidate_event& e = c.events[i];
        if (e.thread == no_thread) continue;
        plain_event p{e.kind, e.how, e.location, e.value, e.rmw, e.blocked, e.fence, e.implied, {}};
        if (e.kind == event_kind::read) {
            const candidate_event& w = c.events[source_of(c, i)];
            if (w.thread != no_thread) p.reads_from = event_name{w.thread, w.po};
        }
        out.threads[e.thread].push_back(p);
    }
    for (unsigned l = 0; l < locations; ++l) {
        std::vector<unsigned> writes;
        for (unsigned i = 0; i < c.events.size(); ++i) {
            const candidate_event& e = c.events[i];
            if (e.kind == event_kind::write && e.thread != no_thread && e.location == l)
                writes.push_back(i);
        }
        std::ranges::sort(writes, [&](unsigned a, unsigned b) { return c.co.has(a, b); });
        for (unsigned w : writes) out.coherence[l].push_back({c.events[w].thread, c.events[w].po});
    }
    return without_implied(std::move(out));
}

// Enters a consistent execution: under its races, as a failure, or as it is.
void enter(all_executions& found, const test_program& p, graph::model_id m, const candidate& c,
           bool failed) {
    const std::optional<graph::hang> how = how_it_ends(c);
    if (!no_self_made_value(c)) {
        if (!how) return;
        found.self_made_fails = found.self_made_fails || failed;
        if (!failed)
            found.self_made.insert(
                to_text(as_plain(c, static_cast<unsigned>(p.threads.size()),
                                 static_cast<unsigned>(p.initial.size()), *how)));
        return;
    }
    const relation race = waits_within_section(c) ? relation(c.po.size) : races(m, c);
    for (unsigned i = 0; i < c.events.size(); ++i)
        if (race.row[i] != 0)
            found.race_words.insert(std::string(location_names[c.events[i].location]));
    // A look in vain is no execution, but it may race.
    if (!how) return;
    if (failed) {
        found.fails = true;
        return;
    }
    auto& texts = empty(race) ? found.texts : found.racy;
    texts.insert(to_text(as_plain(c, static_cast<unsigned>(p.threads.size()),
                                  static_cast<unsigned>(p.initial.size()), *how)));
}

// Initial writes first, then the threads' events one thread after the other.
candidate start_with_initial_writes(const test_program& p) {
    candidate c;
    for (graph::location_id l = 0; l < p.initial.size(); ++l) {
        candidate_event e;
        e.kind = event_kind::write;
        e.location = l;
        e.value = p.initial[l];
        c.events.push_back(e);
    }
    return c;
}
void fill_po(candidate& c) {
    const auto n = static_cast<unsigned>(c.events.size());
    c.po = c.rf = c.co = relation(n);
    for (unsigned i = 0; i < n; ++i)
        for (unsigned j = 0; j < n; ++j) {
            const candidate_event& a = c.events[i];
            const candidate_event& b = c.events[j];
            const bool initial = a.thread == no_thread && b.thread != no_thread;
            const bool earlier = a.thread == b.thread && a.thread != no_thread && a.po < b.po;
            if (initial || earlier) c.po.add(i, j);
        }
}

// --- Candidate executions ------------------------------------------------------------------------

class candidate_search {
  public:
    candidate_search(const test_program& p, graph::model_id m, std::uint64_t candidates_max)
        : program_(p), model_(m), left_(candidates_max), values_(p.initial.size()) {}

    std::optional<all_executions> run() {
        find_runs();
        std::vector<const thread_run*> chosen;
        if (!enough_ && !choose_runs(chosen)) enough_ = true;
        if (enough_) return std::nullopt;
        return found_;
    }

  private:
    // The control paths of each thread, for all values that a location may ever have. No value is
    // greater than the greatest constant and all that may be added to it, each addition once.
    void find_runs() {
        std::uint64_t greatest = 0;
        std::uint64_t added = 0;
        for (std::uint64_t v : program_.initial) greatest = std::max(greatest, v);
        for (const auto& t : program_.threads)
            for (const instruction& i : t) {
                greatest = std::max({greatest, i.value, std::uint64_t{1}});
                if (i.what == opcode::add) added += i.value;
            }
        for (std::size_t l = 0; l < values_.size(); ++l) values_[l] = {program_.initial[l]};
        for (bool more = true; more && !enough_;) {
            runs_.assign(program_.threads.size(), {});
            for (unsigned t = 0; t < program_.threads.size(); ++t) extend(t, {});
            more = false;
            for (const auto& of_thread : runs_)
                for (const thread_run& run : of_thread)
                    for (const candidate_event& e : run.events)
                        if (e.kind == event_kind::write && e.value <= greatest + added)
                            more = values_[e.location].insert(e.value).second || more;
        }
    }

    void extend(unsigned thread, const std::vector<std::uint64_t>& read) {
        const thread_run run = run_alone(program_, thread, model_, read);
        if (!run.needs_value) {
            runs_[thread].push_back(run);
            if (runs_[thread].size() > runs_max) enough_ = true;
            return;
        }
        const graph::location_id l = run.events.back().location;
        for (std::uint64_t v : std::set<std::uint64_t>(values_[l])) {
            if (enough_) return;
            std::vector<std::uint64_t> more = read;
            more.push_back(v);
            extend(thread, more);
        }
    }

    bool choose_runs(std::vector<const thread_run*>& chosen) {
        if (chosen.size() == program_.threads.size()) return choose_sources(chosen);
        for (const thread_run& run : runs_[chosen.size()]) {
            chosen.push_back(&run);
            if (!choose_runs(chosen)) return false;
            chosen.pop_back();
        }
        return true;
    }

    bool choose_sources(const std::vector<const thread_run*>& chosen) {
        candidate c = start_with_initial_writes(program_);
        bool failed = false;
        for (const thread_run* run : chosen) {
            failed = failed || run->failed;
            for (const candidate_event& e : run->events) c.events.push_back(e);
        }
        if (c.events.size() > matrix_events_max) return false;
        fill_po(c);
        return choose_source(c, 0, failed);
    }

    // rf: for each read a write of the same value.
    bool choose_source(candidate& c, unsigned e, bool failed) {
        while (e < c.events.size() && c.events[e].kind != event_kind::read) ++e;
        if (left_ == 0) return false;
        --left_;
        if (e == c.events.size())
            return (!graph::info(model_).dependencies && !no_thin_air(c)) ||
                   choose_coherence(c, 0, failed);
        for (unsigned w = 0; w < c.events.size(); ++w) {
            const candidate_event& write = c.events[w];
            if (write.kind != event_kind::write || write.location != c.events[e].location ||
                write.value != c.events[e].value || c.po.has(e, w))
                continue;
            if (taken_by_rmw(c, w, e)) continue;
            c.rf.add(w, e);
            if (!choose_source(c, e + 1, failed)) return false;
            c.rf.row[w] &= ~(event_set{1} << e);
        }
        return true;
    }

    // Two read-modify-writes of one write: never atomic, so not worth a look.
    static bool taken_by_rmw(const candidate& c, unsigned w, unsigned e) {
        if (!writes_too(c, e)) return false;
        for (unsigned r = 0; r < e; ++r)
            if (c.rf.has(w, r) && writes_too(c, r)) return true;
        return false;
    }
    static bool writes_too(const candidate& c, unsigned read) {
        return read + 1 < c.events.size() && c.events[read + 1].second_half;
    }

    // co: every order of each location's writes that keeps to program order, the initial one first.
    bool choose_coherence(candidate& c, graph::location_id l, bool failed) {
        if (l == program_.initial.size()) {
            if (atomic(model_, c) && consistent(model_, c))
                enter(found_, program_, model_, c, failed);
            return true;
        }
        event_set writes = 0;
        for (unsigned i = static_cast<unsigned>(program_.initial.size()); i < c.events.size(); ++i)
            if (c.events[i].kind == event_kind::write && c.events[i].location == l)
                writes |= event_set{1} << i;
        c.co.row[l] = writes;  // event `l` is the location's initial write
        return choose_next_in_co(c, l, writes, failed);
    }

    bool choose_next_in_co(candidate& c, graph::location_id l, event_set rest, bool failed) {
        if (left_ == 0) return false;
        --left_;
        if (rest == 0)
            return !coherent_at(c, l) ||
                   choose_coherence(c, static_cast<graph::location_id>(l + 1), failed);
        for (unsigned w = 0; w < c.events.size(); ++w) {
            if ((rest >> w & 1u) == 0 || has_po_predecessor(c, w, rest)) continue;
            c.co.row[w] = rest & ~(event_set{1} << w);
            if (!choose_next_in_co(c, l, c.co.row[w], failed)) return false;
        }
        return true;
    }

    static bool has_po_predecessor(const candidate& c, unsigned e, event_set among) {
        for (unsigned i = 0; i < c.events.size(); ++i)
            if ((among >> i & 1u) != 0 && c.po.has(i, e)) return true;
        return false;
    }

    static constexpr std::size_t runs_max = 2000;

    const test_program& program_;
    graph::model_id model_;
    std::uint64_t left_;
    bool enough_ = false;
    std::vector<std::set<std::uint64_t>> values_;
    std::vector<std::vector<thread_run>> runs_;
    all_executions found_;
};

// --- Interleavings -------------------------------------------------------------------------------

class interleaving_search {
  public:
    interleaving_search(const test_program& p, std::uint64_t steps_max)
        : program_(p), left_(steps_max) {}

    std::optional<all_executions> run() {
        state start;
        start.read.resize(program_.threads.size());
        start.done.resize(program_.threads.size());
        start.memory.resize(program_.initial.size());
        for (std::size_t l = 0; l < start.memory.size(); ++l)
            start.memory[l].push_back({program_.initial[l], {no_thread, 0}});
        if (!go_on(start)) return std::nullopt;
        return found_;
    }

  private:
    struct written {
        std::uint64_t value;
        event_name by;
    };
    struct state {
        std::vector<std::vector<std::uint64_t>> read;       // values, by thread
        std::vector<unsigned> done;                         // events performed, by thread
        std::vector<std::vector<written>> memory;           // by location, all values, oldest first
        std::vector<std::pair<event_name, event_name>> rf;  // write, read
    };

    thread_run run_of(const state& s, unsigned t) const {
        return run_alone(program_, t, graph::model_id::sc, s.read[t]);
    }

    bool go_on(const state& s) {
        if (left_ == 0) return false;
        --left_;
        bool moved = false;
        for (unsigned t = 0; t < program_.threads.size(); ++t) {
            const thread_run run = run_of(s, t);
            if (s.done[t] == run.events.size()) continue;
            const bool reads = run.needs_value && s.done[t] + 1 == run.events.size();
            const graph::location_id l = run.events[s.done[t]].location;
            if (reads && run.awaited && *run.awaited != s.memory[l].back().value) continue;
            moved = true;
            state next = s;
            perform(next, t);
            if (!go_on(next)) return false;
        }
        if (!moved) end(s);
        return true;
    }

    // One access; a read-modify-write with both halves.
    void perform(state& s, unsigned t) const {
        thread_run run = run_of(s, t);
        const candidate_event e = run.events[s.done[t]];
        if (e.kind == event_kind::read) {
            const written& newest = s.memory[e.location].back();
            s.rf.push_back({newest.by, {t, e.po}});
            s.read[t].push_back(newest.value);
            run = run_of(s, t);
        }
        if (e.kind == event_kind::write) s.memory[e.location].push_back({e.value, {t, e.po}});
        ++s.done[t];
        if (s.done[t] < run.events.size() && run.events[s.done[t]].second_half) perform(s, t);
    }

    // No thread can move. Those that wait have read the newest value, in vain.
    void end(state s) {
        bool failed = false;
        for (unsigned t = 0; t < program_.threads.size(); ++t) {
            const thread_run run = run_of(s, t);
            failed = failed || run.failed;
            if (s.done[t] < run.events.size()) perform(s, t);
        }
        const candidate c = candidate_of(s);
        enter(found_, program_, graph::model_id::sc, c, failed);
    }

    candidate candidate_of(const state& s) const {
        candidate c = start_with_initial_writes(program_);
        std::vector<unsigned> first;
        for (unsigned t = 0; t < program_.threads.size(); ++t) {
            first.push_back(static_cast<unsigned>(c.events.size()));
            for (const candidate_event& e : run_of(s, t).events) c.events.push_back(e);
        }
        fill_po(c);
        const auto number = [&](event_name n, graph::location_id l) {
            return n.first == no_thread ? unsigned{l} : first[n.first] + n.second;
        };
        for (const auto& [w, r] : s.rf) {
            const unsigned read = first[r.first] + r.second;
            c.rf.add(number(w, c.events[read].location), read);
        }
        for (graph::location_id l = 0; l < s.memory.size(); ++l)
            for (std::size_t i = 0; i < s.memory[l].size(); ++i)
                for (std::size_t j = i + 1; j < s.memory[l].size(); ++j)
                    c.co.add(number(s.memory[l][i].by, l), number(s.memory[l][j].by, l));
        return c;
    }

    const test_program& program_;
    std::uint64_t left_;
    all_executions found_;
};

}  // namespace

std::optional<all_executions> by_axioms(const test_program& p, graph::model_id m,
                                        std::uint64_t candidates_max) {
    return candidate_search(p, m, candidates_max).run();
}

std::optional<all_executions> by_interleaving(const test_program& p, std::uint64_t steps_max) {
    return interleaving_search(p, steps_max).run();
}

}  // namespace ringsim::tests
