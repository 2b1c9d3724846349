// States that are as good as each other, of which one is visited: turned round, with identical
// threads in each other's place, and but for what has grown old.
//
// All three are claims about the program that it makes itself (endless_program,
// exploration_limits::same_as). The first two are checked while it is explored: if a thread asks
// for something else than the claim says, the claim is dropped and the exploration begins again
// without it (begin(), broken()).
#pragma once

#include <array>
#include <vector>

#include "sim/states/automaton.hpp"
#include "sim/states/bytes.hpp"
#include "sim/states/identical.hpp"
#include "sim/states/memory.hpp"
#include "sim/states/retelling.hpp"
#include "sim/states/rotation.hpp"

namespace ringsim::sim::states {

// All there is between two turns.
template <class Memory>
struct whole_state {
    per_thread<node_id> at;          // where each thread stands
    per_thread<std::uint8_t> stale;  // loops that read what is not the newest any more
    Memory memory;
    bool raced = false;           // there was a data race, of a program that goes on
    write_name named = 0;         // accesses so far, if the way is told
    std::vector<happening> told;  // on the turn, likewise
    per_thread<unsigned> who;     // which thread stands at each place, likewise
    unsigned turned = 0;          // by how many steps it is turned round, likewise

    // The same with another memory, and with nothing told yet: the beginning of a turn.
    whole_state with(Memory&& other) const {
        return {at, stale, std::move(other), raced, named, {}, who, turned};
    }
};

template <class Memory>
class symmetry {
  public:
    using whole = whole_state<Memory>;

    symmetry(thread_automata& automata, const program_use& use) : automata_(automata), use_(use) {}

    // Before an exploration begins. What was said of the program and is not so counts no more: it
    // is known by now, from the exploration that was broken off.
    void begin() {
        // Nodes are made anew where threads are told apart, so that comes first.
        if (automata_.unlike()) automata_.tell_apart();
        turn_ = automata_.changed_by_rotation() ? nullptr : automata_.turns_round();
        identical_.clear();
        for (unsigned t = 0; t < automata_.thread_count(); ++t) {
            const std::vector<unsigned>& same = automata_.identical_to(t);
            if (same.size() > 1 && same.front() == t) identical_.push_back(same);
        }
    }
    // Whether something that was said of the program turned out not to be so.
    bool broken() const { return automata_.unlike() || (turn_ && automata_.changed_by_rotation()); }
    // Whether states are turned round in this exploration.
    bool rotates() const { return turn_ != nullptr; }
    const std::vector<std::vector<unsigned>>& identical() const { return identical_; }

    // Makes it the one that stands for all that are as good. In this order: the order of identical
    // threads is looked for in what is turned and has grown old already.
    void stand_for_all(whole& w) {
        if (turn_)
            if (const unsigned steps = turn_->steps_to_rest(w.memory.newest(turn_->measured_by())))
                turn(w, steps);
        // By what memory holds now, which the turn has changed.
        const newest_values newest = [&](location_id l) { return w.memory.newest(l); };
        for (unsigned t = 0; t < w.at.size(); ++t)
            if (automata_.at(t, w.at[t]).grows_old)
                w.at[t] = automata_.grown_old(t, w.at[t], newest);
        for (const std::vector<unsigned>& places : identical_)
            put_in_order(w, places,
                         [&](const Memory& m, byte_writer& out) { m.encode(use_, out); });
    }

    // What is done to a location may be done to those that it becomes when all is turned round.
    template <class F>
    void each_turned(location_id l, F&& f) const {
        f(l);
        if (const rotation* r = automata_.turns_round())
            for (unsigned steps = 1; steps < r->steps(); ++steps) f(r->location(l, steps));
    }

    // As it would have happened without turning: an execution is told with the locations and values
    // of its beginning, and each state on the way may have been turned on from the one before.
    void turn_back(const whole& w, happening& h) const {
        // Turning on by what is left of a whole round is turning back.
        if (w.turned == 0) return;
        const unsigned steps = turn_->steps() - w.turned;
        if (h.left) {
            h.left->location = turn_->location(h.left->location, steps);
            return;
        }
        if (h.what.kind == graph::event_kind::read)
            h.how.value = turn_->value(h.what.location, h.how.value, steps);
        if (h.how.writes) h.how.written = turn_->value(h.what.location, h.how.written, steps);
        h.how.location = turn_->location(h.how.location, steps);
        h.what = turn_->request(h.what, steps);
    }
    // The end was judged with each place's thread under the name of another one.
    static void rename(std::vector<happening>& way, const whole& end,
                       const std::vector<unsigned>& stands_for) {
        // `who` says which thread stands at a place now, and `stands_for` as whom it was judged.
        std::array<unsigned, threads_max> name{};
        for (unsigned p = 0; p < end.who.size(); ++p) name[end.who[p]] = stands_for[p];
        for (happening& h : way) h.thread = name[h.thread];
    }

  private:
    // All of a state at once: where threads stand, what memory holds, and by how much it is turned
    // now.
    void turn(whole& w, unsigned steps) {
        for (unsigned t = 0; t < w.at.size(); ++t) w.at[t] = automata_.rotated(t, w.at[t], steps);
        w.memory.rotate(*turn_, use_, steps);
        w.turned = (w.turned + steps) % turn_->steps();
    }

    thread_automata& automata_;
    const program_use& use_;
    const rotation* turn_ = nullptr;
    std::vector<std::vector<unsigned>> identical_;  // groups of more than one thread
};

}  // namespace ringsim::sim::states
