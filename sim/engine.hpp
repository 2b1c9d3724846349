// What an engine offers to a program: words, plain data, fences, locks, an edge to sleep on.
//
// Two engines model this concept: Relacy (sim/relacy_engine.hpp) and the execution graphs of
// sim/graph/. An engine knows words, orders and threads; it knows nothing of ring buffers.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include "kernel_model/order.hpp"
#include "kernel_model/site.hpp"
#include "sim/graph/dependencies.hpp"

namespace ringsim::sim {

inline constexpr unsigned threads_max = 16;
// In a graph: litmus tests alone have more threads than that. What keeps something for each thread
// of the protocol, of a compiled program or of a state has room for threads_max.
inline constexpr unsigned graph_threads_max = 32;

// Where in the program an access is, how it is ordered there, and a number that belongs to it for
// the reader of a trace (a ring position, say). The engine does not interpret `note`.
struct access_point {
    site where;
    order how;
    std::uint64_t note = 0;
};

// What can be wrong with an execution.
enum class violation : std::uint8_t {
    none,
    lost_notification,
    lost_record,
    torn_record,
    out_of_order_record,
    overrun,
    data_race,
    deadlock,
    busy_spin,
    assertion,  // anything else that the program itself found wrong
    count_,
};

constexpr std::string_view name(violation v) {
    constexpr std::string_view names[] = {
        "none",    "lost notification", "lost record", "torn record", "out-of-order record",
        "overrun", "data race",         "deadlock",    "busy spin",   "assertion failed",
    };
    return names[static_cast<std::size_t>(v)];
}

template <class E>
concept engine = requires(E& e, typename E::word& w, typename E::datum& d, typename E::mutex& m,
                          typename E::edge& edge, access_point at, std::uint64_t value,
                          std::string_view text, violation what, const graph::dependencies& on) {
    // Once, before the threads run: names a word and gives it its first value.
    { e.define(w, text, value) } -> std::same_as<void>;
    { e.define(d, text, value) } -> std::same_as<void>;
    { e.define(m, text) } -> std::same_as<void>;
    { e.define(edge, text) } -> std::same_as<void>;

    { e.load(w, at) } -> std::same_as<std::uint64_t>;
    { e.store(w, value, at) } -> std::same_as<void>;
    { e.exchange(w, value, at) } -> std::same_as<std::uint64_t>;
    // Writes the second value if the word holds the first; returns what it held.
    { e.compare_exchange(w, value, value, at) } -> std::same_as<std::uint64_t>;
    { e.fence(at) } -> std::same_as<void>;
    // The program comes to a site whose access is left out: nothing happens there.
    { e.note_absent(at.where) } -> std::same_as<void>;
    // One of so many ways to go on: 0, 1, ...; each of them is explored. In setup the first.
    { e.choose(2u, at) } -> std::same_as<std::uint64_t>;

    // Plain data: two accesses in conflict and unordered are a data race.
    { e.load(d, at) } -> std::same_as<std::uint64_t>;
    { e.store(d, value, at) } -> std::same_as<void>;

    { e.lock(m, at) } -> std::same_as<void>;
    { e.try_lock(m, at) } -> std::same_as<bool>;
    { e.unlock(m, at) } -> std::same_as<void>;

    // A pending bit: set it; sleep until it is set and take it.
    { e.set(edge, at) } -> std::same_as<void>;
    { e.take(edge, at) } -> std::same_as<void>;
    // The same for a sleeper with a timeout, which may end at any moment (the second access point):
    // false if it did. One that waits to the end of an execution is not stuck: its timeout ends in
    // another execution.
    { e.take_or_time_out(edge, at, at) } -> std::same_as<bool>;

    // Whether the model asks what an access depends on. If so an access may say it; the place of
    // the running thread's last read is what it says it with; and all that comes later depends on a
    // branch.
    { e.knows_dependencies() } -> std::same_as<bool>;
    { e.load(w, at, on) } -> std::same_as<std::uint64_t>;
    { e.store(w, value, at, on) } -> std::same_as<void>;
    { e.exchange(w, value, at, on) } -> std::same_as<std::uint64_t>;
    { e.load(d, at, on) } -> std::same_as<std::uint64_t>;
    { e.store(d, value, at, on) } -> std::same_as<void>;
    { e.last_read() } -> std::same_as<unsigned>;
    { e.branch_on(on.ctrl) } -> std::same_as<void>;

    // The iteration of a loop that began at `mark` found nothing to do. If it wrote nothing,
    // running it again is pointless before another thread writes something that it read.
    { e.spin_mark() } -> std::same_as<std::uint64_t>;
    { e.spin(value) } -> std::same_as<void>;

    // The newest value of a word, outside the program: for properties of a finished execution.
    { e.peek(w) } -> std::same_as<std::uint64_t>;
    { e.peek(edge) } -> std::same_as<std::uint64_t>;  // 1 if it is pending
    { e.thread() } -> std::same_as<unsigned>;
    // Ends the execution: the program found something wrong.
    { e.fail(what, text) } -> std::same_as<void>;
};

}  // namespace ringsim::sim
