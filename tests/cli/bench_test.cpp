// ringsim bench: its table, with and without another checker beside it.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/temporary_directory.hpp"
#include "tests/cli/golden.hpp"
#include "tests/shell.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// A program that stands in for genmc.
class fake_genmc {
  public:
    explicit fake_genmc(const std::string& script) {
        std::ofstream(path()) << "#!/bin/sh\n" << script;
        fs::permissions(path(), fs::perms::owner_all);
    }
    std::string path() const { return directory_.path_of("genmc"); }

  private:
    sim::temporary_directory directory_{"bench-test"};
};

TEST_CASE("bench: where no directory can be made, one line says so") {
    if (!has_program()) SKIP("run by `meson test`");
    const program_run run = run_ringsim("bench --quick", "export TMPDIR=/nowhere; ");
    CHECK(run.status == 77);
    CHECK(run.out == "");
    CHECK(run.err ==
          "ringsim: cannot make a directory in /nowhere (TMPDIR): No such file or directory\n");
}

TEST_CASE("bench: programs, their executions, and why there is nothing beside them") {
    if (!has_program()) SKIP("run by `meson test`");
    if (!has_c_compiler()) SKIP("no C compiler");
    const program_run text = run_ringsim("bench --quick", "PATH=/usr/bin:/bin");
    INFO(text.out, text.err);
    CHECK(text.status == 0);
    CHECK(text.out.find("genmc is left out: there is no genmc in PATH") != std::string::npos);
    CHECK(text.out.find("genmc executions") == std::string::npos);

    const program_run run = run_ringsim("bench --quick --json", "PATH=/usr/bin:/bin");
    const json j = json::parse(run.out, nullptr, false);
    REQUIRE(!j.is_discarded());
    CHECK(j["genmc"] == "there is no genmc in PATH");
    const auto executions = [&](std::string_view name) {
        for (const json& row : j["rows"])
            if (row["program"] == name) return row["ringsim"]["executions"].get<unsigned>();
        return 0u;
    };
    CHECK(executions("counter") == 120);
    CHECK(executions("retries") == 6);
    CHECK(executions("lock") == 24);
    CHECK(executions("barrier") == 1);
    for (const json& row : j["rows"]) CHECK(row["ringsim"]["mebibytes"] > 1.0);
}

TEST_CASE("bench: another checker on the same programs") {
    if (!has_program()) SKIP("run by `meson test`");
    if (!has_c_compiler()) SKIP("no C compiler");
    // It is given the size and the program, once more for one thread.
    const fake_genmc other(
        "case \"$*\" in *-DN=*.c) ;; *) exit 1 ;; esac\n"
        "echo 'No errors were detected.'\n"
        "echo \"Number of complete executions explored: 17\"\n");
    const program_run run = run_ringsim("bench --quick --json --genmc " + other.path());
    INFO(run.out, run.err);
    const json j = json::parse(run.out, nullptr, false);
    REQUIRE(!j.is_discarded());
    CHECK_FALSE(j.contains("genmc"));
    for (const json& row : j["rows"]) CHECK(row["genmc"]["executions"] == 17);
    const program_run table = run_ringsim("bench --quick --genmc " + other.path());
    CHECK(table.out.find("genmc executions") != std::string::npos);
}

TEST_CASE("bench: another checker that does not work is left out, with the reason") {
    if (!has_program()) SKIP("run by `meson test`");
    if (!has_c_compiler()) SKIP("no C compiler");
    const fake_genmc broken("echo 'no such model' >&2\nexit 4\n");
    const program_run run = run_ringsim("bench --quick --genmc " + broken.path());
    INFO(run.out, run.err);
    CHECK(run.status == 0);
    CHECK(run.out.find("status 4") != std::string::npos);
    CHECK(run.out.find("no such model") != std::string::npos);
    check_refused(run_ringsim("bench --genmc /no/such/program"), "--genmc:");
}

}  // namespace
}  // namespace ringsim::tests
