// No command takes an option and does as if it had not been given: each option, beside arguments
// where it has a meaning, changes what is printed or is refused in words.
#include <doctest/doctest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

#define NEEDS_PROGRAM \
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it")

namespace ringsim::tests {
namespace {

// A run, and the options that are put behind it, one at a time.
struct base_run {
    std::string_view command;
    std::string arguments;  // behind the command
    std::vector<std::string> options;
};

// A finding in the directory of the run, and then the command.
const std::string with_finding =
    "explore lost-wakeup --engine graph --no-fix --out here --quiet > /dev/null; "
    "\"$RINGSIM_PROGRAM\" ";

const std::string program = "\"$RINGSIM_SOURCE_ROOT\"/tests/programs/seqlock.c";
const std::string litmus = "\"$RINGSIM_SOURCE_ROOT\"/tests/litmus/";

const std::vector<base_run> runs{
    {"explore",
     "lost-wakeup --no-save --engine graph --orders libbpf --model riscv",
     {"--orders edge",    "--trigger level",   "--kernel 5.8",
      "--bits 8",         "--consumer cilium", "--wakeup full",
      "--engine relacy",  "--model sc",        "--mapping trailing",
      "--scheduler full", "--search random",   "--bound 0",
      "--stale 0",        "--steps 3",         "--depth 4",
      "--seed 7",         "--executions 1",    "--iterations 1",
      "--full",           "--no-fix",          "--json"}},
    {"explore",
     "publish --no-save --scheduler full",
     {"--seed 7", "--bound 1", "--search all", "--stale 0", "--steps 3", "--depth 4", "--model sc",
      "--mapping usual"}},
    {"verify",
     "lost-wakeup --orders libbpf --model riscv",
     {"--orders edge",     "--trigger level", "--kernel 5.8",      "--bits 8",
      "--consumer cilium", "--wakeup full",   "--model sc",        "--mapping trailing",
      "--search random",   "--bound 0",       "--stale 0",         "--steps 3",
      "--depth 4",         "--seed 7",        "--executions 1",    "--engine states",
      "--records 2",       "--producers 2",   "--memory 500M",     "--states 5",
      "--symmetry off",    "--store hash",    "--checkpoint file", "--resume file",
      "--every 1s",        "--estimate",      "--print-counts",    "--json",
      "--must-hold"}},
    {"verify",
     "lost-wakeup --orders libbpf --model sc --estimate",
     {"--executions 1", "--seed 7", "--bound 0", "--records 2", "--checkpoint file"}},
    {"outcomes",
     "lost-wakeup --orders libbpf --model riscv",
     {"--orders edge", "--trigger level", "--kernel 5.8", "--bits 8", "--consumer cilium",
      "--wakeup full", "--model sc", "--mapping trailing", "--search random", "--bound 0",
      "--stale 0", "--steps 3", "--depth 4", "--seed 7", "--executions 1", "--json"}},
    {"matrix",
     "publish --engine graph --model riscv",
     {"--orders libbpf",  "--trigger level",   "--kernel 5.8",
      "--bits 8",         "--consumer cilium", "--wakeup full",
      "--engine relacy",  "--model sc",        "--mapping trailing",
      "--scheduler full", "--search random",   "--bound 0",
      "--stale 0",        "--steps 3",         "--depth 4",
      "--seed 7",         "--executions 1",    "--iterations 1",
      "--models sc",      "--strengthen",      "--json"}},
    {"matrix",
     "publish --models riscv",
     {"--engine graph", "--engine relacy", "--model sc", "--mapping trailing", "--scheduler full",
      "--search random", "--bound 0", "--stale 0", "--steps 3", "--depth 4", "--seed 7",
      "--executions 1", "--iterations 1", "--strengthen"}},
    {"weaken",
     "lost-wakeup reuse --models riscv",
     {"--orders seq_cst", "--below", "--trigger level", "--models sc", "--mapping trailing",
      "--sites kernel", "--json"}},
    {"compare",
     "libbpf aya-0.12 lost-wakeup --models riscv --trigger edge",
     {"--trigger level", "--models sc", "--mapping trailing", "--json"}},
    {"compare", "libbpf edge lost-wakeup --models riscv --trigger edge", {"--reverse"}},
    {"cross", "publish", {"--iterations 1", "--json"}},
    {"litmus",
     litmus + "SB+rlx+rlx.litmus",
     {"--model sc", "--mapping classic", "--engine states", "--summary", "--graph",
      "--executions 1", "--json"}},
    {"litmus", litmus + "K-count.litmus", {"--unroll 1"}},
    {"export", "lost-wakeup", {"--as lkmm", "--orders edge", "--trigger level", "--json"}},
    {"check",
     program,
     {"--model armv8", "--mapping classic", "--at seqlock.c:13=plain", "--force", "--replay 3",
      "--measure", "--estimate", "--search random", "--bound 0", "--stale 0", "--steps 4",
      "--depth 4", "--seed 7", "--executions 2", "--resume file", "--every 1s", "--json"}},
    {"check",
     program + " --replay 3",
     {"--keep-going", "--fix", "--estimate", "--dot", "--mermaid", "--shiviz", "--perfetto"}},
    {"check", program + " --estimate", {"--keep-going", "--fix", "--save file", "--executions 2"}},
    {"museum", "A1", {"--model power", "--iterations 10", "--engine states", "--json"}},
    {"replay", "here/*.json", {"--step 2", "--dot", "--short", "--json"}},
    {"replay", "here/*.json --dot", {"--step 2", "--short", "--json"}},
    {"replay", "here/*.json --json", {"--step 2", "--short"}},
    {"show",
     "here/*.json --mermaid",
     {"--html file", "--dot", "--shiviz", "--perfetto", "--litmus", "--force"}},
};

// Options that the runs above do not put to the test, and why.
struct left_out_option {
    std::string_view command;
    std::string_view option;
    std::string_view why;
};
constexpr left_out_option left_out[] = {
    {"explore", "--time", "a clock decides"},
    {"verify", "--time", "a clock decides"},
    {"outcomes", "--time", "a clock decides"},
    {"matrix", "--time", "a clock decides"},
    {"weaken", "--time", "a clock decides"},
    {"compare", "--time", "a clock decides"},
    {"cross", "--time", "a clock decides"},
    {"museum", "--time", "a clock decides"},
    {"litmus", "--time", "a clock decides"},
    {"check", "--time", "a clock decides"},
    {"check", "--checkpoint", "writes a file"},
    {"cross", "--seed", "another sample of the same ends"},
    {"export", "--litmus", "says what is done anyhow"},
    {"export", "-o", "writes files"},
    {"show", "--mermaid", "one of the forms has to be asked for"},
    {"show", "--model", "of litmus tests and programs"},
    {"show", "--no-fix", "for --html and --json"},
    {"museum", "--states", "a limit that these rings do not come to"},
    {"check", "--loop-bound", "of programs with loops"},
    {"check", "--exit-status", "of programs that fail so"},
    {"check", "--races", "of programs that race"},
    {"check", "--unwritten", "of programs that read unwritten memory"},
    {"check", "--volatile", "of programs with volatile accesses"},
    {"check", "--spurious", "of programs with weak compare-exchanges"},
    {"check", "--reduce", "of programs with barriers"},
    {"check", "--allow-unseen", "of programs that call what cannot be followed"},
};

std::string run_of(const base_run& r, const std::string& option) {
    const bool needs_finding = r.command == "replay" || r.command == "show";
    // What differs of a sample is not how large it is, so a small one will do.
    const std::string fewer = option == "--search random" ? " --executions 200" : "";
    return (needs_finding ? with_finding : "") + std::string(r.command) + " " + r.arguments + " " +
           option + fewer;
}

std::set<std::string> options_of(std::string_view command) {
    const std::string help = run_ringsim(std::string(command) + " --help").out;
    std::set<std::string> found;
    const std::regex line(R"(\n  (--?[a-z][a-z-]*)[ \n])");
    for (std::sregex_iterator i(help.begin(), help.end(), line), end; i != end; ++i)
        found.insert((*i)[1]);
    return found;
}

TEST_CASE("options: environment twins, and what is wrong with them") {
    NEEDS_PROGRAM;
    const program_run bad = run_ringsim("list", "RINGSIM_WIDTH=narrow");
    CHECK(bad.status == 2);
    CHECK(bad.err == "ringsim: RINGSIM_WIDTH: 'narrow' is not a whole number from 60 to 400\n");
    const program_run given = run_ringsim("explore --engine graph --orders edge --quiet");
    const program_run twin =
        run_ringsim("explore", "RINGSIM_ENGINE=graph RINGSIM_ORDERS=edge RINGSIM_QUIET=1");
    CHECK(given.out == twin.out);
    CHECK(given.status == twin.status);
    // Of another command it may have other values.
    CHECK(run_ringsim("verify lost-wakeup --records unbounded --orders fenced",
                      "RINGSIM_ENGINE=states")
              .status == 0);
}

}  // namespace

TEST_SUITE_BEGIN("slow");

TEST_CASE("options: each changes what is printed, or is refused") {
    NEEDS_PROGRAM;
    for (const base_run& r : runs) {
        const program_run plain = run_ringsim(run_of(r, ""));
        CAPTURE(run_of(r, ""));
        CAPTURE(plain.err);
        REQUIRE(plain.status < 2);
        for (const std::string& option : r.options) {
            CAPTURE(option);
            const program_run with = run_ringsim(run_of(r, option));
            const bool refused = with.status == 2 && with.out.empty();
            CHECK((refused || with.out != plain.out || with.status != plain.status));
        }
    }
}

TEST_CASE("options: none of these commands has one that is not put to the test") {
    NEEDS_PROGRAM;
    std::set<std::string_view> commands;
    for (const base_run& r : runs) commands.insert(r.command);
    for (const std::string_view command : commands) {
        CAPTURE(command);
        const std::set<std::string> options = options_of(command);
        CHECK(!options.empty());
        for (const std::string& option : options) {
            CAPTURE(option);
            const bool tried = std::ranges::any_of(runs, [&](const base_run& r) {
                return r.command == command && std::ranges::any_of(r.options, [&](const auto& o) {
                           return o == option || o.starts_with(option + " ");
                       });
            });
            const bool out = std::ranges::any_of(left_out, [&](const left_out_option& o) {
                return o.command == command && o.option == option;
            });
            CHECK(tried != out);
        }
    }
}

TEST_SUITE_END();

}  // namespace ringsim::tests
