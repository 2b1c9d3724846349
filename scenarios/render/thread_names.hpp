// What the threads of a program under check are called, and which of its accesses only start them.
#pragma once

#include <array>
#include <set>
#include <string>

#include "sim/check/runtime.hpp"
#include "sim/check/symbols.hpp"

namespace ringsim::scenarios::render {

class thread_names {
  public:
    // `symbols` knows the places of all events.
    thread_names(const sim::check::runtime& program, const sim::graph::recorded_execution& e,
                 const sim::check::symbols_of_program& symbols);

    // "main", "1 worker" by the function that a thread runs, "1 lambda:12" by the line in it.
    const std::string& of(unsigned thread) const { return names_[thread]; }
    // Whether the event only hands a thread of the C++ library its function and arguments.
    bool starts_thread(const sim::graph::recorded_event& e) const;

  private:
    const void* begins_in(unsigned thread) const;
    std::string body(unsigned thread) const;

    const sim::check::runtime& program_;
    const sim::graph::recorded_execution& execution_;
    const sim::check::symbols_of_program& symbols_;
    std::array<std::string, sim::threads_max> names_;
    std::set<unsigned> handed_over_;  // objects of the heap
};

// Whether the line is the compiler's or a library's, and not the program's.
bool is_of_library(const sim::check::source_place& at);

}  // namespace ringsim::scenarios::render
