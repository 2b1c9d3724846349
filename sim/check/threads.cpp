// The threads of a program under check: how they begin and end, and what is theirs alone.
//
// A thread of the program is a fiber of the search, which may leave it at any event and start it
// over. It runs from its first instruction again each time, and gets the same answers as far as the
// graph has its events. So whatever a thread has that is not in shared memory must be as it was at
// its beginning when it runs again: restore_own() is the list of all that. Whoever adds something
// that a thread knows by itself adds it there, and, if rounds of loops may differ by it, to
// note_own_state() (retrying.cpp).
//
// That a thread is created, ends and is joined are events, on words that belong to its number: the
// creation is a release that the start of the thread reads, its end a release that the join reads.
#include <cxxabi.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include "sim/check/found_out.hpp"
#include "sim/check/runtime.hpp"
#include "sim/graph/fiber.hpp"

namespace ringsim::sim::check {

// Called whenever another thread is about to run. Each thread has its own copy of the program's
// thread-local data, which is at one address: the copies change places with it. What was reported
// to the hooks was another thread's.
void runtime::will_run(unsigned thread) {
    events::will_run(thread);
    swap_stacks(thread);
    swap_exceptions(thread);
    ringsim_reported = {};
    ringsim_reported.unwritten = new_frames_hold();
    ringsim_reported.stack_begin = reinterpret_cast<std::uintptr_t>(stacks_[thread].base());
    ringsim_reported.stack_size = stack_shared(thread) ? 0 : stacks_[thread].bytes();
    if (!image_.tls || tls_owner_ == thread) return;
    std::memcpy(threads_[tls_owner_].tls.data(), image_.tls, image_.tls_bytes);
    std::memcpy(image_.tls, threads_[thread].tls.data(), image_.tls_bytes);
    tls_owner_ = thread;
}

// And of what the C library and the C++ runtime know of it.
void runtime::swap_exceptions(unsigned thread) {
    if (exceptions_owner_ == thread) return;
    auto* const now = reinterpret_cast<exception_state*>(abi::__cxa_get_globals());
    threads_[exceptions_owner_].exceptions = *now;
    threads_[exceptions_owner_].error = errno;
    threads_[exceptions_owner_].here = here;
    *now = threads_[thread].exceptions;
    errno = threads_[thread].error;
    here = threads_[thread].here;
    exceptions_owner_ = thread;
}

// The thread begins at its start again. What it wrote into memory that is its own is undone; memory
// that is shared has no state between two entries, so there is nothing to undo. Granules that have
// become shared since are no longer its own.
void runtime::restore_own(unsigned thread) {
    thread_state& me = threads_[thread];
    // First those that have become shared are dropped, for the exploration that found that out is
    // over, and what they hold means nothing now.
    std::erase_if(me.own, [](const auto& mine) { return mine.first->at(mine.second).shared; });
    for (const auto& [where, address] : me.own) {
        where->restore(address);
        where->at(address).written = 0;
    }
    for (heap_object* o : me.freed) o->freed_by &= ~(1u << thread);
    me.freed.clear();
    me.come_to.clear();
    me.gone.clear();
    me.ended.clear();
    me.ends = false;
    if (!retries_.trial.is_of(thread)) retries_.refuted.begin(thread);
    at_end.thread_begins(thread);
    threads_of_program_.thread_begins(thread);
    if (thread == 0) twins_.main_begins();
    thread_begins();
    waiting.thread_begins(begins_at_[thread]);
    me.thrown_at = nullptr;
    // Until the program is entered: no place in it.
    here = {image_.base};
    *reinterpret_cast<exception_state*>(abi::__cxa_get_globals()) = {};
    errno = 0;
    me.places_used = 0;
    me.seen_position = me.visits_here = 0;
    me.rounds.clear();
    me.means_races = 0;
    me.means_races_next = 0;
    me.allocated = 0;
    me.tested = {};
    me.sections.clear();
    me.dereferences.clear();
    me.failed.clear();
    me.emulated_variables.clear();
    me.result = nullptr;
    me.cleanup = nullptr;
    me.cancel_state = 0;
    if (image_.tls) std::memcpy(image_.tls, tls_initial_.data(), image_.tls_bytes);
}

// The body of a fiber. Fibers change places between explorations, so where the thread's stack lies
// is found out each time; what is known of its granules goes by the offset in it.
//
// A thread that is created waits first for the event of its creation. That read is patient: it is
// no event before it can go on, so threads that nobody creates have no events at all.
void runtime::run_thread(unsigned thread) {
    thread_state& me = threads_[thread];
    // The stack is the fiber's, of a fixed size; its address is found from where this function
    // stands on it.
    char* const stack = graph::fiber_stack_around(__builtin_frame_address(0));
    if (stacks_[thread].bytes() == 0)
        stacks_[thread].watch(stack, graph::fiber_stack_bytes);
    else
        stacks_[thread].move_to(stack);
    // What the system does for a program that asks for it.
    if (image_.runs_on_stacks)
        mprotect(stack, graph::fiber_stack_bytes, PROT_READ | PROT_WRITE | PROT_EXEC);
    ringsim_reported.stack_begin = reinterpret_cast<std::uintptr_t>(stack);
    ringsim_reported.stack_size = stack_shared(thread) ? 0 : stacks_[thread].bytes();
    restore_own(thread);
    // All of it below: what an earlier run left there would be another thing each time.
    if (retries_.trying()) forget_dead_stack(true);
    if (driver_) {
        driver_->run(thread);
        return flush();
    }
    if (thread > 0) {
        graph::label l = label_for(graph::event_kind::read, step_kind::load,
                                   word_of(nullptr, location_kind::thread_start, thread));
        l.await = l.await_other = l.patient = true;
        // Its value is the number of what there is to do.
        me.work = threads_of_program_.task_at(perform(access::load, l, order::acquire));
        waiting.starts_at(begins_at_[thread]);
    }
    // The way out for exit_thread(), which comes back here as if run_program() had returned.
    if (__builtin_setjmp(me.way_out) == 0) run_program(thread);
    here = {image_.base};  // pthread_exit() left from somewhere
    // A call that is due at the end may call pthread_exit(): the rest of the calls is left out
    // then, and the thread ends.
    if (!me.ends) {
        me.ends = true;  // pthread_exit() by what is called now ends it
        run_endings(thread);
    }
    finish_thread(thread);
    if (retries_.trying()) try_next();  // it came to another end
}

// Destructors and what atexit() was told. A main() that returns ends the program at once; one that
// calls pthread_exit() ends as other threads do, and the program with the last of all: then what is
// due at the end of the program comes behind them.
void runtime::run_endings(unsigned thread) {
    const bool ends_alone = thread != 0 || !threads_of_program_.program_has_ended();
    at_end.run_of_thread(thread, ends_alone,
                         [this](unsigned key) { return waiting.is_destroyed(key_object(key)); });
    if (thread != 0) return;
    const std::uint32_t joined = ends_alone ? wait_for_all() : threads_of_program_.joined_by(0);
    at_end.run_of_program(joined, early_endings());
}

// Those that it started, and those that they did: the set grows while it is waited for.
std::uint32_t runtime::wait_for_all() {
    std::uint32_t ended = 0;
    std::uint32_t started = threads_of_program_.started_by(0);
    while (const std::uint32_t left = started & ~ended) {
        const auto t = static_cast<unsigned>(std::countr_zero(left));
        wait_for_end(t);
        ended |= 1u << t;
        started |= threads_of_program_.started_by(t);
    }
    return ended;
}

// Patient for the same reason as the start of a thread. What it returned, by its number. Before the
// event, for it may show that the threads are no twins.
std::uint64_t runtime::wait_for_end(unsigned thread) {
    found_of_twins(twins_.joins(this->thread(), thread));
    graph::label l = label_for(graph::event_kind::read, step_kind::load,
                               word_of(nullptr, location_kind::thread_end, thread));
    l.await = l.await_other = l.patient = true;
    joining_ = this->thread() == 0;
    const std::uint64_t result = perform(access::load, l, order::acquire);
    joining_ = false;
    found_of_twins(twins_.returned(thread, result));
    return result;
}

// The status is told at an address that is main()'s own, so that it gets a line of the source.
void runtime::end_main(int status) {
    threads_of_program_.ends_program();
    if (status != 0 && limits_.exit_status_counts) {
        const entry at(reinterpret_cast<const char*>(image_.main) + 1);
        fail("main() returns " + std::to_string(status));
    }
}

// What another thread does by exit() is refused: main() goes on meanwhile, and its steps would have
// to stop in the middle.
void runtime::end_program(int status) {
    if (status != 0 && limits_.exit_status_counts)
        fail("exit(" + std::to_string(status) + ") is called");
    // As a return from main(), if main() calls it: the other threads' steps count either way.
    if (thread() == 0) {
        threads_of_program_.ends_program();
        exit_thread(nullptr);
    }
    refuse(2,
           "exit(" + std::to_string(status) +
               ") is called while threads run; return from main(), or call abort() for an error");
}

// What joins the thread reads this event: so all that the thread did happens before the join.
void runtime::finish_thread(unsigned thread) {
    flush();
    threads_of_program_.finishes(thread);
    if (thread == 0) return found_of_twins(twins_.goes_on());
    end_stack(thread);
    graph::label l = label_for(graph::event_kind::write, step_kind::store,
                               word_of(nullptr, location_kind::thread_end, thread));
    l.value = threads_of_program_.number_of_result(threads_[thread].result);
    perform(access::store, l, order::release);
}

// The stack is not unwound: exit() does not either. What pthread_exit() does first is in
// leaving.cpp.
void runtime::exit_thread(void* result) {
    thread_state& me = threads_[thread()];
    me.result = result;
    __builtin_longjmp(me.way_out, 1);
}

// The new thread's number follows from its creator; its id is stored before it can run, as POSIX
// leaves open, and the store happens before its start.
void runtime::create_thread(thread_function f, void* argument, std::uint64_t* id) {
    flush();
    if (is_thread_local(reinterpret_cast<std::uintptr_t>(argument))) refuse_thread_local();
    const unsigned child = threads_of_program_.start_next(thread());
    if (child == threads_max)
        refuse(3, "more than " + std::to_string(threads_max) + " threads (threads_max)");
    const std::uint64_t number = threads_of_program_.number_of({f, argument});
    // Its clock begins at its creator's time.
    begins_at_[child] = waiting.elapsed(thread());
    store_now(reinterpret_cast<char*>(id), sizeof *id, child + 1);
    graph::label l = label_for(graph::event_kind::write, step_kind::store,
                               word_of(nullptr, location_kind::thread_start, child));
    l.value = number;
    if (thread() == 0) note_start({child, number, {f, argument}, {}, begins_at_[child]});
    note_caller_of_start(child);
    perform(access::store, l, order::release);
    if (thread() == 0) twins_.has_started(executor().position());
}

// main() has just written the bytes of an argument, so they are what memory holds. Where nobody
// makes use of twins, none are found, and nothing is looked for.
void runtime::note_start(thread_start s) {
    if (!limits_.symmetry || model_reads_ahead() || twins_.are_apart()) return;
    const heap_object* const o = objects_.near(s.what.argument);
    if (o && o->address == s.what.argument && o->by == 1)
        s.own.assign(o->address, o->address + o->bytes);
    found_of_twins(twins_.starts(std::move(s), !starts_are_adjacent(o)));
}

// Since main() started the last thread, it has only written the argument of the next one, or used
// memory of its own.
bool runtime::starts_are_adjacent(const heap_object* argument) {
    if (!twins_.has_just_started()) return false;
    std::vector<graph::location_id> of_main;
    // The engine has these events: main() has just made them. A fence or a sequentially consistent
    // access may order others; memory that is not of the heap may be known to others.
    for (std::uint64_t i = twins_.last_start_ends(); i < executor().position(); ++i) {
        const graph::event* const e = executor().recorded(i);
        if (!e || e->what.kind == graph::event_kind::fence || e->what.how == graph::mode::seq_cst)
            return false;
        const location_of& where = locations_of()[e->what.location];
        const bool of_heap = where.kind == location_kind::memory ||
                             where.kind == location_kind::internal ||
                             where.kind == location_kind::allocation;
        if (!of_heap || !heap_.has(where.address)) return false;
        if (!argument || !argument->has(where.address)) of_main.push_back(e->what.location);
    }
    for (const graph::location_id l : of_main) twins_.keep_to_main(l);
    return true;
}

// For the search, which asks whether two threads' histories are the same but for their numbers.
// Words that each thread has one of, where it begins and ends; and what its argument consists of.
bool runtime::is_the_same_to_twins(graph::location_id a, unsigned of, graph::location_id b,
                                   unsigned twin) const {
    const location_of& mine = locations_of()[a];
    const location_of& its = locations_of()[b];
    if (mine.kind != its.kind) return false;
    if (mine.kind == location_kind::thread_start || mine.kind == location_kind::thread_end ||
        mine.kind == location_kind::rcu_reader)
        return mine.address == its.address && mine.thread == of && its.thread == twin;
    return twins_.same_in_arguments(mine.address, of, its.address, twin);
}
std::uint64_t runtime::value_to_twins(graph::location_id l, std::uint64_t value) const {
    return locations_of()[l].kind == location_kind::thread_start ? twins_.task_of(value) : value;
}

// Whoever gets to know the number may do something else because of it.
unsigned runtime::asked_thread() {
    found_of_twins(twins_.shows_itself(thread()));
    return thread();
}

// The variables of all threads stand at the same addresses here.
void runtime::refuse_thread_local() {
    refuse(2,
           "the address of a thread-local variable is given to other threads, which is not "
           "modelled: use a variable on the stack, the heap or a static one, and pthread_self() to "
           "tell threads apart");
}

// Only of a thread that several have joined, in some execution, an event must tell which of them
// was the first: see thread_table::claim.
void runtime::claim_thread(unsigned thread, const char* how) {
    flush();
    const auto claim = threads_of_program_.claims(this->thread(), thread);
    if (claim == thread_table::claim::something_new) start_again();
    const bool again = claim == thread_table::claim::again ||
                       (claim == thread_table::claim::among_several &&
                        change(nullptr, location_kind::life, thread, graph::rmw_op::exchange, 1,
                               order::relaxed) != 0);
    if (again) fail(std::string("a thread is ") + how + " that has been joined or detached before");
}

void runtime::detach_thread(unsigned thread) {
    claim_thread(thread, "detached");
    threads_of_program_.detaches(this->thread(), thread);
    found_of_twins(twins_.shows_itself(thread));
    found_out(ends_otherwise_);
}

// The joining thread has waited until then, by the other one's clock.
void* runtime::join_thread(unsigned thread) {
    claim_thread(thread, "joined");
    void* const result = threads_of_program_.result(wait_for_end(thread));
    waiting.passes_until(waiting.elapsed(thread));
    return result;
}

}  // namespace ringsim::sim::check
