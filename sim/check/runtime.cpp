#include "sim/check/runtime.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>

#include <unistd.h>

#include "sim/check/crash.hpp"
#include "sim/graph/explore.hpp"
#include "sim/graph/fiber.hpp"
#include "sim/graph/perform.hpp"

namespace ringsim::sim::check {
runtime* active = nullptr;
program_place here;
void (*on_early_failure)(const std::string& what, const void* pc) = nullptr;

// While a thread runs, a violation of its execution; while a constructor of a static object runs,
// of the program, before there is any execution.
void fail(std::string what) {
    if (running()) active->fail(std::move(what));
    if (on_early_failure) on_early_failure(what, here.pc);
    _exit(1);
}

// What an access becomes depends on its language, kind and order alone: looked up, not worked out,
// at each of many million accesses.
runtime::runtime(graph::model_id m, const graph::mapping& how, const image& what,
                 const check_limits& limits, driver* d)
    : model_(m), image_(what), limits_(limits), driver_(d) {
    for (const language l : {language::cxx, language::kernel})
        for (std::size_t a = 0; a < 4; ++a)
            for (std::size_t o = 0; o < order_count; ++o)
                lowered_[static_cast<std::size_t>(l)][a][o] =
                    graph::lower(m, how, l, static_cast<access>(a), static_cast<order>(o));
    for (const auto& [base, bytes] : what.writable) {
        if (data_regions_ == data_.size()) throw std::length_error("too many writable segments");
        data_[data_regions_].watch(base, bytes);
        data_[data_regions_].take_initial(data_[data_regions_].bytes());
        ++data_regions_;
    }
    if (what.tls) tls_initial_.assign(what.tls, what.tls + what.tls_bytes);
    for (thread_state& t : threads_) t.tls = tls_initial_;
    open_heap();
    active = this;
}

runtime::~runtime() {
    for (std::size_t i = 0; i < data_regions_; ++i) data_[i].restore_initial();
    if (image_.tls) std::memcpy(image_.tls, tls_initial_.data(), image_.tls_bytes);
    close_heap();
    active = nullptr;
}

// --- the exploration -----------------------------------------------------------------------------

// Whatever the program does to its process meanwhile is undone.
template <class F>
graph::exploration_report runtime::guarded(F&& explore_once) {
    const crash_handler handler;
    const exception_state before = *reinterpret_cast<exception_state*>(abi::__cxa_get_globals());
    const auto terminate_before = std::set_terminate([] {
        if (active && active->running()) active->terminate();
        std::abort();
    });
    const auto report = explore_once();
    executor_ = nullptr;
    here = {};  // a thread that was given up has left it as it was
    std::set_terminate(terminate_before);
    *reinterpret_cast<exception_state*>(abi::__cxa_get_globals()) = before;
    return report;
}

// What has been found out about the program (which memory is shared, in which pieces, what is freed
// by whom, which loops turn round) stands in granules, objects and sets that live through this
// loop. A round in which nothing was added is right from its first execution on, and its report is
// the answer; whatever an earlier round reported is thrown away.
graph::exploration_report runtime::explore(const graph::exploration_limits& limits,
                                           graph::observer& watcher, const policy_maker& policy) {
    for (;;) {
        read_scopes();
        begin_exploration();
        auto report = guarded([&] {
            return policy ? graph::search(model_, *this, locations_, *policy(), limits, watcher)
                          : graph::explore_exhaustively(model_, *this, locations_, limits, watcher);
        });
        report.executions -= waits_in_time_;
        report.blocked += waits_in_time_;
        if (!begins_again_ || !refused_.what.empty()) return report;
    }
}

graph::exploration_report runtime::search(graph::walk_policy& policy, graph::observer& watcher) {
    // Each thread's is another one now, which is known when it begins to run.
    for (region& r : stacks_) r.leave();
    pending_ = {};
    suspect_ = {};
    return guarded([&] { return graph::search(model_, *this, locations_, policy, {}, watcher); });
}

// What an exploration makes anew: numbers of locations, threads and results are given in the order
// in which its executions come to them. What was found out stays.
void runtime::begin_exploration() {
    for (granule* g : numbered_) g->number.fill(0);
    numbered_.clear();
    locations_.clear();
    details_.clear();
    words_.clear();
    // Each thread's is another one now, which is known when it begins to run.
    for (region& r : stacks_) r.leave();
    children_.clear();
    tasks_.clear();
    results_.clear();
    pending_ = {};
    suspect_ = {};
    waits_in_time_ = 0;
    meetings_.begin_exploration();
    retries_.begin_exploration();
    begins_again_ = false;
}

// This execution has no value any more, nor has the exploration: something was found out about the
// program. The fiber is left where it is; no destructor on its stack runs.
void runtime::start_again() {
    begins_again_ = true;
    executor_->abandon();
    __builtin_unreachable();
}

// The first reason counts: what comes after it may come of it.
void runtime::refuse(int status, std::string what) {
    if (retries_.trying()) try_next();
    if (refused_.what.empty()) refused_ = {status, std::move(what), here.pc};
    start_again();
}

// The text stands in the thread's own state, since it must live longer than this stack.
void runtime::fail(std::string what) {
    if (retries_.trying()) try_next();
    flush();
    thread_state& me = threads_[thread()];
    char place[32];
    std::snprintf(place, sizeof place, "@%lx",
                  static_cast<unsigned long>(static_cast<const char*>(here.pc) - image_.base));
    me.failed = what + place;
    what.clear();
    what.shrink_to_fit();  // its destructor does not run
    executor_->fail(violation::assertion, me.failed);
    __builtin_unreachable();
}

void runtime::fail_as(violation kind, std::string_view what) {
    if (retries_.trying()) try_next();
    flush();
    executor_->fail(kind, what);
    __builtin_unreachable();
}

void runtime::assume_failed() {
    if (retries_.trying()) try_next();
    assumption_failed_ = true;
    drop_execution();
}

// The search takes the execution back at this event: it does not count.
void runtime::drop_execution() {
    flush();
    graph::label l;
    l.kind = graph::event_kind::drop;
    l.shown = step_kind::stuck;
    for (;;) executor_->step(l);
}

// An event without memory: the search visits an execution for each of the `ways` values.
std::uint64_t runtime::choose(std::uint64_t ways) {
    flush();
    threads_[thread()].places_used = 0;
    graph::label l;
    l.kind = graph::event_kind::choice;
    l.expected = ways;
    l.note = note_of(here.pc);
    return executor_->step(l);
}

bool runtime::spurious() {
    std::set<const void*>& been = threads_[thread()].spurious;
    if (!limits_.spurious || been.contains(here.pc)) return false;
    been.insert(here.pc);
    return choose(2) != 0;
}

std::optional<graph::verdict_of_program> runtime::judge(graph::hang how) {
    if (driver_) return driver_->judge(how);
    if (how == graph::hang::none) return std::nullopt;
    // Else nobody has brought the threads to where they are in this execution.
    if (ends_otherwise_) {
        if (std::ranges::any_of(threads_, &thread_state::waits_in_time)) {
            ++waits_in_time_;
            return std::nullopt;
        }
        if (ends_with_detached()) return std::nullopt;
    }
    if (how == graph::hang::spins)
        return graph::verdict_of_program{violation::busy_spin, "a thread spins for ever"};
    return graph::verdict_of_program{violation::deadlock, "deadlock"};
}

graph::label runtime::label_for(graph::event_kind kind, step_kind shown,
                                graph::location_id l) const {
    graph::label at;
    at.kind = kind;
    at.shown = shown;
    at.location = l;
    return at;
}

std::uint64_t runtime::perform(access kind, graph::label l, order o, std::optional<order> failing,
                               language by) {
    o = order_of(kind, o);
    // Asked for by its line: what is strongest has another name in the kernel.
    if (by == language::kernel && kind == access::rmw && o == order::seq_cst) o = order::full;
    const graph::lowering& to = lowered(kind, o, by);
    if (!to.refused.empty()) refuse(2, std::string(to.refused));
    l.source = o;
    l.note = note_of(here.pc);
    if (l.kind != graph::event_kind::fence && is_thread_local(l.value)) refuse_thread_local();
    if (l.kind != graph::event_kind::fence) use_own_stack(l.location);
    const bool on_memory =
        l.kind != graph::event_kind::fence && details_[l.location].kind == location_kind::memory;
    graph::lowering access_and_before = to;
    access_and_before.after_count = 0;
    const std::uint64_t value = graph::perform(*executor_, access_and_before, l);
    ringsim_reported.write_size = ringsim_reported.unwritten_size = 0;
    ringsim_reported.read_size = 0;
    if (anything_freed_ && l.kind != graph::event_kind::fence) {
        const graph::label* const behind = executor_->behind_last();
        // The thread itself has new variables where a frame was.
        const bool own = details_[l.location].stack == thread() + 1;
        const bool of_frame = own && l.note != note_of(image_.base);
        touched_freed_ =
            (behind && frees(*behind) && !own) || (frees(l) && !of_frame && executor_->has_newer());
        if (touched_freed_) touched_ = behind && frees(*behind) ? *behind : l;
    }
    if (on_memory && !executor_->behind_last()) come_to_unwritten(details_[l.location].address);
    found_unwritten_ = l.kind == graph::event_kind::read && reads_unwritten(l.location, value);
    // The barriers behind a compare-exchange are those of its outcome.
    const bool failed = failing && !graph::writes(l, value);
    const graph::lowering& behind = failed ? lowered(kind, *failing, by) : to;
    for (unsigned i = 0; i < behind.after_count; ++i)
        executor_->step(graph::barrier_beside(l, behind.after[i]));
    if (l.kind == graph::event_kind::write ||
        (graph::writes(l, value) && graph::apply(l, value) != value))
        threads_[thread()].places_used = 0;
    if (limits_.retries_wait && (l.kind == graph::event_kind::write || graph::writes(l, value)))
        note_write(l.location, l.kind == graph::event_kind::write && o == order::plain);
    if (retries_.trying()) forget_dead_stack(false);
    if (driver_ && l.kind != graph::event_kind::fence)
        driver_->accessed(details_[l.location].address,
                          l.kind == graph::event_kind::write ? l.value : value, l.kind);
    // Behind the access: a race of its own says more.
    if (on_memory && anything_handed_over_) come_to(details_[l.location].address);
    return value;
}

// Numbers are given when a location is first asked for, and may differ between two explorations of
// one program; within one they are the same in each execution.
graph::location_id runtime::declare(graph::location_info info, location_of details) {
    if (locations_.size() == graph::locations_max) {
        const entry nowhere(nullptr);
        refuse(3, "more than " + std::to_string(graph::locations_max) +
                      " shared locations (locations_max)");
    }
    locations_.push_back(std::move(info));
    details_.push_back(details);
    executor_->declare(locations_.back());
    return static_cast<graph::location_id>(locations_.size() - 1);
}

// The library's own words (a lock, a thread's end) are locations beside the program's memory: what
// the program keeps in its mutex is its own affair.
graph::location_id runtime::word_of(const void* address, location_kind kind, unsigned index,
                                    std::uint64_t initial) {
    const auto [at, fresh] = words_.try_emplace({address, kind, index}, graph::location_id{});
    if (fresh) {
        // What the constructor of a static object left there.
        const region* const r = kind == location_kind::semaphore ? region_of(address) : nullptr;
        at->second = declare({"", r ? r->initial(address, sizeof(int)) : initial},
                             {kind, address, 8, index});
    }
    return at->second;
}

unsigned runtime::stack_of(const region& r) const {
    const bool is_stack = &r >= stacks_.data() && &r < stacks_.data() + stacks_.size();
    return is_stack ? static_cast<unsigned>(&r - stacks_.data()) + 1 : 0;
}

graph::location_id runtime::location_at(const region& r, const piece& p) {
    const unsigned offset = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(p.address) % 8);
    std::uint16_t& number = p.of->number[offset];
    if (number == 0) {
        const bool unwritten = begins_unwritten(p.address);
        const graph::location_id l =
            declare({"", unwritten ? unwritten_value(p.size) : r.initial(p.address, p.size)},
                    {location_kind::memory, p.address, p.size, 0, unwritten, stack_of(r)});
        number = static_cast<std::uint16_t>(l + 1);
        numbered_.push_back(p.of);
    }
    return static_cast<graph::location_id>(number - 1);
}

}  // namespace ringsim::sim::check
