#include "upstream/compiler.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include "sim/check/compile.hpp"

extern char** environ;  // NOLINT: its name in POSIX

namespace ringsim::upstream_code {
namespace {

using sim::check::build_error;

// All that a program writes; its exit status.
int said_by(const std::vector<std::string>& arguments, std::string& text) {
    std::vector<char*> argv;
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    int ends[2];
    if (pipe(ends) != 0) throw build_error(70, std::string("pipe: ") + std::strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    pid_t child = 0;
    const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        throw build_error(77, arguments[0] + ": cannot be run: " + std::strerror(error));
    }
    char part[4096];
    for (ssize_t n; (n = read(ends[0], part, sizeof part)) > 0;)
        text.append(part, static_cast<std::size_t>(n));
    close(ends[0]);
    int ended = 0;
    waitpid(child, &ended, 0);
    return ended;
}

// The name that a message of GCC or clang says is missing.
std::optional<std::string> missing_name(const std::string& message) {
    static const std::regex patterns[] = {
        std::regex("implicit declaration of function '([^']+)'"),
        std::regex("'([^']+)' undeclared"),
        std::regex("use of undeclared identifier '([^']+)'"),
        std::regex("call to undeclared function '([^']+)'"),
        std::regex("unknown type name '([^']+)'"),
        std::regex("has no member named '([^']+)'"),
        std::regex("no member named '([^']+)'"),
        std::regex("invalid use of undefined type '([^']+)'"),
        std::regex("incomplete (?:type|definition of type) '([^']+)'"),
        std::regex("([^ ']+\\.h): No such file or directory"),
        std::regex("'([^']+\\.h)' file not found"),
        std::regex("field designator '([^']+)' does not refer"),
        std::regex("before '([A-Za-z_][A-Za-z_0-9]*)'"),
    };
    for (const std::regex& p : patterns)
        if (std::smatch found; std::regex_search(message, found, p)) return found[1];
    return std::nullopt;
}

// What stands behind a missing semicolon is not unknown.
bool is_keyword(const std::string& word) {
    static const std::set<std::string> keywords{
        "_Static_assert", "break",  "case",   "char",   "const",    "continue",
        "default",        "do",     "double", "else",   "enum",     "extern",
        "float",          "for",    "goto",   "if",     "inline",   "int",
        "long",           "return", "short",  "signed", "sizeof",   "static",
        "struct",         "switch", "typeof", "union",  "unsigned", "void",
        "volatile",       "while"};
    return keywords.contains(word);
}

}  // namespace

std::string complaint(const std::string& messages) {
    static const std::regex error("^([^:]+):([0-9]+):(?:[0-9]+:)? (?:fatal )?error: (.*)$");
    std::istringstream lines(messages);
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (!std::regex_match(line, found, error)) continue;
        const std::string place = found[1].str() + ":" + found[2].str();
        if (const auto name = missing_name(found[3]); name && !is_keyword(*name))
            return "the stand-in headers do not know " + *name + " (" + place + ")";
        return place + ": does not compile: " + found[3].str();
    }
    return "";
}

void try_compiler(const std::string& compiler, const std::vector<std::string>& flags,
                  const std::string& file) {
    std::vector<std::string> command{"env", "LC_ALL=C", compiler};
    command.insert(command.end(), flags.begin(), flags.end());
    for (const char* f :
         {"-fsyntax-only", "-Werror=implicit-function-declaration", "-fno-diagnostics-color"})
        command.emplace_back(f);
    command.push_back(file);
    std::string text;
    const int status = said_by(command, text);
    if (status == 0) return;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        throw build_error(77, compiler + ": cannot be run; a C compiler is needed, $CC names it");
    const std::string line = complaint(text);
    throw build_error(2, line.empty() ? file + ": does not compile: " + text.substr(0, 200) : line);
}

}  // namespace ringsim::upstream_code
