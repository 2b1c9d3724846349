// What tests that run programs have in common: the environment, and a command's output.
#pragma once

#include <sys/wait.h>

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace ringsim::tests {

// A variable that must be set, as it is under `meson test`.
inline std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    REQUIRE_MESSAGE(value, name);
    return value;
}

// A number that makes a test longer, or another run of it.
inline std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 0) : otherwise;
}

// What a shell command prints to its standard output, and its exit status, or -1 if it ended by a
// signal.
inline std::string output_of_shell(const std::string& command, int* status = nullptr) {
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe);
    std::string text;
    char part[4096];
    for (std::size_t n; (n = std::fread(part, 1, sizeof part, pipe)) > 0;) text.append(part, n);
    const int ended = ::pclose(pipe);
    if (status) *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    return text;
}

inline bool has_c_compiler() {
    return std::system("cc --version > /dev/null 2>&1") == 0;
}

}  // namespace ringsim::tests
