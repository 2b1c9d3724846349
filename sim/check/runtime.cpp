// The exploration of a program as a whole, and what is done around each of its events. What else
// the class has is in files of their own: accesses.cpp (memory), threads.cpp and ends.cpp
// (threads), heap.cpp, frames.cpp and unwritten.cpp (what is no memory any more, or not yet),
// spinning.cpp and retrying.cpp (loops), twins.cpp, kernel.cpp, unreported.cpp.
//
// Three lifetimes are to be told apart. A run of a thread ends when it is started over:
// thread_state, restore_own(). An exploration ends when all executions have been visited, or when
// something was found out: begin_exploration(). What is found out about the program lives as long
// as this object, and only grows.
#include "sim/check/runtime.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>

#include <unistd.h>

#include "sim/check/crash.hpp"
#include "sim/check/endless.hpp"
#include "sim/check/helping.hpp"
#include "sim/graph/explore.hpp"
#include "sim/graph/fiber.hpp"
#include "sim/graph/jobs.hpp"

namespace ringsim::sim::check {
runtime* active = nullptr;
void (*on_early_end)(int status, const std::string& what, const void* pc) = nullptr;

// While a thread runs, a violation of its execution; while a constructor of a static object runs,
// of the program, before there is any execution.
void fail(std::string what) {
    if (running()) active->fail(std::move(what));
    end_early(1, what, here.pc);
}

void exits(int status) {
    if (!running()) fail("exit(" + std::to_string(status) + ") is called");
    active->end_program(status);
}

void end_early(int status, const std::string& what, const void* pc) {
    if (on_early_end) on_early_end(status, what, pc);
    _exit(status);
}

// Static data are put under watch as they are: their constructors have run. One runtime at a time:
// `active` is who the program's calls arrive at.
runtime::runtime(graph::model_id m, const graph::mapping& how, const image& what,
                 const check_limits& limits, driver* d)
    : events(m, how, what, limits),
      // With orders of the user's for its line, a barrier has the accesses that they are for.
      waiting(*this, {.barriers_at_once = limits.barriers_at_once && !d && limits.orders.empty(),
                      .locks_in_queue =
                          limits.locks_in_queue && !d && limits.races_count && !model_reads_ahead(),
                      .spurious = limits.spurious}),
      driver_(d) {
    for (const auto& [base, bytes] : what.writable) {
        if (data_regions_ == data_.size()) throw std::length_error("too many writable segments");
        data_[data_regions_].watch(base, bytes);
        data_[data_regions_].take_initial(data_[data_regions_].bytes());
        ++data_regions_;
    }
    if (what.tls) tls_initial_.assign(what.tls, what.tls + what.tls_bytes);
    for (thread_state& t : threads_) t.tls = tls_initial_;
    // Behind all else: it may throw, and the program would have nobody to arrive at.
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
    const endless_guard guard;
    // The process's own state of exceptions and its handler of std::terminate() are the program's
    // meanwhile.
    const exception_state before = *reinterpret_cast<exception_state*>(abi::__cxa_get_globals());
    const auto terminate_before = std::set_terminate([] {
        if (active && active->running()) active->terminate();
        std::abort();
    });
    const auto report = explore_once();
    no_executor();
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
                                           graph::observer& watcher, const policy_maker& policy,
                                           round_explorer* rounds) {
    for (unsigned round = 1;; ++round) {
        read_scopes();
        begin_exploration();
        graph::exploration_limits wanted = limits;
        wanted.symmetry = limits_.symmetry;
        auto report = guarded([&] {
            if (policy)
                return graph::search(model(), *this, locations(), *policy(), limits, watcher);
            // What a driver hears of the program's threads nobody carries over.
            if (driver_)
                return graph::explore_exhaustively(model(), *this, locations(), wanted, watcher);
            helping learned(waits_in_time_);
            if (rounds) return rounds->explore(round, *this, locations(), wanted, watcher, learned);
            return graph::explore_with_jobs(model(), *this, locations(), wanted, watcher, learned);
        });
        // Of how many others they are the same as, nobody knows.
        if (waits_in_time_ != 0) report.stands_for = 0;
        report.executions -= waits_in_time_;
        report.blocked += waits_in_time_;
        if (!begins_again() || !refused().what.empty() || (rounds && rounds->over())) return report;
    }
}

// Granules keep their numbers, or the graph of an execution that was found before would mean other
// locations.
graph::exploration_report runtime::search(graph::walk_policy& policy, graph::observer& watcher) {
    leave_stacks();
    pending_ = {};
    suspect_ = {};
    return guarded([&] { return graph::search(model(), *this, locations(), policy, {}, watcher); });
}

// What an exploration makes anew: numbers of locations, threads and results are given in the order
// in which its executions come to them. What was found out stays.
void runtime::begin_exploration() {
    for (granule* g : numbered_) g->number.fill(0);
    numbered_.clear();
    events::begin_exploration();
    leave_stacks();
    threads_of_program_.begin_exploration();
    twins_.begin_exploration();
    pending_ = {};
    suspect_ = {};
    waits_in_time_ = 0;
    waiting.begin_exploration();
    retries_.begin_exploration();
}

std::optional<graph::verdict_of_program> runtime::judge(graph::hang how) {
    if (fails_at_the_end())
        for (const thread_state& t : threads_)
            if (!t.failed.empty()) return graph::verdict_of_program{violation::assertion, t.failed};
    if (driver_) return driver_->judge(how);
    if (how == graph::hang::none) return std::nullopt;
    // Else nobody has brought the threads to where they are in this execution.
    if (ends_otherwise_) {
        if (waits_in_time()) {
            ++waits_in_time_;
            return std::nullopt;
        }
        if (threads_of_program_.ends_with_detached()) return std::nullopt;
    }
    if (how == graph::hang::spins)
        return graph::verdict_of_program{violation::busy_spin, "a thread spins for ever"};
    return graph::verdict_of_program{violation::deadlock, "deadlock"};
}

// --- around each event ---------------------------------------------------------------------------

// The thread's own business in front of an access that it is about to make: any of these may find
// that the exploration has to begin again.
void runtime::before_access(const graph::label& l) {
    if (thread() == 0 && !joining_) found_of_twins(twins_.goes_on());
    if (l.kind == graph::event_kind::fence) return;
    found_of_twins(twins_.accesses(thread(), l.location, locations_of()[l.location].address));
    if (locations_of()[l.location].kind != location_kind::thread_start)
        found_of_twins(twins_.points_out(l.value) || twins_.points_out(l.expected));
    // The address of a thread-local variable is the same number in all threads, and would lead
    // another one to its own.
    if (is_thread_local(l.value)) refuse_thread_local();
    use_own_stack(l.location);
}

void runtime::after_access(const graph::label& l, std::uint64_t value) {
    ringsim_reported.write_size = ringsim_reported.unwritten_size = 0;
    ringsim_reported.read_size = 0;
    found_unwritten_ = false;
    if (l.kind == graph::event_kind::fence) return;
    const location_of& where = locations_of()[l.location];
    if (where.kind != location_kind::thread_start) found_of_twins(twins_.points_out(value));
    // The write that the access has its value from, or that it wrote over; nullptr for the initial
    // value.
    const graph::label* const behind = executor().behind_last();
    if (anything_freed_) {
        // The thread itself has new variables where a frame was.
        const bool own = where.stack == thread() + 1;
        const bool of_frame = own && l.note != note_of(image_.base);
        touched_freed_ =
            (behind && frees(*behind) && !own) || (frees(l) && !of_frame && executor().has_newer());
        if (touched_freed_) touched_ = behind && frees(*behind) ? *behind : l;
    }
    // It found what nobody wrote: see heap.cpp.
    if (where.kind == location_kind::memory && !behind) come_to_unwritten(where.address);
    found_unwritten_ = l.kind == graph::event_kind::read && reads_unwritten(l.location, value);
}

// Behind the barriers, too. A store of the value that is there already is progress, a
// read-modify-write that leaves the value as it is is none.
void runtime::performed(const graph::label& l, std::uint64_t value) {
    const bool stores = l.kind == graph::event_kind::write || graph::is_store_to_part(l);
    const bool changes = stores || (graph::writes(l, value) && graph::apply(l, value) != value);
    if (changes && !is_lock_step(l)) made_progress();
    if (limits_.retries_wait && (stores || graph::writes(l, value)))
        note_write(l.location, stores && l.source == order::plain);
    if (retries_.trying()) forget_dead_stack(false);
    if (l.kind == graph::event_kind::fence) return;
    const location_of& where = locations_of()[l.location];
    if (driver_) driver_->accessed(where.address, stores ? l.value : value, l.kind);
    // Behind the access: a race of its own says more.
    if (where.kind == location_kind::memory && anything_handed_over_) come_to(where.address);
}

// Static data are there as long as the program, so nothing can be found out by an access to them.
bool runtime::touch(const void* object, unsigned size) {
    char* const at = static_cast<char*>(const_cast<void*>(object));
    const region* r = region_of(object);
    const bool fixed = !r || (r >= data_.data() && r < data_.data() + data_.size());
    unwritten_ = 0;
    unwritten_pieces_.clear();
    if (!fixed) plain_load(at, size);
    return unwritten_ + own_unwritten(at, size) == size;
}

bool runtime::is_on_stack(const void* address) const {
    return std::ranges::any_of(stacks_,
                               [&](const region& r) { return r.bytes() != 0 && r.has(address); });
}

// sem_init() of a constructor has left it in memory: the count is an int at its start.
std::uint64_t runtime::initial_semaphore(const void* s) const {
    const region* const r = region_of(s);
    return r ? r->initial(s, sizeof(int)) : 0;
}

// --- locations -----------------------------------------------------------------------------------

unsigned runtime::stack_of(const region& r) const {
    const bool is_stack = &r >= stacks_.data() && &r < stacks_.data() + stacks_.size();
    return is_stack ? static_cast<unsigned>(&r - stacks_.data()) + 1 : 0;
}

// In label::first and bytes: which part of the location the access is of. A store to a part leaves
// the rest as it is, so it is a read-modify-write to the graph, in one step, whose value nobody
// gets.
graph::label runtime::access_label(graph::event_kind kind, step_kind shown, graph::location_id l,
                                   const void* address, std::size_t size) const {
    graph::label at = label_for(kind, shown, l);
    const location_of& whole = locations_of()[l];
    if (!whole.has_parts) return at;
    at.mixed = true;
    const auto first = static_cast<const char*>(address) - static_cast<const char*>(whole.address);
    at.first = static_cast<std::uint8_t>(first & 7);
    at.bytes = static_cast<std::uint8_t>(size & 0xf);
    if (kind == graph::event_kind::write && size < whole.size) {
        at.kind = graph::event_kind::read;
        at.op = graph::rmw_op::exchange;
        at.no_return = true;
    }
    return at;
}

// Each location of a granule has its number at the byte where it starts; only locations that
// accesses come to have one.
graph::location_id runtime::location_at(const region& r, const piece& p) {
    const unsigned offset = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(p.address) % 8);
    const unsigned begin = piece_begin(*p.of, offset);
    std::uint16_t& number = p.of->number[begin];
    if (number == 0) {
        char* const address = p.address - (offset - begin);
        const unsigned size = piece_end(*p.of, begin) - begin;
        // A part may be written, and others not: that is not followed.
        const bool has_parts = size > 1 && ((p.of->joined >> (begin + 1)) & 1);
        const bool unwritten = begins_unwritten(address) && !has_parts;
        const graph::location_id l =
            declare({"", unwritten ? unwritten_value(size) : r.initial(address, size)},
                    {location_kind::memory, address, size, 0, unwritten, has_parts, stack_of(r)});
        number = static_cast<std::uint16_t>(l + 1);
        numbered_.push_back(p.of);
    }
    return static_cast<graph::location_id>(number - 1);
}

}  // namespace ringsim::sim::check
