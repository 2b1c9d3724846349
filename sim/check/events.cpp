// From what a thread does to the graph: words and locations get numbers, orders become modes and
// barriers by the mapping, the step is asked for, and what comes of it goes back to the thread. All
// of ringsim's models of library functions are written with these few operations, so that a lock, a
// semaphore or a join is ordered by the same axioms as the program's own accesses.
//
// Every step may be the last thing that a thread does: the search may leave its fiber there for
// good, without unwinding. So nothing that is held over a step may need its destructor.
#include "sim/check/events.hpp"

#include <algorithm>
#include <cstdio>

#include "sim/check/found_out.hpp"
#include "sim/graph/perform.hpp"

namespace ringsim::sim::check {

// Of the running thread: see entry.hpp.
program_place here;

// What an access becomes depends on its language, kind and order alone: looked up, not worked out,
// at each of many million accesses.
events::events(graph::model_id m, const graph::mapping& how, const image& what,
               const check_limits& limits)
    : image_(what), limits_(limits), model_(m) {
    for (const language l : {language::cxx, language::kernel})
        for (std::size_t a = 0; a < 4; ++a)
            for (std::size_t o = 0; o < order_count; ++o)
                lowered_[static_cast<std::size_t>(l)][a][o] =
                    graph::lower(m, how, l, static_cast<access>(a), static_cast<order>(o));
    // A fence that is no instruction orders what the language says of races all the same.
    for (graph::lowering& to :
         lowered_[static_cast<std::size_t>(language::cxx)][static_cast<std::size_t>(access::fence)])
        if (!to.present && to.refused.empty() && to.before_count + to.after_count == 0)
            to.present = true;
}

// Numbers are given anew; what was found out about the program is above
// (runtime::begin_exploration()).
void events::begin_exploration() {
    locations_.clear();
    details_.clear();
    words_.clear();
    begins_again_ = false;
}

// --- locations -----------------------------------------------------------------------------------

graph::location_id events::declare(graph::location_info info, location_of details) {
    // Locations are counted for all executions of an exploration together. The place means nothing:
    // another execution may have come to the last one.
    if (locations_.size() == graph::locations_max) {
        const entry nowhere(nullptr);
        refuse(3, "more than " + std::to_string(graph::locations_max) +
                      " shared locations (locations_max)");
    }
    locations_.push_back(std::move(info));
    details_.push_back(details);
    executor_->declare(locations_.back());
    found_out();
    return static_cast<graph::location_id>(locations_.size() - 1);
}

void events::refuse_undefined(const void* address) {
    for (const undefined_name& u : image_.undefined) {
        const auto inside = static_cast<const char*>(address) - u.begin;
        if (inside >= 0 && static_cast<std::size_t>(inside) < undefined_bytes)
            refuse(2, std::string(u.name) +
                          " is used, and none of the files has it: name the one that does");
    }
}

// The same word for the same three things, all through an exploration.
graph::location_id events::word_of(const void* address, location_kind kind, unsigned index,
                                   std::uint64_t initial) {
    const auto [at, fresh] = words_.try_emplace({address, kind, index}, graph::location_id{});
    if (fresh) {
        refuse_undefined(address);
        if (kind == location_kind::semaphore) initial = initial_semaphore(address);
        at->second = declare({"", initial}, {kind, address, 8, index});
    }
    return at->second;
}

// What all events have; the caller fills in the rest.
graph::label events::label_for(graph::event_kind kind, step_kind shown,
                               graph::location_id l) const {
    graph::label at;
    at.kind = kind;
    at.shown = shown;
    at.location = l;
    return at;
}

// --- events --------------------------------------------------------------------------------------

std::uint64_t events::perform(access kind, graph::label l, order o, std::optional<order> failing,
                              language by, const graph::dependencies& on) {
    o = order_of(kind, o);
    // Asked for by its line: what is strongest has another name in the kernel.
    if (by == language::kernel && kind == access::rmw && o == order::seq_cst) o = order::full;
    const graph::lowering& to = lowered(kind, o, by);
    if (!to.refused.empty()) refuse(2, std::string(to.refused));
    l.source = o;
    l.note = note_of(here.pc);
    library_callers_.note(thread(), l.note, here.pc);
    // In this order: what may end the execution before the access; the access with the barriers in
    // front of it; what is known by its value; the barriers behind it; and what counts as done.
    before_access(l);
    graph::lowering access_and_before = to;
    access_and_before.after_count = 0;
    if (l.fence != graph::barrier::none) access_and_before.fence = l.fence;
    ++events_made_;
    const graph::dependencies* const known = known_dependencies(l);
    const std::uint64_t value =
        graph::perform(*executor_, access_and_before, graph::label(l), known ? *known : on);
    after_access(l, value);
    // The barriers behind a compare-exchange are those of its outcome.
    const bool failed = failing && !graph::writes(l, value);
    const graph::lowering& behind = failed ? lowered(kind, *failing, by) : to;
    for (unsigned i = 0; i < behind.after_count; ++i)
        executor_->step(graph::barrier_beside(l, behind.after[i]));
    performed(l, value);
    return graph::part_of(l, value);
}

// The location of a fence means nothing.
void events::fence(order o, language by, graph::barrier b, bool behind_branch) {
    before_event();
    if (order_of(access::fence, o) == order::relaxed) return;  // it orders nothing
    graph::label at = label_for(graph::event_kind::fence, step_kind::fence, 0);
    if (model_ == graph::model_id::lkmm && order_of(access::fence, o) == o) {
        at.fence = b;
        at.lock = behind_branch;
    }
    perform(access::fence, at, o, std::nullopt, by);
}

// Of a compare-exchange the label has one order, and what a trace tells of one that failed is
// looked up here (source_order()).
void events::note_failure_order(order success, order failure) {
    const auto [known, fresh] =
        failure_orders_.try_emplace({note_of(here.pc), success}, order::none);
    found_out(known->second, failure);
}

std::uint64_t events::change(const void* address, location_kind kind, unsigned index,
                             graph::rmw_op op, std::uint64_t v, order o, step_kind shown) {
    before_event();
    graph::label l = label_for(graph::event_kind::read, shown, word_of(address, kind, index));
    l.op = op;
    l.value = v;
    return perform(access::rmw, l, o);
}

void events::set_word(const void* address, location_kind kind, unsigned index, std::uint64_t v,
                      step_kind shown, order o) {
    before_event();
    graph::label l = label_for(graph::event_kind::write, shown, word_of(address, kind, index));
    l.value = v;
    perform(access::store, l, o);
}

std::uint64_t events::look_at(const void* address, location_kind kind, order o) {
    before_event();
    return perform(access::load,
                   label_for(graph::event_kind::read, step_kind::load, word_of(address, kind)), o);
}

// One attempt. With acquire, for a lock that is had by it; one that fails reads.
std::uint64_t events::compare_exchange_word(const void* address, location_kind kind,
                                            std::uint64_t expected, std::uint64_t v,
                                            step_kind shown) {
    before_event();
    graph::label l = label_for(graph::event_kind::read, shown, word_of(address, kind));
    l.op = graph::rmw_op::compare_exchange;
    l.expected = expected;
    l.value = v;
    return perform(access::rmw, l, order::acquire);
}

// One event, however long it takes: the search does not let it happen before the word is as it
// should be, and says that the thread is blocked if it never is.
std::uint64_t events::await(graph::location_id l, std::uint64_t expected, bool other,
                            graph::rmw_op op, std::uint64_t v, step_kind shown, order o,
                            bool timed) {
    before_event();
    graph::label at = label_for(graph::event_kind::read, shown, l);
    at.op = op;
    at.value = v;
    at.await = true;
    at.await_other = other;
    at.expected = expected;
    set_waits_in_time(timed);
    const std::uint64_t found =
        perform(op == graph::rmw_op::none ? access::load : access::rmw, at, o);
    set_waits_in_time(false);
    return found;
}

// As long as the thread is blocked in a wait that has a deadline: then, if nobody can go on, this
// is no hang (runtime::judge()).
void events::set_waits_in_time(bool timed) {
    const std::uint32_t bit = 1u << current_;
    waiting_in_time_ = timed ? waiting_in_time_ | bit : waiting_in_time_ & ~bit;
    if (timed) found_out(ends_otherwise_);
}

// An event without memory: the search visits an execution for each of the `ways` values.
std::uint64_t events::choose(std::uint64_t ways) {
    before_event();
    made_progress();
    graph::label l;
    l.kind = graph::event_kind::choice;
    l.expected = ways;
    l.note = note_of(here.pc);
    return executor_->step(l);
}

// --- ends ----------------------------------------------------------------------------------------

// The fiber is left where it is; no destructor on its stack runs. `begins_again_` is looked at when
// the search has returned: see runtime::explore().
void events::start_again() {
    begins_again_ = true;
    executor_->abandon();
    __builtin_unreachable();
}

// The first reason counts: what comes after it may come of it.
void events::refuse(int status, std::string what, const void* other) {
    before_end();
    if (refused_.what.empty()) refused_ = {status, std::move(what), here.pc, other};
    start_again();
}

// The place goes with the text, behind an @: an execution that is found again is the same violation
// only at the same place.
std::string events::told_here(std::string_view what) const {
    char place[32];
    std::snprintf(place, sizeof place, "@%lx", static_cast<unsigned long>(offset_of(here.pc)));
    return std::string(what) + place;
}

// The text stands in failed_, since it must live longer than the thread's stack.
void events::fail(std::string what) {
    before_end();
    before_event();
    std::string& failed = failed_[thread()];
    failed = told_here(what);
    library_callers_.note(thread(), note_of(here.pc), here.pc);
    what.clear();
    what.shrink_to_fit();  // its destructor does not run
    executor_->fail(violation::assertion, failed);
    __builtin_unreachable();
}

void events::fail_as(violation kind, std::string_view what) {
    before_end();
    before_event();
    executor_->fail(kind, what);
    __builtin_unreachable();
}

// __VERIFIER_assume() and the like: the execution is none of the program's.
void events::assume_failed() {
    before_end();
    found_out(assumption_failed_);
    drop_execution();
}

// The search takes the execution back at this event: it does not count.
void events::drop_execution() {
    before_event();
    graph::label l;
    l.kind = graph::event_kind::drop;
    l.shown = step_kind::stuck;
    for (;;) executor_->step(l);
}

// --- orders of the user's, in place of the source's ----------------------------------------------

// What an order means for one kind of access: a load has the acquire half of acq_rel, a store the
// release half.
order order_instead(access kind, order before, order wanted) {
    if (kind == access::load) {
        if (wanted == order::release) return before;
        return wanted == order::acq_rel ? order::acquire : wanted;
    }
    if (kind == access::store) {
        if (wanted == order::acquire) return before;
        return wanted == order::acq_rel ? order::release : wanted;
    }
    return wanted;
}

// By the place of the access in the program (here). Several orders may be asked for at one line:
// those that make no sense for this kind are for other accesses of the line.
order events::order_of(access kind, order o) {
    if (limits_.orders.empty()) return o;
    const std::uint64_t pc = offset_of(here.pc);
    auto at = std::ranges::lower_bound(limits_.orders, pc, {}, &order_at_call::offset);
    for (; at != limits_.orders.end() && at->offset == pc; ++at) {
        const bool can = kind == access::rmw || kind == access::fence ||
                         order_instead(kind, order::none, at->how) != order::none;
        if (!can) continue;
        found_one(orders_used_, at->nth);
        o = order_instead(kind, o, at->how);
    }
    return o;
}

// By a traced event: of a compare-exchange that failed it is the order of failure.
order events::source_order(const graph::label& l, std::uint64_t value) const {
    if (l.op != graph::rmw_op::compare_exchange || graph::writes(l, value)) return l.source;
    const auto found = failure_orders_.find({l.note, l.source});
    return found == failure_orders_.end() ? l.source : found->second;
}

std::optional<unsigned> events::order_without_access() const {
    std::set<unsigned> asked;
    for (const order_at_call& at : limits_.orders) asked.insert(at.nth);
    for (const unsigned n : asked)
        if (!orders_used_.contains(n)) return n;
    return std::nullopt;
}

}  // namespace ringsim::sim::check
