// What kernel code under check is built on (the headers of upstream/include): accesses with the
// kernel's meaning, its locks, an edge to sleep on, memory that is mapped twice. A call of __sim_X
// arrives at ringsim___sim_X.
//
// Each function does what a function of accesses.cpp does for C and C++, with `language::kernel`:
// what its order means is the kernel's table in the mapping (sim/graph/mapping.hpp), or lkmm
// itself. Which language an access is of goes with the access, never with the thread: another
// thread may run in the middle.
//
// At the places that are asked mutated() a fault can be put in, to see that the tests notice
// (kernel_mutant.hpp).
#include <cstring>
#include <set>

#include "sim/check/caller.hpp"
#include "sim/check/kernel_mutant.hpp"
#include "sim/check/library_reads.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {

// Set by whoever drives the program (upstream/explore.cpp). Null with `ringsim check`, where nobody
// listens.
driver* listener = nullptr;

namespace {

// Edges that were set before there is a runtime: what a program sets up before its threads are
// there. They are the initial values of the words (edge_of()).
std::set<const void*>& early_edges() {
    static std::set<const void*> edges;
    return edges;
}

using mutant = stand_in_mutant;

// The numbers of orders in upstream/include/common/ringsim/access.h. They come from our own headers
// alone, so they are not checked.
order order_of(int number) {
    constexpr order orders[] = {order::relaxed, order::acquire, order::release, order::acq_rel,
                                order::seq_cst, order::full,    order::plain};
    return orders[number];
}

// The order of an access, and what a faulty stand-in would make of it. Without a fault these are
// order_of(): the four are apart because a fault is one of loads, or of stores, and so on.
order load_order(int number) {
    const order o = order_of(number);
    if (mutated(mutant::acquire_as_relaxed) && o == order::acquire) return order::relaxed;
    return o;
}
order store_order(int number) {
    const order o = order_of(number);
    if (mutated(mutant::release_as_relaxed) && o == order::release) return order::relaxed;
    return o;
}
order rmw_order(int number) {
    const order o = order_of(number);
    if (mutated(mutant::xchg_without_barriers) && o == order::full) return order::relaxed;
    return o;
}
order fence_order(int number) {
    const order o = order_of(number);
    if (mutated(mutant::mb_as_acq_rel) && o == order::seq_cst) return order::acq_rel;
    if (mutated(mutant::no_rmb) && o == order::acquire) return order::relaxed;
    if (mutated(mutant::no_wmb) && o == order::release) return order::relaxed;
    return o;
}
// An order that a fault takes away.
template <mutant m>
order unless(order right) {
    return mutated(m) ? order::relaxed : right;
}

graph::rmw_op operation(int number) {
    constexpr graph::rmw_op operations[] = {graph::rmw_op::exchange, graph::rmw_op::add,
                                            graph::rmw_op::sub,      graph::rmw_op::bit_and,
                                            graph::rmw_op::bit_or,   graph::rmw_op::bit_xor};
    return operations[number];
}

// The low bytes: what a caller made of a negative number has more.
std::uint64_t cut(std::uint64_t v, int size) {
    if (mutated(mutant::narrow_value) && size > 4) size = 4;
    return v & (~std::uint64_t{0} >> (64 - 8 * size));
}

// What an access of `size` bytes finds, with the bytes above as zeroes: x86-64 has the lowest byte
// first.
std::uint64_t in_memory(const void* address, unsigned size) {
    std::uint64_t v = 0;
    std::memcpy(&v, address, size);
    return v;
}

// Before the program is explored: an ordinary access.
std::uint64_t early_rmw(char* at, unsigned size, graph::rmw_op op, std::uint64_t v) {
    mirror_early();
    const std::uint64_t old = in_memory(at, size);
    graph::label l;
    l.op = op;
    l.value = v;
    l.bytes = static_cast<std::uint8_t>(size & 0xf);
    const std::uint64_t made = graph::apply(l, old);
    std::memcpy(at, &made, size);
    return old;
}

}  // namespace

// READ_ONCE(), smp_load_acquire() and their like. As atomic_load(), without its question: an access
// of the kernel's is known to all models.
std::uint64_t runtime::kernel_load(char* address, unsigned size, order o) {
    graph::location_id l;
    if (!atomic_location(address, size, l)) return in_memory(address, size);
    const std::uint64_t v = perform(
        access::load, access_label(graph::event_kind::read, step_kind::load, l, address, size), o,
        std::nullopt, mutated(mutant::acquire_of_c) ? language::cxx : language::kernel);
    threads_[thread()].tested = executor().last_read();
    check_source(address);
    report_load(address, size);
    return v;
}

// As rcu_dereference() is there for that: what is done through the pointer has its address from it.
// Compiled code does not show that; of an object of the heap all is meant, also what lies in front
// of the member that is pointed to.
std::uint64_t runtime::kernel_dereference(char* address, std::size_t bytes) {
    const std::uint64_t v = kernel_load(address, sizeof(void*), order::relaxed);
    const auto* const at = reinterpret_cast<const char*>(v);
    dereferenced d{at, bytes, executor().last_read()};
    if (const heap_object* const o = objects_.near(at); o && o->has(at)) {
        d.object = o->address;
        d.bytes = o->bytes;
    }
    if (at && !mutated(mutant::no_dereference)) threads_[thread()].dereferences.push_back(d);
    return v;
}

// The store is made by this call, and not by an instruction behind it: so nothing is reported, and
// memory need not hold the value.
void runtime::kernel_store(char* address, unsigned size, std::uint64_t v, order o) {
    graph::location_id l;
    if (!atomic_location(address, size, l)) {
        std::memcpy(address, &v, size);
        return;
    }
    graph::label at = access_label(graph::event_kind::write, step_kind::store, l, address, size);
    at.value = v;
    perform(access::store, at, o, std::nullopt, language::kernel);
    check_source(address);
}

// `bytes` says how much of the result counts: a carry out of the access is lost. (The mask is for
// the compiler's eyes: the field has four bits, and sizes are 8 at most.)
std::uint64_t runtime::kernel_rmw(char* address, unsigned size, graph::rmw_op op, std::uint64_t v,
                                  order o) {
    graph::location_id l;
    if (!atomic_location(address, size, l)) return early_rmw(address, size, op, v);
    graph::label at = access_label(graph::event_kind::read, step_kind::rmw, l, address, size);
    at.op = op;
    at.value = v;
    at.bytes = static_cast<std::uint8_t>(size & 0xf);
    const std::uint64_t old = perform(access::rmw, at, o, std::nullopt, language::kernel);
    threads_[thread()].tested = executor().last_read();
    check_source(address);
    return old;
}

// cmpxchg(): fully ordered if it succeeds, and no order at all if not (Documentation/atomic_t.txt).
std::uint64_t runtime::kernel_compare_exchange(char* address, unsigned size, std::uint64_t expected,
                                               std::uint64_t v, order success, order failure) {
    graph::location_id l;
    if (!atomic_location(address, size, l)) {
        const std::uint64_t old = in_memory(address, size);
        if (old == expected) std::memcpy(address, &v, size);
        return old;
    }
    graph::label at = access_label(graph::event_kind::read, step_kind::rmw, l, address, size);
    success = order_of(access::rmw, success);
    if (success == order::seq_cst) success = order::full;  // as perform() has it
    at.op = graph::rmw_op::compare_exchange;
    at.value = v;
    at.expected = expected;
    at.if_written = mode_of(access::rmw, success, language::kernel);
    if (mutated(mutant::failed_cmpxchg_orders)) failure = success;
    at.otherwise = mode_of(access::rmw, failure, language::kernel);
    at.bytes = static_cast<std::uint8_t>(size & 0xf);
    note_failure_order(success, failure);
    const std::uint64_t old = perform(access::rmw, at, success, failure, language::kernel);
    threads_[thread()].tested = executor().last_read();
    check_source(address);
    return old;
}

// smp_acquire__after_ctrl_dep(): who writes it says that there is a branch on what was read last,
// which compiled code does not show. With the read barrier the two are an acquire of that read: of
// machines a branch orders stores behind it, and the kernel's model is told so.
void runtime::kernel_acquire_after_branch(order o) {
    flush();
    if (mutated(mutant::no_branch)) return fence(o, language::kernel);
    if (const auto& read = threads_[thread()].tested) {
        graph::read_set reads;
        reads.add(*read);
        executor().branch_on(reads);
    }
    fence(o, language::kernel, graph::barrier::none, /*behind_branch=*/true);
}

// --- locks and edges, as sim/graph/engine.cpp has them ---------------------------------------

// spin_lock(): an event that waits for 0. `lock` marks it for lkmm, which has rules of its own for
// locks. A trylock is one that may fail, and reads the word then.
void runtime::kernel_lock(const void* m) {
    flush();
    graph::label at =
        label_for(graph::event_kind::read, step_kind::lock, word_of(m, location_kind::lock));
    at.op = graph::rmw_op::exchange;
    at.value = 1;
    at.await = !mutated(mutant::no_lock);
    at.lock = !mutated(mutant::lock_without_order);
    perform(access::rmw, at, unless<mutant::lock_without_order>(order::acquire), std::nullopt,
            language::kernel);
}

// A compare-exchange of 0 and 1, which fails without any order: spin_trylock() promises one only to
// who got the lock.
bool runtime::kernel_try_lock(const void* m) {
    flush();
    waiting.see_lock(m);
    graph::label at =
        label_for(graph::event_kind::read, step_kind::lock, word_of(m, location_kind::lock));
    at.op = graph::rmw_op::compare_exchange;
    at.value = 1;
    at.lock = !mutated(mutant::trylock_without_order);
    return perform(access::rmw, at, unless<mutant::trylock_without_order>(order::acquire),
                   std::nullopt, language::kernel) == 0;
}

// A store of 0, whoever calls it: no owner is kept, and an unlock of a lock that is free is not
// noticed.
void runtime::kernel_unlock(const void* m) {
    flush();
    graph::label at =
        label_for(graph::event_kind::write, step_kind::unlock, word_of(m, location_kind::lock));
    at.lock = !mutated(mutant::unlock_without_order);
    perform(access::store, at, unless<mutant::unlock_without_order>(order::release), std::nullopt,
            language::kernel);
}

// The word of an edge: 1 if somebody has set it and nobody has taken it.
graph::location_id runtime::edge_of(const void* e) {
    return word_of(e, location_kind::wakeup, 0, early_edges().contains(e) ? 1 : 0);
}

// An exchange and not a store: who takes the edge has seen what each of several setters did before.
// A store would overwrite the one before it, and only the last setter's deeds would be seen.
void runtime::set_edge(const void* e) {
    flush();
    const bool store = mutated(mutant::edge_as_store);
    graph::label at = label_for(store ? graph::event_kind::write : graph::event_kind::read,
                                step_kind::set, edge_of(e));
    at.value = 1;
    if (store) {
        perform(access::store, at, order::release, std::nullopt, language::kernel);
        return;
    }
    at.op = graph::rmw_op::exchange;
    perform(access::rmw, at, unless<mutant::edge_without_order>(order::acq_rel), std::nullopt,
            language::kernel);
}

// Waits until it is set, and takes it. It reads 1, for `expected` says so, and writes 0, which is
// the operand's initial value.
void runtime::take_edge(const void* e) {
    flush();
    graph::label at = label_for(graph::event_kind::read, step_kind::take, edge_of(e));
    at.op = graph::rmw_op::exchange;
    at.await = true;
    at.expected = 1;
    perform(access::rmw, at, unless<mutant::take_without_order>(order::acq_rel), std::nullopt,
            language::kernel);
}

// Which order a plain access gets: data_race() and KCSAN's annotations say that it is meant to
// race, and then it is taken for a relaxed one.
order runtime::plain_order() {
    thread_state& me = threads_[thread()];
    const bool meant =
        (me.means_races != 0 || me.means_races_next > 0) && !mutated(mutant::races_unmeant);
    if (me.means_races_next > 0) --me.means_races_next;
    return meant ? order::relaxed : order::plain;
}

// Rounds of a loop that the kernel's headers tell of by themselves: the compiler's reports would
// not show them, when they write the thread's own memory.
std::uint64_t runtime::spin_mark() {
    flush();
    return executor().spin_mark();
}

void runtime::spin(std::uint64_t mark) {
    flush();
    executor().spin(mark);
}

// For properties that look at memory when nobody can go on: of what is no location memory itself is
// right.
std::uint64_t runtime::newest(const void* address, unsigned size) {
    char* const at = static_cast<char*>(const_cast<void*>(address));
    graph::location_id l;
    return known_location(at, size, l) ? executor().newest(l) : in_memory(at, size);
}

// As newest(): of a word, which is in no memory.
bool runtime::edge_pending(const void* e) {
    return executor().newest(edge_of(e)) != 0;
}

}  // namespace ringsim::sim::check

using namespace ringsim::sim::check;
namespace graph = ringsim::sim::graph;

// NOLINTBEGIN: names that the headers of upstream/include declare
extern "C" {

// Those that read have a stub in front, and tell the runtime that they come by, as in
// entry_points.cpp.
RINGSIM_ENTRY(ringsim___sim_load);
std::uint64_t ringsim_at_ringsim___sim_load(const volatile void* a, int size, int o) {
    RINGSIM_ENTER;
    char* const at = static_cast<char*>(const_cast<void*>(a));
    if (!running()) {
        mirror_early();
        return in_memory(at, static_cast<unsigned>(size));
    }
    note_arguments(reinterpret_cast<std::uintptr_t>(at));
    active->visit();
    return active->kernel_load(at, static_cast<unsigned>(size), load_order(o));
}

void ringsim___sim_store(volatile void* a, int size, std::uint64_t v, int o) {
    RINGSIM_ENTER;
    char* const at = static_cast<char*>(const_cast<void*>(a));
    v = cut(v, size);
    if (running()) return active->kernel_store(at, static_cast<unsigned>(size), v, store_order(o));
    mirror_early();
    std::memcpy(at, &v, static_cast<std::size_t>(size));
}

RINGSIM_ENTRY(ringsim___sim_rmw);
std::uint64_t ringsim_at_ringsim___sim_rmw(volatile void* a, int size, int op, std::uint64_t v,
                                           int o) {
    RINGSIM_ENTER;
    char* const at = static_cast<char*>(const_cast<void*>(a));
    v = cut(v, size);
    if (!running()) return early_rmw(at, static_cast<unsigned>(size), operation(op), v);
    note_arguments(reinterpret_cast<std::uintptr_t>(at), v);
    active->visit();
    return active->kernel_rmw(at, static_cast<unsigned>(size), operation(op), v, rmw_order(o));
}

// Returns the old value: the caller compares it with `expected` to know whether it succeeded.
RINGSIM_ENTRY(ringsim___sim_cmpxchg);
std::uint64_t ringsim_at_ringsim___sim_cmpxchg(volatile void* a, int size, std::uint64_t expected,
                                               std::uint64_t v, int success) {
    RINGSIM_ENTER;
    char* const at = static_cast<char*>(const_cast<void*>(a));
    const auto bytes = static_cast<unsigned>(size);
    expected = cut(expected, size);
    v = cut(v, size);
    if (running()) {
        note_arguments(reinterpret_cast<std::uintptr_t>(at), v, expected);
        active->visit();
        // One that fails orders nothing, whatever its name.
        return active->kernel_compare_exchange(at, bytes, expected, v, rmw_order(success),
                                               ringsim::order::relaxed);
    }
    mirror_early();
    const std::uint64_t old = in_memory(at, bytes);
    if (old == expected) std::memcpy(at, &v, bytes);
    return old;
}

// smp_rmb() is an acquire and smp_wmb() a release to the mapping: see the headers.
void ringsim___sim_fence(int o) {
    RINGSIM_ENTER;
    if (running()) active->fence(fence_order(o), ringsim::language::kernel);
}

void ringsim___sim_fence_after_branch() {
    RINGSIM_ENTER;
    if (running()) active->kernel_acquire_after_branch(fence_order(1));
}

// Before the program is explored there is one thread, and a lock is free whenever it is asked for.
void ringsim___sim_lock(const void* m) {
    RINGSIM_ENTER;
    if (running()) active->kernel_lock(m);
}
RINGSIM_ENTRY(ringsim___sim_trylock);
int ringsim_at_ringsim___sim_trylock(const void* m) {
    RINGSIM_ENTER;
    if (!running()) return 1;
    note_arguments(reinterpret_cast<std::uintptr_t>(m));
    active->visit();
    return active->kernel_try_lock(m);
}
void ringsim___sim_unlock(const void* m) {
    RINGSIM_ENTER;
    if (running()) active->kernel_unlock(m);
}

// Early ones have no order: threads that are there from the start see all that was set up.
void ringsim___sim_edge_set(const void* e) {
    RINGSIM_ENTER;
    if (running()) return active->set_edge(e);
    early_edges().insert(e);
}
void ringsim___sim_edge_take(const void* e) {
    RINGSIM_ENTER;
    if (running()) return active->take_edge(e);
    early_edges().erase(e);
}

// For whoever drives the program: see driver.hpp.
void ringsim___sim_sleeps(int asleep) {
    if (listener) listener->sleeps(asleep != 0);
}
void ringsim___sim_sample_begins(void*) {
    if (listener) listener->sample_begins();
}
int ringsim___sim_sample(void* context, const void* data, std::size_t bytes, std::uint64_t first,
                         int uniform) {
    return listener ? listener->sample(context, data, bytes, first, uniform != 0) : 0;
}

// See runtime::spin_mark(): a loop takes a mark at its start, and hands it back at the end of a
// round that found nothing to do.
std::uint64_t ringsim___sim_spin_mark() {
    return running() ? active->spin_mark() : 0;
}
void ringsim___sim_spin(std::uint64_t mark) {
    if (running()) active->spin(mark);
}

// The store that was reported last was before: it is made an event now, with the meaning that it
// was written with.
void ringsim___sim_mean_races(int more) {
    if (!running()) return;
    active->flush();
    active->mean_races(more);
}
void ringsim___sim_mean_races_next(int accesses) {
    if (!running()) return;
    active->flush();
    active->mean_races_next(static_cast<unsigned>(accesses));
}

// Memory of the kernel, filled with zeroes. Only before the program is explored can it be aliased.
void* ringsim___sim_alloc(std::size_t bytes, std::size_t alignment) {
    RINGSIM_ENTER;
    return allocate(bytes, alignment);
}
// Who uses it afterwards is found, as with free(). With a driver nothing is freed: the memory of a
// ring outlives its threads there.
void ringsim___sim_free(const void* block) {
    RINGSIM_ENTER;
    if (running() && !listener) active->release(const_cast<void*>(block));
}
void ringsim___sim_alias(char* copy, char* of, std::size_t bytes) {
    RINGSIM_ENTER;
    if (running()) active->refuse(2, "memory is mapped twice while threads run; do it before");
    if (!mutated(mutant::no_alias)) alias_early(copy, of, bytes);
}

// The running processor is the running thread.
int ringsim___sim_cpu() {
    return running() ? static_cast<int>(active->asked_thread()) : 0;
}

}  // extern "C"
// NOLINTEND
