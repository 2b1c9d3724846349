// The machines of states with a fault in them (sim/states/mutant.hpp): the comparison with the
// engine of graphs notices each, and nothing else.
#include <doctest/doctest.h>

#include "sim/states/mutant.hpp"
#include "tests/graph/generator.hpp"
#include "tests/states/agreement.hpp"
#include "tests/states/small_ring.hpp"

namespace ringsim::tests {
namespace {

using states::mutant;

// The seeds of the ordinary comparison.
constexpr std::uint64_t seeds = 1500;

// Whether a ring that is turned round is not what it is without turning.
bool ring_differs(graph::model_id m) {
    states::exploration_report found[2];
    for (const bool apart : {false, true}) {
        small_ring p;
        states::observer nobody;
        states::exploration_limits limits;
        limits.states_max = 20'000;  // a fault may have states without end
        limits.tell_all_apart = apart;
        limits.merged_accesses = 10;
        found[apart] = states::explore(m, p, small_ring::locations(), limits, nobody);
    }
    return !found[0].rotated || found[0].violating > 0 || found[1].violating > 0 ||
           found[0].merged_wrongly > 0 || found[0].states != found[1].classes ||
           found[0].states >= found[1].states;
}

// Whether a generated program, or one of those that are known to tell, shows the fault.
bool noticed(graph::model_id m, const std::vector<std::string_view>& known) {
    for (const std::string_view text : known) {
        const test_program p = parse_program(text);
        for (const bool goes_on : {false, true})
            if (!agree(p, m, states::explore, {}, goes_on).differs.empty()) return true;
    }
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const test_program p = generate(seed, m);
        const agreement a = agree(p, m, states::explore);
        if (!a.skipped && !a.differs.empty()) return true;
    }
    return false;
}

// Whether a ring, or a program with identical threads, shows it.
bool noticed_among_alike(graph::model_id m) {
    if (ring_differs(m)) return true;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const program_with_twins twins = generate_with_twins(seed, m);
        const agreement a = agree(twins.program, m, states::explore, twins.same_as);
        if (!a.skipped && !a.differs.empty()) return true;
    }
    return false;
}

// What two cores find of a program that is so wide that they share the work, and what one finds.
// Two threads race at their ends, where a model knows races.
bool cores_differ(graph::model_id m) {
    const test_program p = parse_program(
        "x=1 rlx; r0=y rlx; r1=x rlx; z=1 pln | y=1 rlx; r0=x rlx; r1=y rlx; z=2 pln | "
        "r0=x rlx; r1=y rlx; r2=x rlx; r3=y rlx | x=2 rlx; r0=y rlx; r1=x rlx");
    states::exploration_report found[2];
    std::set<std::string> ends[2];
    for (const unsigned jobs : {1u, 2u}) {
        noting_program program(p, m);
        states::observer nobody;
        states::exploration_limits limits;
        limits.states_max = 200'000;
        limits.stop_at_first_violation = false;
        limits.jobs = jobs;
        found[jobs - 1] = states::explore(m, program, program.locations(), limits, nobody);
        ends[jobs - 1] = program.ends;
    }
    return found[0].states != found[1].states || found[0].turns != found[1].turns ||
           found[0].violating != found[1].violating || found[0].ends != found[1].ends ||
           ends[0] != ends[1];
}

// A thread that goes round for ever and accesses nothing that another one does. It may stop behind
// each round, which is wrong here.
class lone_thread final : public states::endless_program {
  public:
    unsigned thread_count() const override { return 1; }
    void attach(graph::executor& e) override { executor_ = &e; }
    states::local_state first_round(unsigned) const override { return {}; }
    void begin_round(unsigned, const states::local_state&) override {}
    std::optional<states::local_state> end_round(unsigned) override {
        return states::local_state{};
    }
    bool may_stop(unsigned) const override { return true; }
    std::optional<states::local_state> summary(unsigned, const graph::label&) override {
        return std::nullopt;
    }
    // Three accesses: the explorer performs many at once, and would come by the end of a round.
    void run_thread(unsigned) override {
        for (const std::uint64_t value : {1, 2, 3}) {
            graph::label l;
            l.kind = graph::event_kind::write;
            l.value = value;
            l.how = graph::mode::relaxed;
            executor_->step(l);
        }
    }
    std::optional<graph::verdict_of_program> judge(graph::hang) override {
        return graph::verdict_of_program{sim::violation::assertion, "it stopped"};
    }

  private:
    graph::executor* executor_ = nullptr;
};

bool stops(graph::model_id m) {
    lone_thread p;
    states::observer nobody;
    states::exploration_limits limits;
    limits.states_max = 1000;
    return states::explore(m, p, {{"own", 0}}, limits, nobody).violating > 0;
}

struct fault {
    mutant what;
    graph::model_id model;
    std::string_view name;
};
constexpr fault faults[] = {
    {mutant::no_drain, graph::model_id::x86_tso, "no_drain"},
    {mutant::flushed_early, graph::model_id::x86_tso, "flushed_early"},
    {mutant::newest_store_first, graph::model_id::x86_tso, "newest_store_first"},
    {mutant::no_forwarding, graph::model_id::x86_tso, "no_forwarding"},
    {mutant::acquire_joins_nothing, graph::model_id::rc11, "acquire_joins_nothing"},
    {mutant::fence_joins_nothing, graph::model_id::rc11, "fence_joins_nothing"},
    {mutant::no_release_sequence, graph::model_id::rc11, "no_release_sequence"},
    {mutant::write_at_the_end_only, graph::model_id::rc11, "write_at_the_end_only"},
    {mutant::write_inside_rmw, graph::model_id::rc11, "write_inside_rmw"},
    {mutant::message_dropped_early, graph::model_id::rc11, "message_dropped_early"},
    {mutant::no_sc_order, graph::model_id::rc11, "no_sc_order"},
    {mutant::sc_order_forgets_reads, graph::model_id::rc11, "sc_order_forgets_reads"},
    {mutant::fence_dropped_early, graph::model_id::rc11, "fence_dropped_early"},
    {mutant::races_unseen_by_others, graph::model_id::rc11, "races_unseen_by_others"},
    {mutant::looks_in_vain_unseen, graph::model_id::rc11, "looks_in_vain_unseen"},
    {mutant::views_not_renumbered, graph::model_id::rc11, "views_not_renumbered"},
    {mutant::stale_spin, graph::model_id::rc11, "stale_spin"},
    {mutant::stop_passed_by, graph::model_id::sc, "stop_passed_by"},
    {mutant::axioms_not_asked, graph::model_id::rc11, "axioms_not_asked"},
    {mutant::race_not_remembered, graph::model_id::rc11, "race_not_remembered"},
    {mutant::views_not_rotated, graph::model_id::rc11, "views_not_rotated"},
    {mutant::memory_not_rearranged, graph::model_id::x86_tso, "memory_not_rearranged"},
    {mutant::memory_not_rearranged, graph::model_id::rc11, "memory_not_rearranged"},
    {mutant::judged_under_one_name, graph::model_id::sc, "judged_under_one_name"},
    {mutant::ends_ahead_unjudged, graph::model_id::sc, "ends_ahead_unjudged"},
    {mutant::wrong_ahead_unseen, graph::model_id::rc11, "wrong_ahead_unseen"},
};
static_assert(std::size(faults) == static_cast<std::size_t>(mutant::count_));  // one is there twice

// A race that the machine finds, and that seq_cst accesses forbid, of which it has none.
constexpr std::string_view forbidden_race =
    "x=1 sc; r0=y sc; if r0==0: z=1 pln | y=1 sc; r0=x sc; if r0==0: z=2 pln";

// Programs that few generated ones are like. The first: fences in threads that only relaxed
// accesses join, so that their order is not the one in which they are performed.
const std::vector<std::string_view> known{
    "x=1 rlx; fence sc; y=1 rlx | r0=y rlx; z=1 rlx | r0=z rlx; fence sc; r1=x rlx",
    "x=1 rlx; fence sc; r0=y rlx | y=1 rlx; fence sc; r0=x rlx",
    "r0=x rlx; fence sc; r1=y rlx | r0=y rlx; fence sc; r1=x rlx | x=1 rlx | y=1 rlx",
    "x=1 rlx; y=1 rel | r0=add(y,1) rlx | r0=y acq; r1=x rlx",
    "x=1 pln; x=2 rel | await(x,2) acq",
    "x=1 pln; y=1 rel; x=2 pln; z=1 rlx | await(z,1) rlx; await(y,1) acq; r0=x pln",
};

}  // namespace

TEST_CASE("states: every fault of a machine is noticed") {
    for (const fault& f : faults) {
        if (f.what >= mutant::views_not_rotated) continue;
        INFO(f.name);
        states::active_mutant = f.what;
        std::vector<std::string_view> tell = known;
        tell.push_back(forbidden_race);
        CHECK((f.what == mutant::stop_passed_by ? !stops(f.model) : noticed(f.model, tell)));
        states::active_mutant = mutant::none;
    }
}

TEST_CASE("states: every fault in what states are taken for the same is noticed") {
    for (const fault& f : faults) {
        if (f.what < mutant::views_not_rotated || f.what >= mutant::ends_ahead_unjudged) continue;
        INFO(f.name);
        states::active_mutant = f.what;
        CHECK(noticed_among_alike(f.model));
        states::active_mutant = mutant::none;
    }
}

TEST_CASE("states: every fault in what several cores look at ahead is noticed") {
    for (const fault& f : faults) {
        if (f.what < mutant::ends_ahead_unjudged) continue;
        INFO(f.name);
        states::active_mutant = f.what;
        CHECK(cores_differ(f.model));
        states::active_mutant = mutant::none;
    }
    for (const auto m : {graph::model_id::sc, graph::model_id::x86_tso, graph::model_id::rc11})
        CHECK_FALSE(cores_differ(m));
}

TEST_CASE("states: a thread may stop behind a round that concerns nobody else") {
    for (const auto m : {graph::model_id::sc, graph::model_id::x86_tso, graph::model_id::rc11})
        CHECK(stops(m));
}

TEST_CASE("states: without a fault a ring that is turned round is the same ring") {
    for (const auto m : {graph::model_id::sc, graph::model_id::x86_tso, graph::model_id::rc11})
        CHECK_FALSE(ring_differs(m));
}

TEST_CASE("states: without a fault nothing is noticed in the programs that tell") {
    CHECK(agree(parse_program(forbidden_race), graph::model_id::rc11, states::explore).skipped);
    for (const std::string_view text : known)
        for (const auto m :
             {graph::model_id::sc, graph::model_id::x86_tso, graph::model_id::rc11}) {
            for (const bool goes_on : {false, true}) {
                const agreement a = agree(parse_program(text), m, states::explore, {}, goes_on);
                INFO(text << "\n" << a.differs);
                CHECK(a.differs.empty());
                CHECK_FALSE(a.skipped);
            }
        }
}

}  // namespace ringsim::tests
