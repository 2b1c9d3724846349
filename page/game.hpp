// Being the scheduler of one program: what can be chosen, what cannot and why, undo, a hint, a
// goal, and the finished run. For the terminal (`ringsim step`) and for the page.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "page/execution.hpp"
#include "page/stepping.hpp"
#include "scenarios/study/finding.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::page {

// One line of the list of choices.
struct choice {
    unsigned thread = 0;
    std::string text;
    bool allowed = true;
    std::string why;  // of one that is not allowed; of one that is, what to notice
    turn how{};
};

class game {
  public:
    virtual ~game() = default;

    virtual const std::vector<std::string>& threads() const = 0;
    virtual std::string_view model() const = 0;
    // Program and model in a line.
    virtual std::string heading() const = 0;
    // What is to be reached, as one clause; empty if there is nothing.
    virtual std::string goal() const = 0;
    // Whether the finished run reaches it: the engine says so.
    virtual bool solved() const = 0;
    // The run so far. When it is over: all of it.
    virtual execution shown() = 0;
    // The same, with what each read could have read: the engine is asked at each of its steps.
    execution told();
    // Of a run that is over: how it ended.
    virtual std::string ending() const = 0;
    // Of a run that is over and violates what a scenario claims: for `ringsim replay`.
    virtual std::optional<scenarios::study::saved_finding> finding() { return std::nullopt; }

    const std::vector<turn>& turns() const { return turns_; }
    bool over() const { return now_.over; }
    const std::vector<choice>& choices() const { return choices_; }
    // Threads that cannot go on although they have not ended, and what they wait for.
    std::vector<std::string> waiting() const;

    // `i` of choices(), which must be allowed.
    void take(std::size_t i);
    // Makes these turns from the start. Throws schedule_error.
    void make(std::vector<turn> turns);
    bool undo();
    // The choice that leads on to the goal, if one was found; otherwise choices().size().
    std::size_t hint();

  protected:
    // What is to be done with each position.
    void look();
    virtual stepper& steps() = 0;
    // `e` is the event of the step.
    virtual std::string text_of(const sim::trace_step& s,
                                const sim::graph::recorded_event& e) const = 0;
    virtual std::string value_of(const sim::trace_step& s, bool written) const = 0;
    // Whether anybody asks what it could read: not of what only begins or ends a thread.
    virtual bool is_of_interest(const way&) const { return true; }
    // Whether it is told, too, what only load buffering could read: in a program of many steps that
    // is much, and little of it is of interest.
    virtual bool tells_what_is_not_ahead() const { return false; }
    virtual bool reaches_goal(const sim::graph::recorded_execution& e) const = 0;
    // Of a run that is not over: which of its steps read stores that are still to come. Such a step
    // can name none, and is shown as if it read nothing, with a remark.
    void mark_what_is_ahead(execution& x) const;
    // As an execution has them.
    std::vector<std::vector<unsigned>> turns_as_numbers() const;
    // Called with each new position before the choices are put into words.
    virtual void arrived() {}

    position now_;

  private:
    void add_hidden(const way& w);
    choice choice_of(const way& w) const;

    std::vector<turn> turns_;
    std::vector<choice> choices_;
};

// What is wrong with an execution of the scenario, if the engine finds one in a moment.
sim::violation to_be_found(const scenarios::scenario& s, const scenarios::worlds::variant& v,
                           sim::graph::model_id m);
// A scenario. Throws user_error.
std::unique_ptr<game> game_of(const scenarios::scenario& s, const scenarios::worlds::variant& v,
                              sim::graph::model_id m, sim::violation goal);
// A litmus test, whose goal is its condition. `opened_by`: what names it on the command line, if
// that is not the file. Throws user_error that names `file`.
std::unique_ptr<game> game_of_litmus(const std::string& file, const std::string& text,
                                     std::string_view model, const std::string& opened_by = "");

// Programs in C, C++ and Rust, as `check` takes them; the compiler gets `flags`. `model` may be
// empty: rc11. Throws user_error and machine_error.
std::unique_ptr<game> game_of_program(const std::vector<std::string>& files,
                                      const std::vector<std::string>& flags,
                                      std::string_view model);
bool is_program(std::string_view file);

// A task with a goal. Its program is a scenario, or a litmus test.
struct challenge {
    std::string_view name;
    std::string_view task;
    std::string_view scenario;  // empty: `litmus` is the program
    std::string_view orders;
    std::string_view model;
    sim::violation goal = sim::violation::none;
    std::string_view litmus{};
    std::string_view impossible_under{};  // a model under which nobody can do it
};
const std::vector<challenge>& challenges();
const challenge* find_challenge(std::string_view name);
std::unique_ptr<game> game_of(const challenge& c);
// The same program under another model.
std::unique_ptr<game> game_of(const challenge& c, std::string_view model);

}  // namespace ringsim::page
