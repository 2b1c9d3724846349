// --time: of the commands that make one exploration and of those that make many.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scenarios/commands/command.hpp"
#include "scenarios/worlds/exploration.hpp"
#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

#define NEEDS_PROGRAM \
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it")

namespace ringsim::tests {
namespace {

// Commands that make many explorations, each with much more than a millisecond to do.
std::vector<std::string> commands_that_search() {
    std::vector<std::string> all{"weaken --models all --sites both",
                                 "compare fenced libbpf --models all",
                                 "matrix --models all",
                                 "matrix --engine graph --model riscv",
                                 "explore all --model sc --orders fenced",
                                 "outcomes consume-all --model all",
                                 "museum",
                                 "museum --engine states"};
    if (scenarios::worlds::relacy_available()) {
        all.push_back("cross");
        all.push_back("matrix publish --engine relacy");
        all.push_back("explore all --engine relacy --orders fenced");
    }
    if (scenarios::commands::gate_available())
        all.push_back("gate \"$RINGSIM_SOURCE_ROOT/docs/examples/ringsim-gate.toml\"");
    return all;
}

}  // namespace

TEST_CASE("--time: a limit of time is a duration") {
    NEEDS_PROGRAM;
    const std::string command =
        "explore --engine graph --orders edge --search random --executions 900000000000 --time ";
    for (const char* time : {"10ms", "0.01s"}) {
        const program_run run = run_ringsim(command + time);
        INFO(time << run.out);
        CHECK(run.status == 0);
        CHECK(run.out.find("NO VIOLATION FOUND") != std::string::npos);
    }
    const program_run wrong = run_ringsim(command + "soon");
    CHECK(wrong.status == 2);
    CHECK(wrong.err.find("--time: 'soon' is not a duration") != std::string::npos);
}

TEST_CASE("--time: a limit of time is written the same way everywhere") {
    NEEDS_PROGRAM;
    const std::string litmus = "litmus \"$RINGSIM_SOURCE_ROOT/tests/litmus/CoRR.litmus\" --time ";
    for (const char* time : {"5", "5s", "500ms", "1m"}) {
        CAPTURE(time);
        CHECK(run_ringsim("verify lost-wakeup --orders edge --model sc --time " + std::string(time))
                  .status == 0);
        CHECK(run_ringsim(litmus + time).status == 0);
    }
    check_refused(run_ringsim(litmus + "soon"), "--time: 'soon' is not a duration");
    for (const std::string& command : commands_that_search()) {
        CAPTURE(command);
        CHECK(run_ringsim(command.substr(0, command.find(' ')) + " --help").out.find("--time") !=
              std::string::npos);
        check_refused(run_ringsim(command + " --time soon"), "--time: 'soon' is not a duration");
    }
    check_refused(run_ringsim("check x.c --time 5x"), "");
}

TEST_CASE("--time: the time of verify is that of all cells together") {
    NEEDS_PROGRAM;
    const program_run run = run_ringsim("verify consume-all --model sc --time 1ms");
    CHECK(run.status == 3);
    CHECK(run.out.find(" 0 not looked at") == std::string::npos);
}

TEST_CASE("--time: a limit of time is that of all explorations of a command together") {
    NEEDS_PROGRAM;
    for (const std::string& command : commands_that_search()) {
        CAPTURE(command);
        const program_run run = run_ringsim(command + " --time 1ms --width 400");
        // A difference that was met in time is one, whatever else there is.
        const bool differs = run.out.find("B ALLOWS MORE") != std::string::npos;
        CHECK(run.status == (differs ? 1 : 3));
        CHECK(run.out.find("stopped by --time 1ms") != std::string::npos);
        CHECK(run.err.empty());
        const auto document =
            nlohmann::json::parse(run_ringsim(command + " --time 1ms --json").out, nullptr, false);
        CHECK(!document.is_discarded());
    }
    // What comes to its end within the limit is as it is without one.
    const program_run known = run_ringsim("compare fenced libbpf lost-wakeup --time 1m");
    CHECK(known.status == 1);
    CHECK(known.out.find("B ALLOWS MORE") != std::string::npos);
}

TEST_CASE("matrix: what a limit cut short is told, in every form of the output") {
    NEEDS_PROGRAM;
    const std::string command = "matrix consume-all --engine graph --executions 20";
    for (const char* how : {"", " --quiet"}) {
        const program_run run = run_ringsim(command + how);
        CHECK(run.status == 3);
        CHECK(run.out.find("INCONCLUSIVE   a limit was reached") != std::string::npos);
    }
    const program_run json = run_ringsim(command + " --json");
    CHECK(json.status == 3);
    CHECK(nlohmann::json::parse(json.out).at("complete") == false);
    const std::string all = "matrix lost-wakeup --engine graph";
    CHECK(run_ringsim(all).out.find("INCONCLUSIVE") == std::string::npos);
    CHECK(nlohmann::json::parse(run_ringsim(all + " --json").out).at("complete") == true);
}

}  // namespace ringsim::tests
