// The built program from the outside: bad input, exit statuses, widths, JSON, the same bytes twice.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/worlds/exploration.hpp"
#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

#define NEEDS_PROGRAM \
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it")

namespace ringsim::tests {
namespace {

const std::string explore_graph = "explore lost-wakeup --engine graph ";

// Whether this machine and this build check programs.
bool can_check() {
    return std::system("cc --version >/dev/null 2>&1") == 0 &&
           run_ringsim("check no-such-file.c").status != 77;
}

// The id of the finding that `explore` printed.
std::string finding_id(const std::string& output) {
    const auto at = output.rfind("ringsim replay ");
    return at == std::string::npos ? ""
                                   : output.substr(at + 15, output.find(' ', at + 15) - at - 15);
}

}  // namespace

TEST_CASE("program: bad input gets one line on stderr and status 2") {
    NEEDS_PROGRAM;
    const struct {
        const char* arguments;
        const char* message;
    } table[] = {
        {"explroe", "there is no command 'explroe'; did you mean explore?"},
        {"explore lost-wakup", "there is no scenario 'lost-wakup'; did you mean lost-wakeup"},
        {"explore --order edge",
         "there is no option '--order' of `ringsim explore`; did you mean "
         "--orders?"},
        {"explore --orders", "--orders needs a value"},
        {"explore --orders ''", "--orders: needs a value"},
        {"explore --orders libbfp", "did you mean libbpf?"},
        {"explore --orders recheck_fence=sequential", "is no memory order"},
        {"explore --orders consumer.load_header=release", "makes no sense at consumer.load_header"},
        {"explore lost-wakeup recheck_fence=none", "--orders \"TABLE recheck_fence=none\""},
        {"explore --orders /dev/null/x", "is not a file"},
        {"explore --orders /", "is not a file"},
        {"explore --iterations 0", "--iterations: '0' is not a whole number from 1 to"},
        {"explore --iterations many", "--iterations: 'many' is not a whole number"},
        {"explore --iterations -5", "is not a whole number"},
        {"explore --iterations 99999999999999999999", "is not a whole number"},
        {"explore --seed 1.5", "--seed: '1.5' is not a whole number"},
        {"explore --trigger both", "--trigger: 'both' is not one of: edge, level"},
        {"explore --scheduler fair", "--scheduler: 'fair' is not one of: random, bound, full"},
        {"explore --engine genmc", "--engine: 'genmc' is not one of: relacy, graph"},
        {"explore --model power9", "--model: 'power9' is not one of: sc, x86-tso, rc11"},
        {"explore --width 20", "--width: '20' is not a whole number from 60 to 400"},
        {"explore --color sometimes", "--color: 'sometimes' is not one of: auto, always, never"},
        // Also what is as usual there.
        {"explore --engine graph --scheduler random", "--scheduler is of Relacy"},
        {"museum --engine states --iterations 5000", "--iterations goes with Relacy"},
        {"list tables", "list: 'tables' cannot be listed"},
        {"list sites orders", "'orders' is one too many"},
        // The value of an option that does not exist is no operand too many.
        {"replay x --time 5s", "there is no option '--time' of `ringsim replay`"},
        {"manual --json", "manual: a page, of which there is no JSON"},
        {"completion bash --json", "completion: a script, of which there is no JSON"},
        {"matrix nothing", "there is no scenario 'nothing'"},
        {"museum A99", "museum: there is no row 'A99'; rows: A1, A2, "},
        {"explore --kernel 6.13", "--kernel: '6.13' is not one of: 5.8, 5.13, 6.1, "},
        {"explore --bits 12", "--bits: '12' is not one of: 8, 16, 32, 64"},
        {"explore --consumer libppman", "--consumer: there is no 'libppman'; did you mean libpman"},
        {"explore overwrite-reader --kernel 6.1 --engine graph",
         "the scenario overwrite-reader needs overwrite mode, which Linux 6.1 does not have"},
        {"verify user-ring --orders 'libbpf kernel=5.13'",
         "the scenario user-ring needs the user ring buffer, which Linux 5.13 does not have"},
        {"live --flags 4", "--flags: '4' is not one of: none, no-wakeup, force-wakeup"},
        {"verify overwrite-reader --orders 'libbpf kernel=6.12'",
         "the scenario overwrite-reader needs overwrite mode, which Linux 6.12 does not have"},
        {"explore coalesced --engine graph --wakeup abstract",
         "the scenario coalesced needs wakeup=full: it is about a part of the way"},
        {"verify --kernel 6.1", "--kernel, --bits and --consumer need --orders"},
        {"replay", "replay: needs the ID or the file of a finding"},
        {"replay /no/such.json", "there is no file '/no/such.json'"},
        {"replay /", "'/' is not a file"},
        {"replay lost-wakeup:000000",
         "there is no finding 'lost-wakeup:000000' in ~/.local/state/ringsim/"},
        {"replay lost-wakeup:000000 --out here",
         "there is no finding 'lost-wakeup:000000' in here/"},
        {"replay /bin/sh", "is not JSON, or was cut short"},
        {"--nonsense", "there is no option '--nonsense'"},
    };
    for (const auto& row : table) {
        CAPTURE(row.arguments);
        const program_run run = run_ringsim(row.arguments);
        check_refused(run, row.message);
    }
}

TEST_CASE("program: the museum's table is whole on a narrow terminal, and on a wide one") {
    NEEDS_PROGRAM;
    for (const char* width : {"80", "100"}) {
        CAPTURE(width);
        const program_run run = run_ringsim("museum --iterations 20 --width " + std::string(width));
        CHECK(run.status == 0);
        CHECK(widest_line(run.out) <= std::stoul(width));
        CHECK(run.out.find("...") == std::string::npos);  // nothing was cut off
        std::size_t repaired = 0;
        for (auto at = run.out.find(" holds"); at != std::string::npos;
             at = run.out.find(" holds", at + 1))
            ++repaired;
        CHECK(repaired >= 30);
    }
}

TEST_CASE("program: the museum shows each bug on both engines") {
    NEEDS_PROGRAM;
    if (!scenarios::worlds::relacy_available()) SKIP("built without Relacy");
    const auto rows = nlohmann::json::parse(run_ringsim("museum --json").out).at("rows");
    CHECK(rows.size() >= 40);
    for (const auto& row : rows) {
        CAPTURE(row.at("id").get<std::string>());
        const auto& broken = row.at("broken");
        bool by_graph = false;
        for (const auto& [model, found] : broken.at("graph").items())
            by_graph = by_graph || found.at("violating") != 0;
        const auto& by_relacy = broken.at("relacy");
        if (by_relacy.at("known_disagreement") != "") continue;
        CHECK(by_graph == (by_relacy.at("violation") != "none"));
    }
}

TEST_CASE("program: list and help fit the width") {
    NEEDS_PROGRAM;
    for (const char* arguments :
         {"list", "list orders", "list sites", "--help", "explore --help", "matrix --help",
          "replay --help", "export --help", "list --help", "verify --help", "outcomes --help",
          "litmus --help", "cross --help", "gate --help", "museum --help", "live --help",
          "doctor --help"}) {
        CAPTURE(arguments);
        const program_run run = run_ringsim(arguments);
        CHECK(run.status == 0);
        CHECK(run.err == "");
        CHECK(widest_line(run.out) <= 100);
    }
    CHECK(widest_line(run_ringsim("list sites --width 80").out) <= 80);
    const std::string version = run_ringsim("--version").out;
    CHECK(version.starts_with("ringsim "));
    CHECK(version.find("\ncompiler   ") != std::string::npos);
    const bool with_relacy =
        run_ringsim("doctor").out.find("Relacy           ok") != std::string::npos;
    const std::string there = version.substr(version.find("\nbuilt in   "));
    CHECK((there.substr(0, there.find("\nleft out")).find("Relacy") != std::string::npos) ==
          with_relacy);
    const program_run tables = run_ringsim("list orders");
    CHECK(tables.out == golden("list_orders", tables.out));
}

TEST_CASE("program: explore is as good as its word") {
    NEEDS_PROGRAM;
    const program_run run = run_ringsim(explore_graph);
    CHECK(run.status == 0);
    CHECK(run.err == "");
    CHECK(run.out.find("\nVIOLATED   lost notification") != std::string::npos);
    CHECK(run.out.find("\nwhy    SB on B.len and consumer_pos") != std::string::npos);
    CHECK(run.out.find("recheck_fence=seq_cst") != std::string::npos);
    CHECK(run.out.find('\033') == std::string::npos);
    CHECK(line_count(run.out) <= 30);
    CHECK(widest_line(run.out) <= 100);
    CHECK(run_ringsim(explore_graph).out == run.out);
    CHECK(widest_line(run_ringsim(explore_graph + "--width 80").out) <= 80);
    CHECK(run_ringsim(explore_graph + "--color always").out.find('\033') != std::string::npos);

    // The last line is the command to go on, and it works.
    const std::string id = finding_id(run.out);
    const program_run replayed = run_ringsim("replay " + id);
    CHECK(replayed.status == 0);
    CHECK(replayed.out.find("\nVIOLATED   lost notification") != std::string::npos);
    CHECK(run_ringsim("replay " + id).out == replayed.out);
    CHECK(run_ringsim("replay ~/.local/state/ringsim/lost-wakeup-" + id.substr(12) + ".json").out ==
          replayed.out);
    const program_run up_to = run_ringsim("replay " + id + " --step 4");
    CHECK(up_to.status == 0);
    CHECK(line_count(up_to.out) < line_count(replayed.out));
    CHECK(run_ringsim("replay " + id + " --step 4000").status == 2);
}

TEST_CASE("program: what is read ahead of its write is explained by that, and replayed") {
    NEEDS_PROGRAM;
    for (const std::string model : {"armv8", "riscv", "power"}) {
        CAPTURE(model);
        const program_run run = run_ringsim(
            "explore reuse --engine graph --orders "
            "\"libbpf consumer.store_consumer_pos=relaxed\" --model " +
            model);
        CHECK(run.out.find("AHEAD") != std::string::npos);
        CHECK(run.out.find("\nwhy    LB on ") != std::string::npos);
        CHECK(run.out.find("consumer.store_consumer_pos=release") != std::string::npos);
        CHECK(run.out.find("may or may not keep this order") != std::string::npos);
        const std::string id = finding_id(run.out);
        const program_run replayed = run_ringsim("replay " + id);
        CHECK(replayed.status == 0);
        CHECK(replayed.out.find("\nVIOLATED   torn record") != std::string::npos);
        CHECK(run_ringsim("replay " + id + " --dot").status == 0);
    }
    // One model's table says it as well.
    const program_run cell = run_ringsim(
        "verify reuse --orders \"libbpf consumer.store_consumer_pos=relaxed\" --model armv8");
    CHECK(cell.out.find("4 of 9 *") != std::string::npos);
    CHECK(cell.out.find("*: a dependency that compiled") != std::string::npos);
}

TEST_CASE("program: verify never cuts a name, however narrow the page") {
    NEEDS_PROGRAM;
    const struct {
        const char* models;
        unsigned width;
    } pages[] = {{"rc11", 60}, {"sc,x86-tso,rc11", 80}, {"all", 80}, {"all", 100}};
    for (const auto& asked : pages) {
        CAPTURE(asked.models);
        CAPTURE(asked.width);
        const std::string arguments =
            std::string("verify lost-wakeup user-ring-two-drains --model ") + asked.models;
        const program_run page = run_ringsim(arguments + " --width " + std::to_string(asked.width));
        CHECK(page.out.find("...") == std::string::npos);
        CHECK(widest_line(page.out) <= asked.width);
        const auto document = nlohmann::json::parse(run_ringsim(arguments + " --json").out);
        CHECK(document["results"].size() > 15);
        for (const auto& r : document["results"]) {
            std::string name = r["orders"];
            if (r["trigger"] == "level") name += ", level";
            // On one line, if it is not longer than the page.
            if (name.size() + 2 <= asked.width)
                CHECK_MESSAGE(page.out.find("\n  " + name) != std::string::npos, name);
            CHECK(page.out.find(r["scenario"].get<std::string>()) != std::string::npos);
        }
    }
}

TEST_CASE("program: every stated verdict and number of executions comes out") {
    NEEDS_PROGRAM;
    const program_run run = run_ringsim("verify");
    CHECK(run.status == 0);
    CHECK(run.out.find("\nAS EXPECTED\n") != std::string::npos);
}

TEST_CASE("program: a bounded result is called bounded, an unfinished one inconclusive") {
    NEEDS_PROGRAM;
    const program_run bounded = run_ringsim("verify wrap --orders edge --model rc11 --bound 1");
    CHECK(bounded.status == 0);
    CHECK(bounded.out.find("\nBOUNDED\n") != std::string::npos);
    const program_run cut_off = run_ringsim("verify wrap --orders edge --model sc --steps 5");
    CHECK(cut_off.status == 0);
    CHECK(cut_off.out.find("\nBOUNDED\n") != std::string::npos);
    CHECK(cut_off.out.find("cut off after too many steps") != std::string::npos);
    const program_run long_enough =
        run_ringsim("verify lost-wakeup --orders edge --model sc --steps 100");
    CHECK(long_enough.out.find("\nBOUNDED\n") != std::string::npos);
    CHECK(long_enough.out.find("cut off") == std::string::npos);
    const program_run missed = run_ringsim("verify lost-wakeup --orders libbpf --stale 0");
    CHECK(missed.status == 3);
    const program_run found = run_ringsim("verify lost-wakeup --orders libbpf --bound 0 --stale 1");
    CHECK(found.out.find("lost notification") != std::string::npos);
    // It violates with no preemption: one thread runs to its end, then the other.
    const program_run whole = run_ringsim(
        "verify hostile-long --orders \"libbpf kernel=5.8 consumer.load_header=seq_cst\" --bound "
        "0");
    CHECK(whole.out.find("  64 of 768 (!)") != std::string::npos);
    // A limit ends it although something was found.
    const program_run cut = run_ringsim(
        "verify two-producers --orders \"libbpf reserve.lock=none\" --model sc --executions 500");
    CHECK(cut.status == 3);
    CHECK(cut.out.find("\nINCONCLUSIVE\n") != std::string::npos);
    const program_run sampled = run_ringsim(
        "explore two-producers --engine graph --model sc --search random --executions 100 "
        "--orders \"libbpf reserve.lock=none\" --no-fix");
    CHECK(sampled.status == 0);
    CHECK(sampled.out.find("VIOLATED") != std::string::npos);
}

TEST_CASE("program: exit statuses follow the scenario's expectations") {
    NEEDS_PROGRAM;
    CHECK(run_ringsim(explore_graph + "--orders edge").status == 0);  // safe, as expected
    CHECK(run_ringsim(explore_graph + "--model sc").status == 0);     // safe under sc
    CHECK(run_ringsim(explore_graph + "--trigger level").status == 0);
    // A violation of a variant of which nothing is stated.
    CHECK(run_ringsim(explore_graph + "--no-fix --orders recheck_fence=acquire").status == 1);
    CHECK(run_ringsim(explore_graph + "--orders edge --iterations 1").status == 3);
}

TEST_CASE("program: JSON is valid and holds what the text says") {
    NEEDS_PROGRAM;
    using nlohmann::json;
    for (const char* arguments :
         {"list --json", "list orders --json", "list sites --json", "explore --engine graph --json",
          "explore all --engine graph --json", "matrix lost-wakeup --engine graph --json"}) {
        CAPTURE(arguments);
        const program_run run = run_ringsim(arguments);
        const json j = json::parse(run.out, nullptr, false);
        REQUIRE_FALSE(j.is_discarded());
        CHECK(j["version"] == 1);
        CHECK(run.out == run_ringsim(arguments).out);
    }
    const json explored = json::parse(run_ringsim(explore_graph + "--json").out);
    CHECK(explored["schema"] == "ringsim/explore");
    CHECK(explored["results"][0]["verdict"] == "VIOLATED");
    const std::string id = explored["results"][0]["finding"]["id"];
    const json replayed = json::parse(run_ringsim("replay " + id + " --json").out);
    CHECK(replayed["schema"] == "ringsim/trace");
    CHECK(replayed["id"] == id);
    CHECK(json::parse(run_ringsim("list sites --json").out)["sites"].size() == site_count);
}

TEST_CASE("program: the matrix says which site lost-wakeup needs") {
    NEEDS_PROGRAM;
    const program_run run = run_ringsim("matrix lost-wakeup --engine graph");
    CHECK(run.status == 0);
    CHECK(widest_line(run.out) <= 100);
    CHECK(run.out == golden("matrix_lost_wakeup", run.out));
    CHECK(run.out.find("consumer.recheck_fence") != std::string::npos);
}

TEST_CASE("program: Relacy finds the same, explains it, and replays it") {
    NEEDS_PROGRAM;
    if (!scenarios::worlds::relacy_available()) SKIP("built without Relacy");
    const program_run run = run_ringsim("explore --no-fix");
    CHECK(run.status == 0);
    CHECK(run.out.find("\nwhy    SB on B.len and consumer_pos") != std::string::npos);
    CHECK(run_ringsim("explore --no-fix").out == run.out);
    const program_run replayed = run_ringsim("replay " + finding_id(run.out));
    CHECK(replayed.status == 0);
    CHECK(replayed.out.find("VIOLATED") != std::string::npos);
    const program_run none = run_ringsim("explore --orders edge --iterations 2000");
    CHECK(none.status == 0);
    CHECK(none.out.find("NO VIOLATION FOUND") != std::string::npos);
    CHECK(none.out.find("HOLDS") == std::string::npos);  // a search proves nothing
}

TEST_CASE("program: an interrupted search says what it knows") {
    NEEDS_PROGRAM;
    if (!scenarios::worlds::relacy_available()) SKIP("built without Relacy");
    for (const char* engine : {"--engine relacy", "--engine graph --search random"}) {
        INFO(engine);
        // The program is told to stop as soon as it has installed its handler.
        const program_run run = run_ringsim(
            "explore --orders edge --executions 900000000000 " + std::string(engine) +
            " & pid=$!; "
            "while kill -0 $pid && ! grep -q ringsim /proc/$pid/comm; do :; done; "
            "while kill -0 $pid && ! grep -q '^SigCgt:.*[2367abef]$' /proc/$pid/status; do :; "
            "done; "
            "kill -INT $pid; wait $pid");
        CHECK(run.status == 3);
        CHECK(run.out.find("INCONCLUSIVE") != std::string::npos);
        CHECK(run.out.find("interrupted") != std::string::npos);
    }
}

TEST_CASE("program: outcomes counts every execution once, also where some violate") {
    NEEDS_PROGRAM;
    const program_run run =
        run_ringsim("outcomes lost-wakeup --orders libbpf --model sc,x86-tso --json");
    REQUIRE(run.status == 0);
    const auto document = nlohmann::json::parse(run.out);
    REQUIRE(document["results"].size() == 2);
    for (const auto& r : document["results"]) {
        std::uint64_t sum = 0;
        for (const auto& end : r["ends"]) sum += end["executions"].get<std::uint64_t>();
        CHECK(sum == r["executions"].get<std::uint64_t>());
        CHECK(sum > 3);
    }
    const program_run bounded =
        run_ringsim("outcomes lost-wakeup --orders libbpf --model sc --bound 0");
    CHECK(bounded.out.find("BOUNDED") != std::string::npos);
    CHECK(bounded.out.find("schedules") != std::string::npos);
}

TEST_CASE("program: a finding that cannot be saved is shown all the same") {
    NEEDS_PROGRAM;
    const program_run run = run_ringsim(explore_graph + "--no-fix --out /proc/none");
    CHECK(run.status == 74);  // it was to go there
    CHECK(run.out.find("VIOLATED") != std::string::npos);
    CHECK(run.out.find("not saved") != std::string::npos);
    CHECK(run.err.find("--out: cannot write") != std::string::npos);
    // Where nobody said where to save it, the verdict is what counts.
    const program_run anywhere =
        run_ringsim(explore_graph + "--no-fix", "XDG_STATE_HOME=/proc/none");
    CHECK(anywhere.status == 0);
    CHECK(anywhere.err == "");
    CHECK(anywhere.out.find("not saved: cannot write /proc/none/ringsim/") != std::string::npos);
    // What is wrong is that no directory can be made there, and not that there is none.
    for (const char* out : {" --out /sys/none", " --out /sys/none/further/down"})
        CHECK(run_ringsim(explore_graph + "--no-fix" + out).err.find("No such file") ==
              std::string::npos);
    const program_run homeless = run_ringsim(explore_graph + "--no-fix", "HOME=");
    CHECK(homeless.status == 0);
    CHECK(homeless.out.find("not saved: there is no HOME") != std::string::npos);
}

TEST_CASE("program: findings go where the user's programs keep such things, or nowhere") {
    NEEDS_PROGRAM;
    const program_run saved =
        run_ringsim(explore_graph + "--no-fix", "XDG_STATE_HOME=\"$PWD/state\"");
    CHECK(saved.out.find("saved to ~/state/ringsim/lost-wakeup-") != std::string::npos);
    const program_run none =
        run_ringsim(explore_graph + "--no-fix --no-save", "XDG_STATE_HOME=\"$PWD/none\"");
    CHECK(none.status == 0);
    CHECK(none.out.find("not saved: --no-save") != std::string::npos);
    CHECK(run_ringsim("--version >/dev/null; test ! -e none && test ! -e out").status == 0);
}

TEST_CASE("program: output that cannot be written is an error of its own") {
    NEEDS_PROGRAM;
    for (const char* arguments : {"list", "list --json", "models", "--help", "explore --help", "-V",
                                  "verify lost-wakeup --orders edge --model sc"}) {
        CAPTURE(arguments);
        const program_run full = run_ringsim(std::string(arguments) + " >/dev/full");
        CHECK(full.status == 74);
        CHECK(full.err == "ringsim: cannot write the output: No space left on device\n");
    }
    // Here a process of its own explores and prints.
    if (can_check()) {
        const program_run full =
            run_ringsim("check \"$RINGSIM_SOURCE_ROOT/tests/programs/ticket_lock.c\" >/dev/full");
        CHECK(full.status == 74);
        CHECK(full.err == "ringsim: cannot write the output: No space left on device\n");
    }
    // What names a place that cannot be written to is no wrong usage either.
    for (const char* arguments :
         {"export lost-wakeup --litmus -o /proc/none", "teach --html /proc/none",
          "split two-producers --orders libbpf --model rc11 -o /proc/none"}) {
        CAPTURE(arguments);
        const program_run nowhere = run_ringsim(arguments);
        CHECK(nowhere.status == 74);
        CHECK(nowhere.err.find("/proc/none") != std::string::npos);
        CHECK(std::ranges::count(nowhere.err, '\n') == 1);
    }
    // The reader is gone before a word is written.
    const program_run closed = run_ringsim(
        "--version >/dev/null; { sleep 0.2; \"$RINGSIM_PROGRAM\" list; echo $? >&2; } | true");
    CHECK(closed.err.find("cannot write the output: Broken pipe") != std::string::npos);
    CHECK(closed.err.ends_with("74\n"));
}

TEST_CASE("program: help and -V, as people type them") {
    NEEDS_PROGRAM;
    CHECK(run_ringsim("help").out == run_ringsim("--help").out);
    CHECK(run_ringsim("help").status == 0);
    CHECK(run_ringsim("help explore").out == run_ringsim("explore --help").out);
    CHECK(run_ringsim("-V").out == run_ringsim("--version").out);
    check_refused(run_ringsim("help explor"), "there is no command 'explor'; did you mean explore");
}

TEST_CASE("program: orders at a site to which no thread comes are named") {
    NEEDS_PROGRAM;
    const std::string words = "No thread comes to kernel.drain.load_header in any execution";
    const std::string orders = " --orders \"edge kernel.drain.load_header=relaxed\"";
    for (const std::string command :
         {"verify lost-wakeup --model sc", "explore lost-wakeup --engine graph --model sc",
          "matrix lost-wakeup --engine graph --model sc", "matrix lost-wakeup --models sc",
          "weaken lost-wakeup --sites store_consumer_pos,drain.load_header --models sc"}) {
        CAPTURE(command);
        const bool by_sites = command.starts_with("weaken");
        const program_run run = run_ringsim(command + (by_sites ? "" : orders));
        CHECK(run.status == 0);
        std::string text = run.out;
        for (char& c : text)
            if (c == '\n') c = ' ';
        while (text.find("  ") != std::string::npos) text.erase(text.find("  "), 1);
        CHECK_MESSAGE(text.find(words) != std::string::npos, run.out);
    }
    const program_run compared = run_ringsim(
        "compare edge \"edge kernel.drain.load_header=relaxed\" lost-wakeup --models sc");
    CHECK(compared.out.find("No thread comes to kernel.drain.load_header") != std::string::npos);
    // Where it is executed nothing is said.
    const program_run drained =
        run_ringsim("verify user-ring --model sc --orders \"libbpf drain.load_header=relaxed\"");
    CHECK(drained.out.find("No thread comes") == std::string::npos);
    const auto document =
        nlohmann::json::parse(run_ringsim("verify lost-wakeup --model sc --json" + orders).out);
    CHECK(document["results"][0]["not_executed"][0] == "kernel.drain.load_header");
}

TEST_CASE("program: explore takes the first stated variant where libbpf's has no verdict") {
    NEEDS_PROGRAM;
    const program_run run = run_ringsim("explore deadline --engine graph --model sc");
    CHECK(run.status == 0);
    CHECK(run.out.find("orders seq_cst consumer=cilium ") != std::string::npos);
    CHECK(run.out.find("as the scenario expects") != std::string::npos);
    // Orders that somebody gave are taken as they are.
    CHECK(run_ringsim("explore deadline --engine graph --model sc --orders libbpf")
              .out.find("orders libbpf ") != std::string::npos);
}

TEST_CASE("program: another consumer's counterexample is told in its own names") {
    NEEDS_PROGRAM;
    const program_run run = run_ringsim(
        "explore lost-wakeup --engine graph --no-fix --orders \"aya-0.12 consumer=aya-0.12\"");
    CHECK(run.out.find("RingBuf::next()") != std::string::npos);
    CHECK(run.out.find("consumer/aya.hpp") != std::string::npos);
    CHECK(run.out.find("ringbuf_process_ring") == std::string::npos);
    CHECK(run.out.find("process_ring.hpp") == std::string::npos);
    const program_run user_ring = run_ringsim(
        "explore user-ring --engine graph --no-fix --orders \"libbpf drain.load_header=relaxed\"");
    CHECK(user_ring.out.find("kernel_model/user_ring.hpp") != std::string::npos);
}

TEST_CASE("program: a data race under lkmm is explained as one under rc11 is") {
    NEEDS_PROGRAM;
    for (const char* model : {"rc11", "lkmm"}) {
        CAPTURE(model);
        const program_run run = run_ringsim(
            "explore publish --engine graph --no-fix --orders "
            "\"libbpf consumer.load_header=relaxed\" --model " +
            std::string(model));
        CHECK(run.out.find("data race") != std::string::npos);
        CHECK(run.out.find("A.payload is written in ") != std::string::npos);
        CHECK(run.out.find("and nothing orders the two") != std::string::npos);
        CHECK(run.out.find("consumer/process_ring.hpp") != std::string::npos);
    }
}

TEST_CASE("program: compare says which scenarios it did not look at") {
    NEEDS_PROGRAM;
    const program_run named = run_ringsim("compare edge libbpf publish --models sc");
    CHECK(named.out.find("every execution of 1 scenario was visited") != std::string::npos);
    CHECK(named.out.find("not looked at") == std::string::npos);
}

TEST_CASE("program: the limit of executions is no limit if there are no more") {
    NEEDS_PROGRAM;
    const std::string command = "verify lost-wakeup --orders edge --model sc --executions ";
    CHECK(run_ringsim(command + "4").status == 0);
    CHECK(run_ringsim(command + "3").status == 3);
}

TEST_CASE("program: cross has all its columns in 80 columns") {
    NEEDS_PROGRAM;
    if (!scenarios::worlds::relacy_available()) SKIP("built without Relacy");
    const program_run run = run_ringsim("cross lost-wakeup --width 80");
    CHECK(run.status == 0);
    CHECK(run.out.starts_with("scenario     relacy             graph              orders\n"));
}

TEST_CASE("program: the command to go on runs what was run") {
    NEEDS_PROGRAM;
    const program_run first = run_ringsim(
        "explore wrap --orders \"edge kernel=5.8\" --trigger level --engine graph --model sc "
        "--search random --executions 200 --seed 7");
    const auto last = first.out.rfind("ringsim matrix ");
    REQUIRE(last != std::string::npos);
    const std::string command = first.out.substr(last);
    for (const char* option : {"\"fenced kernel=5.8\"", "--trigger level", "--model sc"})
        CHECK_MESSAGE(command.find(option) != std::string::npos, command);
}

}  // namespace ringsim::tests
