// Locks of programs under check.
//
// A lock is a word of its own, taken by an exchange that waits for 0 and given back by a store of
// 0; which thread has it is the thread's own knowledge.
#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

constexpr std::uint64_t readers_unit = 2;
constexpr std::uint64_t written = 1;  // a writer has it, or the owner of a mutex

constexpr int kind_bits = 3;
constexpr int kind_known = 0x1ff;  // with what says that it is robust, shared, of a priority

}  // namespace

// An object of the heap or of a stack may be gone; that shows at an access.
void runtime::touch(const void* object, unsigned size) {
    const region* r = region_of(object);
    const bool fixed = !r || (r >= data_.data() && r < data_.data() + data_.size());
    if (!fixed) plain_load(static_cast<char*>(const_cast<void*>(object)), size);
}

mutex_kind runtime::kind_of_mutex(const void* m) {
    const char* at = static_cast<const char*>(m) + mutex_kind_offset;
    unwritten_ = 0;
    touch(at, sizeof(int));
    const std::size_t unwritten = unwritten_ + own_unwritten(const_cast<char*>(at), sizeof(int));
    if (unwritten == sizeof(int)) fail("a mutex that was never initialised is used");
    int kind = 0;
    std::memcpy(&kind, at, sizeof kind);
    if (kind & ~kind_known) fail("a mutex that was never initialised is used");
    switch (kind & kind_bits) {
        case PTHREAD_MUTEX_RECURSIVE:
            return mutex_kind::recursive;
        case PTHREAD_MUTEX_ERRORCHECK:
            return mutex_kind::error_checking;
        default:
            return mutex_kind::normal;
    }
}

std::pair<const void*, unsigned>* runtime::held_lock(const void* m) {
    auto& held = threads_[thread()].held;
    const auto mine = std::ranges::find(held, m, &std::pair<const void*, unsigned>::first);
    return mine == held.end() ? nullptr : &*mine;
}

bool runtime::lock(const void* m, mutex_kind kind) {
    use(m, "lock");
    if (auto* mine = held_lock(m); mine && kind != mutex_kind::normal) {
        if (kind == mutex_kind::error_checking) return false;
        ++mine->second;
        return true;
    }
    await(word_of(m, location_kind::lock), 0, false, graph::rmw_op::exchange, written,
          step_kind::lock, order::acquire);
    threads_[thread()].held.emplace_back(m, 1);
    return true;
}

bool runtime::try_lock(const void* m, mutex_kind kind) {
    use(m, "lock");
    if (auto* mine = held_lock(m); mine && kind == mutex_kind::recursive) {
        ++mine->second;
        return true;
    }
    if (compare_exchange_word(m, location_kind::lock, 0, written, step_kind::lock) != 0)
        return false;
    threads_[thread()].held.emplace_back(m, 1);
    return true;
}

// A lock that is had in time is one that is free by then; the others are not waited for, except
// after too many attempts.
bool runtime::lock_until(const void* m, mutex_kind kind, std::uint64_t until) {
    if (may_time_out()) return try_lock(m, kind) || passes(until);
    use(m, "lock");
    if (held_lock(m) && kind == mutex_kind::recursive) return lock(m, kind);
    await(word_of(m, location_kind::lock), 0, false, graph::rmw_op::exchange, written,
          step_kind::lock, order::acquire, true);
    threads_[thread()].held.emplace_back(m, 1);
    return true;
}

bool runtime::unlock(const void* m, mutex_kind kind) {
    use(m, "lock");
    auto* mine = held_lock(m);
    if (!mine && kind != mutex_kind::normal) return false;
    if (!mine) fail("unlock of a lock that the thread does not hold");
    if (--mine->second > 0) return true;
    auto& held = threads_[thread()].held;
    held.erase(held.begin() + (mine - held.data()));
    set_word(m, location_kind::lock, 0, 0, step_kind::unlock, order::release);
    return true;
}

// --- readers and writers: `written`, or a multiple of `readers_unit` -----------------------------

void runtime::lock_shared(const void* m) {
    use(m, "lock");
    await(word_of(m, location_kind::lock), written, true, graph::rmw_op::add, readers_unit,
          step_kind::lock, order::acquire);
    threads_[thread()].read_held.push_back(m);
}

bool runtime::try_lock_shared(const void* m) {
    use(m, "lock");
    for (;;) {
        const std::uint64_t v = look_at(m, location_kind::lock, order::relaxed);
        if (v == written) return false;
        if (compare_exchange_word(m, location_kind::lock, v, v + readers_unit, step_kind::lock) !=
            v)
            continue;
        threads_[thread()].read_held.push_back(m);
        return true;
    }
}

bool runtime::lock_shared_until(const void* m, std::uint64_t until) {
    if (may_time_out()) return try_lock_shared(m) || passes(until);
    use(m, "lock");
    await(word_of(m, location_kind::lock), written, true, graph::rmw_op::add, readers_unit,
          step_kind::lock, order::acquire, true);
    threads_[thread()].read_held.push_back(m);
    return true;
}

void runtime::unlock_either(const void* m) {
    thread_state& me = threads_[thread()];
    const auto mine = std::ranges::find(me.read_held, m);
    if (mine == me.read_held.end()) {
        unlock(m, mutex_kind::normal);
        return;
    }
    use(m, "lock");
    me.read_held.erase(mine);
    change(m, location_kind::lock, 0, graph::rmw_op::sub, readers_unit, order::release);
}

void runtime::destroy_lock(const void* m, const char* what) {
    destroy(m, what);
    if (look_at(m, location_kind::lock, order::acquire) != 0)
        fail(std::string("a ") + what + " is destroyed while it is locked");
}

// --- objects that are made and destroyed by calls ------------------------------------------------

namespace {

constexpr std::uint64_t made = 1;
constexpr std::uint64_t gone = 2;

}  // namespace

void runtime::initialise(const void* object, const char* what) {
    flush();
    const std::uint64_t was =
        change(object, location_kind::life, 0, graph::rmw_op::exchange, made, order::relaxed);
    // What was on a stack before is another object.
    const bool on_stack = std::ranges::any_of(
        stacks_, [&](const region& r) { return r.bytes() != 0 && r.has(object); });
    if (was == made && !on_stack) fail(std::string("a ") + what + " is initialised twice");
}

// Uses cost an event only of what is destroyed in some execution.
void runtime::destroy(const void* object, const char* what) {
    flush();
    if (destroyed_.insert(object).second) start_again();
    touch(object, 1);
    if (change(object, location_kind::life, 0, graph::rmw_op::exchange, gone, order::relaxed) ==
        gone)
        fail(std::string("a ") + what + " is destroyed twice");
}

void runtime::use(const void* object, const char* what) {
    flush();
    if (!destroyed_.contains(object)) return;
    if (look_at(object, location_kind::life, order::relaxed) == gone)
        fail(std::string("a ") + what + " is used after it was destroyed");
}

// --- words ---------------------------------------------------------------------------------------

std::uint64_t runtime::change(const void* address, location_kind kind, unsigned index,
                              graph::rmw_op op, std::uint64_t v, order o) {
    flush();
    graph::label l =
        label_for(graph::event_kind::read, step_kind::rmw, word_of(address, kind, index));
    l.op = op;
    l.value = v;
    return perform(access::rmw, l, o);
}

void runtime::set_word(const void* address, location_kind kind, unsigned index, std::uint64_t v,
                       step_kind shown, order o) {
    flush();
    graph::label l = label_for(graph::event_kind::write, shown, word_of(address, kind, index));
    l.value = v;
    perform(access::store, l, o);
}

std::uint64_t runtime::look_at(const void* address, location_kind kind, order o) {
    flush();
    return perform(access::load,
                   label_for(graph::event_kind::read, step_kind::load, word_of(address, kind)), o);
}

std::uint64_t runtime::compare_exchange_word(const void* address, location_kind kind,
                                             std::uint64_t expected, std::uint64_t v,
                                             step_kind shown) {
    flush();
    graph::label l = label_for(graph::event_kind::read, shown, word_of(address, kind));
    l.op = graph::rmw_op::compare_exchange;
    l.expected = expected;
    l.value = v;
    return perform(access::rmw, l, order::acquire);
}

}  // namespace ringsim::sim::check
