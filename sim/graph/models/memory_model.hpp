// The port of a model: what the explorers ask of it, when, and what holds then.
//
// A model is a class of static functions over a graph and the rows that it keeps for each event. A
// new one is a file in this directory, a row in sim/graph/model.hpp, an instantiation
// (explore_NAME.cpp, and its line in explore_models.cpp), its mappings, and what the oracle of the
// tests says of it. docs/hacking.md has all steps.
#pragma once

#include <array>
#include <concepts>
#include <string_view>

#include "sim/graph/dependencies.hpp"
#include "sim/graph/graph.hpp"

namespace ringsim::sim::graph {

// What most models say. A model derives from it and says otherwise where it has to.
struct model_defaults {
    // The sizes of graphs in words of 64 events, from the one that a search begins with to the one
    // that has room for events_max. With each, the explorers are compiled once more.
    static constexpr std::array<unsigned, 3> graph_words{2, 5, events_max / 64};
    // Barriers that mappings put beside accesses and that need no event of their own, since all
    // that they do is to order what the thread has done so far before what it does next: the next
    // event's label has them, and begin() heeds them. At most as many as label::barriers has bits.
    static constexpr std::array<barrier, 0> folded_barriers{};
    // Whether it knows address, data and control dependencies. Then it has begin().
    static constexpr bool has_dependencies = false;
    // Whether add_read() takes the row of the read as begin() has left it and adds what the source
    // brings: then it begins once more for each source.
    static constexpr bool adds_to_begin = false;
    // Whether a race may be undone by an event that comes later, so that races are looked for in
    // complete executions only, by racing().
    static constexpr bool races_at_the_end = false;

    // Whether a pair need not be atomic if its thread has written to the location between the
    // halves.
    static constexpr bool own_write_frees_pair = false;

    // An access that races with the new event `e`, whose rf or co is set; or no_event. Called once
    // for each event, at once.
    template <class G>
    static event_id race_with(const G&, event_id) {
        return no_event;
    }
    // Whether any two accesses race. For programs that go on after races; may be called again.
    template <class G>
    static bool has_race(const G&) {
        return false;
    }
    // Two accesses of a complete execution that race, or no_event twice.
    template <class G>
    static std::array<event_id, 2> racing(const G&) {
        return {no_event, no_event};
    }
    // What the model asks of complete executions only: a graph that breaks it may still be extended
    // to one that does not.
    template <class G>
    static bool holds_at_the_end(const G&) {
        return true;
    }
    // The same of accesses of two locations at once (is_one_with_last()), which only Arm has.
    template <class G>
    static bool accesses_of_two_hold(const G&) {
        return true;
    }
    // Calls f with the name of each rule for the use of a primitive that a complete execution
    // breaks.
    template <class G, class F>
    static void each_misuse(const G&, F&&) {}
};

// Calls f with each barrier that the event's label has instead of an event before it.
template <class Model, class F>
void each_folded(const label& l, F&& f) {
    for (std::size_t i = 0; l.barriers >> i != 0; ++i)
        if (l.barriers >> i & 1u) f(Model::folded_barriers[i]);
}

// The life of an event `e`, always the last of its thread: it is appended to the graph; begin(), if
// the model has dependencies, and again if the access gets another mode by its outcome. Then one of
//   - a read: floor() and may_read() for each source, as often as there are, which change nothing;
//     rf is set; add_read()
//   - a write: floor() and may_write() for each place in co; it is placed; add_write()
//   - anything else: add_fence()
// add_read() and add_write() return false if the graph is inconsistent; it is given up then, and
// with it the rows. What they accept, may_read() and may_write() must have accepted. A revisit
// makes a read the last event of its thread again and adds it anew, from begin() on if the model
// `adds_to_begin`. Rows are copied with the graph, so they are sets and numbers, and of events that
// are gone nothing may be asked. The row of `e` changes in these calls only: what a model changes
// when another event comes belongs into the open part of the row (Rows::open), or copies of the
// graph would not have it.
template <class M, class G = execution_graph<2, typename M::template rows<2>>>
concept memory_model =
    std::derived_from<M, model_defaults> && requires(G& g, const G& seen, event_id e, event_id w) {
        { M::name } -> std::convertible_to<std::string_view>;
        // The least place in co that `e` may read from, and behind which it may write.
        { M::floor(seen, e) } -> std::same_as<unsigned>;
        // Whether `e` may read from `w`, a write at or above the floor.
        { M::may_read(seen, e, w) } -> std::same_as<bool>;
        // Whether `e` may be written right behind `w`.
        { M::may_write(seen, e, w) } -> std::same_as<bool>;
        { M::add_read(g, e) } -> std::same_as<bool>;
        { M::add_write(g, e) } -> std::same_as<bool>;
        { M::add_fence(g, e) } -> std::same_as<void>;
        { M::race_with(seen, e) } -> std::same_as<event_id>;
        { M::has_race(seen) } -> std::same_as<bool>;
    };

// A model with load buffering says so by `reads_ahead` in its rows, which have a set `kept` for
// builder::note_kept(), and has besides:
template <class M, class G = execution_graph<2, typename M::template rows<2>>>
concept model_with_load_buffering =
    memory_model<M, G> && G::reads_ahead && M::has_dependencies &&
    requires(G& g, const G& seen, event_id e, const stated_dependencies<typename G::set>& on) {
        // Finds what is before `e` by its thread alone. `on`: what it depends on, as stated.
        { M::begin(g, e, on) } -> std::same_as<void>;
        // Instead of add_read(): `e` reads from a write that is to come.
        { M::add_ahead(g, e) } -> std::same_as<void>;
        // The events of its thread that are before `e` wherever reads of writes to come read from;
        // too few is safe, and costs promises that come to nothing.
        { M::kept_before(seen, e) } -> std::same_as<typename G::set>;
        // Whether what the read `e` reads from, in another thread, is before it likewise.
        { M::keeps_source(seen, e) } -> std::same_as<bool>;
        // Whether the graph is consistent, from nothing: reads may read from what comes after them.
        // The rows may be left as they are, for the graph ends here.
        { M::consistent_anew(g) } -> std::same_as<bool>;
    };

}  // namespace ringsim::sim::graph
