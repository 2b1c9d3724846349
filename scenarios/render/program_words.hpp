// What the events of a program under check are called, in the names and lines of its source.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "scenarios/render/thread_names.hpp"
#include "sim/check/runtime.hpp"
#include "sim/check/symbols.hpp"

namespace ringsim::scenarios::render {

class program_words {
  public:
    // `image` is the path of the program's shared object.
    program_words(const sim::check::runtime& program, const std::string& image);

    // The names that this execution shows; it outlives what is asked for afterwards.
    void learn(const sim::graph::recorded_execution& e);

    const std::string& thread(unsigned t) const { return names_->of(t); }
    std::string location(sim::graph::location_id l) const;
    std::string part(const sim::graph::label& l) const;
    std::string value(std::uint64_t v) const;
    // What a location holds before anybody writes it.
    std::string initial(sim::graph::location_id l) const;
    // What an access does; empty if it is not worth a line.
    std::string access(const sim::graph::recorded_event& e) const;
    // What any event does.
    std::string text(const sim::graph::recorded_event& e) const;
    bool starts_thread(const sim::graph::recorded_event& e) const {
        return names_->starts_thread(e);
    }

    const sim::check::source_place& place(std::uint64_t pc) const { return symbols_.place(pc); }
    // Where to tell of what the thread does there: in code of a library, the place of the program
    // that called it, if that is known.
    std::uint64_t told_place(unsigned thread, std::uint64_t pc) const;
    std::uint64_t told_place(const sim::graph::recorded_event& e) const;
    // "ttas_lock.c:19"; empty if it is not known.
    std::string place_text(std::uint64_t pc) const;
    std::string line_text(std::uint64_t pc) { return symbols_.text(symbols_.place(pc)); }

  private:
    std::string name_of(const void* address) const;
    std::string lock(const sim::graph::recorded_event& e) const;
    unsigned asked_for(const sim::graph::recorded_event& e) const;

    const sim::check::runtime& program_;
    sim::check::symbols_of_program symbols_;
    std::set<std::uint64_t> looked_up_;
    std::optional<thread_names> names_;
    bool complete_ = true;  // the execution, which did not end in the middle
};

bool is_access(const sim::graph::recorded_event& e);
// Whether it is an access of memory on the stack of some thread.
bool is_on_stack(const sim::check::runtime& program, const sim::graph::recorded_event& e);
// Whether it stands for the allocation of an object, or for the first use of one.
bool is_allocation(const sim::check::runtime& program, const sim::graph::recorded_event& e);
std::string number_text(std::uint64_t v);

}  // namespace ringsim::scenarios::render
