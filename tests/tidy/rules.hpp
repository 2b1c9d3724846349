// The house rules that a program can check: which room may include what, how long lines, functions
// and files are, and what every shared access of the protocol must say about itself.
//
// Every rule is a function of one file's path and text, so that rules_test.cpp can show it biting.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ringsim::tests {

inline constexpr std::size_t columns_max = 100;
inline constexpr std::size_t file_lines_max = 600;
inline constexpr std::size_t function_lines_max = 70;

// A file of the project: its path from the root, with '/', and its whole text.
struct source_file {
    std::string path;
    std::string text;
};

// What is wrong, in the form of a compiler's message: "path:line: what".
using complaints = std::vector<std::string>;

// An include against the table of rooms.
complaints wrong_includes(const source_file& file);
// A file below scenarios/ whose declarations are not in the namespace of its room.
complaints wrong_namespaces(const source_file& file);
// Lines, functions and files that are too long; code only.
complaints too_long(const source_file& file);
// Tabs and blanks at the end of a line; any text file.
complaints stray_blanks(const source_file& file);
// An access in kernel_model/ or consumer/ that names a site and says nowhere what it pairs with.
complaints unpaired_accesses(const source_file& file);
// Protocol code that asks which world it runs in.
complaints world_conditions(const source_file& file);
// Words that mean something on one machine only.
complaints forbidden_words(const source_file& file);
// A header that no other file includes; looks at the tree as a whole.
complaints orphan_headers(const std::vector<source_file>& tree);

// All of the above over all files, sorted.
complaints check_tree(const std::vector<source_file>& tree);

// The text files of the project below `root`, sorted by path. Build directories, version control
// and subprojects are left out. Throws std::filesystem::filesystem_error if `root` is not readable.
std::vector<source_file> read_tree(std::string_view root);

}  // namespace ringsim::tests
