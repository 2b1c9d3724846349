// What the threads of a program do, told by the values that their accesses returned.
//
// A thread is deterministic but for those values. So it is an automaton, in the form of a tree: at
// each node it asks for an access, ends or fails, and each value that the access may return leads
// to a node of its own. A search comes by the same nodes millions of times, and looks up what it
// would be asked there; the thread's body runs only to find out what comes behind a value for the
// first time. (The engine of states has automata too, sim/states/automaton.hpp: there a node is a
// part of a state, and has to say all that two states may differ in.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sim/graph/event.hpp"
#include "sim/graph/mutant.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// Where a thread may stand. Flat, and linked by numbers: nothing is allocated for a node, and a
// node that is known costs a search two or three words to read.
struct automaton_node {
    enum class kind : std::uint8_t { asks, ends, fails };

    label asked{};                                  // the access
    dependencies on{};                              // of it, with the branches behind the thread
    std::uint64_t given = 0;                        // by the access of the node before
    std::unique_ptr<verdict_of_program> failure{};  // of a thread that fails
    std::uint32_t state = 0;                        // see automata::state_at(); 0: none is kept
    kind what = kind::asks;
    node_id next = no_node;   // of the nodes behind this one, the first; the others
    node_id other = no_node;  // of this one are behind the same node, by other values

    bool puts_off() const { return what == kind::asks && asked.patient; }
};

class automata {
  public:
    // Of one thread. A thread that goes more ways than that is run again as one without an
    // automaton.
    static constexpr std::size_t nodes_max = 32768;

    explicit automata(unsigned threads) : threads_(threads) {}

    // The first node of the thread, if it is known; else no_node.
    node_id first(unsigned t) const { return threads_[t].nodes.empty() ? no_node : 0; }
    // Where the thread stands whose access at `node` returned `value`, if that is known. Few values
    // are possible at most accesses, so those that came are gone through one by one.
    node_id after(unsigned t, node_id node, std::uint64_t value) const {
        const std::vector<automaton_node>& nodes = threads_[t].nodes;
        for (node = nodes[node].next; node != no_node; node = nodes[node].other)
            if (nodes[node].given == value || mutated(mutant::node_of_other_value)) break;
        return node;
    }
    // References stay good until the object goes.
    automaton_node& at(unsigned t, node_id node) { return threads_[t].nodes[node]; }
    const automaton_node& at(unsigned t, node_id node) const { return threads_[t].nodes[node]; }

    // No node can be added any more.
    bool full(unsigned t) const { return threads_[t].nodes.size() == nodes_max; }
    // The node at which the thread begins; to be called once, before any other is added.
    node_id begin(unsigned t, automaton_node&& node) {
        threads_[t].nodes.reserve(nodes_max);
        return add(t, std::move(node));
    }
    // Where the thread stands when its access at `before` returned `value`; once for each value.
    node_id add(unsigned t, node_id before, std::uint64_t value, automaton_node&& node) {
        node.given = value;
        node.other = at(t, before).next;
        return at(t, before).next = add(t, std::move(node));
    }

    // What program::state_of() is where the thread stands at the node; nothing, if it is not known.
    // Each state of a thread has the same size.
    const std::byte* state_at(unsigned t, node_id node) const {
        const std::uint32_t n = at(t, node).state;
        return n == 0 ? nullptr : threads_[t].states.data() + (n - 1);
    }
    void keep_state(unsigned t, node_id node, std::span<const std::byte> state) {
        std::vector<std::byte>& all = threads_[t].states;
        at(t, node).state = static_cast<std::uint32_t>(all.size() + 1);
        all.insert(all.end(), state.begin(), state.end());
    }

  private:
    struct of_thread {
        std::vector<automaton_node> nodes;  // with room for all, so that none ever moves
        std::vector<std::byte> states;
    };

    node_id add(unsigned t, automaton_node&& node) {
        threads_[t].nodes.push_back(std::move(node));
        return static_cast<node_id>(threads_[t].nodes.size() - 1);
    }

    std::vector<of_thread> threads_;
};

}  // namespace ringsim::sim::graph
