// Loops that try again. A round that failed, and left nothing behind that is ever used, is a round
// of waiting: there is another execution without it, in which all else is the same. That one is
// consistent, since reads only forbid, and whatever goes wrong in the one goes wrong in the other.
// So the longer one need not be visited: the thread waits for what is there already, and the search
// drops the graph (builder.hpp, waits_for_ever()). Others go on meanwhile, for what they write may
// be read by the reads of the round.
//
// Whether something was left behind is not computed but tried: the thread is started over, and
// given its own history without as many events as a round has. If it then holds the same in every
// byte as with all of them, what is left of the round is dead.
//
//   do old = x; while (!compare_exchange(x, old, old + 1));
//
// The first round read 0, and failed; the second read 1, and is in front of its compare-exchange.
// So it would be had the load of the first round read 1: the first round is left out. Where the
// compare-exchange itself brings the new value, the read of the failed one stands for the load.
//
// Left out are reads that wrote nothing, and fences. A race of such a read may be found only where
// it is not left out, so none is left out of a location that is plainly written, or freed, while
// there are threads, and no plain one of a location that is written at all. What is found out about
// the program and alters an answer begins the exploration again. Under models that keep
// dependencies each round is visited.
#include "sim/check/retrying.hpp"

#include <cerrno>
#include <optional>
#include <utility>

#include "sim/check/caller.hpp"
#include "sim/check/found_out.hpp"
#include "sim/check/own_bytes.hpp"
#include "sim/check/reduction_mutant.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

// Limits of work, not of truth: a round that is longer, or a place that is no longer tried, is
// visited.
constexpr std::uint64_t round_max = 32;   // events
constexpr unsigned failures_max = 64;     // of a place, until it is not tried any more
constexpr std::size_t dead_bytes = 4096;  // of the stack, that steps of the engine write
constexpr std::size_t frame_bytes = 256;  // more than this file's functions have

// What a read orders: later accesses behind what it synchronises with (acquire), and itself among
// all that are sequentially consistent. `a` orders no more than `b` if it does nothing of that
// which `b` does not do.
bool acquires(order o) {
    return o == order::acquire || o == order::acq_rel || o == order::seq_cst || o == order::full;
}
bool is_total(order o) {
    return o == order::seq_cst || o == order::full;
}
bool orders_no_more(order a, order b) {
    return (!acquires(a) || acquires(b)) && (!is_total(a) || is_total(b));
}

// Of a read that finds `value`: how it is ordered. A compare-exchange may order less if it fails.
graph::mode mode_of_read(const graph::label& l, std::uint64_t value) {
    if (l.if_written == graph::mode::plain) return l.how;
    return graph::writes(l, value) ? l.if_written : l.otherwise;
}
bool orders_no_more(graph::mode a, graph::mode b) {
    return (!is_acquire(a) || is_acquire(b)) &&
           (a != graph::mode::seq_cst || b == graph::mode::seq_cst);
}

// Whether the read `e`, which wrote nothing, answers a thread that asks for `l` in its place.
bool may_answer(const graph::event& e, const graph::label& l) {
    if (e.what.kind != graph::event_kind::read || l.kind != graph::event_kind::read) return false;
    if (e.what.await || l.await || graph::writes(e.what, e.value) || graph::writes(l, e.value))
        return false;
    return e.what.location == l.location;
}

}  // namespace

// Up to `from` and behind it the thread gets the events that it had. At `from` the gap is: the
// thread asks for the first event of the round that is left out, and is given the one at `until`
// instead. That must be one that it might have asked for, at the same location, and that orders at
// least as much.
std::uint64_t shortened_history::step(const graph::label& l, const graph::dependencies& on) {
    if (from_ != until_ && position() == from_) {
        const graph::event& e = *whole_->recorded(until_);
        const bool orders_enough = orders_no_more(mode_of_read(l, e.value), e.what.how) &&
                                   orders_no_more(ordered_(l, e.value), ordered_(e.what, e.value));
        if (!may_answer(e, l) || !(orders_enough || reduction_mutated("any_order"))) over_();
        whole_->go_to(until_);
        return whole_->step(e.what, on);
    }
    // Whatever it asks for that is not next in its history ends the trial: it went another way.
    const graph::event* const next = whole_->recorded_next();
    if (!next || next->blocked || !graph::same_request(next->what, l)) over_();
    return whole_->step(l, on);
}

// A thread's dead stack, below the stack pointer, is zeroed before it runs for a comparison. A
// frame that is put where others were has their bytes in its gaps, and those of the engine are
// never the same twice. Not checked by AddressSanitizer: nothing is there. `all`, or as much as the
// engine's functions may have used.
__attribute__((noinline, no_sanitize("address"))) void runtime::forget_dead_stack(bool all) {
    char* const here = static_cast<char*>(__builtin_frame_address(0)) - frame_bytes;
    char* const bottom = stacks_[thread()].base();
    const bool few = here - bottom < static_cast<std::ptrdiff_t>(dead_bytes);
    char* const from = all || few ? bottom : here - dead_bytes;
    for (auto* at = reinterpret_cast<volatile std::uint64_t*>(from);
         at < reinterpret_cast<volatile std::uint64_t*>(here); ++at)
        *at = 0;
}

// All that the running thread has of its own, in front of an entry point. What it has in memory is
// the same: whoever writes any has no round behind it.
void runtime::note_own_state(std::string& to) const {
    const ringsim_caller_state at = ringsim_caller;
    const thread_state& me = threads_[thread()];
    to.clear();
    add_bytes(to, at.stack);
    add_bytes(to, at.pc);
    if (!reduction_mutated("no_registers")) {
        add_bytes(to, at.saved);
        add_bytes(to, ringsim_arguments);
    }
    const region& stack = stacks_[thread()];
    // From its stack pointer up: what is alive.
    if (!reduction_mutated("no_stack"))
        to.append(at.stack, static_cast<const char*>(stack.base() + stack.bytes()));
    if (image_.tls) to.append(image_.tls, image_.tls_bytes);
    for (const std::uint64_t n :
         {std::uint64_t{me.allocated}, std::uint64_t{me.freed.size()},
          std::uint64_t{me.gone.size()}, std::uint64_t{me.ended.size()},
          static_cast<std::uint64_t>(me.means_races), std::uint64_t{me.means_races_next},
          static_cast<std::uint64_t>(errno)})
        add_bytes(to, n);
    threads_of_program_.note_own_state(thread(), to);
    at_end.note_own_state(thread(), to);
    waiting.note_own_state(to);
}

// Whether the event can be left out: a fence, or a read that wrote nothing and races with nothing.
// That a thread came to an object of another one is known at once.
bool runtime::leaves_nothing(const graph::event& e) const {
    if (e.what.kind == graph::event_kind::fence) return true;
    if (e.what.kind != graph::event_kind::read || e.what.await) return false;
    const location_of& where = locations_of()[e.what.location];
    if (where.kind == location_kind::allocation) return true;
    if (graph::writes(e.what, e.value) || where.kind != location_kind::memory) return false;
    const bool plain = e.what.source == order::plain;
    const std::set<const void*>& racing = plain ? retries_.written : retries_.plainly_written;
    return !racing.contains(where.address) || reduction_mutated("any_location");
}

// Of each write of the program: whether it makes a read race that was left out in this exploration
// or in one before. If so, that one must be visited after all.
void runtime::note_write(graph::location_id l, bool plain) {
    if (thread() == 0 && !threads_of_program_.has_started_any(0)) return;
    const location_of& where = locations_of()[l];
    if (where.kind != location_kind::memory || reduction_mutated("any_location")) return;
    const bool first = found_one(retries_.written, where.address);
    const bool first_plain = plain && found_one(retries_.plainly_written, where.address);
    if ((first && retries_.left_out_plainly.contains(where.address)) ||
        (first_plain && retries_.left_out.contains(where.address)))
        start_again();
}

// The thread is at a place where it was before, and may have changed by what it read.
void runtime::try_without_round(const place_visited& before) {
    // Not while a store is reported and not performed: it is part of the thread and in no event.
    // Where the graph has the next event of the thread already, this place was judged before: if it
    // waited here, it waits again.
    if (driver_ || pending_.size != 0 || !executor().can_run_again()) return;
    if (const graph::event* next = executor().recorded_next()) {
        if (next->what.kind == graph::event_kind::block)
            executor().wait_for_news(next->what.value, graph::news_of(next->what));
        return;
    }
    const std::uint64_t position = executor().position();
    const std::uint64_t round = position - before.position;
    const thread_state& me = threads_[thread()];
    if (round == 0 || round > round_max || retries_.useless.contains(here.pc)) return;
    if (retries_.refuted.have(thread(), position, me.visits_here)) return;
    retry_trial& trial = retries_.trial;
    if (!trial.is_for(thread(), position, me.visits_here)) {
        // All that was found out about another place is dropped: one trial is at hand at a time.
        trial.compares = trial.refuted = false;
        trial.thread = thread();
        trial.position = trial.until = position;
        trial.visit = me.visits_here;
        trial.round = round;
        trial.first = me.places[0].first;
        trial.last_until = before.position;
    }
    try_next();
    trial.position = 0;
    // No trial came to the same: for this place and this history the question is answered.
    retries_.refuted.add(thread(), position, me.visits_here);
    // Whoever came here first has counted it.
    if (retries_.useful.contains(here.pc) || executor().is_on_the_way()) return;
    found_out();
    if (++retries_.failures[here.pc] < failures_max) return;
    retries_.useless.insert(here.pc);
    start_again();
}

// Whether leaving out a round in front of the event `until` may come to the same.
bool runtime::is_promising(std::uint64_t until) const {
    const retry_trial& trial = retries_.trial;
    // The round that would be left out lies behind where the thread last changed anything.
    if (until < trial.first + trial.round) return false;
    const std::uint64_t from = until - trial.round;
    for (std::uint64_t i = from; i < trial.position; ++i)
        if (!leaves_nothing(*executor().recorded(i))) return false;
    // The first event that is left out and the one that takes its place read the same location.
    const graph::event& e = *executor().recorded(from);
    return e.what.kind == graph::event_kind::read &&
           e.what.location == executor().recorded(until)->what.location;
}

// The next event, from the end, in front of which a round may be left out.
std::optional<std::uint64_t> runtime::next_promising() const {
    const retry_trial& trial = retries_.trial;
    for (std::uint64_t until = trial.until; until-- > trial.last_until;)
        if (is_promising(until)) return until;
    return std::nullopt;
}

// Starts the thread over for the next trial, the first time with all events. When there is none it
// runs for the search again; if it does so already, this returns.
void runtime::try_next() {
    retry_trial& trial = retries_.trial;
    if (trial.running) attach(retries_.history.whole());
    graph::executor& whole = executor();
    // In the first trial, with all events, it did not come back to the same place.
    const bool unlike_itself = trial.running && !trial.compares;  // so there is nothing to compare
    const auto until = trial.refuted || unlike_itself ? std::nullopt : next_promising();
    if (!until) {
        trial.refuted = true;
        if (std::exchange(trial.running, false)) whole.run_again();
        return;
    }
    // The first trial leaves out nothing: from == until.
    if (trial.compares) trial.until = *until;
    retries_.history.begin(whole, trial.compares ? *until - trial.round : *until, *until);
    trial.running = true;
    attach(retries_.history);
    whole.run_again();
}

// The thread runs for a trial, and has come to some entry point.
void runtime::go_on_trying() {
    retry_trial& trial = retries_.trial;
    // Not there yet, or on another visit behind the same event.
    if (executor().position() != trial.position || threads_[thread()].visits_here != trial.visit)
        return;
    note_own_state(trial.compares ? trial.now : trial.whole);
    const bool compares = std::exchange(trial.compares, true);
    if (!compares || (trial.now != trial.whole && !reduction_mutated("any_round")))
        return try_next();
    // The round leaves nothing behind. What was read in it is noted, for note_write(); and the
    // thread is blocked until a location has another value that it read in the round or behind it,
    // as one that went round and found nothing.
    const std::uint64_t from = trial.until - trial.round;
    attach(retries_.history.whole());
    for (std::uint64_t i = from; i < trial.position; ++i) {
        const graph::event& e = *executor().recorded(i);
        if (e.what.kind != graph::event_kind::read) continue;
        const void* const address = locations_of()[e.what.location].address;
        found_one(retries_.left_out, address);
        if (e.what.source == order::plain) found_one(retries_.left_out_plainly, address);
    }
    found_one(retries_.useful, ringsim_caller.pc);
    found_out(retries_.used);
    trial.running = false;
    trial.position = 0;
    executor().wait_for_news(from, graph::news::another_value);
}

}  // namespace ringsim::sim::check
