// Parts of the exploration: checkpoints, ends, and the way to a state told as an execution. They
// are here to keep explorer.hpp short; whoever makes an explorer includes all three.
#pragma once

#include "sim/states/axioms.hpp"
#include "sim/states/explorer.hpp"

namespace ringsim::sim::states {

// Ways to something wrong that are held against the axioms before it is taken that all are
// forbidden: each costs as much as it takes to tell it.
inline constexpr std::uint64_t doubts_max = 200;

template <class Memory>
// A store that knows each state whole, or one of hashes, as the limits say. Only the former can be
// saved: `exact_` is null otherwise.
void explorer<Memory>::make_store() {
    exact_ = nullptr;
    if (limits_.hashed) {
        store_ = std::make_unique<hashed_store>();
    } else {
        auto exact = std::make_unique<exact_store>();
        exact_ = exact.get();
        store_ = std::move(exact);
    }
    store_->limit(limits_.bytes_max);
}

// --- checkpoints ---------------------------------------------------------------------------------
// In the order in which load_what_is_known() and exact_store::load() read it. What was found out
// comes first, with its length in front: an exploration needs it before it has any state.
template <class Memory>
void explorer<Memory>::save() {
    // What was found out about the program is a few kilobytes, and is written whole; the states go
    // out as they stand in the store, without a copy.
    limits_.checkpoints->save([&](const checkpointing::writer& write) {
        byte_writer known;
        automata_.save(known);
        use_.save(known);
        for (const std::uint64_t n : {report_.begun_again, report_.turns, report_.depth,
                                      std::uint64_t{next_}, std::uint64_t{level_end_}})
            known.number(n);
        byte_writer size;
        size.number(known.bytes().size());
        write(size.bytes());
        write(known.bytes());
        exact_->save(write);
    });
}

// Before the exploration begins, which then knows all this from its start.
template <class Memory>
void explorer<Memory>::load_what_is_known() {
    const std::string known = read_bytes(*saved_, read_number(*saved_));
    byte_reader in(known);
    automata_.load(in);
    use_.load(in);
    report_.begun_again = in.number();
    for (std::uint64_t& n : resumed_) n = in.number();
}

// The ends that were judged are judged again: it is not written down what came of that. So are
// classes counted again. Everything else goes on as if it had not been broken off.
template <class Memory>
bool explorer<Memory>::go_on() {
    std::istream& in = *std::exchange(saved_, nullptr);
    // The limit may be another one than when this was written down.
    if (!leave_room() || !exact_->load(in)) return stop_at("the limit of memory was reached");
    report_.turns = resumed_[0];
    report_.depth = resumed_[1];
    level_end_ = resumed_[3];
    for (next_ = 0; next_ < resumed_[2]; ++next_) {
        const whole w = restored(reader_, static_cast<state_id>(next_));
        if (limits_.tell_all_apart) note_class(w);
        if (!judge(w)) return false;
    }
    if (limits_.tell_all_apart)
        for (std::size_t s = next_; s < store_->size(); ++s)
            note_class(restored(reader_, static_cast<state_id>(s)));
    return true;
}

// --- states that are as good as others
// ------------------------------------------------------------ Where all are told apart: as many
// classes as there would be states otherwise.
template <class Memory>
void explorer<Memory>::note_class(whole w) {
    symmetry_.stand_for_all(w);
    put(w, out_);
    if (classes_.insert(std::string(out_.bytes())).second)
        keys_ += out_.bytes().size() + bytes_a_key;
    report_.classes = classes_.size();
}

// --- ends ----------------------------------------------------------------------------------------
// Whether nothing to come will let the threads go on; how they hang. Nothing: somebody can go on. A
// thread that waits for another value than the newest hangs, because no store is on its way
// (is_drained()). One loop that goes round is enough to call all of it spinning.
template <class Memory>
std::optional<graph::hang> explorer<Memory>::ended(const whole& w) const {
    if (!w.memory.is_drained()) return std::nullopt;
    graph::hang how = graph::hang::none;
    for (unsigned t = 0; t < w.at.size(); ++t) {
        const node& n = node_of(w, t);
        if (n.is != standing::asks || automata_.may_stop(t, w.at[t])) continue;
        const bool spins = n.request.kind == graph::event_kind::block;
        if (!spins && !(n.request.kind == graph::event_kind::read &&
                        waits_at(n.request, w.memory.newest(n.request.location))))
            return std::nullopt;
        if (how != graph::hang::spins) how = spins ? graph::hang::spins : graph::hang::waits;
    }
    return how;
}

// Whether the state is an end, and if so, whether the program takes it for one that may be. What a
// program says depends on where its threads are and on the newest values, and on nothing else of a
// state; so each such pair is judged once. States that stand for others by identical threads are
// judged under each naming of them. False: the exploration ends here.
template <class Memory>
bool explorer<Memory>::judge(const whole& w) {
    const auto how = ended(w);
    if (!how) return true;
    std::vector<std::uint64_t> newest;
    for (location_id l = 0; l < locations_.size(); ++l) newest.push_back(w.memory.newest(l));
    byte_writer key;
    for (const node_id n : w.at) key.number(n);
    for (const std::uint64_t v : newest) key.number(v);
    if (use_.goes_on_after_races) key.byte(w.raced);
    if (!judged_.insert(std::string(key.bytes())).second) return true;
    keys_ += key.bytes().size() + bytes_a_key;
    ++report_.ends;
    automata_.judge_over(&newest);
    std::optional<graph::verdict_of_program> found;
    stands_for_.clear();
    for (unsigned t = 0; t < w.at.size(); ++t) stands_for_.push_back(t);
    each_naming(identical(), 0, w.at, stands_for_, [&] {
        if (program_.judges_by_state(*how))
            for (unsigned t = 0; t < w.at.size(); ++t) automata_.bring(stands_for_[t], w.at[t]);
        if (w.raced) program_.race_found();
        found = program_.judge(*how);
        return !found || violated(*found, static_cast<state_id>(next_), std::nullopt);
    });
    automata_.judge_over(nullptr);
    stands_for_.clear();
    return report_.end != exploration_end::stopped;
}

// The machine takes a seq_cst access for less than it is. So what it finds is held against the
// axioms of the model: the way that is told is an execution like any other. If they forbid it,
// another way to the same state may still be allowed, and nothing is known.
template <class Memory>
bool explorer<Memory>::is_allowed(const graph::verdict_of_program& what, state_id at,
                                  std::optional<std::uint32_t> turn) {
    if (mutated(mutant::axioms_not_asked)) return true;
    if (report_.doubtful < doubts_max &&
        axioms_allow(graph::model_id::rc11, told(what, at, turn), locations_))
        return true;
    ++report_.doubtful;
    return false;
}

// --- the way to a state --------------------------------------------------------------------------
// The way is not stored but found again: the states that lead to `at` are known by their numbers,
// so from the first one on each way is taken that leads to the next of them. This time names are
// given and what happens is noted (telling_). `last_turn`: the violation is on that turn from `at`;
// else it is at the end that `at` is.
template <class Memory>
graph::recorded_execution explorer<Memory>::told(const graph::verdict_of_program& what, state_id at,
                                                 std::optional<std::uint32_t> last_turn) {
    // From the end to the beginning: each state knows the one that it was found from.
    std::vector<state_id> states;
    for (state_id s = at; s != 0; s = store_->came_from(s, reader_)) states.push_back(s);
    telling_ = true;
    // The first state is made again and not restored: what happened on the way to it, before
    // anybody had a turn, is told too.
    whole w = first_state();
    std::vector<happening> way = w.told;
    std::optional<wrong> found;
    // On to the first way on of which `is_it` says so.
    const auto go = [&](const auto& is_it) {
        std::uint32_t n = 0;
        bool gone = false;
        whole next;
        w.told.clear();
        // All turns are gone through, although one is wanted: what they find out is known by now,
        // and it is no more work than the exploration did.
        each_turn(w, [&](whole& to, settled how, const std::optional<wrong>& bad) {
            if (how == settled::dropped) return;
            const std::uint32_t turn = n++;
            if (gone || !is_it(to, turn, !bad)) return;
            gone = true;
            next = to;
            found = bad;
        });
        w = std::move(next);
        way.insert(way.end(), w.told.begin(), w.told.end());
    };
    for (auto s = states.rbegin(); s != states.rend(); ++s) {
        go([&](const whole& to, std::uint32_t turn, bool is_state) {
            // One that is wrong is no state, and has no bytes to compare.
            if (!is_state) return false;
            put(to, out_);
            return store_->is(*s, out_.bytes(), turn, reader_);
        });
    }
    // What is wrong on a turn leads to no state, so this one is known by its number alone.
    if (last_turn) go([&](const whole&, std::uint32_t turn, bool) { return turn == *last_turn; });
    telling_ = false;
    if (!last_turn) tell_who_waits(w, way);
    // The end was judged with identical threads under other names than those of their places.
    if (!stands_for_.empty()) symmetry_.rename(way, w, stands_for_);
    graph::recorded_execution e = retell(way);
    e.found = what;
    e.complete = !last_turn && !any_failed(w);
    if (found) {
        e.found_by_thread = w.who[found->thread];
        if (found->races_with) e.found->racing = racing(way, *found->races_with);
    }
    // An order in which the events may have happened, for whoever shows them.
    if (e.complete) (void)graph::linearize(e);
    return e;
}

template <class Memory>
// An execution that ends with a failure in it is not complete: other threads would have gone on.
bool explorer<Memory>::any_failed(const whole& w) const {
    for (unsigned t = 0; t < w.at.size(); ++t)
        if (node_of(w, t).is == standing::failed) return true;
    return false;
}

// A thread that is still waiting at the end has an event for that, which did not happen.
template <class Memory>
void explorer<Memory>::tell_who_waits(const whole& w, std::vector<happening>& way) const {
    for (unsigned t = 0; t < w.at.size(); ++t) {
        const node& n = node_of(w, t);
        if (n.is != standing::asks || automata_.may_stop(t, w.at[t])) continue;
        happening h;
        h.thread = w.who[t];
        h.what = n.request;
        h.blocked = true;
        if (n.request.kind == graph::event_kind::read) {
            h.how.value = w.memory.newest(n.request.location);
            symmetry_.turn_back(w, h);
            h.how.read = newest_name(way, h.what.location);
        }
        way.push_back(h);
    }
}

// The last write that a location has in coherence, as far as it has been made.
template <class Memory>
write_name explorer<Memory>::newest_name(const std::vector<happening>& way, location_id l) {
    // Of several the last: turns are told in the order in which they were taken, and a location
    // gets a newer write each time.
    write_name name = 0;
    for (const happening& h : way) {
        if (h.left && h.left->location == l) name = h.left->name;
        if (h.how.newest && h.how.location == l) name = h.name;
    }
    return name;
}

// Two accesses that race: one that has this number, and the last one.
template <class Memory>
std::array<graph::event_place, 2> explorer<Memory>::racing(const std::vector<happening>& way,
                                                           write_name other) {
    std::array<graph::event_place, 2> places{};
    std::array<unsigned, threads_max> done{};
    // The last access is the one that found it, so its place is overwritten until there are no
    // more.
    for (const happening& h : way) {
        if (h.left) continue;
        if (h.name == other) places[0] = {h.thread, done[h.thread]};
        places[1] = {h.thread, done[h.thread]};
        // A read-modify-write is two events in an execution that is told.
        done[h.thread] += 1u + (h.how.writes && h.what.kind == graph::event_kind::read);
    }
    return places;
}

}  // namespace ringsim::sim::states
