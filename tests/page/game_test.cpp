// The stepper as its users see it: tasks, hints, undo, the saved run.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "page/game.hpp"
#include "scenarios/study/search.hpp"
#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {

TEST_CASE("game: each task can be done with hints, and not where it says so") {
    for (const page::challenge& c : page::challenges()) {
        INFO(c.name);
        const auto game = page::game_of(c);
        while (!game->over()) {
            const std::size_t i = game->hint();
            REQUIRE(i < game->choices().size());
            game->take(i);
        }
        CHECK(game->solved());
        const auto other = page::game_of(c, c.impossible_under);
        CHECK(other->hint() == other->choices().size());
        if (c.scenario.empty()) continue;
        // The engine that visits all executions says the same.
        for (const std::string_view model : {c.model, c.impossible_under}) {
            scenarios::study::search how;
            for (std::size_t m = 0; m < sim::graph::model_count; ++m)
                if (sim::graph::model_names[m] == model)
                    how = scenarios::study::under(static_cast<sim::graph::model_id>(m));
            const auto e =
                scenarios::study::explore(*scenarios::find_scenario(c.scenario),
                                          scenarios::study::parse_variant(c.orders), how);
            CHECK((e.kind == c.goal) == (model == c.model));
        }
    }
}

TEST_CASE("game: undo leads back to the same choices") {
    const auto game = page::game_of(page::challenges().front());
    const auto before = game->choices();
    game->take(0);
    CHECK(game->turns().size() == 1);
    CHECK(game->undo());
    CHECK(!game->undo());
    REQUIRE(game->choices().size() == before.size());
    for (std::size_t i = 0; i < before.size(); ++i)
        CHECK(game->choices()[i].text == before[i].text);
}

TEST_CASE("game: what is read ahead is told, and saved") {
    const auto game = page::game_of(*page::find_challenge("both-read-1"));
    const auto ahead = std::ranges::find_if(
        game->choices(), [](const page::choice& c) { return c.why.starts_with("AHEAD: P1"); });
    REQUIRE(ahead != game->choices().end());
    CHECK(ahead->allowed);
    CHECK(ahead->text == "load x rlx -> 1");
    CHECK(ahead->why == "AHEAD: P1 is still to store it (store x rlx := 1)");
    game->take(static_cast<std::size_t>(ahead - game->choices().begin()));
    // A run that is not over has no store to name; what is saved can be read back.
    const page::execution e =
        page::execution_from_json(page::to_json(game->shown()), "what was saved");
    REQUIRE(e.steps.size() == 1);
    CHECK(e.steps[0].text == "load x rlx -> 1");
    CHECK(e.steps[0].remark == "AHEAD: P1 is still to store it");
    CHECK(!e.steps[0].reads);
    while (!game->over()) game->take(game->hint());
    CHECK(game->solved());
    const page::execution whole =
        page::execution_from_json(page::to_json(game->shown()), "what was saved");
    CHECK(whole.command == "ringsim step --challenge both-read-1 --model armv8");
    CHECK(whole.steps[0].reads_from > 1);
    CHECK(whole.steps[0].remark.starts_with("AHEAD: step "));
    // The turns lead there again, and back.
    const auto turns = game->turns();
    while (game->undo()) {
    }
    game->make(turns);
    CHECK(game->solved());
}

namespace {

// P1 comes to its store only if it sees what P2 does one after the other, which P2 does only if it
// sees what P1 did first: few random walks come so far.
std::string store_behind_flags(unsigned flags) {
    std::string names = "atomic_int *x, atomic_int *y, atomic_int *w";
    std::string reader;
    std::string writer;
    for (unsigned i = 0; i < flags; ++i) {
        names += fmt::format(", atomic_int *f{}", i);
        reader += fmt::format(
            "int r{0} = atomic_load_explicit(f{0}, memory_order_relaxed); if (r{0} == 1) {{\n", i);
        writer += fmt::format("atomic_store_explicit(f{}, 1, memory_order_relaxed);\n", i);
    }
    return fmt::format(
        "C behind-flags\n{{}}\n"
        "P0({0}) {{ int r0 = atomic_load_explicit(x, memory_order_relaxed);\n"
        "atomic_store_explicit(y, 1, memory_order_relaxed); }}\n"
        "P1({0}) {{ atomic_store_explicit(w, 1, memory_order_relaxed);\n"
        "{1}int s = atomic_load_explicit(y, memory_order_relaxed);\n"
        "atomic_store_explicit(x, 1, memory_order_relaxed);\n{3} }}\n"
        "P2({0}) {{ int r = atomic_load_explicit(w, memory_order_relaxed);\n"
        "if (r == 1) {{\n{2} }} }}\n"
        "exists (0:r0=1 /\\ 1:s=1)\n",
        names, reader, writer, std::string(flags, '}'));
}

}  // namespace

TEST_CASE("game: what may be read ahead is found however seldom a walk comes there") {
    const auto game = page::game_of_litmus("behind-flags.litmus", store_behind_flags(14), "armv8");
    const auto ahead = std::ranges::find_if(
        game->choices(), [](const page::choice& c) { return c.why.starts_with("AHEAD: P1"); });
    REQUIRE(ahead != game->choices().end());
    game->take(static_cast<std::size_t>(ahead - game->choices().begin()));
    // From then on each choice leads to the store, and nothing else does.
    while (!game->over()) {
        const auto& choices = game->choices();
        const auto next =
            std::ranges::find_if(choices, [](const page::choice& c) { return c.allowed; });
        REQUIRE(next != choices.end());
        game->take(static_cast<std::size_t>(next - choices.begin()));
    }
    CHECK(game->ending().find("0:r0=1;") != std::string::npos);
}

TEST_CASE("game: what may not be read ahead stands there with the axiom") {
    using named = std::pair<std::string_view, std::string_view>;
    for (const auto& [model, axiom] : {named{"sc", "acyclic(po | rf | co | fr)"},
                                       named{"x86-tso", "acyclic(ppo | fence | rfe | co | fr)"},
                                       named{"rc11", "acyclic(po | rf)"}}) {
        const auto game = page::game_of(*page::find_challenge("both-read-1"), model);
        const auto found = std::ranges::find_if(game->choices(), [](const page::choice& c) {
            return !c.allowed && c.text == "not 1, AHEAD of P1";
        });
        REQUIRE(found != game->choices().end());
        CHECK(found->why ==
              fmt::format("that store comes from behind this, by po and rf: {}", axiom));
    }
    const auto allowed = page::game_of(*page::find_challenge("both-read-1"), "riscv");
    for (const page::choice& c : allowed->choices()) CHECK(c.allowed);
}

TEST_CASE("game: a run that loses the wakeup is a finding") {
    const page::challenge& c = *page::find_challenge("lose-the-wakeup");
    const auto game = page::game_of(c);
    CHECK(!game->finding());
    while (!game->over()) game->take(game->hint());
    const auto f = game->finding();
    REQUIRE(f);
    CHECK(f->counterexample.kind == sim::violation::lost_notification);
    const page::execution e = game->shown();
    CHECK(e.verdict == "VIOLATED");
    CHECK(e.cycle.size() == 2);
    CHECK(e.command == "ringsim step lost-wakeup --orders libbpf --model x86-tso");
    // What is saved says what the stale load could have read, and what its thread could not.
    const page::execution told = game->told();
    CHECK(game->solved());
    CHECK(told.candidates_by == "x86-tso");
    const auto stale =
        std::ranges::find_if(told.steps, [](const page::shown_step& s) { return s.missed != 0; });
    REQUIRE(stale != told.steps.end());
    REQUIRE(stale->candidates.size() == 2);
    CHECK(stale->candidates[0].readable);
    CHECK(stale->candidates[1].readable);
}

TEST_CASE("game: a run that reads a torn record ahead is a finding") {
    const auto game = page::game_of(*page::find_challenge("torn-record"));
    bool ahead = false;
    while (!game->over()) {
        const std::size_t i = game->hint();
        REQUIRE(i < game->choices().size());
        ahead = ahead || game->choices()[i].why.starts_with("AHEAD: cpu0 is still to store it");
        game->take(i);
        const page::execution e = game->shown();
        if (!game->over()) CHECK(e.verdict == "NOT FINISHED");
        CHECK_NOTHROW((void)page::execution_from_json(page::to_json(e), "what was saved"));
    }
    CHECK(ahead);
    CHECK(game->solved());
    const auto f = game->finding();
    REQUIRE(f);
    CHECK(f->counterexample.kind == sim::violation::torn_record);
    bool told = false;
    for (std::size_t i = 0; i < f->counterexample.steps.size(); ++i)
        told = told || f->counterexample.steps[i].reads_from > i + 1;
    CHECK(told);
}

namespace {

// The program with a terminal of its own.
class on_terminal {
  public:
    explicit on_terminal(std::vector<const char*> words) {
        master_ = posix_openpt(O_RDWR | O_NOCTTY);
        REQUIRE(master_ >= 0);
        REQUIRE(grantpt(master_) == 0);
        REQUIRE(unlockpt(master_) == 0);
        const std::string slave = ptsname(master_);
        child_ = fork();
        if (child_ == 0) {
            setsid();
            const int terminal = open(slave.c_str(), O_RDWR);
            for (int fd = 0; fd < 3; ++fd) dup2(terminal, fd);
            close(master_);
            words.insert(words.begin(), std::getenv("RINGSIM_PROGRAM"));
            words.push_back(nullptr);
            execv(words[0], const_cast<char* const*>(words.data()));
            _exit(127);
        }
    }
    on_terminal(const on_terminal&) = delete;
    ~on_terminal() {
        close(master_);
        if (child_ > 0) waitpid(child_, nullptr, 0);
    }

    // What comes until `end` does, or the terminal is silent for long.
    std::string until(const std::string& end) const {
        std::string out;
        pollfd ready{master_, POLLIN, 0};
        while (out.find(end) == std::string::npos && poll(&ready, 1, 20'000) == 1) {
            char buffer[1024];
            const ssize_t n = read(master_, buffer, sizeof buffer);
            if (n <= 0) break;
            out.append(buffer, static_cast<std::size_t>(n));
        }
        return out;
    }
    void type(const std::string& line) const {
        REQUIRE(write(master_, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
    }
    int end() {
        int status = 0;
        waitpid(child_, &status, 0);
        child_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

  private:
    int master_ = -1;
    pid_t child_ = 0;
};

}  // namespace

TEST_CASE("step: on a terminal, by hints") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    on_terminal terminal({"step", "--challenge", "both-read-0"});
    const std::string first = terminal.until("> ");
    CHECK(first.find("a number chooses, u takes back") != std::string::npos);
    CHECK(first.find("goal: an end with 0:r0=0 /\\ 1:r0=0") != std::string::npos);
    terminal.type("h\n");
    CHECK(terminal.until("\n> ").find("hint: P") != std::string::npos);
    // Both store, and then both load what is old: the second load's stale choice is the last one.
    for (const char* choice : {"1\n", "1\n", "1\n"}) {
        terminal.type(choice);
        CHECK(!terminal.until("\n> ").empty());
    }
    terminal.type("2\n");
    CHECK(terminal.until("SOLVED").find("SOLVED") != std::string::npos);
    terminal.type("q\n");
    CHECK(terminal.end() == 0);
}

TEST_CASE("step: on a terminal, load buffering") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    on_terminal terminal({"step", "--challenge", "both-read-1"});
    CHECK(terminal.until("\n> ").find("AHEAD: P1 is still to store it (") != std::string::npos);
    terminal.type("2\n");
    CHECK(terminal.until("\n> ").find("AHEAD: P1 is still to store it") != std::string::npos);
    terminal.type("u\n");
    CHECK(terminal.until("\n> ").find("AHEAD: P1 is still to store it (") != std::string::npos);
    terminal.type("2\n");
    CHECK(!terminal.until("\n> ").empty());
    terminal.type("1\n");
    // The other thread may not read 0 now.
    CHECK(terminal.until("\n> ").find("would then not read AHEAD") != std::string::npos);
    terminal.type("1\n");
    CHECK(!terminal.until("\n> ").empty());
    terminal.type("1\n");
    CHECK(terminal.until("SOLVED").find("SOLVED") != std::string::npos);
    terminal.type("q\n");
    CHECK(terminal.end() == 0);
}

TEST_CASE("step: a saved run is made once more by the command that it is saved with") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    const auto run = run_ringsim(
        "step lost-wakeup --no-save < choices > first; cat first; eval '\"$RINGSIM_PROGRAM\"' "
        "\"$(sed -n 's/^ringsim \\(step .* --from .*\\)/\\1/p' first)\" < /dev/null",
        "printf '1\\n1\\n1\\n1\\n1\\n1\\n1\\n1\\n1\\n1\\n1\\n2\\ns run.json\\nq\\n' > choices;");
    CHECK(run.status == 0);
    const std::string solved = "choices = 1 1 1 1 1 1 1 1 1 1 1 2\nSOLVED\n";
    CHECK(run.out.find(solved + "saved to run.json\nringsim step lost-wakeup --orders libbpf "
                                "--model x86-tso --from run.json\n") != std::string::npos);
    CHECK(run.out.find(solved) != run.out.rfind(solved));
}

TEST_CASE("step: a scenario that can be violated has that as its goal") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    const std::string before = "printf 'h\\nwhat else is there to choose from\\nq\\n' > choices;";
    const auto run = run_ringsim("step lost-wakeup --width 60 < choices", before);
    CHECK(run.out.find("goal: a lost notification\n") != std::string::npos);
    CHECK(run.out.find("hint: cpu0: store B.payload") != std::string::npos);
    for (std::size_t at = 0, end = 0; at < run.out.size(); at = end + 1) {
        end = std::min(run.out.find('\n', at), run.out.size());
        INFO(run.out.substr(at, end - at));
        CHECK(end - at <= 60);
    }
    const auto holds = run_ringsim("step lost-wakeup --model sc < choices", before);
    CHECK(holds.out.find("goal:") == std::string::npos);
    CHECK(holds.out.find("there is no goal here") != std::string::npos);
}

TEST_CASE("step: from a pipe") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    const auto bad = run_ringsim("step --challenge both-read-0 < choices",
                                 "printf '1\\n9\\nx\\nu\\nu\\nq\\n' > choices;");
    CHECK(bad.status == 3);
    CHECK(bad.out.find("'9' is no choice here") != std::string::npos);
    CHECK(bad.out.find("'x' is no choice here") != std::string::npos);
    CHECK(bad.out.find("this is the start") != std::string::npos);
    CHECK(bad.out.find("not solved") != std::string::npos);
    // However narrow the page is, the axiom that forbids a choice is told.
    const auto forbidden =
        run_ringsim("step lost-wakeup --model sc --width 60 < choices",
                    "printf '2\\n2\\n2\\n2\\n2\\n2\\n1\\n1\\n1\\n1\\n1\\n1\\n1\\nq\\n' "
                    "> choices;");
    CHECK(forbidden.out.find("acyclic(po") != std::string::npos);
    // An interleaving has no stale reads: such a load comes earlier than it is chosen.
    CHECK(forbidden.out.find("as if before") != std::string::npos);
    CHECK(forbidden.out.find("stale") == std::string::npos);
    check_refused(
        run_ringsim("step --challenge both-read-0 --from run.json", "echo '{}' > run.json;"),
        "run.json: is no execution of ringsim");
    check_refused(run_ringsim("step"), "needs a scenario, a litmus test or a program");
    check_refused(run_ringsim("step nothing"), "there is no scenario 'nothing'");
    check_refused(run_ringsim("step --challenge win"), "there is none of the name 'win'");
    check_refused(run_ringsim("step lost-wakeup --model all"), "one model at a time");
    check_refused(run_ringsim("step nothing.litmus"), "there is no file");
    check_refused(run_ringsim("step run.json"), "'run.json' is no scenario, and neither a litmus");
}

}  // namespace ringsim::tests
