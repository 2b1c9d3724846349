// Events of an execution graph: the nodes that the relations of a model connect.
//
// An event is what one access becomes in a graph. A read-modify-write is two events of one thread,
// the read half and right behind it the write half, if it writes at all.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "kernel_model/order.hpp"
#include "kernel_model/site.hpp"
#include "sim/graph/barrier.hpp"
#include "sim/graph/bits.hpp"
#include "sim/trace.hpp"

namespace ringsim::sim::graph {

// A place in memory that is read and written as a whole, in the order in which the program declared
// them; or in parts, where the accesses say so (label::mixed). Accesses to different locations
// never overlap.
using location_id = std::uint16_t;

// A read from the initial value of its location, or the place before every write in co.
inline constexpr event_id initial_write = 0xffff;
inline constexpr event_id no_event = 0xfffe;
// A read ahead: it reads from a write that its graph does not have yet (graph::promise).
inline constexpr event_id to_come = 0xfffd;

inline constexpr unsigned events_max = 1024;     // in one graph
inline constexpr unsigned locations_max = 1024;  // in one program

// What an event is to the explorers. Models look at reads, writes and fences; the others stand for
// what a thread does between its accesses, so that all decisions of an execution are in its graph.
enum class event_kind : std::uint8_t {
    read,
    write,
    fence,
    choice,   // an internal choice of the program: 0 to label::expected - 1
    block,    // a loop iteration that found nothing to do: the thread waits for what it read to
              // change
    drop,     // the program assumes something that is not so: the execution does not count
    failure,  // the program found an error, and whether it could come so far shows only at the end
};

// How the event is annotated in its model. A mapping translates a source order into one of these.
// `plain` is an access that may race: in the models that know data races, two of them without order
// in between are one.
enum class mode : std::uint8_t { plain, relaxed, acquire, release, acq_rel, seq_cst };

// Of a read or a fence: orders it before everything that comes later in its thread.
constexpr bool is_acquire(mode m) {
    return m == mode::acquire || m == mode::acq_rel || m == mode::seq_cst;
}
// Of a write or a fence: orders everything that came earlier in its thread before it.
constexpr bool is_release(mode m) {
    return m == mode::release || m == mode::acq_rel || m == mode::seq_cst;
}

// What a read-modify-write makes of the value that it read.
enum class rmw_op : std::uint8_t {
    none,  // a plain read
    exchange,
    add,
    sub,
    bit_and,
    bit_or,
    bit_xor,
    compare_exchange,  // writes only if it read `expected`
    signed_max,        // the operands as numbers of `bytes` bytes
    signed_min,
    unsigned_max,
    unsigned_min,
};

// What the program asks for at one access, before a graph knows it. The program fills in what it
// means; the engine (engine.cpp) adds what the mapping makes of it. Replay compares labels: a
// thread that is run again with the same values must ask for the same ones (same_request()).
struct label {
    std::uint64_t value = 0;  // written, for a write; the operand, for a read-modify-write
    // Of compare_exchange; or the value that an await waits for; or the number of ways of a choice;
    // or, of a write that is exclusive and no `rmw`, the place of its read half in the thread.
    std::uint64_t expected = 0;
    std::uint32_t note = 0;  // the access point's note, for traces
    location_id location = 0;
    event_kind kind = event_kind::fence;
    mode how = mode::relaxed;
    mode write_how : 4 = mode::plain;  // of the write half of a read-modify-write; plain: as `how`
    // Barriers of mappings right before it that are no events of their own: those of
    // memory_model::folded_barriers, a bit each.
    std::uint8_t barriers : 4 = 0;
    barrier fence = barrier::none;  // which, where the model has several
    // Of a compare_exchange whose order depends on its outcome: `how`, if it writes and if not.
    mode if_written : 4 = mode::plain;  // plain: the order does not depend on it
    mode otherwise : 4 = mode::plain;
    rmw_op op : 4 = rmw_op::none;
    // Size of the access, for what a read-modify-write makes of it, and for parts.
    std::uint8_t bytes : 4 = 8;
    site where = site::count_;
    order source = order::none;  // the order in the program, before the mapping
    // What a trace calls it. It has half a byte, and not `kind`, which every event is asked for.
    step_kind shown : 4 = step_kind::fence;
    // Of an access to a location that is also accessed in parts: the first of its `bytes` bytes in
    // the location. A store to a part is an exchange with no_return, which takes place when the
    // store does (is_store_to_part()).
    bool mixed : 1 = false;
    std::uint8_t first : 3 = 0;    // not mixed: 1 says is_one_with_last()
    bool await : 1 = false;        // blocks unless the value read is `expected`
    bool await_other : 1 = false;  // of an await: blocks if it is, instead
    bool patient : 1 = false;  // of an await: no event before it can go on, nobody competes for it
    bool rmw : 1 = false;      // a write that is the second half of a read-modify-write
    bool exclusive : 1 = false;  // a read-modify-write made of two instructions, as LDXR and STXR;
                                 // on RISC-V also an lr without its sc; or a write that is the
                                 // second half of a pair with other events between (pairs.hpp)
    bool no_return : 1 = false;  // a read-modify-write whose program does not get the value read
    bool lock : 1 = false;       // an access by the kernel's spin_lock() or spin_unlock()
    bool implied : 1 = false;    // a fence that the mapping put beside the access; not in traces

    // All of it at once: a replay compares every access, and member by member takes four times as
    // long.
    friend bool operator==(const label& a, const label& b) {
        return std::memcmp(&a, &b, sizeof a) == 0;
    }
};
static_assert(sizeof(label) == 32);                              // graphs are copied often
static_assert(std::has_unique_object_representations_v<label>);  // or == would look at padding

// What ends a wait in a loop (event_kind::block, whose `expected` it is): any write to what the
// round has read; only one by which the round would read something else; or that, or what others
// did with a lock that the round took and gave back.
enum class news : std::uint8_t { any_write, another_value, another_value_or_lock };
constexpr news news_of(const label& block) {
    return static_cast<news>(block.expected);
}

inline constexpr std::uint8_t no_thread = UINT8_MAX;

// A node of the automaton of a thread (automata.hpp).
using node_id = std::uint16_t;
inline constexpr node_id no_node = UINT16_MAX;

// An access that a graph has: its label, and what the graph has decided about it. Values are kept
// beside rf, so that a thread can be replayed without following rf.
struct event {
    label what;
    std::uint64_t serial = 0;     // unique among all events ever added; a new one if rf changes
    std::uint64_t value = 0;      // read or written
    event_id rf = no_event;       // of a read: the write it reads from
    event_id co_prev = no_event;  // of a write: its neighbours in co
    event_id co_next = no_event;
    std::uint16_t co = 0;  // of a write: its place in co, from 1; the initial write is 0
    std::uint16_t po = 0;  // place in its thread
    std::uint8_t thread = 0;
    bool blocked = false;  // an await that read a value it cannot go on with
    bool frozen = false;   // added for a promise: it is never taken back for a revisit
    // The nearest thread before its own that did the same up to and with this event (symmetry.hpp).
    std::uint8_t twin = no_thread;
    // At which it was asked for; no_node of the second half of a read-modify-write, too.
    node_id node = no_node;
};

static_assert(sizeof(event) == 64);

// A value of the access as a number with a sign.
constexpr std::int64_t with_sign(const label& l, std::uint64_t value) {
    const unsigned unused = 64 - 8 * l.bytes;
    return static_cast<std::int64_t>(value << unused) >> unused;
}

// The bits of the location's value that the access is of.
constexpr std::uint64_t mask_of(const label& l) {
    return l.mixed ? (~std::uint64_t{0} >> (64 - 8 * l.bytes)) << (8 * l.first) : ~std::uint64_t{0};
}
// What the access sees of the location's value.
constexpr std::uint64_t part_of(const label& l, std::uint64_t whole) {
    return l.mixed ? (whole & mask_of(l)) >> (8 * l.first) : whole;
}
// Of two accesses to one location.
constexpr bool overlap(const label& a, const label& b) {
    return (mask_of(a) & mask_of(b)) != 0;
}
// The second half of an access of two locations at once, as LDXP, STXP and CASP are: it is one with
// the last access of its thread that does the same, reads or writes.
constexpr bool is_one_with_last(const label& l) {
    return !l.mixed && l.first != 0;
}
// Either half of it. The other bytes are what memory has when the store gets there, and the thread
// reads nothing.
constexpr bool is_store_to_part(const label& l) {
    return l.mixed && l.no_return;
}

// What a read-modify-write writes where it read `old`, as if all operands had 64 bits.
constexpr std::uint64_t apply_wide(const label& l, std::uint64_t old) {
    switch (l.op) {
        case rmw_op::add:
            return old + l.value;
        case rmw_op::sub:
            return old - l.value;
        case rmw_op::bit_and:
            return old & l.value;
        case rmw_op::bit_or:
            return old | l.value;
        case rmw_op::bit_xor:
            return old ^ l.value;
        case rmw_op::signed_max:
            return with_sign(l, old) > with_sign(l, l.value) ? old : l.value;
        case rmw_op::signed_min:
            return with_sign(l, old) < with_sign(l, l.value) ? old : l.value;
        case rmw_op::unsigned_max:
            return old > l.value ? old : l.value;
        case rmw_op::unsigned_min:
            return old < l.value ? old : l.value;
        default:
            return l.value;
    }
}

// The same, cut to the size of the access: a one-byte addition wraps at 256. Of an access to a
// part, the whole location's value.
constexpr std::uint64_t apply(const label& l, std::uint64_t old) {
    const std::uint64_t made =
        apply_wide(l, part_of(l, old)) & (~std::uint64_t{0} >> (64 - 8 * l.bytes));
    return l.mixed ? (old & ~mask_of(l)) | made << (8 * l.first) : made;
}

// Whether a thread that asked for `before` and now asks for `l` does the same. They differ in one
// respect without harm: once a compare-exchange has read, the graph has replaced `how` by the order
// of the outcome.
inline bool same_request(const label& before, const label& l) {
    if (before == l) return true;
    if (l.if_written == mode::plain) return false;
    label again = before;
    again.how = l.how;
    return again == l;
}

// Whether a read-modify-write that read `old` also writes.
constexpr bool writes(const label& l, std::uint64_t old) {
    if (l.op == rmw_op::none) return false;
    return l.op != rmw_op::compare_exchange || part_of(l, old) == l.expected;
}

}  // namespace ringsim::sim::graph
