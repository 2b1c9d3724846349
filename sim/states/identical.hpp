// Identical threads are interchangeable: a state in which two of them have changed places leads to
// the same ends, with the two in each other's place. So one such state stands for all of them: the
// one whose threads stand in an order that depends on the state alone.
//
// An end is judged under all names, since a property may speak of one thread by its number.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/stable_sort.hpp"
#include "sim/states/bytes.hpp"
#include "sim/states/mutant.hpp"
#include "sim/states/threads.hpp"

namespace ringsim::sim::states {

// At each place the place that its thread stood at before.
using arrangement = std::vector<unsigned>;

// Threads that nothing in a state tells apart, in more ways to order them than these, are left in
// the order in which they stand: then several states stand for one, and nothing worse.
inline constexpr unsigned alike_max = 4;

// Calls f(arrangement) for each way to order threads that have the same key. `order`: the threads
// by their keys; they go to `places`. Group by group: `from` is where the next one begins.
template <class F>
void each_order_of_alike(const std::vector<unsigned>& places, std::vector<unsigned> order,
                         const std::vector<std::string>& keys, std::size_t from, arrangement& all,
                         F&& f) {
    if (from == order.size()) {
        for (std::size_t i = 0; i < places.size(); ++i) all[places[i]] = order[i];
        return f(all);
    }
    std::size_t end = from;
    while (end < order.size() && keys[order[end]] == keys[order[from]]) ++end;
    if (end - from > alike_max) return each_order_of_alike(places, order, keys, end, all, f);
    const auto first = order.begin() + static_cast<long>(from);
    const auto last = order.begin() + static_cast<long>(end);
    std::sort(first, last);
    // From the least order on, so that next_permutation() comes by all of them.
    do each_order_of_alike(places, order, keys, end, all, f);
    while (std::next_permutation(first, last));
}

// What a state has of each thread goes to its new place, in the memory as well.
template <class Whole>
void rearrange(Whole& w, const arrangement& from) {
    const Whole before = w;
    for (std::size_t t = 0; t < from.size(); ++t) {
        w.at[t] = before.at[from[t]];
        w.stale[t] = before.stale[from[t]];
        w.who[t] = before.who[from[t]];
    }
    if (!mutated(mutant::memory_not_rearranged)) w.memory.rearrange(from);
}

// Puts the threads at `places`, which are identical, in an order that does not depend on which is
// which: by where they stand, then by what the memory has of each, then so that the whole has the
// least bytes. encode(memory, out) writes them.
template <class Whole, class Encode>
void put_in_order(Whole& w, const std::vector<unsigned>& places, Encode&& encode) {
    // Keys are short, and nearly always tell threads apart: the whole state is written for few.
    std::vector<std::string> keys(w.at.size());
    byte_writer out;
    for (const unsigned t : places) {
        out.clear();
        out.number(w.at[t]);
        out.byte(w.stale[t]);
        w.memory.put_thread(t, out);
        keys[t] = out.bytes();
    }
    std::vector<unsigned> order = places;
    sort_stably_by(order, [&](unsigned t) { return std::string_view(keys[t]); });
    arrangement all(w.at.size());
    for (unsigned t = 0; t < all.size(); ++t) all[t] = t;
    // Threads with different keys are in order by these. Where keys are equal, and tell all that
    // the memory has of a thread, any order is as good.
    const bool tells_all = std::ranges::adjacent_find(order, {}, [&](unsigned t) {
                               return std::string_view(keys[t]);
                           }) == order.end();
    if (tells_all || w.memory.keys_tell_all) {
        if (order == places) return;
        for (std::size_t i = 0; i < places.size(); ++i) all[places[i]] = order[i];
        return rearrange(w, all);
    }
    // Else the whole state decides: it is written in each order, and the least bytes win.
    // Orders that give the same bytes are as good as each other: the first of them is taken.
    arrangement best;
    std::string least;
    each_order_of_alike(places, order, keys, 0, all, [&](const arrangement& from) {
        Whole other = w;
        rearrange(other, from);
        out.clear();
        encode(other.memory, out);
        if (!best.empty() && !(out.bytes() < least)) return;
        best = from;
        least = out.bytes();
    });
    rearrange(w, best);
}

// Calls f() for each way to say which of the threads at `places`, from the group `g` on, stands
// where, until it returns false; `stands_for` has the thread of each place. Threads at the same
// node make no difference, so only the ways to deal out nodes are gone through.
template <class F>
bool each_naming(const std::vector<std::vector<unsigned>>& groups, std::size_t g,
                 const per_thread<std::uint32_t>& at, std::vector<unsigned>& stands_for, F&& f) {
    if (g == groups.size()) return f();
    // The threads of a group are dealt out anew: each node to a thread, whoever stood there.
    const std::vector<unsigned>& places = groups[g];
    std::vector<std::uint32_t> nodes;
    for (const unsigned p : places) nodes.push_back(at[p]);
    std::ranges::sort(nodes);
    do {
        std::vector<bool> taken(at.size());
        for (std::size_t i = 0; i < places.size(); ++i) {
            const unsigned p = *std::ranges::find_if(
                places, [&](unsigned q) { return !taken[q] && at[q] == nodes[i]; });
            taken[p] = true;
            stands_for[p] = places[i];
        }
        if (!each_naming(groups, g + 1, at, stands_for, f)) return false;
    } while (!mutated(mutant::judged_under_one_name) && std::ranges::next_permutation(nodes).found);
    return true;
}

}  // namespace ringsim::sim::states
