// The classic shapes on the Relacy engine: what it shows, what it forbids, and where it falls short
// of C++20. Its limits are stated here as facts, so that a Relacy that loses one is noticed.
#include <dlfcn.h>
#include <doctest/doctest.h>

#include <atomic>
#include <new>
#include <stdexcept>

#include "tests/relacy/litmus.hpp"

using namespace ringsim;
using namespace ringsim::tests;

namespace {

constexpr auto rlx = order::relaxed;
constexpr auto acq = order::acquire;
constexpr auto rel = order::release;
constexpr auto sc = order::seq_cst;

sim::relacy_limits search(sim::relacy_search how) {
    sim::relacy_limits limits;
    limits.search = how;
    limits.executions_max = how == sim::relacy_search::random ? 20'000 : 200'000;
    return limits;
}

// Under the random scheduler, which looks furthest back.
litmus_result random_search(const litmus_program& p) {
    return run_litmus(p, search(sim::relacy_search::random));
}

litmus_program mp(order writer, order reader) {
    return {{write('x', 1), write('y', 1, writer)}, {read('y', reader), read('x')}};
}
litmus_program sb(order store, order load) {
    return {{write('x', 1, store), read('y', load)}, {write('y', 1, store), read('x', load)}};
}

}  // namespace

TEST_CASE("MP: relaxed shows the stale read, release and acquire forbid it") {
    CHECK(random_search(mp(rlx, rlx)).shows("1 0"));
    CHECK(random_search(mp(rel, rlx)).shows("1 0"));
    CHECK(random_search(mp(rlx, acq)).shows("1 0"));
    CHECK_FALSE(random_search(mp(rel, acq)).shows("1 0"));
    CHECK_FALSE(random_search(mp(sc, sc)).shows("1 0"));
    CHECK(random_search(mp(rel, acq)).shows("1 1"));
    const litmus_program fences{{write('x', 1), fence(rel), write('y', 1)},
                                {read('y'), fence(acq), read('x')}};
    CHECK_FALSE(random_search(fences).shows("1 0"));
}

TEST_CASE("SB: only seq_cst accesses, or fences on both sides, forbid two stale reads") {
    CHECK(random_search(sb(rlx, rlx)).shows("0 0"));
    CHECK(random_search(sb(rel, acq)).shows("0 0"));
    CHECK(random_search(sb(sc, acq)).shows("0 0"));
    CHECK_FALSE(random_search(sb(sc, sc)).shows("0 0"));
    const litmus_program fences{{write('x', 1), fence(), read('y')},
                                {write('y', 1), fence(), read('x')}};
    CHECK_FALSE(random_search(fences).shows("0 0"));
    const litmus_program one_fence{{write('x', 1), fence(), read('y')}, {write('y', 1), read('x')}};
    CHECK(random_search(one_fence).shows("0 0"));
}

TEST_CASE("SB through exchanges: the kernel's is a full barrier, C++'s seq_cst one is not") {
    auto with = [](order how) {
        return litmus_program{{swap('x', 1, how), read('y')}, {swap('y', 1, how), read('x')}};
    };
    CHECK_FALSE(random_search(with(order::full)).shows("0 0 0 0"));
    CHECK(random_search(with(sc)).shows("0 0 0 0"));
}

TEST_CASE("SB with a fence on one side and seq_cst accesses on the other: Relacy is too weak") {
    // C++20: the fence is psc-before the seq_cst load and after it, so 0 0 is forbidden.
    const litmus_program p{{write('x', 1, sc), read('y', sc)}, {write('y', 1), fence(), read('x')}};
    CHECK_MESSAGE(random_search(p).shows("0 0"), "Relacy got stronger: review its disagreements");
}

TEST_CASE("coherence: CoRR, CoWR, CoRW hold however relaxed") {
    CHECK_FALSE(random_search({{write('x', 1)}, {read('x'), read('x')}}).shows("1 0"));
    CHECK_FALSE(
        random_search({{write('x', 1), write('x', 2)}, {read('x'), read('x')}}).shows("2 1"));
    CHECK_FALSE(random_search({{write('x', 1), read('x')}, {write('x', 2)}}).shows("0"));
    CHECK(random_search({{write('x', 1), read('x')}, {write('x', 2)}}).shows("2"));
}

TEST_CASE("IRIW: acquire loads may disagree on the order of two stores, seq_cst ones may not") {
    auto with = [](order store, order load) {
        return litmus_program{{write('x', 1, store)},
                              {write('y', 1, store)},
                              {read('x', load), read('y', load)},
                              {read('y', load), read('x', load)}};
    };
    CHECK(random_search(with(rel, acq)).shows("1 0 1 0"));
    CHECK_FALSE(random_search(with(sc, sc)).shows("1 0 1 0"));
}

TEST_CASE("WRC: release and acquire are transitive") {
    auto with = [](order store, order load) {
        return litmus_program{{write('x', 1, store)},
                              {read('x', load), write('y', 1, store)},
                              {read('y', load), read('x')}};
    };
    CHECK(random_search(with(rlx, rlx)).shows("1 1 0"));
    CHECK_FALSE(random_search(with(rel, acq)).shows("1 1 0"));
}

TEST_CASE("limit: Relacy has no load buffering") {
    const litmus_program lb{{read('x'), write('y', 1)}, {read('y'), write('x', 1)}};
    CHECK_FALSE(random_search(lb).shows("1 1"));  // C++20 allows it
}

TEST_CASE("limit: modification order is the order of execution, so no 2+2W") {
    const litmus_program p{{write('x', 1), write('y', 2)}, {write('y', 1), write('x', 2)}};
    const litmus_result r = random_search(p);
    CHECK(r.ends_in("2 2 0 0"));
    CHECK_FALSE(r.ends_in("1 1 0 0"));  // C++20 allows it
}

TEST_CASE("limit: how far back a stale read goes depends on the search") {
    // The second thread has seen y and with it nothing: any of x's five values is a value for it.
    const litmus_program p{
        {write('x', 1), write('x', 2), write('x', 3), write('x', 4), write('y', 1)},
        {read('y'), read('x')}};
    const litmus_result random = random_search(p);
    CHECK(random.shows("1 4"));
    CHECK(random.shows("1 3"));
    CHECK(random.shows("1 2"));
    CHECK_FALSE(random.shows("1 1"));

    const litmus_result full = run_litmus(p, search(sim::relacy_search::full));
    REQUIRE(full.run.how == sim::relacy_stop::exhausted);
    CHECK(full.shows("1 4"));
    CHECK(full.shows("1 3"));
    CHECK_FALSE(full.shows("1 2"));
}

TEST_CASE("the searches that end find what the random one finds, if the bound allows it") {
    const litmus_result full = run_litmus(sb(rlx, rlx), search(sim::relacy_search::full));
    REQUIRE(full.run.how == sim::relacy_stop::exhausted);
    CHECK(full.shows("0 0"));
    CHECK(full.shows("0 1"));
    CHECK(full.shows("1 0"));
    CHECK(full.shows("1 1"));

    sim::relacy_limits limits = search(sim::relacy_search::bound);
    limits.context_bound = 0;
    const litmus_result none = run_litmus(sb(sc, sc), limits);
    REQUIRE(none.run.how == sim::relacy_stop::exhausted);
    CHECK_FALSE(none.shows("1 1"));  // takes a preemption
    limits.context_bound = 1;
    CHECK(run_litmus(sb(sc, sc), limits).shows("1 1"));
}

TEST_CASE("the edge is a word: a set that finds it set releases too, and no more than it says") {
    // Pending from setup. If the set comes before the take, the edge is 0 in the end.
    auto with = [](order how) {
        return run_litmus({{write('x', 1), set(how)}, {take(), read('x')}}, {}, {set()});
    };
    const litmus_result ordered = with(order::acq_rel);
    CHECK(ordered.outcomes.contains("r: 1, final: 1 0 0 0"));
    CHECK(ordered.outcomes.contains("r: 0, final: 1 0 0 1"));
    CHECK_FALSE(ordered.outcomes.contains("r: 0, final: 1 0 0 0"));
    CHECK(with(rlx).outcomes.contains("r: 0, final: 1 0 0 0"));
}

TEST_CASE("a sleeper takes what the waker wrote before, if the edge is acquired and released") {
    auto with = [](order how) {
        return random_search({{write('x', 1), set(how)}, {take(how), read('x')}});
    };
    CHECK_FALSE(with(order::acq_rel).shows("0"));
    CHECK(with(rlx).shows("0"));
}

TEST_CASE("waiting for ever is a deadlock, in a thread as in setup") {
    CHECK(random_search({{take()}, {write('x', 1)}}).run.kind == sim::violation::deadlock);
    CHECK(random_search({{lock(), lock()}}).run.kind == sim::violation::deadlock);
    CHECK(random_search({{set(), take(), take()}}).run.kind == sim::violation::deadlock);
    CHECK(random_search({{set(), set(), take()}}).run.kind == sim::violation::none);
    const litmus_result setup = run_litmus({{read('x')}}, {}, {lock(), lock()});
    CHECK(setup.run.kind == sim::violation::deadlock);
    CHECK(setup.run.executions == 1);
}

TEST_CASE("the lock orders what it guards") {
    const litmus_thread guarded{lock(), write('d', 1), read('d'), unlock()};
    CHECK(random_search({guarded, guarded, guarded}).run.kind == sim::violation::none);
    CHECK(random_search({guarded, {write('d', 2)}}).run.kind == sim::violation::data_race);
}

TEST_CASE("plain data: unordered accesses race, one of them writing; setup is before all") {
    auto kind = [](const litmus_program& p) { return random_search(p).run.kind; };
    CHECK(kind({{write('d', 1)}, {read('d')}}) == sim::violation::data_race);
    CHECK(kind({{write('d', 1)}, {write('d', 2)}}) == sim::violation::data_race);
    CHECK(kind({{read('d')}, {read('d')}}) == sim::violation::none);
    CHECK(kind({{write('d', 1), set()}, {take(), read('d')}}) == sim::violation::none);
    const litmus_result after_setup = run_litmus({{read('d')}, {read('d')}}, {}, {write('d', 7)});
    CHECK(after_setup.run.kind == sim::violation::none);
    CHECK(after_setup.shows("7 7"));
}

TEST_CASE("a plain access to a word races with an unordered one, two atomic accesses never do") {
    auto kind = [](const litmus_program& p) { return random_search(p).run.kind; };
    constexpr auto plain = order::plain;
    CHECK(kind({{write('x', 1, plain)}, {read('x', acq)}}) == sim::violation::data_race);
    CHECK(kind({{write('x', 1)}, {read('x', plain)}}) == sim::violation::data_race);
    CHECK(kind({{swap('x', 1, sc)}, {read('x', plain)}}) == sim::violation::data_race);
    CHECK(kind({{write('x', 1, plain)}, {write('x', 2, plain)}}) == sim::violation::data_race);
    CHECK(kind({{write('x', 1)}, {read('x')}}) == sim::violation::none);
    CHECK(kind({{read('x', plain)}, {read('x', plain)}}) == sim::violation::none);
    CHECK(kind({{write('x', 1, plain), write('y', 1, rel)}, {read('y', acq), write('z', 1)}}) ==
          sim::violation::none);
    CHECK(kind({{write('x', 1, plain), write('y', 1, rel)}, {read('y', acq), read('x', plain)}}) ==
          sim::violation::data_race);
}

TEST_CASE("a search stops at its ceiling and when it is told to") {
    sim::relacy_limits limits;
    limits.executions_max = 7;
    CHECK(run_litmus(sb(rlx, rlx), limits).run.executions == 7);
    CHECK(run_litmus(sb(rlx, rlx), limits).run.how == sim::relacy_stop::ceiling);
    const std::atomic<bool> stop{true};
    limits.stop = &stop;
    CHECK(run_litmus(sb(rlx, rlx), limits).run.how == sim::relacy_stop::interrupted);
    CHECK(run_litmus(sb(rlx, rlx), limits).run.executions == 0);
}

TEST_CASE("programs of one to five threads run, others are refused") {
    for (std::size_t threads = 1; threads <= 5; ++threads) {
        const litmus_program p(threads, {write('x', 1), read('x')});
        sim::relacy_limits limits;
        limits.executions_max = 100;
        CHECK(run_litmus(p, limits).run.executions == 100);
    }
    CHECK_THROWS_AS(run_litmus(litmus_program(6, {write('x', 1)})), std::invalid_argument);
}

TEST_CASE("Relacy does not replace the program's operator new and delete") {
    Dl_info program, used;
    REQUIRE(dladdr(reinterpret_cast<void*>(&run_litmus), &program) != 0);
    void* (*const allocate)(std::size_t) = &::operator new;
    REQUIRE(dladdr(reinterpret_cast<void*>(allocate), &used) != 0);
    CHECK(std::string(used.dli_fname) != program.dli_fname);
}
