#include "upstream/compiler.hpp"

#include <sys/wait.h>

#include <fstream>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include "sim/check/compile.hpp"

namespace ringsim::upstream_code {
namespace {

using sim::check::build_error;

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
        "_Bool",    "_Static_assert", "break",  "case",   "char",   "const",
        "continue", "default",        "do",     "double", "else",   "enum",
        "extern",   "float",          "for",    "goto",   "if",     "inline",
        "int",      "long",           "return", "short",  "signed", "sizeof",
        "static",   "struct",         "switch", "typeof", "union",  "unsigned",
        "void",     "volatile",       "while"};
    return keywords.contains(word);
}

// A word that the compiler knows nothing of may stand where a type does, in front of the one that
// it complains about: `static __novel bool f(void)`. Such words begin with two underscores.
std::optional<std::string> word_in_front(const std::string& file, unsigned line, unsigned column) {
    std::ifstream in(file);
    std::string text;
    for (unsigned i = 0; i < line && std::getline(in, text); ++i) continue;
    static const std::regex last("(__[A-Za-z_0-9]+) +$");
    std::smatch found;
    const std::string front = text.substr(0, column == 0 ? 0 : column - 1);
    if (!std::regex_search(front, found, last)) return std::nullopt;
    return found[1];
}

}  // namespace

std::string complaint(const std::string& messages) {
    static const std::regex error("^([^:]+):([0-9]+):(?:([0-9]+):)? (?:fatal )?error: (.*)$");
    std::istringstream lines(messages);
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (!std::regex_match(line, found, error)) continue;
        const std::string place = found[1].str() + ":" + found[2].str();
        const std::string message = found[4];
        auto name = missing_name(message);
        const bool known = name && (is_keyword(*name) || !name->starts_with("__"));
        if (known && found[3].matched && message.find("before '") != std::string::npos)
            if (auto other = word_in_front(found[1], static_cast<unsigned>(std::stoul(found[2])),
                                           static_cast<unsigned>(std::stoul(found[3]))))
                name = std::move(other);
        // What drives the ring buffer asks for members and functions of it by name.
        if (name && found[1].str().find("/glue/") != std::string::npos)
            return "the files under test have no " + *name + ", which " + place + " asks for";
        if (name && !is_keyword(*name))
            return "the stand-in headers do not know " + *name + " (" + place + ")";
        return place + ": does not compile: " + message;
    }
    return "";
}

void try_compiler(const std::string& compiler, const std::vector<std::string>& flags,
                  const std::string& file) {
    std::vector<std::string> command{"env", "LC_ALL=C"};
    for (std::string& word : sim::check::compiler_words(compiler))
        command.push_back(std::move(word));
    command.insert(command.end(), flags.begin(), flags.end());
    for (const char* f :
         {"-fsyntax-only", "-Werror=implicit-function-declaration", "-fno-diagnostics-color"})
        command.emplace_back(f);
    command.push_back(file);
    int status = 0;
    const std::string text =
        sim::check::output_of(command, &status, sim::check::printed::everything);
    if (status == 0) return;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        throw build_error(77, compiler + ": cannot be run; a C compiler is needed, $CC names it");
    const std::string line = complaint(text);
    throw build_error(2, line.empty() ? file + ": does not compile: " + text.substr(0, 200) : line);
}

}  // namespace ringsim::upstream_code
