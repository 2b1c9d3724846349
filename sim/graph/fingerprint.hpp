// Names of graphs by what they are, for sets of those that were visited: 128 bits that are the same
// for two graphs with the same events, rf and co, whatever order they were added in.
//
// Only searches with load buffering need them: without, the algorithm comes to no graph twice.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/graph/fingerprint_set.hpp"
#include "sim/graph/graph.hpp"

namespace ringsim::sim::graph {

// Appends the part of a graph that is in `events`, which is closed under po and rf. What the read
// `open` reads from does not count. The words tell a graph completely: two graphs have the same
// words only if they are the same but for the order of adding.
template <class G>
void append_words(const G& g, const typename G::set& events, std::vector<std::uint64_t>& words,
                  event_id open = no_event) {
    // An event is named by thread and place, not by its slot, which depends on the way that led
    // here.
    const auto name = [&](event_id e) -> std::uint64_t {
        if (e >= to_come) return e;
        return std::uint64_t{g[e].thread} << 16 | g[e].po;
    };
    for (unsigned t = 0; t < g.thread_count(); ++t) {
        for (unsigned i = 0; i < g.count(t); ++i) {
            const event_id e = g.at(t, i);
            if (!events.test(e)) break;
            const event& ev = g[e];
            if (e == open) {
                words.push_back(no_event);
                continue;
            }
            words.push_back(static_cast<std::uint64_t>(ev.what.kind) << 48 |
                            std::uint64_t{ev.what.location} << 32 | name(ev.rf));
            words.push_back(ev.value);
            if (ev.rf != to_come) continue;
            const promise& p = g.promise_of(e);
            words.push_back(std::uint64_t{p.thread} << 16 | p.po);
        }
        words.push_back(~std::uint64_t{t});
    }
    for (location_id l = 0; l < g.location_count(); ++l) {
        for (event_id w = g.co_first(l); w != no_event; w = g[w].co_next)
            if (events.test(w)) words.push_back(name(w));
        words.push_back(~std::uint64_t{0});
    }
}

// What a search has met: the places where reads were promised what, and executions with a cycle in
// po | rf. It only grows, with the number of promises and of such executions.
class met_before {
  public:
    // The read `r` is to be promised the write `a`; `keep` is left of the graph, and added again.
    // Nothing if it was met before.
    template <class G>
    std::optional<fingerprint> new_promise(const G& g, const typename G::set& keep, event_id a,
                                           event_id r) {
        words_.clear();
        append_words(g, keep, words_, r);
        words_.insert(words_.end(), {std::uint64_t{g[r].thread} << 16 | g[r].po,
                                     std::uint64_t{g[a].thread} << 16 | g[a].po, g[a].value});
        const fingerprint name = fingerprint_of(words_);
        return promises_.insert(name) ? std::optional(name) : std::nullopt;
    }
    // One that was met by another search of the same program.
    void know_promise(const fingerprint& name) { promises_.insert(name); }
    void forget_promises() { promises_ = {}; }
    // A graph to search on from whose last read was promised a write, wherever that comes.
    template <class G>
    bool is_new_start(const G& g) {
        words_.clear();
        append_words(g, g.live(), words_);
        const promise& p = g.promise_of(g.by_stamp(g.size() - 1));
        words_.insert(words_.end(), {std::uint64_t{p.thread}, p.value});
        return starts_.insert(fingerprint_of(words_));
    }
    // A complete execution.
    template <class G>
    bool is_new(const G& g) {
        words_.clear();
        append_words(g, g.live(), words_);
        return executions_.insert(fingerprint_of(words_));
    }

  private:
    fingerprint_set promises_;
    fingerprint_set starts_;
    fingerprint_set executions_;
    std::vector<std::uint64_t> words_;
};

}  // namespace ringsim::sim::graph
