// Programs of the user's own on the page: what `check` and `kernel` save, and what `step` offers.
#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "page/execution.hpp"
#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

#define NEEDS_COMPILER                                                                         \
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it"); \
    if (std::system("cc --version > /dev/null 2>&1") != 0) SKIP("no C compiler")

namespace ringsim::tests {
namespace {

std::string file(const std::string& name) {
    return std::string(std::getenv("RINGSIM_SOURCE_ROOT")) + "/tests/" + name;
}

// What `ringsim ARGUMENTS --save` has written; `rest` is for the compiler.
page::execution saved(const std::string& arguments, const std::string& rest, int status) {
    const program_run run =
        run_ringsim(arguments + " --quiet --force --save saved.json " + rest +
                    " > said; echo $? >> said; cat said >&2; cat saved.json; exec true");
    INFO(run.err);
    CHECK(run.err.find("\n" + std::to_string(status) + "\n") != std::string::npos);
    return page::execution_from_json(run.out, "saved.json");
}

std::string stale_loads(const page::execution& e) {
    std::string all;
    for (const page::shown_step& s : e.steps)
        if (s.missed != 0) all += s.text + ";";
    return all;
}

}  // namespace

TEST_CASE("program: what check finds is saved, with its lines and why") {
    NEEDS_COMPILER;
    const page::execution e = saved("check " + file("programs/ttas_lock.c"), "-- -DWRONG", 1);
    CHECK(e.front_end == "check");
    CHECK(e.verdict == "VIOLATED");
    CHECK(e.what.find("data race on counter") != std::string::npos);
    CHECK(e.why.find("a relaxed store does not release") != std::string::npos);
    REQUIRE(e.steps.size() == 11);
    CHECK(e.at_step == 11);
    CHECK(e.races_with == 6);
    const page::shown_step& last = e.steps.back();
    CHECK(last.source == "++counter;");
    CHECK(last.place == "ttas_lock.c:30");
    CHECK(last.function == "worker");
    CHECK(last.remark.find("RACE") != std::string::npos);
    // Nothing hides the initial value from it.
    REQUIRE(last.candidates.size() == 2);
    CHECK(last.candidates[0].store == 6);
    CHECK(last.candidates[1].readable);
}

TEST_CASE("program: under x86-tso the loads of store buffering could have read what is newer") {
    NEEDS_COMPILER;
    const page::execution e =
        saved("check " + file("programs/peterson.c") + " --model x86-tso", "-- -DWRONG", 1);
    CHECK(!stale_loads(e).empty());
    CHECK(!e.cycle.empty());
    for (const page::shown_step& s : e.steps) {
        if (s.missed == 0) continue;
        REQUIRE(!s.candidates.empty());
        CHECK(s.candidates.front().readable);
    }
}

TEST_CASE("program: kernel code is saved too") {
    NEEDS_COMPILER;
    const page::execution e =
        saved("kernel " + file("upstream/kernel/xchg.c") + " --model power", "-- -DRELAXED", 1);
    CHECK(e.front_end == "kernel");
    CHECK(e.threads.size() >= 2);
    CHECK(!stale_loads(e).empty());
    bool lit = false;
    for (const page::shown_step& s : e.steps)
        lit = lit || s.source.find("READ_ONCE(y)") != std::string::npos;
    CHECK(lit);
}

TEST_CASE("program: every view of one that was saved") {
    NEEDS_COMPILER;
    for (const std::string view : {"--dot", "--mermaid", "--shiviz", "--perfetto", "--json"}) {
        INFO(view);
        const auto run = run_ringsim("show " + file("programs/message.c") + " " + view);
        CHECK(run.status == 0);
        CHECK(run.out.find("message") != std::string::npos);
        if (view == "--json") continue;
        // `check` prints the same, and its status is the verdict.
        const auto found = run_ringsim("check " + file("programs/message.c") + " " + view);
        CHECK(found.status == 1);
        CHECK(found.out == run.out);
    }
    const auto page = run_ringsim("show " + file("programs/message.c") +
                                  " --html m.html --quiet; cat m.html; exec true");
    CHECK(page.out.find("assert(message == 42)") != std::string::npos);
}

TEST_CASE("program: what cannot be saved or shown gets one line") {
    NEEDS_COMPILER;
    const std::string message = file("programs/message.c");
    check_refused(run_ringsim("check " + message + " --save there", "echo > there;"),
                  "--save: there is there already; --force overwrites it");
    check_refused(run_ringsim("check " + message + " --save a --model all"), "of one --model");
    check_refused(run_ringsim("check " + message + " --dot --model all"), "of one --model");
    check_refused(run_ringsim("check " + message + " --dot --perfetto"), "in one form");
    check_refused(run_ringsim("check " + message + " --dot --json"), "in one form");
    check_refused(run_ringsim("kernel " + message + " --save a"), "--save: needs one --model");
    check_refused(run_ringsim("show nothing.c --json"), "there is no file 'nothing.c'");
    check_refused(run_ringsim("show " + message + " --json -- -DRIGHT"),
                  "there is no violation to show");
    const auto drawn = run_ringsim("check " + message + " --dot -- -DRIGHT");
    CHECK(drawn.status == 0);
    CHECK(drawn.out == "");
    CHECK(drawn.err.find("--dot: nothing is printed, for there is no violation") !=
          std::string::npos);
    check_refused(run_ringsim("step " + message + " --orders libbpf"),
                  "a program has its own orders");
    check_refused(run_ringsim("step " + message + " --model lkmm"), "lkmm knows the kernel's");
    const auto holds = run_ringsim("check " + message + " --save holds.json -- -DRIGHT");
    CHECK(holds.status == 0);
    CHECK(holds.err.find("nothing is saved, for there is no violation") != std::string::npos);
    const auto again = run_ringsim("check " + message + " --save holds.json --replay 1 -- -DRIGHT");
    CHECK(again.err.find("saved to holds.json") != std::string::npos);
}

TEST_CASE("program: a violation is stepped to") {
    NEEDS_COMPILER;
    // Both threads begin, the sender does all that it does, and then the receiver reads the new
    // flag.
    const auto run = run_ringsim("step " + file("programs/message.c") + " < choices",
                                 "printf '1\\n1\\n1\\n1\\n1\\nh\\n2\\n2\\n2\\nq\\n' > choices;");
    INFO(run.out);
    CHECK(run.status == 0);
    CHECK(run.out.find("goal: a violation") != std::string::npos);
    CHECK(run.out.find("stale: step 4 is newer") != std::string::npos);
    CHECK(run.out.find("over: data race on message: message.c:22") != std::string::npos);
    CHECK(run.out.find("SOLVED") != std::string::npos);
}

TEST_CASE("program: a request a line, an answer a line") {
    NEEDS_COMPILER;
    const auto run = run_ringsim("step " + file("programs/message.c") + " --json < lines",
                                 "printf '{}\\nx\\n{\"turns\": [[9]]}\\n' > lines;");
    CHECK(run.status == 0);
    std::vector<nlohmann::json> answers;
    std::istringstream lines(run.out);
    for (std::string line; std::getline(lines, line);)
        answers.push_back(nlohmann::json::parse(line, nullptr, false));
    REQUIRE(answers.size() == 3);
    CHECK(answers[0]["schema"] == "ringsim/api");
    CHECK(answers[0]["goal"] == "a violation");
    CHECK(answers[0]["choices"][0]["allowed"] == true);
    CHECK(answers[1]["error"] == "the line is no JSON object");
    CHECK(answers[2]["error"].get<std::string>().starts_with("turns: "));

    // What cannot be opened is told in both places.
    const auto none = run_ringsim("step nothing.c --json", "echo '{}' |");
    CHECK(none.status == 2);
    CHECK(none.err.find("there is no file 'nothing.c'") != std::string::npos);
    CHECK(nlohmann::json::parse(none.out)["error"] == "there is no file 'nothing.c'");
    check_refused(run_ringsim("step --challenge list --json"), "has no JSON");
}

}  // namespace ringsim::tests
