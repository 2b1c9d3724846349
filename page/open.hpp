// Executions by the names that users give them, and files to write to.
#pragma once

#include <string>
#include <vector>

#include "page/execution.hpp"
#include "scenarios/program/settings.hpp"

namespace ringsim::page {

struct open_options {
    const scenarios::settings& global;
    std::string model{};               // of a litmus test or a program; empty: its own
    bool try_fixes = true;             // of a violation of a scenario
    std::vector<std::string> flags{};  // for the compiler of a program
};

// `what`: the id or the file of a finding, a litmus test, a program, or a file of to_json(). Throws
// user_error, and refused_already where `check` refuses the program.
execution open_execution(const std::string& what, const open_options& how);

// The core of a scenario's finding as a litmus test, C11 or, of a finding under lkmm, with the
// kernel's primitives. Throws user_error for what is no such finding.
std::string litmus_test_of(const std::string& what, const open_options& how);

// The text of a file of at most 16 MiB. Throws user_error.
std::string read_text(const std::string& path);

// Throws user_error if the file is there and may not be overwritten. `option` names it.
void refuse_existing(const std::string& option, const std::string& path, bool force);
// Throws output_error.
void write_file(const std::string& option, const std::string& path, const std::string& text);

}  // namespace ringsim::page
