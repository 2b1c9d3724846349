// ringsim gate from the outside: the example, what breaks it, wrong files, the report.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/temporary_directory.hpp"
#include "tests/cli/golden.hpp"
#include "tests/files.hpp"
#include "tests/skip.hpp"

#define NEEDS_GATE                                                                             \
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it"); \
    if (run_ringsim("gate").status == 77) SKIP("this build has no toml++")

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;

// A gate file of its own for each test case, swept away at the end.
class gate_file {
  public:
    explicit gate_file(const std::string& text) { std::ofstream(path(), std::ios::binary) << text; }
    std::string path(const std::string& name = "gate.toml") const {
        return directory_.path_of(name);
    }
    program_run run(const std::string& more = "") const {
        return run_ringsim("gate '" + path() + "' " + more);
    }

  private:
    sim::temporary_directory directory_{"gate"};
};

const std::string good = "table = 'libbpf'\nscenario = 'lost-wakeup'\n";

}  // namespace

TEST_CASE("gate: the example of the docs passes, and fails when an order is weakened") {
    NEEDS_GATE;
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT is not set");
    std::string text = contents(fs::path(root) / "docs/examples/ringsim-gate.toml");
    const gate_file example(text);
    const program_run passed = example.run("--width 80");
    CHECK_MESSAGE(passed.status == 0, passed.out, passed.err);
    CHECK(passed.out.find("PASSED") != std::string::npos);
    CHECK(widest_line(passed.out) <= 80);
    CHECK(passed.out == example.run("--width 80").out);
    const std::string fence = "recheck_fence = \"seq_cst\"";
    REQUIRE(text.find(fence) != std::string::npos);
    text.replace(text.find(fence), fence.size(), "recheck_fence = \"acq_rel\"");
    const program_run failed = gate_file(text).run("--width 80");
    CHECK(failed.status == 1);
    CHECK(failed.out.find("FAIL  ours") != std::string::npos);
    CHECK(failed.out.find("found: lost notification") != std::string::npos);
    CHECK(failed.out.find("1 end more") != std::string::npos);
    CHECK(widest_line(failed.out) <= 80);
}

TEST_CASE("gate: an expected violation that is missing, or another count, fails") {
    NEEDS_GATE;
    const auto status = [](const std::string& lines) {
        return gate_file("[[check]]\n" + good + lines).run().status;
    };
    CHECK(status("expect = 'lost notification'") == 0);
    CHECK(status("expect = 'violated'") == 0);
    CHECK(status("expect = 'data race'") == 1);
    CHECK(status("expect = 'holds'") == 1);
    CHECK(status("trigger = 'level'\nexpect = 'holds'") == 0);
    CHECK(status("trigger = 'level'\nexpect = 'violated'") == 1);
    CHECK(status("expect = 'violated'\nexecutions = '1 of 5'") == 0);
    CHECK(status("expect = 'violated'\nexecutions = '2 of 5'") == 1);
    CHECK(status("models = 'sc'\nexpect = 'holds'\nexecutions = 4") == 0);
    CHECK(status("models = 'sc'\nexpect = 'holds'\nexecutions = 5") == 1);
    // What the file should say is said as it would say it.
    const auto says = [](const std::string& lines, const std::string& text) {
        const std::string out = gate_file("[[check]]\n" + good + lines).run("--width 200").out;
        CHECK_MESSAGE(out.find(text) != std::string::npos, out);
    };
    says("expect = 'violated'\nexecutions = '2 of 5'",
         "expected: violated, executions = \"2 of 5\"; found: lost notification, executions = "
         "\"1 of 5\"");
    says("models = 'sc'\nexpect = 'holds'\nexecutions = 5",
         "expected: holds, executions = 5; found: holds, executions = 4");
    // On RISC-V a seq_cst store needs a fence behind it, which one of the mappings has.
    const std::string riscv =
        "[[check]]\nscenario = 'lost-wakeup'\nmodels = 'riscv'\n"
        "table = 'libbpf store_consumer_pos=seq_cst'\n";
    CHECK(gate_file(riscv + "expect = 'violated'").run().status == 0);
    CHECK(gate_file(riscv + "expect = 'holds'\nmapping = 'trailing'").run().status == 0);
    CHECK(gate_file("[[check]]\nscenario = 'lost-wakeup'\nmodels = 'armv8,riscv'\n"
                    "table = 'libbpf store_consumer_pos=seq_cst'\nexpect = 'holds'\n"
                    "mapping = ' llsc , trailing '")
              .run()
              .status == 2);
    CHECK(gate_file("[[check]]\nscenario = 'lost-wakeup'\nmodels = 'armv8,riscv'\n"
                    "table = 'libbpf store_consumer_pos=seq_cst'\nexpect = 'holds'\n"
                    "mapping = ' lse , trailing '")
              .run()
              .status == 0);
    const std::string compare = "[[compare]]\nscenario = 'lost-wakeup'\n";
    CHECK(gate_file(compare + "old = 'edge'\nnew = 'libbpf'").run().status == 1);
    CHECK(gate_file(compare + "old = 'edge'\nnew = 'libbpf'\nexpect = 'more'").run().status == 0);
    CHECK(gate_file(compare + "old = 'libbpf'\nnew = 'edge'").run().status == 0);
}

TEST_CASE("gate: the report says what the page says") {
    NEEDS_GATE;
    const gate_file gate(
        "junit = 'report.xml'\nmodels = ['sc', 'rc11']\n[[check]]\n"
        "name = 'a <b> & \"c\"'\nexpect = 'holds'\n" +
        good);
    const program_run run = gate.run("--json");
    CHECK(run.status == 1);
    const auto document = nlohmann::json::parse(run.out);
    CHECK(document["schema"] == "ringsim/gate");
    REQUIRE(document["results"].size() == 2);
    CHECK(document["results"][0]["result"] == "ok");
    CHECK(document["results"][1]["result"] == "FAIL");
    CHECK(document["results"][1]["found"] == "lost notification");
    const std::string report = contents(gate.path("report.xml"));
    CHECK(report.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    CHECK(report.find("<testsuite name=\"a &lt;b&gt; &amp; &quot;c&quot;\" tests=\"2\" "
                      "failures=\"1\"") != std::string::npos);
    CHECK(report.find("name=\"libbpf, lost-wakeup, sc\"/>") != std::string::npos);
    CHECK(report.find("<failure message=\"expected: holds; found: lost notification\">") !=
          std::string::npos);
    gate.run("--junit '" + gate.path("other.xml") + "'");
    CHECK(contents(gate.path("other.xml")) == report);
    CHECK(gate.run("--junit /nowhere/at/all.xml").status == 74);
    CHECK(gate.run("--junit /dev/full").status == 74);
}

TEST_CASE("gate: tables of the file, site by site, by words, and from a file beside it") {
    NEEDS_GATE;
    const std::string rest =
        "[[check]]\ntable = 'ours'\nscenario = 'lost-wakeup'\n"
        "expect = 'holds'\n";
    CHECK(gate_file("[tables]\nours = 'libbpf recheck_fence=seq_cst'\n" + rest).run().status == 0);
    CHECK(gate_file("[tables.ours]\nrecheck_fence = 'seq_cst'\n" + rest).run().status == 0);
    CHECK(gate_file("[tables.ours]\nbase = 'edge'\nconsumer.recheck_fence = 'none'\n" + rest)
              .run()
              .status == 1);
    const gate_file beside("[tables]\nours = 'orders.txt'\n" + rest);
    std::ofstream(beside.path("orders.txt")) << "libbpf\nrecheck_fence=seq_cst\n";
    CHECK(beside.run().status == 0);
}

TEST_CASE("gate: a limit that is reached makes it inconclusive, not passed") {
    NEEDS_GATE;
    const gate_file gate(
        "seconds = 1\n[[check]]\ntable = 'libbpf'\nmodels = 'all'\n"
        "scenario = 'lost-wakeup'\nexpect = 'holds'\n");
    CHECK(gate.run().status == 1);  // what was found was found
}

TEST_CASE("gate: wrong files get one line with file and line, and status 2") {
    NEEDS_GATE;
    const std::string check = "[[check]]\n";
    const std::string holds = "expect = 'holds'\n";
    const struct {
        std::string text;
        const char* message;
    } table[] = {
        {"", ":1: is empty: a gate needs a [[check]] or a [[compare]]"},
        {"models = 'rc11'\n", ":1: nothing to do: a gate needs a [[check]]"},
        {"a = \n", ":1: Error while parsing key-value pair"},
        {std::string("x = 1\n\0\n", 8), ":2: is no text: it has a byte 0"},
        {"\xff\xfe\x01", ":1: "},
        {std::string(2000, '['), ":1: "},
        {std::string(2 << 20, '#'), ": is too large for a gate (1 MB at most)"},
        {"mdels = 'rc11'\n", ":1: 'mdels' is no key of a gate; did you mean models?"},
        {"models = 'rc12'\n", ":1: there is no model 'rc12'; did you mean rc11?"},
        {"models = []\n", ":1: models: is an empty list"},
        {"seconds = 0\n", ":1: seconds: takes a whole number from 1"},
        {"trigger = 'both'\n", ":1: trigger: 'both' is not one of: edge, level"},
        {"[check]\nexpect = 'holds'\n", ":1: check: begin each one with [[check]]"},
        {"tables = 3\n", ":1: tables: is a whole number; begin a section [tables]"},
        {"[tables]\nlibbpf = 'edge'\n", ":2: 'libbpf' is a table already"},
        {"[tables.a]\nconsumer.load_header = 'release'\n",
         ":2: 'release' makes no sense at consumer.load_header"},
        {"[tables.a]\nbase = 'libbfp'\n", ":2: 'libbfp' is no order table"},
        {check + holds, ":1: this check says no scenarios"},
        {check + good, ":1: this check says no expect"},
        {check + good + "expect = 'hold'\n",
         ":4: expect: 'hold' is no verdict; did you mean holds?"},
        {check + good + "expect = { sc = 'holds' }\n", ":4: expect: says nothing of rc11"},
        {check + good + "expect = { rc12 = 'holds' }\n", "did you mean rc11?"},
        {check + good + holds + "executions = 'many'\n",
         ":5: executions: takes a number, 113, or \"10 of 113\" if ten of them violate; not "
         "'many'"},
        {check + good + holds + "executions = 1.5\n", "violate; not a number or date"},
        {check + good + holds + "executions = -1\n", "violate; not -1"},
        {check + good + holds + "executions = '5 of 1'\n", "violate; not '5 of 1'"},
        {check + good + holds + "executions = '1 of 5'\n",
         ":5: executions: \"1 of 5\" has violations, but expect says holds; if all hold it is 5"},
        {check + good + "expect = 'violated'\nexecutions = 5\n",
         ":5: executions: 5 means that all hold, but expect says violated; if K of them violate it "
         "is \"K of 5\""},
        {check + good + holds + "mapping = 'lse'\n", ":5: 'lse' is no mapping of the models"},
        {check + good + holds + "scenarios = 'wrap'\n", "scenario and scenarios are the same"},
        {check + holds + "table = 'libbfp'\nscenario = 'wrap'\n",
         ":3: there is no table 'libbfp'; did you mean libbpf?"},
        {check + holds + "table = 5\nscenario = 'wrap'\n",
         ":3: table: takes a text in quotes, not a whole number"},
        {check + holds + "table = 'edge'\nscenario = 'wrp'\n",
         ":4: there is no scenario 'wrp'; did you mean wrap"},
        {check + holds + "table = 'edge'\nscenario = 'overwrite-reader kernel=5.8'\n",
         ":4: the scenario overwrite-reader needs overwrite mode"},
        {"[[compare]]\nold = 'edge'\nscenario = 'wrap'\n", ":1: this comparison says no new"},
    };
    for (const auto& row : table) {
        CAPTURE(row.message);
        const gate_file gate(row.text);
        const program_run run = gate.run();
        check_refused(run, row.message);
        CHECK(run.err.starts_with("ringsim: " + gate.path() + ":"));
    }
    CHECK(run_ringsim("gate /no/such.toml").err ==
          "ringsim: /no/such.toml: there is no such file\n");
    CHECK(run_ringsim("gate /").err == "ringsim: /: is a directory, not a file\n");
    CHECK(run_ringsim("gate").status == 2);
}

}  // namespace ringsim::tests
