// Being the scheduler: what is offered is what the model allows, no less and no more.
#include <doctest/doctest.h>

#include <functional>
#include <set>

#include "page/hidden.hpp"
#include "sim/litmus/run.hpp"
#include "tests/page/litmus_program.hpp"

namespace ringsim::tests {
namespace {

using page::position;
using page::turn;
using page::way;
using sim::graph::model_id;

const way* of_thread(const position& p, unsigned thread, unsigned nth = 0) {
    for (const way& w : p.ways)
        if (w.step.thread == thread && nth-- == 0) return &w;
    return nullptr;
}

// Every final state that some way of choosing comes to.
std::set<std::string> all_ends(litmus_program& program) {
    std::set<std::string> ends;
    const std::function<void(std::vector<turn>&)> go_on = [&](std::vector<turn>& turns) {
        const position p = program.steps.at(turns);
        if (p.over) {
            ends.insert(program.state);
            return;
        }
        CHECK(!p.ways.empty());
        for (const way& w : p.ways) {
            turns.push_back(w.how);
            go_on(turns);
            turns.pop_back();
        }
    };
    std::vector<turn> none;
    go_on(none);
    return ends;
}

std::set<std::string> explored(const std::string& text, model_id m) {
    const sim::litmus::test t = sim::litmus::parse(text);
    sim::litmus::run_options o;
    o.model = m;
    const sim::litmus::result r = sim::litmus::run(t, o);
    std::set<std::string> ends;
    for (const auto& [values, count] : r.states) ends.insert(sim::litmus::state_text(t, values));
    return ends;
}

// A compare-exchange, a fence, a second store to the same word: more kinds of picks.
const std::string mixed =
    "C mixed\n"
    "{}\n"
    "P0(atomic_int *x, atomic_int *y) {\n"
    "  atomic_store_explicit(x, 1, memory_order_relaxed);\n"
    "  atomic_thread_fence(memory_order_seq_cst);\n"
    "  atomic_store_explicit(y, 2, memory_order_relaxed);\n"
    "}\n"
    "P1(atomic_int *x, atomic_int *y) {\n"
    "  atomic_store_explicit(y, 1, memory_order_relaxed);\n"
    "  int r0 = atomic_exchange_explicit(x, 3, memory_order_acq_rel);\n"
    "}\n"
    "exists (1:r0=0 /\\ y=1 /\\ x=3)\n";

// Load buffering where one store hands on what was loaded, and where both do: then the value would
// come from nowhere.
std::string handed_on(bool by_both) {
    const std::string r0 = by_both ? "r0" : "1";
    return "C handed-on\n"
           "{}\n"
           "P0(atomic_int *x, atomic_int *y) {\n"
           "  int r0 = atomic_load_explicit(x, memory_order_relaxed);\n"
           "  atomic_store_explicit(y, r0, memory_order_relaxed);\n"
           "}\n"
           "P1(atomic_int *x, atomic_int *y) {\n"
           "  int r0 = atomic_load_explicit(y, memory_order_relaxed);\n"
           "  atomic_store_explicit(x, " +
           r0 +
           ", memory_order_relaxed);\n"
           "}\n"
           "exists (0:r0=1 /\\ 1:r0=1)\n";
}

// Load buffering by three threads, one of which exchanges.
const std::string round_of_three =
    "C round-of-three\n"
    "{}\n"
    "P0(atomic_int *x, atomic_int *y) {\n"
    "  int r0 = atomic_load_explicit(x, memory_order_relaxed);\n"
    "  atomic_store_explicit(y, 1, memory_order_relaxed);\n"
    "}\n"
    "P1(atomic_int *y, atomic_int *z) {\n"
    "  int r0 = atomic_exchange_explicit(y, 2, memory_order_relaxed);\n"
    "  atomic_store_explicit(z, 1, memory_order_relaxed);\n"
    "}\n"
    "P2(atomic_int *z, atomic_int *x) {\n"
    "  int r0 = atomic_load_explicit(z, memory_order_relaxed);\n"
    "  atomic_store_explicit(x, 1, memory_order_relaxed);\n"
    "}\n"
    "exists (0:r0=1 /\\ 1:r0=1 /\\ 2:r0=1)\n";

}  // namespace

TEST_CASE("stepping: the ends that one can choose are those of all executions") {
    for (const std::string& text : {store_buffering, message_passing, mixed, load_buffering,
                                    handed_on(false), handed_on(true), round_of_three})
        for (const model_id m : {model_id::sc, model_id::x86_tso, model_id::rc11, model_id::armv8,
                                 model_id::riscv, model_id::power}) {
            litmus_program program(text, m);
            INFO(program.test.name << " under " << sim::graph::name(m));
            const auto ends = all_ends(program);
            CHECK(ends.size() + (text == handed_on(true)) > 1);  // which has only one
            CHECK(ends == explored(text, m));
        }
}

TEST_CASE("stepping: store buffering is offered by x86-tso and not by sc") {
    for (const model_id m : {model_id::sc, model_id::x86_tso}) {
        litmus_program program(store_buffering, m);
        std::vector<turn> turns;
        for (const unsigned thread : {0u, 0u, 1u}) {
            const position p = program.steps.at(turns);
            REQUIRE(of_thread(p, thread));
            turns.push_back(of_thread(p, thread)->how);
        }
        const position p = program.steps.at(turns);
        REQUIRE(p.ways.size() == (m == model_id::sc ? 1 : 2));
        const auto list = page::candidates_of(p, p.ways[0].step, sim::graph::name(m));
        REQUIRE(list.size() == 2);
        CHECK(list[0].store == 1);
        CHECK(list[0].readable);
        CHECK(list[1].store == 0);
        CHECK(list[1].readable == (m == model_id::x86_tso));
        if (m == model_id::sc)
            CHECK(list[1].why ==
                  "step 1 is newer, and 1 -po-> 2 -fr-> 3 -po-> here: acyclic(po | rf | co | fr)");
        CHECK(!p.threads[0].can_go_on);
        CHECK(!p.threads[0].waits_at);  // it has ended
    }
}

TEST_CASE("stepping: what an acquire has brought hides what is older") {
    litmus_program program(message_passing, model_id::rc11);
    std::vector<turn> turns;
    for (const unsigned thread : {0u, 0u, 1u})
        turns.push_back(of_thread(program.steps.at(turns), thread)->how);
    const position p = program.steps.at(turns);
    REQUIRE(p.ways.size() == 1);
    const auto list = page::candidates_of(p, p.ways[0].step, "rc11");
    REQUIRE(list.size() == 2);
    CHECK(!list[1].readable);
    CHECK(list[1].why == "step 1 is newer, and 1 -po-> 2 -rf-> 3 -po-> here: irreflexive(hb; com)");
    turns.push_back(p.ways[0].how);
    const position end = program.steps.at(turns);
    CHECK(end.over);
    REQUIRE(end.end);
    CHECK(end.so_far.steps.size() == 4);
}

TEST_CASE("stepping: what is read ahead is offered by armv8 and not by x86-tso") {
    for (const model_id m : {model_id::armv8, model_id::x86_tso}) {
        litmus_program program(load_buffering, m);
        const position p = program.steps.at({});
        const way* newest = of_thread(p, 0);
        REQUIRE(newest);
        CHECK(newest->step.read == 0);
        CHECK(!newest->to_come);
        const way* ahead = of_thread(p, 0, 1);
        REQUIRE((ahead != nullptr) == (m == model_id::armv8));
        if (!ahead) continue;
        CHECK(ahead->step.read == 1);
        REQUIRE(ahead->to_come);
        CHECK(ahead->to_come->thread == 1);
        CHECK(ahead->place_to_come == 1);
    }
}

TEST_CASE("stepping: what was read ahead has to come") {
    litmus_program program(load_buffering, model_id::armv8);
    std::vector<turn> turns{of_thread(program.steps.at({}), 0, 1)->how};
    position p = program.steps.at(turns);
    REQUIRE(p.ahead.size() == 1);
    CHECK(p.ahead[0].step == 1);
    CHECK(p.ahead[0].writer == 1);
    CHECK(p.so_far.steps.at(0).reads_from == 1);
    turns.push_back(of_thread(p, 0)->how);
    p = program.steps.at(turns);
    // Were the other load to read 0, its thread's store could have come first.
    REQUIRE(p.ways.size() == 1);
    CHECK(p.ways[0].step.read == 1);
    const auto list = page::candidates_of(p, p.ways[0].step, "armv8");
    REQUIRE(list.size() == 2);
    CHECK(!list[1].readable);
    CHECK(list[1].why ==
          "step 1 would then not read AHEAD: its store would not come, or could come first");
    turns.push_back(p.ways[0].how);
    p = program.steps.at(turns);
    turns.push_back(of_thread(p, 1)->how);
    p = program.steps.at(turns);
    CHECK(p.over);
    CHECK(p.ahead.empty());
    REQUIRE(p.so_far.steps.size() == 4);
    CHECK(p.so_far.steps[0].reads_from == 4);
    // The same as a trace is the same turns again, beyond the step that reads ahead.
    std::vector<std::size_t> ways;
    const auto count = [&](std::size_t, const position& now) { ways.push_back(now.ways.size()); };
    CHECK(program.steps.follow(p.so_far, count) == turns);
    CHECK(ways == std::vector<std::size_t>{4, 2, 1, 1});
}

TEST_CASE("stepping: turns that are none of the program are refused") {
    litmus_program program(store_buffering, model_id::sc);
    CHECK_THROWS_AS((void)program.steps.at({{5, {}}}), sim::graph::schedule_error);
    CHECK_THROWS_AS((void)program.steps.at({{0, {}}, {0, {7}}, {0, {}}}),
                    sim::graph::schedule_error);
}

}  // namespace ringsim::tests
