// ringsim export from the outside: what it writes is read back, and says what the scenario says.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

#define NEEDS_PROGRAM \
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it")

namespace ringsim::tests {
namespace {

// Exports and judges in one directory: the program, called twice by a shell.
struct judged_export {
    program_run exported;
    std::string observation;  // of the litmus test: Sometimes, Never
    std::string verdict;      // "Undef" with a race
    std::uint64_t executions = 0;
};

judged_export litmus_of(const std::string& what, const std::string& form,
                        const std::string& model) {
    const std::string file = "core." + form + ".litmus";
    judged_export j;
    j.exported =
        run_ringsim("export " + what + " --litmus --as " + form + " >" + file +
                    " && \"$RINGSIM_PROGRAM\" litmus --json --quiet --model " + model + " " + file);
    if (j.exported.status != 0) return j;
    const auto document = nlohmann::json::parse(j.exported.out);
    const auto& test = document["tests"][0];
    j.observation = test["observation"];
    j.verdict = test["verdict"];
    j.executions = test["positive"].get<std::uint64_t>() + test["negative"].get<std::uint64_t>();
    return j;
}

}  // namespace

TEST_CASE("export: read back, the core has the verdict of the scenario") {
    NEEDS_PROGRAM;
    const struct {
        const char* what;
        const char* form;
        const char* model;
        const char* observation;
    } table[] = {
        {"lost-wakeup", "c11", "rc11", "Sometimes"},
        {"lost-wakeup", "c11", "sc", "Never"},
        {"lost-wakeup/edge", "c11", "rc11", "Never"},
        {"lost-wakeup/seq_cst", "c11", "rc11", "Never"},
        {"lost-wakeup/aya-0.12", "c11", "rc11", "Sometimes"},
        {"lost-wakeup/edge/xchg_header=store_release", "c11", "rc11", "Sometimes"},
        {"lost-wakeup/edge/xchg_header=seq_cst", "c11", "rc11", "Sometimes"},
        {"lost-wakeup", "lkmm", "lkmm", "Sometimes"},
        {"lost-wakeup/edge", "lkmm", "lkmm", "Never"},
        {"lost-wakeup/edge/recheck_fence=acq_rel", "lkmm", "lkmm", "Sometimes"},
        {"lost-wakeup-prod", "c11", "rc11", "Sometimes"},
        {"lost-wakeup-prod/edge", "c11", "rc11", "Never"},
        {"lost-wakeup-prod/edge", "lkmm", "lkmm", "Never"},
        {"publish", "c11", "rc11", "Never"},
        {"publish/edge", "lkmm", "lkmm", "Never"},
        {"publish/libbpf/consumer.load_header=relaxed", "c11", "armv8", "Sometimes"},
        {"two-readers", "c11", "sc", "Sometimes"},
    };
    for (const auto& row : table) {
        CAPTURE(row.what);
        CAPTURE(row.form);
        const judged_export j = litmus_of("'" + std::string(row.what) + "'", row.form, row.model);
        CHECK_MESSAGE(j.exported.status == 0, j.exported.err);
        CHECK(j.observation == row.observation);
    }
}

TEST_CASE("export: no race where the code has none, and one where it has") {
    NEEDS_PROGRAM;
    CHECK(litmus_of("publish", "c11", "rc11").verdict == "No");
    CHECK(litmus_of("lost-wakeup-prod/edge", "c11", "rc11").verdict == "No");
    CHECK(litmus_of("publish/libbpf/consumer.load_header=relaxed", "c11", "rc11").verdict ==
          "Undef");
}

TEST_CASE("export: the program has the verdict and the executions of the litmus test") {
    NEEDS_PROGRAM;
    const bool checks =
        run_ringsim("check --help").status == 0 && run_ringsim("check /no/such.c").status != 77;
    if (!checks) SKIP("`ringsim check` is not for this machine");
    const struct {
        const char* what;
        const char* verdict;
    } table[] = {{"lost-wakeup", "violated"},
                 {"lost-wakeup/edge", "holds"},
                 {"lost-wakeup-prod/edge", "holds"},
                 {"publish", "holds"},
                 {"two-readers", "violated"}};
    for (const auto& row : table) {
        CAPTURE(row.what);
        const std::string what = row.what;
        const program_run run =
            run_ringsim("export " + what + " --litmus --as genmc >core.c && gcc -std=c11 -Wall " +
                        "-Wextra -Werror -c core.c -o core.o && \"$RINGSIM_PROGRAM\" check " +
                        "core.c --model rc11 --json");
        if (run.out.empty()) MESSAGE(run.err);
        REQUIRE(!run.out.empty());
        const auto document = nlohmann::json::parse(run.out);
        CHECK(document["verdict"] == row.verdict);
        CHECK(document["executions"] == litmus_of(what, "c11", "rc11").executions);
    }
}

namespace {

// Cores with the orders `edge`, in a form, and the scenarios that are safe under a model.
struct all_cores {
    std::set<std::string> safe;
    nlohmann::json tests;
    std::string end_in_race;  // files of cores that do, a line each
};
all_cores cores_judged(const std::string& names, const std::string& form,
                       const std::string& model) {
    all_cores all;
    const program_run verified =
        run_ringsim("verify " + names + " --orders edge --json --model " + model);
    const auto document = nlohmann::json::parse(verified.out);
    for (const auto& r : document["results"])
        if (r["verdict"] == "HOLDS") all.safe.insert(r["scenario"]);
    const program_run run =
        run_ringsim("export " + names + " --orders edge --litmus -o all-" + form + " --as " + form +
                    " >list && \"$RINGSIM_PROGRAM\" litmus --json --quiet --model " + model +
                    " all-" + form + "/*");
    REQUIRE_MESSAGE(run.status == 0, run.err);
    all.tests = nlohmann::json::parse(run.out)["tests"];
    all.end_in_race =
        run_ringsim("--version >/dev/null; for f in all-" + form +
                    "/*; do tr -s '\\n *' ' ' <$f | grep -q 'ends with its data race' && echo $f; "
                    "done; true")
            .out;
    return all;
}

std::string scenario_of(const nlohmann::json& test) {
    const std::string name = test["name"];
    return name.substr(0, name.find('+'));
}

}  // namespace

namespace {

void check_cores(const std::string& names, std::size_t held_min) {
    for (const auto& row : {std::pair{"c11", "rc11"}, std::pair{"lkmm", "lkmm"}}) {
        const char* const form = row.first;
        CAPTURE(form);
        const all_cores all = cores_judged(names, form, row.second);
        std::size_t held = 0;
        std::size_t violated = 0;
        for (const auto& test : all.tests) {
            CAPTURE(test["name"].get<std::string>());
            if (!all.safe.contains(scenario_of(test))) {
                violated += test["observation"] != "Never";
                continue;
            }
            CHECK(test["race"] == false);
            ++held;
            // Of a core that ends with its race nothing else is asked.
            if (all.end_in_race.find(test["file"].get<std::string>() + "\n") != std::string::npos)
                continue;
            CHECK(test["observation"] == "Never");
            CHECK(test["verdict"] == "No");
        }
        CHECK(held >= held_min);
        CHECK(violated > 0);
    }
}

// What herd7 says of each file of a directory against what ringsim says.
void check_with_herd(const std::string& names) {
    if (run_ringsim("--version >/dev/null && command -v herd7").status != 0)
        SKIP("herd7 is not installed");
    const program_run run =
        run_ringsim("export " + names +
                    " --orders edge --litmus -o herd-c11 --as c11 >list && "
                    "for f in herd-c11/*; do timeout 60 herd7 -model rc11.cat \"$f\" | sed -n "
                    "'s/^Observation //p'; done "
                    ">theirs && \"$RINGSIM_PROGRAM\" litmus --quiet --summary herd-c11/* | "
                    "sed 's/ *\\(Ok\\|No\\|Undef\\) */ /; s/ data-race$//' >ours; wc -l <theirs; "
                    "diff theirs ours");
    CHECK_MESSAGE(run.status == 0, run.out);
    CHECK(std::stoi(run.out) == 4);
}

// Small ones, of all kinds.
const std::string few =
    "lost-wakeup lost-wakeup-prod publish reuse wrap discard two-readers pending-head";

}  // namespace

TEST_CASE("export: what holds as a whole holds in its core, without a race") {
    NEEDS_PROGRAM;
    check_cores(few, 5);
}

TEST_CASE("export: herd7 says of the cores what ringsim says") {
    NEEDS_PROGRAM;
    check_with_herd("lost-wakeup publish two-readers pending-head");
}

TEST_CASE("export: what holds as a whole holds in its core, all scenarios" *
          doctest::test_suite("slow")) {
    NEEDS_PROGRAM;
    check_cores("all", 6);
}

TEST_CASE("export: files, and what cannot be exported") {
    NEEDS_PROGRAM;
    const program_run files = run_ringsim("export lost-wakeup/edge --litmus -o cores && ls cores");
    CHECK(files.status == 0);
    CHECK(files.out ==
          "cores/lost-wakeup+fenced.lkmm.litmus\ncores/lost-wakeup+fenced.c11.litmus\n"
          "cores/lost-wakeup+fenced.genmc.c\n"
          "lost-wakeup+fenced.c11.litmus\nlost-wakeup+fenced.genmc.c\n"
          "lost-wakeup+fenced.lkmm.litmus\n");
    CHECK(run_ringsim("export lost-wakeup --litmus").out ==
          run_ringsim("export lost-wakeup --litmus --as c11").out);
    const struct {
        const char* arguments;
        const char* message;
    } table[] = {
        {"export", "export: name a scenario"},
        {"export lost-wakup", "there is no scenario 'lost-wakup'; did you mean lost-wakeup"},
        {"export lost-wakeup/libbfp", "did you mean libbpf?"},
        {"export lost-wakeup --as herd", "--as: 'herd' is not one of: lkmm, c11, genmc"},
        {"export lost-wakeup/seq_cst --as lkmm",
         "export: lost-wakeup with \"seq_cst\": lkmm has no word for consumer.load_consumer_pos"},
        {"export lost-wakeup/edge/xchg_header=acq_rel --as lkmm",
         "lkmm has no word for kernel.commit.xchg_header=acq_rel"},
        {"export wrapped-consumer", "is never violated"},
        {"export overwrite-reader/libbpf/kernel=5.8", "needs overwrite mode"},
    };
    for (const auto& row : table) {
        CAPTURE(row.arguments);
        const program_run run = run_ringsim(row.arguments);
        check_refused(run, row.message);
    }
}

}  // namespace ringsim::tests
