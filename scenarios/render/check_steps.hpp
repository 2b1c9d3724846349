// An execution of a program under check, step by step, with the program's own source lines.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "scenarios/render/program_words.hpp"
#include "scenarios/render/text.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::scenarios::render {

class check_steps {
  public:
    struct step {
        unsigned event;
        unsigned thread;
        std::string does;
        std::uint64_t pc;
        std::string remark;
    };

    check_steps(const sim::check::runtime& program, const sim::graph::recorded_execution& e,
                program_words& words);

    // What is wrong, in a line, and where; a data race names the variable.
    std::string what() const;
    std::string where() const;
    unsigned count() const { return static_cast<unsigned>(steps_.size()); }
    unsigned stale_reads() const { return stale_; }
    void print(text_page& page);

    const std::vector<step>& steps() const { return steps_; }
    // Of a data race: its two steps, the later one second; 0 if there is none.
    unsigned races_with() const { return step_of(first_of_race_); }
    unsigned at_step() const { return step_of(second_of_race_); }

  private:
    void add(unsigned event);
    bool is_told(unsigned event) const;
    bool tells_end(const sim::graph::recorded_event& e) const;
    unsigned missed_by(unsigned event) const;
    unsigned overwriting(unsigned event) const;
    unsigned write_of(unsigned event) const;
    bool may_be_folded(const step& s) const;
    unsigned folded_to(unsigned i) const;
    unsigned step_of(unsigned event) const { return event < step_of_.size() ? step_of_[event] : 0; }

    const sim::check::runtime& program_;
    const sim::graph::recorded_execution& execution_;
    program_words& words_;
    std::vector<step> steps_;
    std::vector<unsigned> step_of_;  // by event; 0: none
    std::set<unsigned> named_;       // events that a remark names
    unsigned stale_ = 0;
    unsigned first_of_race_ = 0;  // events; their number if there is none
    unsigned second_of_race_ = 0;
};

// What is wrong, without names: the kind of violation first.
std::string check_finding(const sim::check::runtime& program,
                          const sim::graph::recorded_execution& e);

}  // namespace ringsim::scenarios::render
