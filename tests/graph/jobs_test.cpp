// A search in parts, and by several processes: what comes of it is what comes of it in one go.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <deque>

#include "sim/graph/explore.hpp"
#include "sim/graph/explore_models.hpp"
#include "sim/graph/jobs.hpp"
#include "sim/graph/random.hpp"
#include "sim/graph/schedule.hpp"
#include "sim/graph/tasks_ahead.hpp"
#include "tests/graph/generator.hpp"
#include "tests/graph/protocol_program.hpp"

namespace ringsim::tests {
namespace {

using graph::exploration_end;
using graph::model_id;
using graph::part;

constexpr model_id cut_models[] = {model_id::sc, model_id::x86_tso, model_id::rc11, model_id::armv8,
                                   model_id::lkmm};
constexpr model_id models_with_load_buffering[] = {
    model_id::armv8, model_id::armv8_rcpc, model_id::riscv, model_id::power, model_id::lkmm};

struct all_heard final : graph::observer {
    std::vector<std::string> heard;
    void begin() override { heard.clear(); }
    void execution(const std::function<graph::recorded_execution()>& record) override {
        heard.push_back(to_text(graph::schedule_of(record())));
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        heard.push_back("! " + to_text(graph::schedule_of(record())));
    }
};

void check_same(const graph::exploration_report& a, const graph::exploration_report& b) {
    CHECK(a.end == b.end);
    CHECK(a.executions == b.executions);
    CHECK(a.stands_for == b.stands_for);
    CHECK(a.violating == b.violating);
    CHECK(a.ended_early == b.ended_early);
    CHECK(a.blocked == b.blocked);
    CHECK(a.inconsistent == b.inconsistent);
    CHECK(a.events == b.events);
}

// Ends a part after a while, and gives away of it what it can now and then.
struct scissors final : graph::overseer {
    explicit scissors(std::uint64_t seed, unsigned leaves = 200)
        : random(seed), leaves_of_a_part(leaves) {}

    bool at_leaf(graph::part_search& search, const graph::exploration_report&) override {
        if (random.below(20) == 0)
            if (const auto given = search.give_away()) behind.push_front(*given);
        return random.below(leaves_of_a_part) != 0;
    }
    graph::random_numbers random;
    unsigned leaves_of_a_part;  // on average; 1: exactly
    std::deque<part> behind;    // what was given away and not gone through, in order
};

constexpr unsigned producers = 1;
constexpr unsigned records = 3;

// How a search was cut, and what came of that.
struct cut_up {
    std::uint64_t pieces = 0;
    std::vector<graph::promise_point> points;  // of all pieces, of each name the first
};

// Part after part, in the order of the search, and then the cycles.
graph::exploration_report in_pieces(model_id m, graph::program& program,
                                    const std::vector<graph::location_info>& locations,
                                    std::uint64_t seed, graph::observer& watcher, cut_up& made,
                                    unsigned leaves = 200) {
    watcher.begin();
    scissors cut(seed, leaves);
    cut.behind.push_back({});
    graph::exploration_report total;
    graph::fingerprint_set names;
    const auto new_search = [&] {
        return graph::explorers_for(m).in_parts(0, program, locations, {}, watcher);
    };
    while (!cut.behind.empty()) {
        const part next = cut.behind.front();
        cut.behind.pop_front();
        CHECK(graph::parse_part(to_text(next)) == next);
        // Each part by a search that knows nothing of those before.
        const auto search = new_search();
        const auto report = search->run(next, &cut);
        CHECK_MESSAGE(report.problem.empty(), to_text(next));
        if (report.end == exploration_end::limit) {
            const auto rest = search->rest();
            REQUIRE(rest);
            cut.behind.push_front(*rest);
        }
        total = sum(total, report);
        ++made.pieces;
        for (const graph::promise_point& p : search->points_met())
            if (names.insert(p.name)) made.points.push_back(p);
    }
    return new_search()->visit_cycles(made.points, total);
}

struct nothing_gathered : graph::gathered {
    explicit nothing_gathered(std::uint64_t wanted) : wanted(wanted) {}
    void forget() override {}
    std::string bytes() const override { return {}; }
    void add(std::string_view) override {}
    std::uint64_t violations_wanted() const override { return wanted; }
    std::uint64_t wanted;
};

// What is heard of the first violations, with so many processes.
graph::exploration_report with_jobs(unsigned jobs, model_id m, bool stop, all_heard& heard,
                                    graph::program& program,
                                    const std::vector<graph::location_info>& locations,
                                    bool symmetry = false) {
    struct only_violations final : graph::observer {
        explicit only_violations(all_heard& to) : to(to) {}
        all_heard& to;
        void begin() override { to.begin(); }
        void violation_found(const std::function<graph::recorded_execution()>& record) override {
            if (to.heard.size() < 300) to.violation_found(record);
        }
        bool looks_on() const override { return false; }
        bool looks_at_violations() const override { return false; }
    } watcher(heard);
    nothing_gathered nothing(300);
    graph::exploration_limits limits;
    limits.stop_at_first_violation = stop;
    limits.symmetry = symmetry;
    graph::set_jobs(jobs);
    graph::set_alone_at_first(std::chrono::milliseconds{0});
    const auto report = graph::explore_with_jobs(m, program, locations, limits, watcher, nothing);
    graph::set_alone_at_first(graph::alone_at_first);
    graph::set_jobs(0);
    return report;
}

// One whose executions all come twice, and which has no violation in the first half of the search.
class late_program final : public graph::program {
  public:
    explicit late_program(graph::program& as) : as_(as) {}
    unsigned thread_count() const override { return as_.thread_count(); }
    void attach(graph::executor& e) override {
        engine_ = &e;
        as_.attach(e);
    }
    void run_thread(unsigned thread) override {
        if (thread == 0) {
            graph::label l;
            l.kind = graph::event_kind::choice;
            l.expected = 2;
            second_half_ = engine_->step(l) == 1;
        }
        as_.run_thread(thread);
    }
    std::optional<graph::verdict_of_program> judge(graph::hang how) override {
        return second_half_ ? as_.judge(how) : std::nullopt;
    }

  private:
    graph::program& as_;
    graph::executor* engine_ = nullptr;
    bool second_half_ = false;
};

// Whose first process but the one that began to run it is killed behind some of its executions.
class mortal_program final : public graph::program {
  public:
    explicit mortal_program(graph::program& as) : as_(as) {
        void* const page = mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        REQUIRE(page != MAP_FAILED);
        deaths = new (page) std::atomic<int>(0);
    }
    ~mortal_program() override { munmap(deaths, sizeof *deaths); }
    unsigned thread_count() const override { return as_.thread_count(); }
    void attach(graph::executor& e) override { as_.attach(e); }
    void run_thread(unsigned thread) override { as_.run_thread(thread); }
    std::optional<graph::verdict_of_program> judge(graph::hang how) override {
        if (getpid() != first_ && ++judged_ == 700 && deaths->fetch_add(1) < 1)
            kill(getpid(), SIGKILL);
        return as_.judge(how);
    }
    std::atomic<int>* deaths;

  private:
    graph::program& as_;
    const pid_t first_ = getpid();
    int judged_ = 0;
};

}  // namespace

TEST_CASE("parts: their text") {
    CHECK(to_text(part{}) == "start..end");
    CHECK(to_text(part{{0, 2, 1}, graph::way_list{1}}) == "0.2.1..1");
    for (const char* bad : {"", "0", "0..", "..1", "0..0", "1..0", "0.1..0", "0.x..1", "0. 1..2",
                            "0.1..end ", "-1..2", "99999999999..end", "end..start"})
        CHECK_MESSAGE(!graph::parse_part(bad), bad);
}

TEST_CASE("parts: any pieces of a search are the search") {
    for (const model_id m : cut_models) {
        protocol_program program(m, protocol_k, producers, records);
        all_heard whole;
        const auto report = graph::explore_exhaustively(m, program, program.locations(), {}, whole);
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            all_heard heard;
            cut_up made;
            check_same(in_pieces(m, program, program.locations(), seed, heard, made), report);
            CHECK(made.pieces > 10);
            CHECK(heard.heard == whole.heard);
        }
    }
}

TEST_CASE("parts: a search that is ended behind its last execution has come to its end") {
    for (const model_id m : cut_models) {
        protocol_program program(m, protocol_k, producers, 2);
        graph::observer nobody;
        const auto report =
            graph::explore_exhaustively(m, program, program.locations(), {}, nobody);
        cut_up made;
        check_same(in_pieces(m, program, program.locations(), 1, nobody, made, 1), report);
        CHECK(made.pieces >= report.executions);
    }
}

TEST_CASE("parts: cycles are visited once, however the executions without one are cut") {
    for (const model_id m : models_with_load_buffering) {
        std::uint64_t promises = 0;
        for (std::uint64_t seed = 1; seed <= 200; ++seed) {
            const test_program text = generate(seed, m);
            running_program program(text, m);
            const auto locations = program.locations();
            all_heard whole;
            // Once before, for the program learns from its runs what steers it.
            graph::explore_exhaustively(m, program, locations, {}, whole);
            const auto report = graph::explore_exhaustively(m, program, locations, {}, whole);
            all_heard heard;
            cut_up made;
            check_same(in_pieces(m, program, locations, seed, heard, made, 3), report);
            CHECK_MESSAGE(heard.heard == whole.heard, seed);
            promises += made.points.size();
        }
        CHECK(promises > 10);
    }
}

TEST_CASE("parts: a place for a promise that the program does not have is refused") {
    const test_program text = generate(1, model_id::armv8);
    running_program program(text, model_id::armv8);
    const auto locations = program.locations();
    graph::observer nobody;
    const auto search =
        graph::explorers_for(model_id::armv8).in_parts(0, program, locations, {}, nobody);
    const auto acyclic = search->run({}, nullptr);
    const graph::promise_point nowhere{{}, {0, 99}, {1, 99}, {}};
    const auto report = search->visit_cycles({nowhere}, acyclic);
    CHECK(report.end == exploration_end::program_error);
    CHECK(report.problem == "the part is none of this search");
}

TEST_CASE("parts: one that is none of the search is refused") {
    protocol_program program(model_id::sc, protocol_k, producers, records);
    graph::observer nobody;
    const auto locations = program.locations();
    for (const part& p : {part{{1'000}, {}}, part{graph::way_list(500, 0), {}}}) {
        const auto search =
            graph::explorers_for(model_id::sc).in_parts(0, program, locations, {}, nobody);
        CHECK(search->run(p, nullptr).end == exploration_end::program_error);
    }
}

TEST_CASE("jobs: the same counts and the same violations in the same order") {
    for (const model_id m : {model_id::sc, model_id::rc11, model_id::armv8}) {
        protocol_program program(m, protocol_k, 2, 3);
        const auto locations = program.locations();
        all_heard alone;
        const auto report = with_jobs(1, m, false, alone, program, locations);
        for (const unsigned jobs : {2, 3, 5}) {
            all_heard heard;
            check_same(with_jobs(jobs, m, false, heard, program, locations), report);
            CHECK(heard.heard == alone.heard);
        }
    }
}

TEST_CASE("jobs: the same with load buffering") {
    for (const model_id m : models_with_load_buffering)
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const test_program text = generate(seed, m);
            running_program program(text, m);
            const auto locations = program.locations();
            all_heard alone;
            const auto report = with_jobs(1, m, false, alone, program, locations);
            all_heard heard;
            check_same(with_jobs(3, m, false, heard, program, locations), report);
            CHECK_MESSAGE(heard.heard == alone.heard, seed);
        }
}

TEST_CASE(
    "tasks ahead: what comes of each, in their order, and nothing of one that ends its process") {
    graph::set_jobs(3);
    graph::tasks_ahead ahead;
    constexpr std::size_t tasks = 50;
    constexpr std::size_t deadly = 17;
    ahead.begin(tasks, [](std::size_t i) {
        if (i == deadly) kill(getpid(), SIGKILL);
        return std::string(i * 1'000, static_cast<char>('a' + i % 26));
    });
    const std::atomic<bool> interrupted{false};
    for (std::size_t i = 0; i < tasks; ++i) {
        const auto came = ahead.take(i, interrupted);
        CHECK(came.has_value() == (i != deadly));
        if (came) CHECK(*came == std::string(i * 1'000, static_cast<char>('a' + i % 26)));
        CHECK(!ahead.take(i, interrupted));
    }
    CHECK(!ahead.take(tasks, interrupted));
    graph::set_jobs(0);
}

TEST_CASE("jobs: the same with symmetric threads") {
    protocol_program program(model_id::rc11, protocol_k, 3, 3);
    const auto locations = program.locations();
    all_heard alone;
    const auto report = with_jobs(1, model_id::rc11, false, alone, program, locations, true);
    CHECK(report.stands_for == 6 * report.executions);
    all_heard heard;
    check_same(with_jobs(3, model_id::rc11, false, heard, program, locations, true), report);
    CHECK(heard.heard == alone.heard);
}

TEST_CASE("jobs: the first violation in the order of the search ends it") {
    protocol_program early(model_id::rc11, protocol_k, 2, 3);
    late_program program(early);
    const auto locations = early.locations();
    all_heard alone;
    const auto report = with_jobs(1, model_id::rc11, true, alone, program, locations);
    CHECK(report.end == exploration_end::stopped);
    CHECK(report.executions > 20'009);
    all_heard heard;
    check_same(with_jobs(3, model_id::rc11, true, heard, program, locations), report);
    CHECK(heard.heard == alone.heard);
}

TEST_CASE("jobs: a process that is killed loses nothing and counts nothing twice") {
    protocol_program whole(model_id::rc11, protocol_k, 2, 3);
    const auto locations = whole.locations();
    all_heard alone;
    const auto report = with_jobs(1, model_id::rc11, false, alone, whole, locations);
    mortal_program program(whole);
    all_heard heard;
    check_same(with_jobs(2, model_id::rc11, false, heard, program, locations), report);
    CHECK(program.deaths->load() > 0);
    CHECK(heard.heard == alone.heard);
}

}  // namespace ringsim::tests
