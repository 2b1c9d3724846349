// What threads wait for, without a program that was compiled: threads of a few calls each, on the
// graph engine.
#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "sim/check/waits.hpp"
#include "sim/graph/explore.hpp"

namespace ringsim::tests {
namespace {

using namespace sim::check;
using sim::violation;
using sim::graph::model_id;

// Places in a program, and objects of it, that are only addresses.
char object[8];
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

class calls final : public events {
  public:
    using body = std::function<void(calls&)>;

    calls(std::vector<body> threads, const ways_to_wait& how)
        : events(model_id::sc, {}, {}, {}), of(*this, how), threads_(std::move(threads)) {}

    waits of;

    // A word of the program's own, to which threads race if nothing orders them.
    std::uint64_t add(std::uint64_t v) {
        return change(&object[7], location_kind::internal, 0, sim::graph::rmw_op::add, v,
                      order::relaxed);
    }

    void explored_again() {
        events::begin_exploration();
        of.begin_exploration();
    }
    using events::begins_again;

    unsigned thread_count() const override { return static_cast<unsigned>(threads_.size()); }
    void run_thread(unsigned t) override {
        here = {};
        thread_begins();
        of.thread_begins(0);
        threads_[t](*this);
    }
    std::optional<sim::graph::verdict_of_program> judge(sim::graph::hang how) override {
        if (how == sim::graph::hang::none) return std::nullopt;
        return sim::graph::verdict_of_program{violation::deadlock, "deadlock"};
    }

    void before_event() override {}
    bool touch(const void*, unsigned) override { return false; }
    bool is_on_stack(const void*) const override { return false; }
    std::uint64_t initial_semaphore(const void*) const override { return 0; }

  private:
    void before_access(const sim::graph::label&) override {}
    void after_access(const sim::graph::label&, std::uint64_t) override {}
    void performed(const sim::graph::label&, std::uint64_t) override {}
    void made_progress() override {}
    void before_end() override {}

    std::vector<body> threads_;
};

struct found final : sim::graph::observer {
    explicit found(const calls& of) : program(of) {}
    const calls& program;
    std::uint64_t executions = 0;
    std::set<std::string> violations;

    void begin() override {
        executions = 0;
        violations.clear();
    }
    void execution(const std::function<sim::graph::recorded_execution()>&) override {
        ++executions;
    }
    void violation(const sim::graph::verdict_of_program& what) override {
        violations.insert(std::string(what.what.substr(0, what.what.find('@'))));
    }
};

struct explored {
    std::uint64_t executions = 0;
    std::set<std::string> violations;
    bool met_at_once = false;
    bool timeouts_bounded = false;
};

explored explore(std::vector<calls::body> threads, const ways_to_wait& how = {}) {
    calls program(std::move(threads), how);
    for (;;) {
        program.explored_again();
        found heard(program);
        (void)sim::graph::explore_exhaustively(model_id::sc, program, program.locations(), {},
                                               heard);
        REQUIRE(program.refused().what == "");
        if (program.begins_again()) continue;
        return {heard.executions, heard.violations, program.of.met_at_once(),
                program.of.timeouts_bounded()};
    }
}

using texts = std::set<std::string>;

void locked(calls& c) {
    c.of.lock(&mutex, c.of.kind_of(&mutex));
    if (c.add(1) != 0) c.fail("both are in");
    c.add(~std::uint64_t{0});
    c.of.unlock(&mutex, mutex_kind::normal);
}

}  // namespace

TEST_CASE("lock: one thread after the other, in each order once") {
    const explored two = explore({locked, locked});
    CHECK(two.violations == texts{});
    CHECK(two.executions == 2);
    CHECK(explore({locked, locked, locked}).executions == 6);
}

TEST_CASE("lock: without it both are in") {
    const auto in = [](calls& c) {
        if (c.add(1) != 0) c.fail("both are in");
        c.add(~std::uint64_t{0});
    };
    CHECK(explore({in, locked}).violations == texts{"both are in"});
}

TEST_CASE("lock: who never gives it back keeps the others waiting") {
    const auto keeps = [](calls& c) { c.of.lock(&mutex, mutex_kind::normal); };
    CHECK(explore({keeps, keeps}).violations == texts{"deadlock"});
    const auto again = [](calls& c) {
        c.of.lock(&mutex, mutex_kind::normal);
        c.of.lock(&mutex, mutex_kind::normal);
    };
    CHECK(explore({again}).violations == texts{"deadlock"});
}

TEST_CASE("lock: a recursive one is had twice, one that reports errors is not") {
    const auto twice = [](calls& c) {
        c.of.lock(&mutex, mutex_kind::recursive);
        if (!c.of.lock(&mutex, mutex_kind::recursive)) c.fail("not twice");
        c.of.unlock(&mutex, mutex_kind::recursive);
        c.of.unlock(&mutex, mutex_kind::recursive);
    };
    CHECK(explore({twice, twice}).violations == texts{});
    CHECK(explore({twice, twice}).executions == 2);
    const auto reports = [](calls& c) {
        c.of.lock(&mutex, mutex_kind::error_checking);
        if (c.of.lock(&mutex, mutex_kind::error_checking)) c.fail("twice");
        c.of.unlock(&mutex, mutex_kind::error_checking);
        if (c.of.unlock(&mutex, mutex_kind::error_checking)) c.fail("given back twice");
    };
    CHECK(explore({reports}).violations == texts{});
}

TEST_CASE("lock: who does not hold it cannot give it back") {
    const auto gives = [](calls& c) { c.of.unlock(&mutex, mutex_kind::normal); };
    CHECK(explore({gives}).violations == texts{"unlock of a lock that the thread does not hold"});
}

TEST_CASE("lock: readers are in together, a writer is alone") {
    const auto reads = [](calls& c) {
        c.of.lock_shared(&mutex);
        const auto others = c.add(1);
        c.add(~std::uint64_t{0});
        c.of.unlock_either(&mutex);
        if (others != 0) c.fail("two readers");
    };
    CHECK(explore({reads, reads}).violations == texts{"two readers"});
    CHECK(explore({reads, locked}).violations == texts{});
}

TEST_CASE("lock: one that is destroyed is not locked, and not used afterwards") {
    const auto destroys = [](calls& c) { c.of.destroy_lock(&mutex, "mutex"); };
    CHECK(
        explore({locked, destroys}).violations ==
        texts{"a lock is used after it was destroyed", "a mutex is destroyed while it is locked"});
    const auto twice = [](calls& c) {
        c.of.destroy_lock(&mutex, "mutex");
        c.of.destroy_lock(&mutex, "mutex");
    };
    CHECK(explore({twice}).violations == texts{"a mutex is destroyed twice"});
}

TEST_CASE("time: a wait for a lock in time may fail, a few times only") {
    const auto in_time = [](calls& c) {
        for (int i = 0; i < 4; ++i)
            if (c.of.lock_until(&mutex, mutex_kind::normal, 5)) {
                c.of.unlock(&mutex, mutex_kind::normal);
                return;
            }
        c.fail("never had");
    };
    const explored e = explore({in_time, locked});
    CHECK(e.violations == texts{});
    CHECK(e.timeouts_bounded);
}

TEST_CASE("condition variable: a signal before the wait is lost") {
    const auto waits_for_it = [](calls& c) {
        c.of.lock(&mutex, mutex_kind::normal);
        c.of.wait(object, &mutex, no_time);
        c.of.unlock(&mutex, mutex_kind::normal);
    };
    const auto signals = [](calls& c) { c.of.wake_one(object); };
    CHECK(explore({waits_for_it, signals}).violations == texts{"deadlock"});
    const auto looks_first = [](calls& c) {
        c.of.lock(&mutex, mutex_kind::normal);
        while (c.add(0) == 0) c.of.wait(object, &mutex, no_time);
        c.of.unlock(&mutex, mutex_kind::normal);
    };
    const auto says_so = [](calls& c) {
        c.of.lock(&mutex, mutex_kind::normal);
        c.add(1);
        c.of.unlock(&mutex, mutex_kind::normal);
        c.of.wake_one(object);
    };
    CHECK(explore({looks_first, says_so}).violations == texts{});
    CHECK(explore({looks_first, looks_first, says_so}).violations == texts{"deadlock"});
}

TEST_CASE("condition variable: it may wake for no reason, if that is asked for") {
    const auto waits_once = [](calls& c) {
        c.of.lock(&mutex, mutex_kind::normal);
        const entry at(&object[1]);
        c.of.wait(object, &mutex, no_time);
        if (c.add(0) == 0) c.fail("woken for no reason");
        c.of.unlock(&mutex, mutex_kind::normal);
    };
    const auto says_so = [](calls& c) {
        c.of.lock(&mutex, mutex_kind::normal);
        c.add(1);
        c.of.wake_one(object);
        c.of.unlock(&mutex, mutex_kind::normal);
    };
    CHECK(explore({waits_once, says_so}).violations == texts{"deadlock"});
    CHECK(explore({waits_once, says_so}, {.spurious = true}).violations ==
          texts{"deadlock", "woken for no reason"});
}

TEST_CASE("semaphore: as many are let through as were given") {
    const auto takes = [](calls& c) { c.of.take_semaphore(object); };
    const auto gives = [](calls& c) { c.of.give_semaphore(object); };
    CHECK(explore({takes, gives}).violations == texts{});
    CHECK(explore({takes, takes, gives}).violations == texts{"deadlock"});
    CHECK(explore({takes, takes, gives, gives}).violations == texts{});
}

TEST_CASE("once: by one thread, and the others wait for it") {
    const auto once = [](calls& c) {
        if (c.of.begin_once(object)) {
            c.add(1);
            c.of.end_once(object, true);
        }
        if (c.add(0) != 1) c.fail("not done, or twice");
    };
    CHECK(explore({once, once, once}).violations == texts{});
    const auto fails_first = [](calls& c) {
        while (c.of.begin_once(object)) {
            const bool done = c.add(1) != 0;
            c.of.end_once(object, done);
            if (done) break;
        }
        if (c.add(0) != 2) c.fail("not done, or more often");
    };
    CHECK(explore({fails_first, fails_first}).violations == texts{});
}

TEST_CASE("barrier: nobody goes on before all have come, by a count and at once") {
    const auto meets = [](calls& c) {
        c.add(1);
        c.of.meet(object, 3, false);
        if (c.add(0) != 3) c.fail("left too early");
    };
    const explored by_count = explore({meets, meets, meets});
    CHECK(by_count.violations == texts{});
    CHECK_FALSE(by_count.met_at_once);
    const explored at_once = explore({meets, meets, meets}, {.barriers_at_once = true});
    CHECK(at_once.violations == texts{});
    CHECK(at_once.met_at_once);
    CHECK(at_once.executions < by_count.executions);
    CHECK(explore({meets, meets}, {.barriers_at_once = true}).violations == texts{"deadlock"});
}

TEST_CASE("sleep: time passes for who sleeps, and for who waited for him") {
    const auto sleeps = [](calls& c) {
        const auto before = c.of.read_clock();
        c.of.sleep(100);
        if (c.of.read_clock() < before + 100) c.fail("slept too short");
    };
    CHECK(explore({sleeps}).violations == texts{});
}

}  // namespace ringsim::tests
