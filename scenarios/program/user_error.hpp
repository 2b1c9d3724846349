// What a user got wrong, and what the machine cannot do: one line each, never a stack of messages.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ringsim::scenarios {

// Exit statuses of the program.
enum exit_status : int {
    exit_expected = 0,      // what was expected came out
    exit_unexpected = 1,    // a violation that nobody expected, or an expected one is missing
    exit_usage = 2,         // wrong usage or input
    exit_inconclusive = 3,  // a bound or limit was reached, or the search was interrupted
    exit_bug = 70,          // ringsim itself is wrong
    exit_output = 74,       // what came out could not be written
    exit_elsewhere = 75,    // of the launcher's small program alone: the whole one can do it
    exit_impossible = 77,   // not possible on this machine
};

// Wrong usage or input, status 2. The message is one line: which input, what is wrong with it, and
// what would be right.
struct user_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Right usage that this machine or this build cannot serve, status 77. One line that says why.
struct machine_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Something that should be written cannot be, status 74. One line that says what, where and why.
struct output_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// At most three of `valid` that are close to `text` by edit distance, closest first; names that
// contain `text` count as close.
std::vector<std::string_view> nearest_names(std::string_view text,
                                            const std::vector<std::string_view>& valid);

// "did you mean X or Y?", or "valid: A, B, C" if nothing is close.
std::string suggestion(std::string_view text, const std::vector<std::string_view>& valid);

// "A, B, C".
std::string joined(const std::vector<std::string_view>& names, std::string_view separator = ", ");

// The text in quotes, cut at 40 characters, with control characters replaced: fit for one line.
std::string in_quotes(std::string_view text);

}  // namespace ringsim::scenarios
