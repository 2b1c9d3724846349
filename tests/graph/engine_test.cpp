// The explorers as a whole: the same every time, limits that are said, programs that go wrong.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <set>
#include <stdexcept>

#include "sim/graph/explore.hpp"
#include "sim/graph/guard.hpp"
#include "tests/graph/plain_execution.hpp"
#include "tests/graph/test_program.hpp"

namespace ringsim::tests {
namespace {

using graph::exploration_end;
using graph::model_id;

constexpr model_id all_models[] = {model_id::sc, model_id::x86_tso, model_id::rc11};

// A program given as functions.
class scripted_program final : public graph::program {
  public:
    explicit scripted_program(std::vector<std::function<void(scripted_program&)>> threads)
        : threads_(std::move(threads)) {}

    bool twins = false;  // whether it calls its threads the same

    unsigned thread_count() const override { return static_cast<unsigned>(threads_.size()); }
    unsigned twin_before(unsigned thread) const override {
        return twins && thread > 0 ? thread - 1 : graph::no_thread;
    }
    void attach(graph::executor& e) override { executor_ = &e; }
    void run_thread(unsigned thread) override { threads_[thread](*this); }
    std::optional<graph::verdict_of_program> judge(graph::hang) override { return std::nullopt; }

    graph::executor& engine() { return *executor_; }
    std::uint64_t load(graph::location_id l) {
        graph::label at;
        at.kind = graph::event_kind::read;
        at.location = l;
        return executor_->step(at);
    }
    std::uint64_t choose(unsigned ways) {
        graph::label at;
        at.kind = graph::event_kind::choice;
        at.expected = ways;
        return executor_->step(at);
    }
    void store(graph::location_id l, std::uint64_t value) {
        graph::label at;
        at.kind = graph::event_kind::write;
        at.location = l;
        at.value = value;
        executor_->step(at);
    }

  private:
    std::vector<std::function<void(scripted_program&)>> threads_;
    graph::executor* executor_ = nullptr;
};

const std::vector<graph::location_info> two_locations{{"x", 0}, {"y", 0}};

// Keeps what it is told, in order.
struct listener final : graph::observer {
    std::vector<std::string> executions;
    std::vector<graph::verdict_of_program> violations;
    unsigned threads = 0;
    unsigned locations = 0;
    unsigned begun = 0;

    void begin() override {
        ++begun;
        executions.clear();
        violations.clear();
    }
    void execution(const std::function<graph::recorded_execution()>& record) override {
        if (threads > 0) executions.push_back(to_text(plain(record(), threads, locations)));
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        violations.push_back(*record().found);
    }
};

graph::exploration_report explore(graph::program& p, model_id m, listener& heard,
                                  const graph::exploration_limits& limits = {}) {
    return graph::explore_exhaustively(m, p, two_locations, limits, heard);
}

graph::exploration_report explore_text(std::string_view text, model_id m, listener& heard,
                                       const graph::exploration_limits& limits = {}) {
    const test_program p = parse_program(text);
    running_program running(p, m);
    heard.threads = static_cast<unsigned>(p.threads.size());
    heard.locations = static_cast<unsigned>(p.initial.size());
    return graph::explore_exhaustively(m, running, running.locations(), limits, heard);
}

constexpr const char* some_program =
    "x=1 rlx; r0=add(y,1) ar; r1=x acq; lock(l); z=1 rlx; unlock(l) | "
    "r0=y acq; if r0==1: r1=xchg(x,3) sc; lock(l); r2=z rlx; unlock(l) | y=2 rel; r0=x sc";

// "x=1" many times over, in one thread.
std::string stores(unsigned n, char location) {
    std::string text;
    for (unsigned i = 0; i < n; ++i) text += std::string(1, location) + "=1 rlx; ";
    return text;
}

// What a child process that runs `what` says on stderr, and its exit status.
struct ended {
    int status = -1;
    std::string said;
};
ended in_child(const std::function<void()>& what) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        what();
        _exit(0);
    }
    close(ends[1]);
    ended e;
    char buffer[512];
    for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
        e.said.append(buffer, static_cast<std::size_t>(n));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status)) e.status = WEXITSTATUS(status);
    return e;
}

int recurse(int depth) {
    volatile char frame[512] = {};
    frame[depth % 512] = 1;
    return depth == 0 ? 0 : recurse(depth - 1) + frame[(depth + 1) % 512];
}

}  // namespace

TEST_CASE("engine: the same exploration twice, the same executions in the same order") {
    for (model_id m : all_models) {
        listener first;
        listener second;
        const auto one = explore_text(some_program, m, first);
        const auto two = explore_text(some_program, m, second);
        CHECK(one.end == exploration_end::exhausted);
        CHECK(first.executions.size() > 20);
        CHECK(first.executions == second.executions);
        CHECK(one.executions == two.executions);
        CHECK(one.blocked == two.blocked);
        CHECK(one.inconsistent == two.inconsistent);
        CHECK(one.events == two.events);
        CHECK(one.share_done == 1);
    }
}

TEST_CASE("engine: every way of an internal choice once, and each replayed from its schedule") {
    std::vector<std::uint64_t> chosen(2, 0);
    scripted_program program({[&](auto& p) {
                                  chosen[0] = p.choose(3);
                                  p.store(0, chosen[0]);
                              },
                              [&](auto& p) { chosen[1] = p.load(0) == 2 ? p.choose(2) + 1 : 0; }});
    for (const model_id m : all_models) {
        struct : graph::observer {
            std::vector<graph::recorded_execution> found;
            void execution(const std::function<graph::recorded_execution()>& record) override {
                found.push_back(record());
            }
        } heard;
        const auto report = graph::explore_exhaustively(m, program, two_locations, {}, heard);
        CHECK(report.executions == 7);  // 3 ways, unread; 2 read; the third read, with 2 ways on
        std::set<std::string> schedules;
        for (const auto& e : heard.found) {
            const graph::schedule s = graph::schedule_of(e);
            schedules.insert(graph::to_text(s));
            CHECK(graph::parse_schedule(graph::to_text(s)) == s);
            const auto again = graph::replay(m, program, two_locations, s);
            CHECK(graph::to_text(graph::schedule_of(again)) == graph::to_text(s));
        }
        CHECK(schedules.size() == 7);
    }
    for (const char* bad : {"1 0:choose", "1 0:spin#1", "1 0:choose#", "1 0:choose#9 0:spin"})
        CHECK_THROWS_AS(
            (void)graph::replay(model_id::sc, program, two_locations, graph::parse_schedule(bad)),
            graph::schedule_error);
}

TEST_CASE("engine: an exception in the program is a violation with its message") {
    const auto reader = [](scripted_program& me) {
        if (me.load(0) == 1) throw std::runtime_error("the value should not be one");
    };
    const auto writer = [](scripted_program& me) {
        me.store(0, 1);
        me.store(1, 1);
    };
    scripted_program p({reader, writer});
    listener heard;
    const auto report = explore(p, model_id::rc11, heard);
    CHECK(report.end == exploration_end::exhausted);
    CHECK(report.violating == 1);
    REQUIRE(heard.violations.size() == 1);
    CHECK(heard.violations[0].kind == sim::violation::assertion);
    CHECK(heard.violations[0].what ==
          "the program threw an exception: the value should not be one");
}

TEST_CASE("engine: an exception of an unknown type is a violation too") {
    scripted_program p({[](scripted_program&) { throw 42; }});
    listener heard;
    CHECK(explore(p, model_id::sc, heard).violating == 1);
    CHECK(heard.violations.at(0).what == "the program threw an exception");
}

TEST_CASE("engine: a program that differs when it is repeated is found out, with the step") {
    unsigned runs = 0;
    scripted_program other({[](scripted_program& me) { me.store(0, 1); },
                            [&](scripted_program& me) {
                                (void)me.load(1);
                                (void)me.load(++runs > 1 ? 1 : 0);
                                (void)me.load(0);
                            },
                            [](scripted_program& me) { me.store(1, 1); }});
    listener heard;
    auto report = explore(other, model_id::sc, heard);
    CHECK(report.end == exploration_end::program_error);
    CHECK(report.problem ==
          "thread 1 is not deterministic: repeated with the same values, it asks for another "
          "access than before (its event 2)");

    runs = 0;
    scripted_program shorter({[](scripted_program& me) { me.store(0, 1); },
                              [&](scripted_program& me) {
                                  (void)me.load(1);
                                  (void)me.load(0);
                                  if (++runs == 1) (void)me.load(0);
                                  (void)me.load(0);
                              },
                              [](scripted_program& me) { me.store(1, 1); },
                              [](scripted_program& me) { me.store(0, 2); }});
    report = explore(shorter, model_id::sc, heard);
    CHECK(report.end == exploration_end::program_error);
    CHECK(
        report.problem.starts_with("thread 1 is not deterministic: repeated with the same "
                                   "values, it ends earlier than before (its event "));
}

TEST_CASE("engine: more events than the limit is said, not guessed") {
    listener heard;
    const auto report = explore_text(stores(1100, 'x'), model_id::rc11, heard);
    CHECK(report.end == exploration_end::too_large);
    CHECK(report.problem == "an execution has more than 1024 events (events_max)");
    CHECK(report.executions == 0);
}

TEST_CASE("engine: outgrowing a small graph begins again and loses nothing") {
    for (model_id m : all_models) {
        listener heard;
        const auto report = explore_text(stores(200, 'x') + "y=1 rlx | r0=y rlx", m, heard);
        CHECK(report.end == exploration_end::exhausted);
        CHECK(report.executions == 2);
        CHECK(heard.executions.size() == 2);
        CHECK(heard.begun == 2);
    }
}

TEST_CASE("engine: a read of one of very many writes has them all") {
    for (model_id m : all_models) {
        listener heard;
        const auto report = explore_text(stores(400, 'x') + " | r0=x rlx", m, heard);
        CHECK(report.end == exploration_end::exhausted);
        CHECK(report.executions == 401);
    }
}

TEST_CASE("engine: a write has all places among very many") {
    listener heard;
    const auto report = explore_text(stores(400, 'x') + " | x=2 rlx", model_id::rc11, heard);
    CHECK(report.end == exploration_end::exhausted);
    CHECK(report.executions == 401);
}

// The last event that fits lets a waiting read-modify-write go on, whose write half does not fit.
TEST_CASE("engine: every size of graph around the limits, with a revisit by the last event") {
    for (unsigned n = 115; n < 135; ++n) {
        listener heard;
        const auto report =
            explore_text("{l=1} lock(l); x=2 rlx | " + stores(n, 'y') + "r0=xchg(l,0) rlx",
                         model_id::rc11, heard);
        INFO(n << " stores");
        CHECK(report.end == exploration_end::exhausted);
        CHECK(report.executions == 1);
    }
    for (unsigned n = 1000; n < 1030; ++n) {
        listener heard;
        const auto report =
            explore_text("{l=1} lock(l); x=2 rlx | " + stores(n, 'y') + "r0=xchg(l,0) rlx",
                         model_id::rc11, heard);
        INFO(n << " stores");
        CHECK(report.executions == (report.end == exploration_end::exhausted ? 1 : 0));
        if (n < 1005) CHECK(report.end == exploration_end::exhausted);
        if (report.end != exploration_end::exhausted)
            CHECK(report.end == exploration_end::too_large);
    }
}

TEST_CASE("engine: a program that overflows its stack ends with one line") {
    const ended e = in_child([] {
        scripted_program p({[](scripted_program& me) { me.store(0, 1); },
                            [](scripted_program& me) {
                                me.store(0, static_cast<std::uint64_t>(recurse(100'000)));
                            }});
        listener heard;
        (void)explore(p, model_id::sc, heard);
    });
    CHECK(e.status == graph::stack_overflow_status);
    CHECK(e.said ==
          "ringsim: thread 1 of the program overflowed its stack of 64 KiB (fiber_stack_bytes): "
          "endless recursion, or large local arrays\n");
}

TEST_CASE("engine: stops at the first violation, at a number of executions, when told to") {
    graph::exploration_limits limits;
    listener heard;
    limits.executions_max = 7;
    auto report = explore_text(some_program, model_id::rc11, heard, limits);
    CHECK(report.end == exploration_end::limit);
    CHECK(report.executions == 7);
    CHECK(report.share_done > 0);
    CHECK(report.share_done < 1);

    const std::atomic<bool> interrupted = true;
    limits = {};
    limits.interrupted = &interrupted;
    report = explore_text(some_program, model_id::rc11, heard, limits);
    CHECK(report.end == exploration_end::interrupted);

    limits = {};
    limits.stop_at_first_violation = true;
    report = explore_text("x=1 pln | r0=x pln | r0=x pln", model_id::rc11, heard, limits);
    CHECK(report.end == exploration_end::stopped);
    CHECK(report.violating == 1);
    CHECK(heard.violations.at(0).kind == sim::violation::data_race);
    CHECK(heard.violations.at(0).what == "unordered accesses to x");
}

TEST_CASE(
    "engine: symmetric threads are told apart where their orders clash, and where they differ") {
    // The second reads from what needs the first, and is before that in co.
    const auto clash = parse_program(
        "r0=cas(x,0,1) rel; y=1 rlx | r0=y acq; x=1 sc | r0=cas(x,0,1) rel; y=1 rlx | "
        "r0=y acq; x=1 sc");
    running_program program(clash, model_id::rc11);
    graph::observer watcher;
    graph::exploration_limits limits;
    const auto all =
        graph::explore_exhaustively(model_id::rc11, program, program.locations(), limits, watcher);
    limits.symmetry = true;
    const auto apart =
        graph::explore_exhaustively(model_id::rc11, program, program.locations(), limits, watcher);
    CHECK(apart.end == exploration_end::exhausted);
    CHECK(apart.executions == all.executions);
    CHECK(apart.stands_for == all.executions);

    // They said that they were the same.
    scripted_program liars({[](scripted_program& p) { p.store(0, 1); },
                            [](scripted_program& p) { p.store(0, p.load(1) + 2); }});
    liars.twins = true;
    const auto report =
        graph::explore_exhaustively(model_id::rc11, liars, two_locations, limits, watcher);
    CHECK(report.end == exploration_end::exhausted);
    CHECK(report.executions == 2);
}

TEST_CASE("engine: a thread without accesses, a program without any") {
    for (model_id m : all_models) {
        listener heard;
        CHECK(explore_text(" | x=1 rlx | ", m, heard).executions == 1);
        CHECK(explore_text(" | ", m, heard).executions == 1);
    }
}

TEST_CASE("engine: a fence that a model does not have leaves no event") {
    listener heard;
    explore_text("x=1 rlx; fence ar; x=2 rlx", model_id::x86_tso, heard);
    CHECK(heard.executions.at(0) == " Wrlx x=1; Wrlx x=2 # co x: 0.0 0.1");
    explore_text("x=1 sc; fence sc", model_id::sc, heard);
    CHECK(heard.executions.at(0) == " Wrlx x=1");
}

}  // namespace ringsim::tests
