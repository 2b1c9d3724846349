// An execution of a program under check, step by step, with the program's own source lines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/render/text.hpp"
#include "scenarios/render/thread_names.hpp"
#include "sim/check/runtime.hpp"
#include "sim/check/symbols.hpp"

namespace ringsim::scenarios::render {

class check_steps {
  public:
    // `image` is the path of the program's shared object.
    check_steps(const sim::check::runtime& program, const sim::graph::recorded_execution& e,
                const std::string& image);

    // What is wrong, in a line, and where; a data race names the variable.
    std::string what() const;
    std::string where() const;
    unsigned count() const { return static_cast<unsigned>(steps_.size()); }
    unsigned stale_reads() const { return stale_; }
    void print(text_page& page);

  private:
    struct step {
        unsigned thread;
        std::string does;
        std::uint64_t pc;
        std::string remark;
    };

    void add(unsigned event);
    bool is_told(unsigned event) const;
    bool tells_end(const sim::graph::recorded_event& e) const;
    std::string access_text(const sim::graph::recorded_event& e) const;
    std::string lock_text(const sim::graph::recorded_event& e) const;
    std::string name_of(sim::graph::location_id l) const;
    std::string name_of(const void* address) const;
    std::string value_text(std::uint64_t v) const;
    std::string thread_name(unsigned t) const;
    std::string place_text(std::uint64_t pc) const;
    unsigned missed_by(unsigned event) const;
    unsigned overwriting(unsigned event) const;
    unsigned write_of(unsigned event) const;

    const sim::check::runtime& program_;
    const sim::graph::recorded_execution& execution_;
    sim::check::symbols_of_program symbols_;
    std::optional<thread_names> names_;
    std::vector<step> steps_;
    std::vector<unsigned> step_of_;  // by event; 0: none
    unsigned stale_ = 0;
    unsigned first_of_race_ = 0;  // events; their number if there is none
    unsigned second_of_race_ = 0;
};

// What is wrong, without names: the kind of violation first.
std::string check_finding(const sim::check::runtime& program,
                          const sim::graph::recorded_execution& e);

}  // namespace ringsim::scenarios::render
