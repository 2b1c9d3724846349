// The exploration itself, over the machine of a model. What it does besides is in
// explorer_parts.hpp and looking_ahead.hpp, which whoever explores includes.
//
// A queue and a set are one: states are stored in the order in which they are found, and next_ says
// which is explored next. From a state each_turn() goes on in every way; a way on that needs nobody
// else is part of the turn (settle()), and what two states have in common is taken away (tidy(),
// stand_for_all()) before they are compared.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "sim/graph/linearize.hpp"
#include "sim/states/bytes.hpp"
#include "sim/states/checkpointing.hpp"
#include "sim/states/desk.hpp"
#include "sim/states/explore.hpp"
#include "sim/states/hashed_store.hpp"
#include "sim/states/lanes.hpp"
#include "sim/states/memory.hpp"
#include "sim/states/mutant.hpp"
#include "sim/states/retelling.hpp"
#include "sim/states/store.hpp"
#include "sim/states/symmetry.hpp"

namespace ringsim::sim::states {

// Accesses of one turn that concern nobody else: a thread may go round for ever in them.
inline constexpr unsigned local_accesses_max = 200;
// How often the limits are looked at, and progress is told.
inline constexpr std::uint64_t states_between_looks = 512;
// What a place of a thread takes, and a key of a set beside its text, at most as far as was seen.
inline constexpr std::uint64_t bytes_a_node = 600;
inline constexpr std::uint64_t bytes_a_key = 80;

// Memory is the machine of a model (memory.hpp). One object is good for one run().
template <class Memory>
class explorer {
  public:
    explorer(graph::program& p, const std::vector<graph::location_info>& locations,
             const exploration_limits& limits, observer& watcher)
        : program_(p),
          locations_(locations),
          limits_(limits),
          watcher_(watcher),
          automata_(p, limits.same_as) {
        use_.users.assign(locations.size(), 0);
        use_.loads.assign(locations.size(), 0);
        use_.plain.assign(locations.size(), false);
        use_.goes_on_after_races = p.goes_on_after_races();
    }

    // What may be merged depends on what the whole program does, which is found out on the way: who
    // uses a location, and how. States that were made before something was found out would be
    // merged wrongly, so then all begins again (learn()). What is known only grows, and is finite:
    // so this comes to an end.
    exploration_report run() {
        started_ = std::chrono::steady_clock::now();
        if (limits_.checkpoints) saved_ = limits_.checkpoints->saved();
        if (saved_) load_what_is_known();
        for (bool again = true; again;) {
            again = false;
            const std::uint64_t begun = report_.begun_again;
            report_ = {};
            report_.begun_again = begun;
            make_store();
            reader_ = {};
            desks_.clear();
            judged_.clear();
            keys_ = 0;
            symmetry_.begin();
            classes_.clear();
            watcher_.begin();
            try {
                explore();
            } catch (const begin_again&) {
                again = true;
                ++report_.begun_again;
            } catch (const state_too_large& e) {
                report_.end = exploration_end::too_large;
                report_.problem = e.what();
            }
        }
        fill();
        if (limits_.merged_accesses != 0) {
            for (const auto& m :
                 {automata_.compare_merged(limits_.merged_accesses), automata_.compare_rotated()}) {
                report_.merged += m.compared;
                report_.merged_wrongly += m.different;
            }
        }
        return std::move(report_);
    }

    thread_automata& automata() { return automata_; }

  private:
    using whole = whole_state<Memory>;
    // Something wrong on the way to a state, which then is none.
    struct wrong {
        graph::verdict_of_program what;
        unsigned thread;
        std::optional<write_name> races_with;
    };
    enum class settled : std::uint8_t { yes, dropped };

    // --- breadth first ---------------------------------------------------------------------------
    // States are explored in the order of their distance from the first one, in turns: so the first
    // violation that is found is one with the fewest turns.

    // The first state, or those of a checkpoint. False: it ends here.
    bool begin() {
        whole first = first_state();
        if (symmetry_.broken()) throw begin_again();
        if (saved_) return go_on();
        next_ = 0;
        level_end_ = 1;
        if (!add(first, no_state, 0)) return false;
        for (unsigned t = 0; t < first.at.size(); ++t)
            if (node_of(first, t).is == standing::failed &&
                !violated(node_of(first, t).failure, 0, std::nullopt))
                return false;
        if (limits_.checkpoints) save();
        return true;
    }

    // By blocks: the states of one are all known when it begins, so that helpers can look at them
    // at the same time. What they found is taken over in the order of the states, as one process
    // alone would have found it: nothing that is reported depends on how many cores there are.
    void explore() {
        if (!begin()) return;
        while (next_ < store_->size()) {
            const std::size_t block = next_;
            store_->explored_before(static_cast<state_id>(block));
            const std::size_t end = std::min(block + block_most, store_->size());
            const bool shared =
                limits_.jobs > 1 && !limits_.tell_all_apart && end - block >= block_least;
            if (shared) look_ahead(end);
            for (; next_ < end; ++next_) {
                if (next_ == level_end_) {
                    ++report_.depth;
                    level_end_ = store_->size();
                }
                if (next_ % states_between_looks == 0 && at_limit()) return;
                const bool seen = shared && !ahead_[next_ - block].alone;
                if (!(seen ? take_over(ahead_[next_ - block]) : go_on_from_next())) return;
            }
        }
        if (limits_.checkpoints) save();
    }

    // Adds what comes after the state next_, one turn further. Turns are numbered as each_turn()
    // gives them, without those that are dropped: by these numbers a way is told again from the
    // stored states (retelling.hpp). False: it ends here.
    bool go_on_from_next() {
        const whole now = restored(reader_, static_cast<state_id>(next_));
        if (!judge(now)) return false;
        std::uint32_t turn = 0;
        bool going = true;
        each_turn(now, [&](whole& to, settled how, const std::optional<wrong>& found) {
            if (!going || how == settled::dropped) return;
            const std::uint32_t this_turn = turn++;
            ++report_.turns;
            if (found)
                going = violated(found->what, static_cast<state_id>(next_), this_turn);
            else
                going = add(to, static_cast<state_id>(next_), this_turn);
        });
        if (symmetry_.broken()) throw begin_again();
        if (automata_.problem().empty()) return going;
        report_.end = exploration_end::program_error;
        report_.problem = automata_.problem();
        return false;
    }

    // --- on several cores: looking_ahead.hpp -----------------------------------------------------
    void look_ahead(std::size_t end);
    void look_at(desk& d, state_id s, seen_ahead& seen);
    bool take_over(const seen_ahead& seen);

    // --- checkpoints, which are between two states -----------------------------------------------
    void save();
    void load_what_is_known();
    bool go_on();

    void make_store();
    // Reached by this turn, of those of `from` that count.
    bool add(const whole& w, state_id from, std::uint32_t turn) {
        put(w, out_);
        pack(out_.bytes(), packed_);
        const std::size_t before = store_->size();
        if (!add_packed(packed_, state_store::hash_of(packed_), from, turn)) return false;
        if (limits_.tell_all_apart && store_->size() != before) note_class(w);
        return true;
    }
    // A state that is there already is found also where there is no room for a new one.
    bool add_packed(std::string_view packed, std::uint64_t hash, state_id from,
                    std::uint32_t turn) {
        if (store_->size() >= std::min<std::uint64_t>(limits_.states_max, no_state - 1))
            return store_->has(packed, hash) || stop_at("the limit of states was reached");
        if (store_->add_packed(packed, hash, from, turn) != state_store::added::no_room)
            return true;
        return stop_at("the limit of memory was reached");
    }
    bool stop_at(std::string_view limit) {
        report_.end = exploration_end::limit;
        report_.problem = limit;
        return false;
    }

    // What tells states apart, and what restored() makes a state of again: both in the same order.
    // Who is who (whole_state::who) and what was told are not in it.
    void put(const whole& w, byte_writer& out) const {
        out.clear();
        for (const node_id n : w.at) out.number(n);
        for (const std::uint8_t s : w.stale) out.byte(s);
        if (use_.goes_on_after_races) out.byte(w.raced && !mutated(mutant::race_not_remembered));
        w.memory.encode(use_, out);
    }

    // Classes of threads that run the same code and may be exchanged for each other.
    const std::vector<std::vector<unsigned>>& identical() const {
        static const std::vector<std::vector<unsigned>> none;
        return limits_.tell_all_apart ? none : symmetry_.identical();
    }

    // Only counts what it is as good as.
    void note_class(whole w);

    whole restored(state_store::reader& reader, state_id s) const {
        whole w = first_;
        byte_reader in(store_->at(s, reader));
        for (node_id& n : w.at) n = static_cast<node_id>(in.number());
        for (std::uint8_t& b : w.stale) b = in.byte();
        if (use_.goes_on_after_races) w.raced = in.byte() != 0;
        w.memory.decode(use_, in);
        return w;
    }

    // Looked at between two states, so that a checkpoint has whole states only. True: it ends here,
    // and the report says why.
    bool at_limit() {
        fill();
        watcher_.progress(report_);
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
        if (limits_.interrupted && limits_.interrupted->load()) {
            report_.end = exploration_end::interrupted;
            report_.problem = "interrupted";
        } else if (seconds > limits_.seconds_max) {
            stop_at("the limit of time was reached");
        } else if (!leave_room()) {
            stop_at("the limit of memory was reached");
        } else {
            if (limits_.checkpoints && limits_.checkpoints->is_due()) save();
            return false;
        }
        if (limits_.checkpoints) save();
        return true;
    }

    // The store may have what the rest does not need. False: that needs all there is.
    bool leave_room() {
        const std::uint64_t others = bytes_beside_the_store();
        if (others >= limits_.bytes_max) return false;
        store_->limit(limits_.bytes_max - others);
        return true;
    }
    std::uint64_t bytes_beside_the_store() const {
        return automata_.node_count() * bytes_a_node + keys_;
    }

    // The report as it would be if the exploration ended now.
    void fill() {
        report_.states = store_->size();
        report_.waiting = store_->size() - std::min<std::uint64_t>(next_, store_->size());
        report_.bytes = store_->bytes() + bytes_beside_the_store();
        report_.bytes_a_state = store_->bytes_of_one();
        report_.probability_of_a_miss = store_->probability_of_a_miss();
        report_.places = automata_.node_count();
        report_.rotated = symmetry_.rotates() && !limits_.tell_all_apart;
        report_.identical = identical().empty() ? 0 : identical().front().size();
        report_.weaker_seq_cst = use_.naked_seq_cst;
    }

    // --- turns -----------------------------------------------------------------------------------
    // first_ is kept as it is before anybody has moved: what restored() does not read stays as it
    // is there in every state.
    whole first_state() {
        whole w;
        const unsigned threads = automata_.thread_count();
        for (unsigned t = 0; t < threads; ++t) w.at.push_back(automata_.start(t));
        w.stale.assign(threads, 0);
        w.memory.begin(locations_, use_, threads, layout_);
        for (unsigned t = 0; t < threads; ++t) w.who.push_back(t);
        first_ = w;
        for (unsigned t = 0; t < threads; ++t) (void)settle(w, t);
        w.memory.tidy(use_, active(w));
        if (!limits_.tell_all_apart) symmetry_.stand_for_all(w);
        return w;
    }

    // Where thread `t` is in its code, and what it asks for there.
    const node& node_of(const whole& w, unsigned t) const { return automata_.at(t, w.at[t]); }
    thread_set active(const whole& w) const {
        thread_set all = 0;
        for (unsigned t = 0; t < w.at.size(); ++t)
            if (node_of(w, t).is == standing::asks) all |= only(t);
        return all;
    }

    // Calls f(state, settled, wrong) for each way on, always in the same order. An internal choice
    // concerns nobody else, so where there is one nobody else needs a turn first.
    template <class F>
    void each_turn(const whole& w, F&& f) {
        for (unsigned t = 0; t < w.at.size(); ++t) {
            const node& n = node_of(w, t);
            if (n.is == standing::asks && n.request.kind == graph::event_kind::choice)
                return each_choice(w, t, f);
        }
        for (unsigned t = 0; t < w.at.size(); ++t) {
            if (node_of(w, t).is == standing::asks && performs(node_of(w, t).request))
                each_access(w, t, f);
            w.memory.drain(t, [&](Memory&& memory, const drained& d) {
                whole to = w.with(std::move(memory));
                tell_drained(to, t, d);
                finish(std::move(to), t, d.location, std::nullopt, f);
            });
        }
    }
    static bool performs(const label& l) {
        return l.kind == graph::event_kind::read || l.kind == graph::event_kind::write ||
               l.kind == graph::event_kind::fence;
    }

    // One way for each value that the program may be given.
    template <class F>
    void each_choice(const whole& w, unsigned t, F&& f) {
        const label l = node_of(w, t).request;
        for (std::uint64_t v = 0; v < l.expected; ++v) {
            whole to = w;
            to.told.clear();
            way how;
            how.value = v;
            tell(to, t, l, how);
            advance(to, t, v);
            finish(std::move(to), t, std::nullopt, std::nullopt, f);
        }
    }

    // One way for each thing that memory may do with the access: each write that a read may get,
    // each place in coherence that a write may take. A race ends the way, but for programs that go
    // on behind one: there it is part of the state that there was one.
    template <class F>
    void each_access(const whole& w, unsigned t, F&& f) {
        const label l = node_of(w, t).request;
        note_use(w, t, l);
        w.memory.perform({use_, t, w.named + 1}, l, [&](Memory&& memory, const way& how) {
            whole to = w.with(std::move(memory));
            tell(to, t, l, how);
            std::optional<wrong> found;
            to.raced = to.raced || (how.race && use_.goes_on_after_races);
            if (how.race && !use_.goes_on_after_races)
                found = wrong{
                    {violation::data_race, "unordered accesses to " + locations_[l.location].name},
                    t,
                    how.race->other};
            else
                pass(to, t, l, how);
            finish(std::move(to), t, news(how), found, f);
        });
    }
    // The location that has a newer write than before, if the access was one.
    static std::optional<location_id> news(const way& how) {
        return how.newest ? std::optional(how.location) : std::nullopt;
    }

    // What follows from a turn of thread `t`, with news of a location.
    template <class F>
    void finish(whole&& to, unsigned t, std::optional<location_id> changed,
                std::optional<wrong> found, F&& f) {
        settled how = settled::yes;
        if (changed && !tell_others(to, t, *changed)) how = settled::dropped;
        if (!found && how == settled::yes) how = settle(to, t);
        if (how == settled::yes && !found && node_of(to, t).is == standing::failed)
            found = wrong{node_of(to, t).failure, t, std::nullopt};
        if (how == settled::yes && !found) {
            to.memory.tidy(use_, active(to));
            if (!limits_.tell_all_apart) symmetry_.stand_for_all(to);
        }
        f(to, how, found);
    }

    // The thread's access returned. A loop whose round read something old may have found nothing to
    // do for that reason alone: how far down in its marks that was is kept in `stale`. And a
    // seq_cst access of rc11 that does not stand between two seq_cst fences may be weaker in the
    // machine than in the model (rc11.hpp); from then on, what is found is held against the axioms.
    void pass(whole& w, unsigned t, const label& l, const way& how) {
        if (how.stale && l.kind == graph::event_kind::read) {
            const auto marks = static_cast<std::uint8_t>(node_of(w, t).marks.size());
            w.stale[t] = std::max(w.stale[t], marks);
        }
        const bool bare = l.how == graph::mode::seq_cst && l.kind != graph::event_kind::fence &&
                          std::string_view(Memory::model) == "rc11" && !use_.naked_seq_cst;
        const bool behind_fence = node_of(w, t).behind_sc_fence;
        advance(w, t, how.value);
        if (!bare) return;
        const node& next = node_of(w, t);
        if (!behind_fence || next.is != standing::asks || !is_sc_fence(next.request))
            learn(use_.naked_seq_cst);
    }
    // Without a mark the thread is in no loop, and nothing that it read is stale to it.
    void advance(whole& w, unsigned t, std::uint64_t value) {
        w.at[t] = automata_.after(t, w.at[t], value);
        if (node_of(w, t).marks.empty()) w.stale[t] = 0;
    }

    // A location has a newer write. False: a loop that found nothing to do has something now; it is
    // in another state that it begins only now.
    bool tell_others(whole& w, unsigned writer, location_id l) {
        for (unsigned t = 0; t < w.at.size(); ++t) {
            if (t == writer) continue;
            const node& n = node_of(w, t);
            for (const marked_read& r : n.reads)
                if (r.location == l) w.stale[t] = std::max(w.stale[t], r.marks);
            if (outdated(w, t)) return false;
        }
        return true;
    }
    // Whether the thread gave up a loop although something that it read is not the newest.
    bool outdated(const whole& w, unsigned t) const {
        const node& n = node_of(w, t);
        if (n.is != standing::asks || n.request.kind != graph::event_kind::block) return false;
        return w.stale[t] > n.request.value && !mutated(mutant::stale_spin);
    }

    // Performs what concerns nobody else, to where the thread may stop: that it does is an end.
    settled settle(whole& w, unsigned t) {
        for (unsigned i = 0; i < local_accesses_max; ++i) {
            const node& n = node_of(w, t);
            if (n.is != standing::asks || may_stop(w, t)) return settled::yes;
            const label l = n.request;
            if (l.kind == graph::event_kind::drop || outdated(w, t)) return settled::dropped;
            if (!performs(l)) return settled::yes;
            note_use(w, t, l);
            if (!Memory::is_local(use_, t, l)) return settled::yes;
            bool went_on = false;
            std::optional<location_id> changed;
            w.memory.perform({use_, t, w.named + 1}, l, [&](Memory&& memory, const way& how) {
                w.memory = std::move(memory);
                tell(w, t, l, how);
                pass(w, t, l, how);
                went_on = true;
                changed = news(how);
            });
            if (!went_on) return settled::yes;
            if (changed && !tell_others(w, t, *changed)) return settled::dropped;
        }
        return settled::yes;
    }

    // Whether the thread may be at rest here for ever, as a server is that nobody asks.
    bool may_stop(const whole& w, unsigned t) const {
        return automata_.may_stop(t, w.at[t]) && !mutated(mutant::stop_passed_by);
    }

    // --- what the program does -------------------------------------------------------------------
    // Each of these notes something that was not known, and begins again if it was not. What is
    // learnt of a location holds of those that a rotation of the ring takes it to (symmetry.hpp).
    void learn(bool& what) {
        if (what) return;
        automata_.may_find_out();
        what = true;
        throw begin_again();
    }
    void learn_at(std::vector<thread_set>& threads, location_id l, unsigned t) {
        if (threads[l] >> t & 1) return;
        automata_.may_find_out();
        symmetry_.each_turned(l, [&](location_id other) { learn(threads[other], t, false); });
        throw begin_again();
    }
    // What one of several identical threads does, each may do.
    void learn(thread_set& threads, unsigned t, bool matters) {
        if (threads >> t & 1) return;
        automata_.may_find_out();
        for (const unsigned same : automata_.identical_to(t)) threads |= only(same);
        if (matters) throw begin_again();
    }

    // What the access tells of the program: all that program_use has, and that memory relies on
    // when it merges states. It has to be known before the access is performed.
    void note_use(const whole&, unsigned t, const label& l) {
        if (l.kind == graph::event_kind::fence) {
            if (graph::is_acquire(l.how)) learn(use_.acquire_fences, t, true);
            return;
        }
        learn_at(use_.users, l.location, t);
        // A compare-exchange that fails is a load.
        const bool always_writes = l.kind == graph::event_kind::read &&
                                   l.op != graph::rmw_op::none &&
                                   l.op != graph::rmw_op::compare_exchange;
        if (!always_writes) learn_at(use_.loads, l.location, t);
        if (l.how == graph::mode::plain && !use_.plain[l.location]) {
            automata_.may_find_out();
            symmetry_.each_turned(l.location, [&](location_id other) { use_.plain[other] = true; });
            throw begin_again();
        }
        const graph::mode how = l.write_how == graph::mode::plain ? l.how : l.write_how;
        const bool may_write = l.kind == graph::event_kind::write || l.op != graph::rmw_op::none;
        if (may_write && !graph::is_release(how) && how != graph::mode::plain)
            learn(use_.unreleased_writes, t, true);
    }

    // --- ends ------------------------------------------------------------------------------------
    std::optional<graph::hang> ended(const whole& w) const;
    bool judge(const whole& w);

    // At a state, or on the turn from it. What a machine does that is weaker than the model, counts
    // only if the axioms have such an execution too. False: the exploration ends here.
    bool violated(const graph::verdict_of_program& what, state_id at,
                  std::optional<std::uint32_t> turn) {
        if (use_.naked_seq_cst && !is_allowed(what, at, turn)) return true;
        ++report_.violating;
        if (!report_.counterexample) report_.counterexample = told(what, at, turn);
        if (!limits_.stop_at_first_violation) return true;
        report_.end = exploration_end::stopped;
        return false;
    }
    bool is_allowed(const graph::verdict_of_program& what, state_id at,
                    std::optional<std::uint32_t> turn);

    // --- the way to a state ----------------------------------------------------------------------
    // Nothing of it is kept while exploring. For a counterexample the turns are made again, from
    // the first state on, and what happens in them is noted (telling_).
    void tell(whole& w, unsigned t, const label& l, const way& how) const {
        if (!telling_) return;
        happening h;
        h.thread = w.who[t];
        h.name = ++w.named;
        h.what = l;
        h.how = how;
        symmetry_.turn_back(w, h);
        w.told.push_back(h);
    }
    void tell_drained(whole& w, unsigned t, const drained& d) const {
        if (!telling_) return;
        happening h;
        h.thread = w.who[t];
        h.left = d;
        symmetry_.turn_back(w, h);
        w.told.push_back(h);
    }

    graph::recorded_execution told(const graph::verdict_of_program& what, state_id at,
                                   std::optional<std::uint32_t> last_turn);
    bool any_failed(const whole& w) const;
    void tell_who_waits(const whole& w, std::vector<happening>& way) const;
    static write_name newest_name(const std::vector<happening>& way, location_id l);
    static std::array<graph::event_place, 2> racing(const std::vector<happening>& way,
                                                    write_name other);

    graph::program& program_;
    const std::vector<graph::location_info>& locations_;
    const exploration_limits& limits_;
    observer& watcher_;
    thread_automata automata_;
    program_use use_;
    typename Memory::layout layout_;
    std::unique_ptr<state_store> store_;
    exact_store* exact_ = nullptr;  // it, if it is
    std::unordered_set<std::string> judged_;
    std::uint64_t keys_ = 0;                   // what they take
    std::unordered_set<std::string> classes_;  // of states, if all are told apart
    symmetry<Memory> symmetry_{automata_, use_};
    std::vector<unsigned> stands_for_;  // while an end is judged: who is where
    whole first_;                       // as every state is before it is restored
    byte_writer out_;
    std::string packed_;
    state_store::reader reader_;
    std::unique_ptr<lanes> lanes_;
    std::vector<desk> desks_;        // of each lane
    std::vector<seen_ahead> ahead_;  // of each state of a block
    exploration_report report_;
    std::size_t next_ = 0;
    std::size_t level_end_ = 0;
    bool telling_ = false;
    std::istream* saved_ = nullptr;           // to go on from
    std::array<std::uint64_t, 4> resumed_{};  // turns, depth, next_, level_end_
    std::chrono::steady_clock::time_point started_;
};

}  // namespace ringsim::sim::states
