// An exploration on several cores, with the result of one.
//
// States are visited in one order, whoever works on them. The lanes look at the ways on from a
// block of states that wait; then one of them goes through the block in order, and what is reached
// is added as if it had been looked at only now. That is the same, since a way on depends on the
// state and on what is known of the program: if something would have to be found out, or if the
// exploration might end there, the state is left to the one that goes through the block.
#pragma once

#include <atomic>

#include "sim/states/explorer.hpp"

namespace ringsim::sim::states {

// States that a lane takes at a time: so few that all lanes end at about the same time, so many
// that taking them is nothing.
inline constexpr std::size_t states_a_grip = 16;

template <class Memory>
void explorer<Memory>::look_ahead(std::size_t end) {
    if (!lanes_) lanes_ = std::make_unique<lanes>(limits_.jobs);
    desks_.resize(limits_.jobs);
    ahead_.resize(end - next_);
    // Lanes take what is next, so that one that gets the longer part takes fewer of them.
    std::atomic<std::size_t> taken = 0;
    // What would be found out is not noted by several at once: nothing_found_out is thrown instead.
    automata_.find_nothing_out(true);
    lanes_->run([&](unsigned lane) {
        for (std::size_t from; (from = taken.fetch_add(states_a_grip)) < ahead_.size();)
            for (std::size_t i = from; i < std::min(from + states_a_grip, ahead_.size()); ++i)
                look_at(desks_[lane], static_cast<state_id>(next_ + i), ahead_[i]);
    });
    automata_.find_nothing_out(false);
}

// Called by several at once, each with its own desk and for its own states. It changes nothing but
// these two.
template <class Memory>
void explorer<Memory>::look_at(desk& d, state_id s, seen_ahead& seen) {
    seen.to_judge = false;
    seen.turns = 0;
    seen.reached.clear();
    seen.packed.clear();
    try {
        const whole now = restored(d.reads, s);
        seen.to_judge = ended(now).has_value() && !mutated(mutant::ends_ahead_unjudged);
        each_turn(now, [&](whole& to, settled how, const std::optional<wrong>& found) {
            if (how == settled::dropped) return;
            if (found && mutated(mutant::wrong_ahead_unseen)) return;
            if (found) throw nothing_found_out();
            ++seen.turns;
            put(to, d.out);
            pack(d.out.bytes(), d.packed);
            const std::uint64_t hash = state_store::hash_of(d.packed);
            // It may be reached from another state of the block, too; that is seen when it is
            // added.
            if (store_->has(d.packed, hash)) return;
            seen.reached.push_back({seen.turns, static_cast<std::uint32_t>(d.packed.size()), hash});
            seen.packed += d.packed;
        });
        seen.alone = false;
    } catch (...) {
        // Whatever it was, it is there again when the state is looked at alone.
        seen.alone = true;
    }
}

// What was seen from the next state, as go_on_from_next() would have it: the same states in the
// same order, with the same counts. False: the exploration ends here.
template <class Memory>
bool explorer<Memory>::take_over(const seen_ahead& seen) {
    if (seen.to_judge && !judge(restored(reader_, static_cast<state_id>(next_)))) return false;
    // Where the exploration ends in the middle of a state, at a limit, the counts say how far it
    // came, as they would have without looking ahead.
    const std::uint64_t before = report_.turns;
    std::size_t at = 0;
    for (const auto& r : seen.reached) {
        report_.turns = before + r.turn;
        const std::string_view packed(seen.packed.data() + at, r.size);
        if (!add_packed(packed, r.hash, static_cast<state_id>(next_), r.turn - 1)) return false;
        at += r.size;
    }
    report_.turns = before + seen.turns;
    return true;
}

}  // namespace ringsim::sim::states
