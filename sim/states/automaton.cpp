#include "sim/states/automaton.hpp"

#include <algorithm>

namespace ringsim::sim::states {

using graph::event_kind;

thread_automata::thread_automata(graph::program& p)
    : program_(p), endless_(dynamic_cast<endless_program*>(&p)) {
    program_.attach(*this);
    for (unsigned t = 0; t < p.thread_count(); ++t)
        threads_.push_back(std::make_unique<slot>(*this, t));
}

void thread_automata::slot::failed(const std::exception_ptr& error) {
    thrown = "the program threw an exception";
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        thrown += std::string(": ") + e.what();
    } catch (...) {
    }
    owner.fail(violation::assertion, thrown);
}

// --- the running thread --------------------------------------------------------------------------

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

std::uint64_t thread_automata::spin_mark() {
    slot& s = me();
    s.marks.push_back(static_cast<unsigned>(s.log.size()));
    return s.log.size();
}

void thread_automata::spin(std::uint64_t mark) {
    const slot& s = me();
    for (std::size_t i = mark; i < s.log.size(); ++i)
        if (wrote(s.log[i].what, s.log[i].value)) return;
    label l;
    l.kind = event_kind::block;
    l.value = mark;
    l.shown = step_kind::stuck;
    step(l, {});
}

void thread_automata::fail(violation kind, std::string_view what) {
    slot& s = me();
    s.failure = graph::verdict_of_program{kind, std::string(what)};
    for (;;) s.strand.suspend();
}

// --- runs ----------------------------------------------------------------------------------------

void thread_automata::run(slot& s, std::uint32_t round, std::vector<std::uint64_t> feed) {
    s.feed = std::move(feed);
    s.log.clear();
    s.marks.clear();
    s.failure.reset();
    s.strand.restart();
    if (endless_) endless_->begin_round(s.id, s.rounds[round]);
    go_on(s);
}

void thread_automata::go_on(slot& s) {
    s.asking = false;
    s.stands_at.reset();
    current_ = s.id;
    program_.will_run(s.id);
    graph::now_running.thread.store(static_cast<int>(s.id), std::memory_order_relaxed);
    s.strand.resume();
    graph::now_running.thread.store(-1, std::memory_order_relaxed);
    if (s.log.size() != s.feed.size())
        problem_ = "thread " + std::to_string(s.id) +
                   " is not deterministic: repeated with the same values, it ends earlier";
}

std::vector<std::uint64_t> thread_automata::way_to(const slot& s, node_id n) const {
    std::vector<std::uint64_t> way;
    for (; !s.nodes[n]->begins_round; n = s.nodes[n]->before) way.push_back(s.nodes[n]->given);
    std::ranges::reverse(way);
    return way;
}

node_id thread_automata::start(unsigned t) {
    slot& s = *threads_[t];
    return begin_round(s, endless_ ? endless_->first_round(t) : local_state{});
}

node_id thread_automata::begin_round(slot& s, const local_state& kept) {
    if (const auto known = s.round_begins.find(kept); known != s.round_begins.end())
        return known->second;
    const auto round = static_cast<std::uint32_t>(s.rounds.size());
    s.rounds.push_back(kept);
    run(s, round, {});
    const node_id n = add(s, round, 0, 0, true);
    s.round_begins.emplace(kept, n);
    return n;
}

node_id thread_automata::after(unsigned t, node_id from, std::uint64_t value) {
    slot& s = *threads_[t];
    for (const auto& [given, to] : s.nodes[from]->next)
        if (given == value) return to;
    if (s.stands_at == from) {
        s.feed.push_back(value);
        go_on(s);
    } else {
        std::vector<std::uint64_t> feed = way_to(s, from);
        feed.push_back(value);
        run(s, s.nodes[from]->round, std::move(feed));
    }
    const node_id to = found(s, s.nodes[from]->round, from, value);
    s.nodes[from]->next.emplace_back(value, to);
    return to;
}

// What the explorers know of a place beside the program is part of what tells it.
void thread_automata::add_marks(const slot& s, local_state& told) {
    node n;
    note_marks(s, n);
    told.push_back(n.behind_sc_fence);
    told.insert(told.end(), n.marks.begin(), n.marks.end());
    for (const marked_read& r : n.reads) told.push_back(r.location * 256u + r.marks);
}

node_id thread_automata::found(slot& s, std::uint32_t round, node_id before, std::uint64_t given) {
    if (!s.asking && !s.failure && endless_)
        if (const auto kept = endless_->end_round(s.id)) return begin_round(s, *kept);
    std::optional<local_state> told;
    if (s.asking && endless_) told = endless_->summary(s.id, s.asked);
    if (told) {
        add_marks(s, *told);
        if (const auto known = s.summaries.find(*told); known != s.summaries.end()) {
            s.duplicates.push_back({round, s.feed, known->second});
            return known->second;
        }
    }
    const node_id n = add(s, round, before, given, false);
    if (told) s.summaries.emplace(std::move(*told), n);
    return n;
}

node_id thread_automata::add(slot& s, std::uint32_t round, node_id before, std::uint64_t given,
                             bool begins) {
    const auto id = static_cast<node_id>(s.nodes.size());
    s.nodes.push_back(std::make_unique<node>());
    node& n = *s.nodes.back();
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
        n.request = s.asked;
        note_marks(s, n);
        s.stands_at = id;
    }
    return id;
}

// Loops that wrote something since they began are done with: nothing that they read counts.
void thread_automata::note_marks(const slot& s, node& n) {
    n.behind_sc_fence = !s.log.empty() && is_sc_fence(s.log.back().what);
    unsigned from = static_cast<unsigned>(s.log.size());
    while (from > 0 && !wrote(s.log[from - 1].what, s.log[from - 1].value)) --from;
    for (const unsigned m : s.marks)
        if (m >= from) n.marks.push_back(m);
    for (unsigned i = from; i < s.log.size(); ++i) {
        if (s.log[i].what.kind != event_kind::read) continue;
        const auto begun = std::ranges::count_if(n.marks, [&](unsigned m) { return m <= i; });
        if (begun == 0) continue;
        const marked_read r{s.log[i].what.location, static_cast<std::uint8_t>(begun)};
        const auto same = std::ranges::find(n.reads, r.location, &marked_read::location);
        if (same != n.reads.end())
            *same = r;
        else
            n.reads.push_back(r);
    }
}

void thread_automata::bring(unsigned t, node_id n) {
    slot& s = *threads_[t];
    if (s.stands_at == n) return;
    run(s, s.nodes[n]->round, way_to(s, n));
    if (s.asking) s.stands_at = n;
}

std::size_t thread_automata::node_count() const {
    std::size_t n = 0;
    for (const auto& s : threads_) n += s->nodes.size();
    return n;
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
    std::vector<pair> todo{{m.given, m.into, 0}};
    while (!todo.empty()) {
        pair p = std::move(todo.back());
        todo.pop_back();
        run(s, m.round, p.given);
        const node& known = *s.nodes[p.at];
        const bool asks = known.is == standing::asks;
        if (asks != s.asking || (asks && !(known.request == s.asked))) return false;
        if (!asks || p.depth == accesses_max) continue;
        for (const auto& [value, to] : known.next) {
            // Behind a summary or a round the places are pairs of their own.
            if (s.nodes[to]->before != p.at || s.nodes[to]->begins_round) continue;
            std::vector<std::uint64_t> given = p.given;
            given.push_back(value);
            todo.push_back({std::move(given), to, p.depth + 1});
        }
    }
    return true;
}

thread_automata::merges thread_automata::compare_merged(unsigned accesses_max) {
    merges m;
    for (const auto& s : threads_)
        for (const merged& d : s->duplicates) {
            ++m.compared;
            m.different += !same_ahead(*s, d, accesses_max);
        }
    return m;
}

}  // namespace ringsim::sim::states
