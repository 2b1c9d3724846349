// RCU of kernel code under check. To lkmm these are events of its own, and the model has the axiom.
// The models of machines have no axiom of RCU; there it is made of a word for each thread that has
// sections: a section puts it to `reader_inside` and back, and a grace period looks at each one
// between two full barriers, waits while there is somebody inside, and leaves `reader_passed`. So
// of a section and a look one is before the other: if the section is, its end has been seen by the
// grace period; if the look is, the section finds `reader_passed`, and comes to see, by a full
// barrier, what was before the grace period. That is what RCU promises, and a section that meets no
// grace period orders nothing by its beginning, as in the kernel. Its end is a release store, which
// the kernel has not: on POWER and RISC-V it also orders what is in a section before what the
// thread does later.
//
// SRCU is the same for each srcu_struct by itself: `srcu` is its address, and null for RCU. To lkmm
// the beginning of a section of SRCU is a read of the srcu_struct and its end a write to it, which
// depends on that read.
//
// A program whose threads wait for no grace period needs none of it: sections are events only as
// soon as somebody has waited for them in some execution, and of those threads only that have some.
#include <algorithm>
#include <cstring>

#include "sim/check/caller.hpp"
#include "sim/check/early.hpp"
#include "sim/check/found_out.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

enum state_of_reader : std::uint64_t { reader_outside, reader_inside, reader_passed };

}  // namespace

// How deep the thread is in sections of this kind: one within another ends with the outer one.
read_sections& runtime::sections_of(const void* srcu) {
    auto& all = threads_[thread()].sections;
    const auto known = std::ranges::find(all, srcu, &read_sections::srcu);
    return known != all.end() ? *known : all.emplace_back(read_sections{srcu});
}

unsigned runtime::rcu_read_lock(const void* srcu) {
    flush();
    const unsigned depth = sections_of(srcu).depth++;
    if (depth != 0 || !waited_for_.contains(srcu)) return depth;
    if (model() == graph::model_id::lkmm)
        begin_section(srcu);
    else
        announce_reader(srcu);
    return depth;
}

void runtime::begin_section(const void* srcu) {
    if (!srcu) return fence(order::seq_cst, language::kernel, graph::barrier::rcu_read_lock);
    graph::label at =
        label_for(graph::event_kind::read, step_kind::load, word_of(srcu, location_kind::srcu));
    at.fence = graph::barrier::srcu_read_lock;
    perform(access::load, at, order::relaxed, std::nullopt, language::kernel);
    sections_of(srcu).begins_at = executor().last_read();
}

void runtime::announce_reader(const void* srcu) {
    if (found_one(readers_, std::pair{srcu, thread()})) start_again();
    graph::label at = label_for(graph::event_kind::read, step_kind::rmw,
                                word_of(srcu, location_kind::rcu_reader, thread()));
    at.op = graph::rmw_op::exchange;
    at.value = reader_inside;
    if (perform(access::rmw, at, order::relaxed, std::nullopt, language::kernel) == reader_passed)
        fence(order::seq_cst, language::kernel);
}

// `depth`: what srcu_read_lock() has returned.
void runtime::srcu_read_unlock(const void* srcu, unsigned depth) {
    const unsigned now = sections_of(srcu).depth;
    if (now == 0) fail("srcu_read_unlock() without srcu_read_lock()");
    if (depth + 1 != now)
        refuse(2,
               "srcu_read_unlock() of a section that is not the innermost, which is not modelled");
    rcu_read_unlock(srcu);
}

void runtime::rcu_read_unlock(const void* srcu) {
    flush();
    read_sections& open = sections_of(srcu);
    if (open.depth == 0) fail("rcu_read_unlock() without rcu_read_lock()");
    if (--open.depth != 0 || !waited_for_.contains(srcu)) return;
    if (model() == graph::model_id::lkmm) return end_section(srcu);
    graph::label at = label_for(graph::event_kind::write, step_kind::store,
                                word_of(srcu, location_kind::rcu_reader, thread()));
    at.value = reader_outside;
    perform(access::store, at, order::release, std::nullopt, language::kernel);
}

void runtime::end_section(const void* srcu) {
    if (!srcu) return fence(order::seq_cst, language::kernel, graph::barrier::rcu_read_unlock);
    graph::label at =
        label_for(graph::event_kind::write, step_kind::store, word_of(srcu, location_kind::srcu));
    at.fence = graph::barrier::srcu_read_unlock;
    graph::dependencies on;
    on.data.add(sections_of(srcu).begins_at);
    perform(access::store, at, order::relaxed, std::nullopt, language::kernel, on);
}

void runtime::synchronize_rcu(const void* srcu) {
    flush();
    if (sections_of(srcu).depth != 0)
        fail(std::string(srcu ? "synchronize_srcu()" : "synchronize_rcu()") +
             " in a read-side critical section waits for itself");
    if (found_one(waited_for_, srcu)) start_again();
    if (model() == graph::model_id::lkmm) {
        if (!srcu) return fence(order::seq_cst, language::kernel, graph::barrier::synchronize_rcu);
        graph::label at = label_for(graph::event_kind::fence, step_kind::fence,
                                    word_of(srcu, location_kind::srcu));
        at.fence = graph::barrier::synchronize_srcu;
        perform(access::fence, at, order::seq_cst, std::nullopt, language::kernel);
        return;
    }
    fence(order::seq_cst, language::kernel);
    for (const auto& [of, reader] : readers_)
        if (of == srcu)
            await(word_of(srcu, location_kind::rcu_reader, reader), reader_inside, /*other=*/true,
                  graph::rmw_op::exchange, reader_passed, step_kind::rmw, order::acq_rel);
    fence(order::seq_cst, language::kernel);
}

// By the last of several.
const graph::dependencies* runtime::known_dependencies(const graph::label& l) {
    const auto& all = threads_[thread()].dereferences;
    if (all.empty() || l.kind == graph::event_kind::fence) return nullptr;
    const location_of& where = locations_of()[l.location];
    if (where.kind != location_kind::memory) return nullptr;
    const auto* const at = static_cast<const char*>(where.address);
    for (std::size_t i = all.size(); i-- > 0;)
        if (static_cast<std::size_t>(at - all[i].object) < all[i].bytes) {
            known_ = {};
            known_.addr.add(all[i].read);
            return &known_;
        }
    return nullptr;
}

void runtime::fail_if_allowed(std::string_view what) {
    if (!fails_at_the_end()) fail(std::string(what));
    if (threads_[thread()].failed.empty()) threads_[thread()].failed = told_here(what);
}

// The thread cannot go on. Its sections end with it, or no grace period could forbid what led here:
// until they have ended, none ends.
void runtime::crash(std::string_view what) {
    if (!fails_at_the_end() || driver_) fail(std::string(what));
    fail_if_allowed(what);
    for (std::size_t i = 0; i < threads_[thread()].sections.size(); ++i)
        while (threads_[thread()].sections[i].depth != 0)
            rcu_read_unlock(threads_[thread()].sections[i].srcu);
    exit_thread(nullptr);
}

}  // namespace ringsim::sim::check

using namespace ringsim::sim::check;

// NOLINTBEGIN: names that the headers of upstream/include use
extern "C" {

void ringsim___sim_rcu_read_lock() {
    RINGSIM_ENTER;
    if (running()) active->rcu_read_lock();
}
void ringsim___sim_rcu_read_unlock() {
    RINGSIM_ENTER;
    if (running()) active->rcu_read_unlock();
}
RINGSIM_ENTRY(ringsim___sim_dereference);
std::uint64_t ringsim_at_ringsim___sim_dereference(void* pointer, std::size_t bytes) {
    RINGSIM_ENTER;
    char* const at = static_cast<char*>(pointer);
    if (!running()) {
        std::uint64_t v = 0;
        std::memcpy(&v, at, sizeof v);
        return v;
    }
    note_arguments(reinterpret_cast<std::uintptr_t>(at));
    active->visit();
    return active->kernel_dereference(at, bytes);
}
int ringsim___sim_srcu_read_lock(const void* srcu) {
    RINGSIM_ENTER;
    return running() ? static_cast<int>(active->rcu_read_lock(srcu)) : 0;
}
void ringsim___sim_srcu_read_unlock(const void* srcu, int depth) {
    RINGSIM_ENTER;
    if (running()) active->srcu_read_unlock(srcu, static_cast<unsigned>(depth));
}
// Before the program is explored nobody reads.
void ringsim___sim_synchronize_rcu(const void* srcu) {
    RINGSIM_ENTER;
    if (running()) active->synchronize_rcu(srcu);
}

// What runs later, on another CPU, is another thread.
int ringsim___sim_start(void* (*f)(void*), void* argument) {
    RINGSIM_ENTER;
    if (!running()) end_early(2, "what is to run later is started", here.pc);
    std::uint64_t id = 0;
    active->create_thread(f, argument, &id);
    return static_cast<int>(id) - 1;
}

}  // extern "C"
// NOLINTEND
