// Golden outputs: tests/golden/NAME.txt against what was printed.
//
// With RINGSIM_ACCEPT=golden in the environment the files are written instead of compared.
#pragma once

#include <string>
#include <string_view>

namespace ringsim::tests {

// What tests/golden/NAME.txt holds; "" if there is none. Notes `printed` there if asked to.
std::string golden(std::string_view name, const std::string& printed);

// The longest line, in columns.
std::size_t widest_line(std::string_view text);
std::size_t line_count(std::string_view text);

// What a run of the built program (RINGSIM_PROGRAM) did.
struct program_run {
    int status = -1;  // exit status; -1 if it ended by a signal
    std::string out;
    std::string err;
};

// Runs it in an empty directory of its own, without a terminal. `shell_arguments` are words of a
// shell command; `before` may set variables. RINGSIM_PROGRAM must be set.
program_run run_ringsim(const std::string& shell_arguments, const std::string& before = "");

// That a run was refused with one line on stderr, which says `message`, and status 2.
void check_refused(const program_run& run, std::string_view message);

// Whether there is a program to run, which is so under `meson test`.
bool has_program();

}  // namespace ringsim::tests
