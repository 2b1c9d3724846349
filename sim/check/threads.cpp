// The threads of a program under check: how they begin and end, and what is theirs alone.
#include <algorithm>
#include <cstring>

#include "sim/check/runtime.hpp"
#include "sim/graph/fiber.hpp"

namespace ringsim::sim::check {
namespace {

char program_name[] = "program";
char* program_arguments[] = {program_name, nullptr};

}  // namespace

// Each thread has its own copy of the program's thread-local data, which is at one address.
void runtime::will_run(unsigned thread) {
    current_ = thread;
    ringsim_reported = {};
    ringsim_reported.stack_begin = reinterpret_cast<std::uintptr_t>(stacks_[thread].base());
    ringsim_reported.stack_size = stack_shared_[thread] ? 0 : stacks_[thread].bytes();
    if (!image_.tls || tls_owner_ == thread) return;
    std::memcpy(threads_[tls_owner_].tls.data(), image_.tls, image_.tls_bytes);
    std::memcpy(image_.tls, threads_[thread].tls.data(), image_.tls_bytes);
    tls_owner_ = thread;
}

void runtime::restore_own(unsigned thread) {
    thread_state& me = threads_[thread];
    std::erase_if(me.own, [](const auto& mine) { return mine.first->at(mine.second).shared; });
    for (const auto& [where, address] : me.own) where->restore(address);
    for (const std::uint32_t o : me.freed) objects_[o].freed_by &= ~(1u << thread);
    me.freed.clear();
    me.held.clear();
    me.read_held.clear();
    me.keys = 0;
    me.values.clear();
    me.places_used = 0;
    me.rounds.clear();
    me.created = 0;
    me.allocated = 0;
    me.result = nullptr;
    if (image_.tls) std::memcpy(image_.tls, tls_initial_.data(), image_.tls_bytes);
}

void runtime::run_thread(unsigned thread) {
    thread_state& me = threads_[thread];
    char* const stack = graph::fiber_stack_around(__builtin_frame_address(0));
    if (stacks_[thread].bytes() == 0)
        stacks_[thread].watch(stack, graph::fiber_stack_bytes);
    else
        stacks_[thread].move_to(stack);
    ringsim_reported.stack_begin = reinterpret_cast<std::uintptr_t>(stack);
    ringsim_reported.stack_size = stack_shared_[thread] ? 0 : stacks_[thread].bytes();
    restore_own(thread);
    task work{};
    if (thread > 0) {
        graph::label l = label_for(graph::event_kind::read, step_kind::load,
                                   word_of(nullptr, location_kind::thread_start, thread));
        l.await = l.await_other = l.patient = true;
        work = tasks_[perform(access::load, l, order::acquire, image_.base) - 1];
        started_with_[thread] = reinterpret_cast<const void*>(work.f);
    }
    if (__builtin_setjmp(me.way_out) == 0) {
        if (thread == 0)
            end_main(image_.main(1, program_arguments));
        else
            me.result = work.f(work.argument);
    }
    finish_thread(thread);
}

void runtime::end_main(int status) {
    if (status != 0 && limits_.exit_status_counts)
        fail("main() returns " + std::to_string(status),
             reinterpret_cast<const char*>(image_.main) + 1);
}

void runtime::end_program(int status, const void* pc) {
    if (status != 0 && limits_.exit_status_counts)
        fail("exit(" + std::to_string(status) + ") is called", pc);
    // As a return from main(), if main() calls it: the other threads' steps count either way.
    if (thread() == 0) exit_thread(nullptr);
    refuse(2,
           "exit(" + std::to_string(status) +
               ") is called while threads run; return from main(), or call abort() for an error",
           pc);
}

void runtime::finish_thread(unsigned thread) {
    flush();
    if (thread == 0) return;
    const auto known = std::find(results_.begin(), results_.end(), threads_[thread].result);
    const auto number = known - results_.begin();
    if (known == results_.end()) results_.push_back(threads_[thread].result);
    graph::label l = label_for(graph::event_kind::write, step_kind::store,
                               word_of(nullptr, location_kind::thread_end, thread));
    l.value = static_cast<std::uint64_t>(number) + 1;
    perform(access::store, l, order::release, image_.base);
}

void runtime::exit_thread(void* result) {
    thread_state& me = threads_[thread()];
    me.result = result;
    __builtin_longjmp(me.way_out, 1);
}

void runtime::create_thread(thread_function f, void* argument, std::uint64_t* id, const void* pc) {
    flush();
    const auto [at, fresh] = children_.try_emplace({thread(), threads_[thread()].created++}, 0);
    if (fresh) {
        at->second = static_cast<unsigned>(children_.size());
        if (at->second == threads_max)
            refuse(3, "more than " + std::to_string(threads_max) + " threads (threads_max)", pc);
    }
    std::uint64_t number = 0;
    while (number < tasks_.size() && (tasks_[number].f != f || tasks_[number].argument != argument))
        ++number;
    if (number == tasks_.size()) tasks_.push_back({f, argument});
    const unsigned child = at->second;
    store_now(reinterpret_cast<char*>(id), sizeof *id, child + 1, pc);
    graph::label l = label_for(graph::event_kind::write, step_kind::store,
                               word_of(nullptr, location_kind::thread_start, child));
    l.value = number + 1;
    perform(access::store, l, order::release, pc);
}

void* runtime::join_thread(unsigned thread, const void* pc) {
    flush();
    graph::label l = label_for(graph::event_kind::read, step_kind::load,
                               word_of(nullptr, location_kind::thread_end, thread));
    l.await = l.await_other = l.patient = true;
    return results_[perform(access::load, l, order::acquire, pc) - 1];
}

}  // namespace ringsim::sim::check
