// A subcommand of ringsim, and how it declares its options. One file a command beside this one; to
// add one: derive from `command`, declare its maker below, and put it into command_table.cpp.
//
// An option --some-name has an environment twin RINGSIM_SOME_NAME, and wrong values are reported in
// one line with status 2, both without further effort of the command.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/program/settings.hpp"

namespace ringsim::scenarios::commands {

// Where a command declares what it takes. The variables outlive the parsing.
class option_set {
  public:
    virtual ~option_set() = default;
    virtual void text(std::string_view option, std::string& value, std::string_view placeholder,
                      std::string_view help) = 0;
    // A whole number between `min` and `max`.
    virtual void number(std::string_view option, std::uint64_t& value, std::uint64_t min,
                        std::uint64_t max, std::string_view help) = 0;
    // One of `valid`.
    virtual void choice(std::string_view option, std::string& value,
                        std::vector<std::string_view> valid, std::string_view help) = 0;
    virtual void flag(std::string_view option, bool& value, std::string_view help) = 0;
    // What stands on the command line without an option: at most `max` words.
    virtual void operands(std::string_view placeholder, std::vector<std::string>& values,
                          std::size_t max, std::string_view help) = 0;
};

class command {
  public:
    virtual ~command() = default;
    virtual std::string_view name() const = 0;
    virtual std::string_view summary() const = 0;   // one line of `ringsim --help`
    virtual std::string_view examples() const = 0;  // the end of `ringsim NAME --help`
    virtual void declare(option_set& options) = 0;
    // Whether words after `--` are for the command, and not options or operands.
    virtual bool takes_rest() const { return false; }
    virtual void take_rest(std::vector<std::string> words) { (void)words; }
    // Returns an exit status. Throws user_error and machine_error.
    virtual int run(const settings& global) = 0;
};

std::unique_ptr<command> make_check();
std::unique_ptr<command> make_compare();
std::unique_ptr<command> make_cross();
std::unique_ptr<command> make_doctor();
std::unique_ptr<command> make_explore();
std::unique_ptr<command> make_export();
std::unique_ptr<command> make_gate();
bool gate_available();  // whether this build can read gate files
std::unique_ptr<command> make_list();
std::unique_ptr<command> make_litmus();
std::unique_ptr<command> make_live();
std::unique_ptr<command> make_matrix();
std::unique_ptr<command> make_models();
std::unique_ptr<command> make_museum();
std::unique_ptr<command> make_outcomes();
std::unique_ptr<command> make_replay();
std::unique_ptr<command> make_show();
std::unique_ptr<command> make_verify();
std::unique_ptr<command> make_weaken();

}  // namespace ringsim::scenarios::commands

namespace ringsim::scenarios {

// The program as a whole, for its main() and for that of whoever has scenarios of his own: parses
// the command line and runs the command; returns the exit status of the program.
int run_command_line(int argc, const char* const* argv);

}  // namespace ringsim::scenarios
