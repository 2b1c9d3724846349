#include "tests/cli/golden.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "scenarios/render/text.hpp"
#include "sim/temporary_directory.hpp"
#include "tests/files.hpp"

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// A directory that is swept away, where findings of one test process are saved.
const fs::path& scratch() {
    static const sim::temporary_directory here("cli");
    static const fs::path path = here.path();
    return path;
}

}  // namespace

std::string golden(std::string_view name, const std::string& printed) {
    const fs::path file = fs::path(variable("RINGSIM_SOURCE_ROOT")) / "tests" / "golden" /
                          (std::string(name) + ".txt");
    if (variable("RINGSIM_ACCEPT") == "golden") std::ofstream(file, std::ios::binary) << printed;
    return contents(file);
}

std::size_t widest_line(std::string_view text) {
    std::size_t widest = 0;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        widest = std::max(widest, scenarios::render::columns(line));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return widest;
}

std::size_t line_count(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

bool has_program() {
    return !variable("RINGSIM_PROGRAM").empty();
}

program_run run_ringsim(const std::string& shell_arguments, const std::string& before) {
    const fs::path out = scratch() / "stdout";
    const fs::path err = scratch() / "stderr";
    // What is saved without --out goes there too.
    const std::string home = "export HOME='" + scratch().string() + "'; unset XDG_STATE_HOME; ";
    const std::string command = "cd '" + scratch().string() + "' && { " + home + before + " '" +
                                variable("RINGSIM_PROGRAM") + "' " + shell_arguments + "; } >'" +
                                out.string() + "' 2>'" + err.string() + "' </dev/null";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(out), contents(err)};
}

void check_refused(const program_run& run, std::string_view message) {
    CHECK(run.status == 2);
    CHECK(run.out == "");
    CHECK_MESSAGE(run.err.find(message) != std::string::npos, run.err);
    CHECK(run.err.starts_with("ringsim: "));
    CHECK(line_count(run.err) == 1);
}

}  // namespace ringsim::tests
