// What places in the memory of the code under test are called in a trace.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "sim/check/runtime.hpp"
#include "sim/check/symbols.hpp"
#include "upstream/ring_world.hpp"

namespace ringsim::upstream_code {

class names_of_memory {
  public:
    // All that is given must outlive this.
    names_of_memory(const sim::check::runtime& program, const ring_world* world,
                    sim::check::symbols_of_program& symbols, const scenarios::scenario* s);

    std::string of(sim::graph::location_id l) const;
    // The object of the heap that begins there.
    std::string object(const void* address) const;
    // A number, or what it is the address of.
    std::string value(std::uint64_t v) const;

  private:
    std::string at(const void* address, unsigned size) const;
    // What the function that has allocated it calls it.
    std::string allocated_as(const sim::check::runtime::memory_place& at) const;
    std::string of_object(const sim::check::runtime::memory_place& at) const;

    const sim::check::runtime& program_;
    const ring_world* world_;
    sim::check::symbols_of_program& symbols_;
    const scenarios::scenario* scenario_;
    // By what objects are called where they are allocated: which of them are.
    std::map<std::string, std::set<unsigned>> objects_;
};

}  // namespace ringsim::upstream_code
