// How nodes are found: by running a thread's own code on a fiber, again and again. A run is given a
// list of values, one for each access (feed), and notes what was asked (log). When the list is at
// its end the run stops inside of the access that asks for the next value, and the thread stands at
// a node. It may be left there for good, or be given one value more and go on; so the way from a
// node to the next one costs one step if the run stands there already, and a whole run from the
// beginning of the round if it does not.
#include "sim/states/automaton.hpp"

#include <algorithm>

#include "sim/states/rotation.hpp"

namespace ringsim::sim::states {

using graph::event_kind;

// The program is told to ask here. One that is endless says so by its type.
thread_automata::thread_automata(graph::program& p, const std::vector<unsigned>& same_as)
    : program_(p), endless_(dynamic_cast<endless_program*>(&p)) {
    program_.attach(*this);
    for (unsigned t = 0; t < p.thread_count(); ++t)
        threads_.push_back(std::make_unique<slot>(*this, t));
    group(same_as);
}

// One automaton for each group of identical threads. What was found is lost: nodes of before mean
// nothing to another grouping.
void thread_automata::group(const std::vector<unsigned>& same_as) {
    automata_.clear();
    findings_.clear();
    for (unsigned t = 0; t < threads_.size(); ++t) {
        const unsigned first = t < same_as.size() ? same_as[t] : t;
        if (first == t) {
            automata_.push_back(std::make_unique<automaton>());
            automata_.back()->number = static_cast<std::uint32_t>(automata_.size() - 1);
        }
        threads_[t]->all = first == t ? automata_.back().get() : threads_[first]->all;
        threads_[t]->all->of.push_back(t);
        threads_[t]->stands_at.reset();
    }
}

// What was said of identical threads is not so: each gets an automaton of its own, and all nodes
// are found anew.
void thread_automata::tell_apart() {
    group({});
    apart_ = true;
    unlike_ = false;
}

// What a thread throws is a violation, as an assertion is. The text is kept beside the stack, which
// may be abandoned while it is still needed.
void thread_automata::slot::failed(const std::exception_ptr& error) {
    thrown = graph::what_was_thrown(error);
    owner.fail(violation::assertion, thrown);
}

// --- the running thread --------------------------------------------------------------------------

// On the thread's fiber. Suspended until there is a value; it may be resumed for something else
// first, and then suspends again.
std::uint64_t thread_automata::step(const label& l, const graph::dependencies&) {
    slot& s = me();
    graph::now_running.steps.fetch_add(1, std::memory_order_relaxed);
    while (s.log.size() == s.feed.size()) {
        s.asked = l;
        s.asking = true;
        s.strand.suspend();
    }
    const std::uint64_t value = s.feed[s.log.size()];
    s.log.push_back({l, value});
    return value;
}

// A mark is a place among the thread's accesses: where a round of a loop began.
std::uint64_t thread_automata::spin_mark() {
    slot& s = me();
    s.marks.push_back(static_cast<unsigned>(s.log.size()));
    return s.log.size();
}

// Only if nothing was written since: a loop that writes is no loop that waits. It asks for a block
// then, whose value says which loop; if the explorer ever gives it a value it goes on.
void thread_automata::spin(std::uint64_t mark) {
    const slot& s = me();
    // A mark is of this run: the log begins with the round, as it did when the mark was made.
    for (std::size_t i = mark; i < s.log.size(); ++i)
        if (wrote(s.log[i].what, s.log[i].value)) return;
    label l;
    l.kind = event_kind::block;
    l.value = mark;
    l.shown = step_kind::stuck;
    step(l, {});
}

// It never returns: what is behind a failure is not executed.
void thread_automata::fail(violation kind, std::string_view what) {
    slot& s = me();
    s.failure = graph::verdict_of_program{kind, std::string(what)};
    for (;;) s.strand.suspend();
}

// --- runs ----------------------------------------------------------------------------------------

// `round`: with what the thread kept at its beginning, of which the program makes its own state
// again.
void thread_automata::run(slot& s, std::uint32_t round, std::vector<std::uint64_t> feed) {
    s.feed = std::move(feed);
    s.log.clear();
    s.marks.clear();
    s.failure.reset();
    s.strand.restart();
    if (endless_) endless_->begin_round(s.id, s.all->rounds[round]);
    go_on(s);
}

// From where the run stands to the first access that has no value yet. `stands_at` is nothing
// meanwhile: whoever called knows at which node it stands behind that, if there is one.
void thread_automata::go_on(slot& s) {
    s.asking = false;
    s.stands_at.reset();
    current_ = s.id;
    program_.will_run(s.id);
    graph::now_running.thread.store(static_cast<int>(s.id), std::memory_order_relaxed);
    s.strand.resume();
    graph::now_running.thread.store(-1, std::memory_order_relaxed);
    // With fewer accesses than values the thread has ended, or failed, earlier than before: it did
    // not do the same again.
    if (s.log.size() != s.feed.size())
        problem_ = "thread " + std::to_string(s.id) +
                   " is not deterministic: repeated with the same values, it ends earlier";
}

// The values that were given on the way from the beginning of the round.
std::vector<std::uint64_t> thread_automata::way_to(const automaton& a, node_id n) const {
    // Backwards by the chain of nodes; a round is short, so nothing is kept of this.
    std::vector<std::uint64_t> way;
    for (; !a.nodes[n]->begins_round; n = a.nodes[n]->before) way.push_back(a.nodes[n]->given);
    std::ranges::reverse(way);
    return way;
}

// Identical threads have to begin alike.
node_id thread_automata::start(unsigned t) {
    automaton& a = *threads_[t]->all;
    if (!endless_) return begin_round(a, {});
    const local_state first = endless_->first_round(a.of.front());
    for (const unsigned other : a.of) unlike_ = unlike_ || endless_->first_round(other) != first;
    return begin_round(a, first);
}

// The node where a round begins with what was kept: two rounds that begin alike are one node. So
// the nodes of an endless program can be finitely many.
node_id thread_automata::begin_round(automaton& a, const local_state& kept) {
    if (const auto known = a.round_begins.find(kept); known != a.round_begins.end())
        return known->second;
    may_find_out();
    const auto round = static_cast<std::uint32_t>(a.rounds.size());
    // A round that is found as a part of another step is found again when that step is repeated.
    if (!finding_) findings_.push_back({a.number, kept, 0, 0});
    a.rounds.push_back(kept);
    for (const unsigned t : a.of) run(*threads_[t], round, {});
    compare_runs(a);
    const node_id n = add(a, round, 0, 0, true);
    a.round_begins.emplace(kept, n);
    return n;
}

// The run stands at the node, as after most turns: one step more.
void thread_automata::run_on(slot& s, node_id from, std::uint64_t value) {
    if (s.stands_at == from) {
        s.feed.push_back(value);
        return go_on(s);
    }
    // Another thread of the group, or another way, was followed last: from the beginning again.
    std::vector<std::uint64_t> feed = way_to(*s.all, from);
    feed.push_back(value);
    run(s, s.all->nodes[from]->round, std::move(feed));
}

// Known, or found by a run. What was found is noted in the order in which it was found, for a
// checkpoint: nodes are numbers, and load() has to come to the same ones.
node_id thread_automata::after(unsigned t, node_id from, std::uint64_t value) {
    automaton& a = *threads_[t]->all;
    for (const auto& [given, to] : a.nodes[from]->next)
        if (given == value) return to;
    // One finding for each value: what a thread does with it is known from here on.
    may_find_out();
    findings_.push_back({a.number, std::nullopt, from, value});
    for (const unsigned member : a.of) run_on(*threads_[member], from, value);
    compare_runs(a);
    finding_ = true;
    const node_id to = found(a, a.nodes[from]->round, from, value);
    finding_ = false;
    a.nodes[from]->next.emplace_back(value, to);
    return to;
}

// All of the group have made the run; what they ask for, how they failed and which loops they are
// in must be the same for all.
void thread_automata::compare_runs(const automaton& a) {
    const slot& first = first_of(a);
    for (const unsigned t : a.of) {
        const slot& s = *threads_[t];
        const bool same_failure = s.failure.has_value() == first.failure.has_value() &&
                                  (!s.failure || (s.failure->kind == first.failure->kind &&
                                                  s.failure->what == first.failure->what));
        if (s.asking != first.asking || (s.asking && !(s.asked == first.asked)) || !same_failure ||
            s.marks != first.marks)
            unlike_ = true;
    }
}

// What the thread asks for. A block says how many loops that still count are around the one that it
// gives up: where they began, depends on the way here.
label thread_automata::asked_at(const slot& s) {
    label l = s.asked;
    if (l.kind != event_kind::block) return l;
    node n;
    note_marks(s, n);
    l.value = static_cast<std::uint64_t>(
        std::ranges::count_if(n.marks, [&](unsigned m) { return m < l.value; }));
    return l;
}

// What the explorers know of a place beside the program is part of what tells it.
void thread_automata::add_marks(const slot& s, local_state& told) {
    node n;
    note_marks(s, n);
    told.push_back(n.behind_sc_fence);
    for (const unsigned m : n.marks) told.push_back(s.log.size() - m);
    for (const marked_read& r : n.reads) told.push_back(r.location * 256u + r.marks);
}

// What the thread that ended its round keeps. Threads that are identical keep the same.
std::optional<local_state> thread_automata::kept_behind(slot& s) {
    const auto kept = endless_->end_round(s.id);
    for (const unsigned t : s.all->of)
        if (t != s.id && endless_->end_round(t) != kept) unlike_ = true;
    return kept;
}

// Three things may have happened: the round has ended, and what the thread keeps says at which node
// it stands; or the thread says in a summary all that there is of its own state, and stands where
// another one with the same summary does; or it is a new node.
node_id thread_automata::found(automaton& a, std::uint32_t round, node_id before,
                               std::uint64_t given) {
    slot& s = first_of(a);
    if (!s.asking && !s.failure && endless_)
        if (const auto kept = kept_behind(s)) return begin_round(a, *kept);
    std::optional<local_state> told;
    // Programs that end have no summaries: their nodes are a tree, and finitely many.
    if (s.asking && endless_) told = endless_->summary(s.id, s.asked);
    if (told) {
        add_marks(s, *told);
        if (const auto known = a.summaries.find(*told); known != a.summaries.end()) {
            // For compare_merged(), which asks whether a summary told all.
            a.duplicates.push_back({round, s.feed, known->second});
            return known->second;
        }
    }
    const node_id n = add(a, round, before, given, false);
    if (told) a.summaries.emplace(std::move(*told), n);
    return n;
}

node_id thread_automata::add(automaton& a, std::uint32_t round, node_id before, std::uint64_t given,
                             bool begins) {
    const slot& s = first_of(a);
    const auto id = static_cast<node_id>(a.nodes.size());
    a.nodes.push_back(std::make_unique<node>());
    node& n = *a.nodes.back();
    n.begins_round = begins;
    n.round = round;
    n.before = before;
    n.given = given;
    if (s.failure) {
        n.is = standing::failed;
        n.failure = *s.failure;
    } else if (!s.asking) {
        n.is = standing::finished;
    } else {
        n.request = asked_at(s);
        note_marks(s, n);
        n.grows_old =
            endless_ && !begins && endless_->grows_old(s.id, a.nodes[before]->request, s.asked);
        // All of them have made this run, and can go on from here.
        for (const unsigned t : a.of) threads_[t]->stands_at = id;
    }
    return id;
}

// Loops that wrote something since they began are done with: nothing that they read counts.
void thread_automata::note_marks(const slot& s, node& n) {
    n.behind_sc_fence = !s.log.empty() && is_sc_fence(s.log.back().what);
    // Since the last write, going backwards: loops that began behind it have written nothing.
    unsigned from = static_cast<unsigned>(s.log.size());
    while (from > 0 && !wrote(s.log[from - 1].what, s.log[from - 1].value)) --from;
    for (const unsigned m : s.marks)
        if (m >= from) n.marks.push_back(m);
    for (unsigned i = from; i < s.log.size(); ++i) {
        if (s.log[i].what.kind != event_kind::read) continue;
        const auto begun = std::ranges::count_if(n.marks, [&](unsigned m) { return m <= i; });
        if (begun == 0) continue;
        const marked_read r{s.log[i].what.location, static_cast<std::uint8_t>(begun)};
        // The newest read of a location tells how many loops have to look at it again.
        const auto same = std::ranges::find(n.reads, r.location, &marked_read::location);
        if (same != n.reads.end())
            *same = r;
        else
            n.reads.push_back(r);
    }
}

// For whoever asks the program itself, at an end: it looks at its own state, which is that of the
// last run.
void thread_automata::bring(unsigned t, node_id n) {
    slot& s = *threads_[t];
    // The program's own state is one for all: what another thread did with it since does not
    // matter, for threads share nothing but memory.
    if (s.stands_at == n) return;
    run(s, s.all->nodes[n]->round, way_to(*s.all, n));
    if (s.asking) s.stands_at = n;
}

// Of all automata: a measure of how much of the program was found out.
std::size_t thread_automata::node_count() const {
    std::size_t n = 0;
    for (const auto& a : automata_) n += a->nodes.size();
    return n;
}

// --- places that are as good as others -----------------------------------------------------------

// Turned step by step from the beginning of the round: what the thread kept is turned, and so is
// each value that it was given. The node that this leads to must ask for the same, turned; the
// request is compared, and not the program believed.
node_id thread_automata::rotated(unsigned t, node_id n, unsigned steps) {
    if (steps == 0) return n;
    automaton& a = *threads_[t]->all;
    if (const auto known = a.rotated.find({n, steps}); known != a.rotated.end())
        return known->second;
    may_find_out();
    const rotation& turn = *endless_->turns_round();
    const node& from = *a.nodes[n];
    node_id to = 0;
    // What the thread kept from the rounds before is all that there is of it, so that is turned.
    if (from.begins_round) {
        to = begin_round(a, turn.kept(a.of.front(), a.rounds[from.round], steps));
    } else {
        const node& before = *a.nodes[from.before];
        const bool read = before.request.kind == event_kind::read;
        const node_id behind = rotated(t, from.before, steps);
        // It was found further up the way that the program does not stay the same.
        if (changed_by_rotation_) return n;
        to = after(t, behind,
                   read ? turn.value(before.request.location, from.given, steps) : from.given);
    }
    const node& found = *a.nodes[to];
    // Loops count too: where one thread may give up a loop, the other one has to be able to.
    if (found.is != from.is || found.begins_round != from.begins_round ||
        found.marks.size() != from.marks.size() ||
        (from.is == standing::asks && !(found.request == turn.request(from.request, steps))))
        changed_by_rotation_ = true;
    // Kept also if it is wrong: the exploration begins again without rotation.
    a.rotated.emplace(std::pair(n, steps), to);
    return to;
}

// Only the last value that was given can have grown old: as if it had been another one.
node_id thread_automata::grown_old(unsigned t, node_id n, const newest_values& newest) {
    // The program says what might as well have been given, by the newest values of this state; the
    // node that this leads to is found like any other.
    const node& old = at(t, n);
    const auto as_well = endless_->grown_old(old.given, newest);
    return as_well ? after(t, old.before, *as_well) : n;
}

// --- checkpoints ---------------------------------------------------------------------------------

// How each node was found, and not what it is: the program is run again for that.
void thread_automata::save(byte_writer& out) const {
    out.byte(apart_);
    out.byte(changed_by_rotation_);
    out.number(findings_.size());
    for (const finding& f : findings_) {
        // One bit says which of the two kinds it is.
        out.number(f.automaton * 2u + f.round.has_value());
        if (!f.round) {
            out.number(f.from);
            out.number(f.given);
            continue;
        }
        out.number(f.round->size());
        for (const std::uint64_t word : *f.round) out.number(word);
    }
}

// Found again in the same order, the nodes get the same numbers. Nothing of them is written down.
void thread_automata::load(byte_reader& in) {
    if (in.byte()) tell_apart();
    const bool changed = in.byte();
    for (std::uint64_t n = in.number(); n > 0; --n) {
        const std::uint64_t which = in.number();
        automaton& a = *automata_[which / 2];
        if (which % 2 == 0) {
            const auto from = static_cast<node_id>(in.number());
            (void)after(a.of.front(), from, in.number());
            continue;
        }
        local_state kept(in.number());
        for (std::uint64_t& word : kept) word = in.number();
        (void)begin_round(a, kept);
    }
    changed_by_rotation_ = changed;
}

// --- whether summaries tell all ------------------------------------------------------------------

// Follows what is known behind the node, and asks the thread that came the other way whether it
// asks for the same, to the next summary or the end of the round.
bool thread_automata::same_ahead(slot& s, const merged& m, unsigned accesses_max) {
    struct pair {
        std::vector<std::uint64_t> given;
        node_id at;
        unsigned depth;
    };
    // Pairs of places that have to do the same: the one that the run made comes to, which is run
    // anew each time, and the node that it was taken for.
    std::vector<pair> todo{{m.given, m.into, 0}};
    while (!todo.empty()) {
        pair p = std::move(todo.back());
        todo.pop_back();
        run(s, m.round, p.given);
        const node& known = *s.all->nodes[p.at];
        const bool asks = known.is == standing::asks;
        if (asks != s.asking || (asks && !(known.request == asked_at(s)))) return false;
        if (!asks || p.depth == accesses_max) continue;
        for (const auto& [value, to] : known.next) {
            // Behind a summary or a round the places are pairs of their own.
            if (s.all->nodes[to]->before != p.at || s.all->nodes[to]->begins_round) continue;
            std::vector<std::uint64_t> given = p.given;
            given.push_back(value);
            todo.push_back({std::move(given), to, p.depth + 1});
        }
    }
    return true;
}

// Behind an exploration: places that were taken for one are compared, so many accesses ahead.
thread_automata::merges thread_automata::compare_merged(unsigned accesses_max) {
    merges m;
    for (const auto& a : automata_)
        for (const merged& d : a->duplicates) {
            ++m.compared;
            m.different += !same_ahead(first_of(*a), d, accesses_max);
        }
    return m;
}

// The same of rotation: to go on and then to turn round must lead where turning round and going on
// leads. Copies are looped over, since after() and rotated() add to both.
thread_automata::merges thread_automata::compare_rotated() {
    merges m;
    const rotation* turn = turns_round();
    if (!turn) return m;
    for (const auto& a : automata_) {
        const auto all = a->rotated;
        const unsigned t = a->of.front();
        for (const auto& [from, to] : all) {
            const node& n = *a->nodes[from.first];
            const unsigned steps = from.second;
            const bool read = n.request.kind == event_kind::read;
            const auto next = n.next;
            for (const auto& [value, behind] : next) {
                const auto given = read ? turn->value(n.request.location, value, steps) : value;
                ++m.compared;
                m.different += after(t, to, given) != rotated(t, behind, steps);
            }
        }
    }
    return m;
}

}  // namespace ringsim::sim::states
