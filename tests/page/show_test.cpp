// ringsim show, from the outside.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

#define NEEDS_PROGRAM \
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it")

namespace ringsim::tests {

TEST_CASE("show: a finding is told with what each read could have read") {
    NEEDS_PROGRAM;
    const auto run = run_ringsim(
        "explore lost-wakeup --engine graph --model x86-tso --quiet --out .; exec "
        "\"$RINGSIM_PROGRAM\" show lost-wakeup-*.json --json",
        "");
    CHECK(run.status == 0);
    const auto at = run.out.find('{');
    REQUIRE(at != std::string::npos);
    const auto j = nlohmann::json::parse(run.out.substr(at));
    CHECK(j["candidates_by"] == "x86-tso");
    CHECK(j["ring"]["bytes"] == 64);
    bool stale = false;
    for (const auto& s : j["steps"])
        if (s["missed"] != 0) {
            stale = true;
            REQUIRE(s["candidates"].size() == 2);
            CHECK(s["candidates"][0]["readable"] == true);
            CHECK(s["candidates"][1]["readable"] == true);
        }
    CHECK(stale);
    CHECK(j["cycle"].size() == 2);
    // Beside each step of the protocol stands the line that makes it.
    for (const auto& s : j["steps"]) {
        const std::string place = s["place"];
        INFO(place);
        CHECK((s["site"].get<std::string>().starts_with("kernel.program.") ||
               place.find(':') != std::string::npos));
        if (s["site"] == "kernel.commit.xchg_header")
            CHECK(s["source"] == "rb.exchange_header(site::commit_xchg_header, hdr, new_len);");
    }
}

// The core of a finding is a litmus test that the finding's own model allows, and sc does not.
TEST_CASE("show: a finding as a litmus test") {
    NEEDS_PROGRAM;
    for (const std::string m : {"x86-tso", "lkmm"}) {
        INFO(m);
        const auto run = run_ringsim(
            "explore lost-wakeup --engine graph --model " + m + " --quiet --out " + m +
                " >/dev/null; \"$RINGSIM_PROGRAM\" show " + m +
                "/lost-wakeup-*.json --litmus >core.litmus; for m in " + m +
                " sc; do \"$RINGSIM_PROGRAM\" litmus --quiet --model $m core.litmus; done; exec "
                "\"$RINGSIM_PROGRAM\" show core.litmus --litmus",
            "");
        CHECK(run.status == 2);
        CHECK(run.err.find("--litmus: core.litmus is a litmus test already") != std::string::npos);
        CHECK(run.out.find("Sometimes 1") != std::string::npos);
        CHECK(run.out.find("Never 0") != std::string::npos);
    }
}

// What comes of the exchange is chosen with it: each way is one that a reader may take.
TEST_CASE("show: a litmus test with a compare-exchange") {
    NEEDS_PROGRAM;
    for (const std::string name : {"CAS+fail-rlx", "CAS+weak", "RV-CAS+lr-bne-sc"}) {
        INFO(name);
        const std::string file = "\"$RINGSIM_SOURCE_ROOT/tests/litmus/" + name + ".litmus\"";
        const auto run = run_ringsim("show " + file + " --json");
        CHECK(run.status == 0);
        CHECK(run.err == "");
        if (run.status != 0) continue;
        const auto j = nlohmann::json::parse(run.out);
        CHECK(j["candidates_by"] != "");
        for (const auto& s : j["steps"])
            if (s["reads"] == true) CHECK(s["candidates"].size() > 0);
    }
    const auto run = run_ringsim("step \"$RINGSIM_SOURCE_ROOT/tests/litmus/CAS+weak.litmus\"",
                                 "printf '2\\nq\\n' | ");
    CHECK(run.out.find("1)   P0        exchange x sc -> 0, := 1") != std::string::npos);
    CHECK(run.out.find("2)   P0        load x sc -> 0") != std::string::npos);
    CHECK(run.out.find("over: 0:r1=0; [x]=0;") != std::string::npos);
    CHECK(run.out.find("SOLVED") != std::string::npos);
}

TEST_CASE("show: what a step depends on") {
    NEEDS_PROGRAM;
    const std::string name = "A64-3.LB+data+ctrl+po";
    const auto run =
        run_ringsim("show \"$RINGSIM_SOURCE_ROOT/tests/litmus/" + name + ".litmus\" --json");
    REQUIRE(run.status == 0);
    const auto j = nlohmann::json::parse(run.out);
    REQUIRE(j["steps"].size() == 6);
    CHECK(j["steps"][1]["depends"].dump() == R"([{"kind":"data","on":1}])");
    CHECK(j["steps"][3]["depends"].dump() == R"([{"kind":"ctrl","on":3}])");
    for (const unsigned i : {0, 2, 4, 5}) CHECK(!j["steps"][i].contains("depends"));

    // What was saved is read again.
    const std::string saved = "\"$RINGSIM_PROGRAM\" show \"$RINGSIM_SOURCE_ROOT/tests/litmus/" +
                              name + ".litmus\" --json ";
    CHECK(run_ringsim("show a.json --json", saved + "> a.json; ").out == run.out);
    check_refused(
        run_ringsim("show a.json --json", saved + "| sed s/ctrl\\\"/fence\\\"/ > a.json; "),
        "\"kind\" of a dependency is none of addr, data and ctrl");
}

// A store that is read before it is made has no clock by then; the text of the step tells of it.
TEST_CASE("show: load buffering as a log for ShiViz") {
    NEEDS_PROGRAM;
    const auto run =
        run_ringsim("show \"$RINGSIM_SOURCE_ROOT/tests/litmus/A64-LB+po+po.litmus\" --shiviz");
    CHECK(run.status == 0);
    CHECK(run.err == "");
    CHECK(run.out.find("(AHEAD: step ") != std::string::npos);
    std::istringstream lines(run.out);
    unsigned clocks = 0;
    for (std::string line; std::getline(lines, line);)
        if (const auto at = line.find(" {"); at != std::string::npos) {
            CHECK(!nlohmann::json::parse(line.substr(at + 1), nullptr, false).is_discarded());
            ++clocks;
        }
    CHECK(clocks == 4);
}

TEST_CASE("show: each of two rings has its bytes") {
    NEEDS_PROGRAM;
    const auto run = run_ringsim(
        "explore merged-rings-race --orders 'seq_cst consumer=libpman' --engine graph --model rc11 "
        "--quiet --out . >/dev/null; exec \"$RINGSIM_PROGRAM\" show merged-rings-race-*.json "
        "--json",
        "");
    CHECK(run.status == 0);
    const auto j = nlohmann::json::parse(run.out, nullptr, false);
    REQUIRE(j.is_object());
    REQUIRE(j["more_rings"].size() == 1);
    CHECK(j["more_rings"][0]["bytes"] == j["ring"]["bytes"]);
    bool first = false;
    bool second = false;
    for (const auto& s : j["steps"]) {
        if (s["ring"].is_null()) continue;
        const bool other = s["ring"].value("ring", 0) == 1;
        first = first || !other;
        second = second || other;
        CHECK(s["text"].get<std::string>().find(other ? "ring1." : "ring0.") != std::string::npos);
    }
    CHECK(first);
    CHECK(second);
    std::set<std::string> names;
    for (const auto& w : j["words"]) names.insert(w["name"].get<std::string>());
    CHECK(names.size() == j["words"].size());
    // What was saved is read again.
    const std::string saved =
        "\"$RINGSIM_PROGRAM\" explore merged-rings-race --orders 'seq_cst "
        "consumer=libpman' --engine graph --model rc11 --quiet --out . "
        ">/dev/null; \"$RINGSIM_PROGRAM\" show merged-rings-race-*.json "
        "--json > a.json; ";
    CHECK(run_ringsim("show a.json --json", saved).out == run.out);
}

TEST_CASE("show: bad input gets one line") {
    NEEDS_PROGRAM;
    const struct {
        const char* arguments;
        const char* message;
    } table[] = {
        {"show", "needs the ID or the file"},
        {"show nothing.json --html a.html", "there is no file 'nothing.json'"},
        {"show /dev/null/x.litmus --html a.html", "there is no file"},
        {"show a:b", "say what to make of it"},
        {"show a.json --html a.html --mermaid", "say what to make of it"},
        {"show a.json b.json --mermaid", "two executions go with --html only"},
        {"show / --html a.html", "is not a file"},
        {"show a.json --html .", "is a directory"},
        {"show a.json --html a --force --html /", "is a directory"},
    };
    for (const auto& row : table) {
        INFO(row.arguments);
        check_refused(run_ringsim(row.arguments), row.message);
    }
    check_refused(run_ringsim("show x.litmus --html there.html", "echo > there.html; "),
                  "there.html is there already; --force overwrites it");
    check_refused(run_ringsim("show cut.json --html a.html",
                              "echo '{\"schema\": \"ringsim/execution\",' > cut.json; "),
                  "cut.json: is not JSON, or was cut short");
}

}  // namespace ringsim::tests
