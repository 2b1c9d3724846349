// A ring is the same ring wherever its positions are: turned round by some steps, memory and
// threads together, a state leads to what it led to before, turned as well. So one of the turned
// states stands for all of them.
#pragma once

#include <cstdint>

#include "sim/states/automaton.hpp"

namespace ringsim::sim::states {

// How a program is turned. It is only said here: whoever turns a thread's place looks whether the
// thread asks there for the same thing, turned.
class rotation {
  public:
    virtual ~rotation() = default;
    // Of a whole round.
    virtual unsigned steps() const = 0;
    // The location of which the newest value tells how far it is turned: by so many steps it is to
    // be turned on.
    virtual location_id measured_by() const = 0;
    virtual unsigned steps_to_rest(std::uint64_t newest) const = 0;
    virtual location_id location(location_id l, unsigned steps) const = 0;
    // A value that the location has.
    virtual std::uint64_t value(location_id l, std::uint64_t value, unsigned steps) const = 0;
    // What a thread asks for, without its location and the value that it writes.
    virtual label details(label l, unsigned steps) const = 0;
    virtual local_state kept(unsigned thread, local_state kept, unsigned steps) const = 0;

    label request(const label& l, unsigned steps) const {
        if (l.kind == graph::event_kind::fence) return details(l, steps);
        // A choice, or a loop that is given up, is where it is.
        if (l.kind != graph::event_kind::read && l.kind != graph::event_kind::write) return l;
        label out = details(l, steps);
        out.location = location(l.location, steps);
        if (l.kind == graph::event_kind::write) out.value = value(l.location, l.value, steps);
        return out;
    }
};

}  // namespace ringsim::sim::states
