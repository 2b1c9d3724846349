// `ringsim museum` from the outside: what it says of rows that Relacy misses, that are about other
// machines, that nobody repaired, that are not shown; `explore` of what Relacy misses.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "scenarios/museum.hpp"
#include "scenarios/worlds/exploration.hpp"
#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

#define NEEDS_PROGRAM \
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it")

namespace ringsim::tests {
namespace {

bool has(const program_run& run, const char* text) {
    return run.out.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("museum: what Relacy misses is said to be missed") {
    NEEDS_PROGRAM;
    if (!scenarios::worlds::relacy_available()) SKIP("built without Relacy");
    // One execution, random or with few switches, shows nothing.
    const program_run missed = run_ringsim("museum A6 --iterations 1");
    CHECK_MESSAGE(has(missed, "not found in 1, with few switches each\n"), missed.out);
    CHECK(has(run_ringsim("museum --iterations 1"), "missed"));
    // No random execution shows it, and those with few switches do.
    const program_run full = run_ringsim("museum B4");
    CHECK_MESSAGE(has(full, "with few switches each"), full.out);
    CHECK_FALSE(has(full, "not found"));
    CHECK(full.status == 0);
}

TEST_CASE("explore: the graph engine is asked where Relacy misses what is stated") {
    NEEDS_PROGRAM;
    if (!scenarios::worlds::relacy_available()) SKIP("built without Relacy");
    const program_run rare = run_ringsim("explore drain-until-empty --no-save --width 100");
    CHECK(rare.status == 0);
    CHECK(has(rare, "Relacy did not meet it in 100000 executions"));
    CHECK(has(rare, "repair batch-limit: "));
    // Positions of both rings begin at the same number; their records have names of their own.
    CHECK(has(rare, "at the start: ring1.A committed"));
    CHECK(has(rare, "takes record ring0.C"));
    const program_run other = run_ringsim("explore uncommitted --no-save --width 100");
    CHECK(other.status == 0);
    CHECK(has(other, "Relacy does not take these orders"));
    // Whoever asks for Relacy gets what Relacy says.
    CHECK(run_ringsim("explore drain-until-empty --no-save --engine relacy").status == 1);
}

TEST_CASE("museum: a row is shown on the machine that it is about, or on the one asked for") {
    NEEDS_PROGRAM;
    const program_run arm = run_ringsim("museum A6");
    CHECK_MESSAGE(has(arm, "armv8      lost notification"), arm.out);
    CHECK(has(arm, "--model armv8\n"));
    const program_run power = run_ringsim("museum A5 --model power,lkmm");
    CHECK_MESSAGE(has(power, "power      lost notification"), power.out);
    CHECK(has(power, "lkmm       cannot express it"));
    CHECK_FALSE(has(power, "x86-tso"));
    CHECK(power.status == 0);
    CHECK(run_ringsim("museum A5 --model powr").err.find("did you mean power") !=
          std::string::npos);
}

TEST_CASE("museum: the command to look is whole at every width") {
    NEEDS_PROGRAM;
    for (const char* width : {"60", "80"}) {
        const program_run run =
            run_ringsim(std::string("museum A18 B6 B7 --iterations 5000 --width ") + width);
        for (auto at = run.out.find("  look "); at != std::string::npos;
             at = run.out.find("  look ", at + 1)) {
            std::string command = run.out.substr(at, run.out.find("\n\n", at) - at);
            CHECK_MESSAGE(command.find("...") == std::string::npos, command);
            CHECK_MESSAGE(std::count(command.begin(), command.end(), '"') % 2 == 0, command);
            // Every line but the last goes on.
            for (auto end = command.find('\n'); end != std::string::npos;
                 end = command.find('\n', end + 1))
                CHECK_MESSAGE(command[end - 1] == '\\', command);
        }
    }
}

TEST_CASE("museum: every variant says what was reached, and reached something") {
    NEEDS_PROGRAM;
    const program_run run = run_ringsim("museum --json");
    REQUIRE(run.status == 0);
    const auto document = nlohmann::json::parse(run.out);
    for (const auto& row : document["rows"]) {
        CAPTURE(row["id"]);
        bool any = false;
        for (const char* which : {"broken", "repaired", "beside"})
            if (!row[which].is_null())
                for (const auto& [name, reached] : row[which]["sometimes"].items())
                    any = any || reached;
        CHECK(any);
    }
}

TEST_CASE("museum: what is not shown says why; without decoration where it is asked for") {
    NEEDS_PROGRAM;
    for (const scenarios::left_out_row& row : scenarios::left_out_rows()) {
        const program_run run = run_ringsim("museum " + std::string(row.id) + " --width 400");
        CHECK(run.status == 0);
        CHECK_MESSAGE(run.out.find(std::string(row.why)) != std::string::npos, run.out);
    }
    CHECK(run_ringsim("museum --quiet --iterations 5000").out.starts_with("AS EXPECTED\n"));
}

TEST_CASE("museum: nothing is repaired where only something else is done") {
    NEEDS_PROGRAM;
    for (const char* id : {"U2", "U3", "U4", "B7", "B13", "C6"}) {
        const program_run run = run_ringsim(std::string("museum ") + id);
        CHECK_MESSAGE(has(run, "  repaired  none\n"), run.out);
        CHECK(has(run, "\n  beside "));
    }
    // A barrier that was proposed, and changes nothing.
    const program_run proposed = run_ringsim("museum B2 --model lkmm,rc11");
    const auto repaired = proposed.out.find("  repaired");
    REQUIRE(repaired != std::string::npos);
    CHECK_MESSAGE(proposed.out.find("data race", repaired) != std::string::npos, proposed.out);
    CHECK(proposed.status == 0);
}

TEST_CASE("museum: each wakeup that is lost is lost in the ring without end too") {
    NEEDS_PROGRAM;
    // Enough for what is found; not for all of what holds.
    const program_run run = run_ringsim("museum --engine states --states 60000 --json");
    CHECK(run.status == 3);
    const auto rows = nlohmann::json::parse(run.out)["rows"];
    const auto verdict = [](const nlohmann::json& variant, const char* model) {
        return variant["models"][model]["verdict"].get<std::string>();
    };
    const std::set<std::string> seq_cst_alone{"A3", "A4", "A5", "B1"};
    std::string without_form;
    unsigned lost = 0;
    unsigned explained = 0;
    for (const auto& row : rows) {
        INFO(row.dump(2));
        for (const char* which : {"broken", "repaired"}) {
            if (!row[which].contains("models")) continue;
            for (const auto& cell : row[which]["models"]) {
                CHECK(cell["as_stated"] == true);
                explained += cell["differs"] != "";
            }
        }
        if (row["broken"].contains("refused")) {
            without_form += row["id"].get<std::string>() + " ";
            continue;
        }
        const bool is_lost = row["broken"]["models"]["x86-tso"]["violation"] == "lost notification";
        lost += is_lost;
        // A shortest way is short.
        for (const auto& cell : row["broken"]["models"])
            if (cell["verdict"] == "VIOLATED") CHECK(cell["depth"] < 45);
        // What is violated is so, whatever seq_cst accesses it has.
        if (seq_cst_alone.contains(row["id"].get<std::string>()))
            CHECK(verdict(row["broken"], "rc11") == "VIOLATED");
        if (is_lost && !row["repaired"].is_null())
            CHECK(verdict(row["repaired"], "sc") != "VIOLATED");
    }
    CHECK(without_form == "A17 A19 ");
    CHECK(lost == 13);
    CHECK(explained == 2);  // B3, and B8 under sc
    CHECK(run_ringsim("museum --states 7").status == 2);
    CHECK(run_ringsim("museum --engine states --model armv8").status == 2);
    CHECK(run_ringsim("museum --engine states --iterations 7").status == 2);
}

}  // namespace ringsim::tests
