// The core of a scenario: one execution as straight lines of accesses, without what decided that it
// went this way, and the values that its reads must see for it to be this execution. Whether that
// is possible is a question that other tools answer as well.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::exporting {

enum class core_kind : std::uint8_t { load, store, rmw, fence };

struct core_access {
    core_kind kind;
    site where;
    order how;                     // in the variant that is exported
    unsigned location = 0;         // its index; of no meaning for a fence
    unsigned writes = 0;           // each write to a location has its own number, from 1
    std::optional<unsigned> sees;  // the write it must read, 0 the initial value; nothing: any
    bool may_race = false;         // it is in conflict with a plain access of another thread
};

struct core_location {
    std::string name;                  // an identifier in C
    std::vector<std::string> written;  // what each number stands for, in the ring's words
    bool atomic = false;               // not every access is plain
    std::optional<unsigned> last;      // the write that must be the last; if threads compete
};

struct core_thread {
    std::string name;
    std::vector<core_access> accesses;
};

struct core {
    const scenario* of = nullptr;
    worlds::variant code;
    std::string from_orders;  // the variant whose execution it is
    sim::graph::model_id from_model{};
    sim::violation kind{};
    std::string what;
    std::vector<core_location> locations;
    std::vector<core_thread> threads;
    std::vector<std::string> dropped;  // words that one thread has for itself
    bool ends_in_race = false;         // the execution ends where it has a data race
    bool given = false;                // an execution that somebody chose, and not the smallest
};

// The core of the scenario with the orders of `v`: of the smallest violation of `v`, or if it is
// safe, of a variant that the scenario states as violated. Throws user_error if there is none.
core core_of(const scenario& s, const worlds::variant& v);

// The core of that execution of `v` under `m`. Throws user_error if the scenario has none.
core core_of(const scenario& s, const worlds::variant& v, const sim::trace& execution,
             sim::graph::model_id m);

}  // namespace ringsim::scenarios::exporting
