// What the memories of all models have in common: what is known of the program, and what an access
// does.
//
// A memory is a value: it is copied for each way on, changed, and written as bytes. What each of
// them has (sc.hpp, tso.hpp, rc11.hpp) is: begin(), is_local(), perform(), drain(), is_drained(),
// newest(), tidy(); encode() and decode(), whose bytes tell two memories apart where the program
// can; and for symmetry put_thread(), rearrange() and rotate().
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/states/automaton.hpp"
#include "sim/states/bytes.hpp"
#include "sim/states/rotation.hpp"
#include "sim/states/threads.hpp"

namespace ringsim::sim::states {

// What a program does at all. Found out while it is explored: whoever finds out something begins
// again, so that a whole exploration knows everything from its start. What nobody does need not be
// in a state.
struct program_use {
    std::vector<thread_set> users;     // of each location: threads that access it
    std::vector<thread_set> loads;     // those that do not always read and write in one step
    std::vector<bool> plain;           // of each location: somebody accesses it as plain data
    thread_set acquire_fences = 0;     // threads with a fence that acquires
    thread_set unreleased_writes = 0;  // threads that write without release, not as plain data
    bool naked_seq_cst = false;        // a seq_cst access without fences on both sides
    bool goes_on_after_races = false;  // said, and not found out

    // At most one bit: nobody else can see what is there.
    bool is_private(location_id l) const { return (users[l] & (users[l] - 1)) == 0; }

    // For checkpoints. How many locations there are is known to whoever reads it.
    void save(byte_writer& out) const {
        for (std::size_t l = 0; l < users.size(); ++l) {
            out.number(users[l]);
            out.number(loads[l]);
            out.byte(plain[l]);
        }
        out.number(acquire_fences);
        out.number(unreleased_writes);
        out.byte(naked_seq_cst);
    }
    void load(byte_reader& in) {
        for (std::size_t l = 0; l < users.size(); ++l) {
            users[l] = static_cast<thread_set>(in.number());
            loads[l] = static_cast<thread_set>(in.number());
            plain[l] = in.byte() != 0;
        }
        acquire_fences = static_cast<thread_set>(in.number());
        unreleased_writes = static_cast<thread_set>(in.number());
        naked_seq_cst = in.byte() != 0;
    }
};

// Thrown by whoever finds out something. It is noted by then, and only grows, so there is an end.
struct begin_again {};

// More than a state has room for: what, as one clause.
struct state_too_large : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Writes are named by numbers where an execution is told; 0 is the initial one. Names are no part
// of a state: two ways to a state have different ones, and decode() sets them to 0.
using write_name = std::uint32_t;

// What is told of a data race. Which of several it is, if there are several, depends on the order
// in which items stand, which does not depend on the way; so it is the same in each run.
struct race_found {
    location_id location = 0;
    write_name other = 0;  // the access that it races with, by the number of its step
};

// One way to perform an access: what the explorer, and the telling of an execution, need to know of
// it.
// Whoever explores looks at the value and at what became the newest; the rest is for whoever tells
// an execution, and costs nothing to be noted.
struct way {
    std::uint64_t value = 0;  // what it returns
    bool stale = false;       // it read what is not the newest
    std::optional<write_name> read;
    bool writes = false;
    std::uint64_t written = 0;
    std::optional<write_name>
        behind;           // the write before it in coherence, if it has a place already
    bool newest = false;  // it is the newest of its location now
    location_id location = 0;
    std::optional<race_found> race;
};

// A write that leaves a store buffer.
// It was written before, by a turn or a part of one; now the others see it.
struct drained {
    location_id location = 0;
    write_name name = 0;
    write_name behind = 0;
};

// Where an access is performed.
struct performer {
    const program_use& use;
    unsigned thread;
    write_name name;  // of what it writes, and of the access itself
};

// A location with one value, which everybody sees: in SC, in the memory behind store buffers, and
// of what one thread has for itself.
struct cell {
    std::uint64_t value = 0;
    write_name name = 0;

    // Performs the access and says in `w` what it did. False: it is an await that does not go on.
    // A read-modify-write is both at once here: there is nothing between its halves.
    bool perform(const performer& p, const label& l, way& w) {
        if (l.kind == graph::event_kind::read) {
            if (waits_at(l, value)) return false;
            w.value = value;
            w.read = name;
        }
        w.writes = wrote(l, value);
        if (!w.writes) return true;
        w.written = l.kind == graph::event_kind::write ? l.value : graph::apply(l, value);
        w.behind = name;
        w.newest = true;
        *this = {w.written, p.name};
        return true;
    }
};

// One for each location, of a program that is turned round.
inline std::vector<cell> rotated(const std::vector<cell>& cells, const rotation& turn,
                                 unsigned steps) {
    std::vector<cell> out(cells.size());
    for (location_id l = 0; l < cells.size(); ++l)
        out[turn.location(l, steps)] = {turn.value(l, cells[l].value, steps), cells[l].name};
    return out;
}

}  // namespace ringsim::sim::states
