// Races by the orders of the source (sim/graph/source_races.hpp) in every execution of generated
// programs: the same as rc11 finds in the graph by its own rules, and the same in the execution as
// it is recorded, also where something was read ahead. With one fault after the other in the rules.
#define RINGSIM_ENGINE_ANY_MUTANT
#include "sim/graph/source_races.hpp"
#include "sim/graph/models/armv8.hpp"
#include "sim/graph/models/rc11.hpp"
#include "tests/graph/faults.hpp"

namespace {

using namespace ringsim;
namespace graph = sim::graph;
using graph::mode;
using graph::mutant;

constexpr std::uint64_t seeds = 400;
// What few generated programs are like.
constexpr const char* release_sequence =
    "x=1 pln; y=1 rel | r0=add(y,1) rlx | r0=y acq; if r0==2: r1=x pln";

// Goes on after races, so that all executions are complete, and says what the source has.
class racing_program final : public tests::running_program {
  public:
    racing_program(const tests::test_program& p, graph::model_id m)
        : running_program(p, m), under_rc11_(m == graph::model_id::rc11) {}

    bool goes_on_after_races() const override { return true; }
    // Under rc11 an event has the order of the source for its mode. What a machine knows as an
    // access like any other may race.
    order source_order(const graph::label& l, std::uint64_t) const override {
        if (!under_rc11_ && l.how == mode::relaxed) return order::plain;
        constexpr order orders[] = {order::plain,   order::relaxed, order::acquire,
                                    order::release, order::acq_rel, order::seq_cst};
        return orders[static_cast<std::size_t>(l.how)];
    }

  private:
    bool under_rc11_;
};

const graph::program* program_now = nullptr;
struct {
    std::uint64_t executions = 0;
    std::uint64_t races = 0;
    bool differs_from_model = false;
    bool differs_recorded = false;
} seen;

// The model, which looks at each of its executions in the other ways as well.
template <class Model>
struct looking : Model {
    template <class G>
    static bool has_race(const G& g) {
        const graph::graph_order in_graph(g);
        const auto pair = graph::source_races(in_graph, *program_now).find();
        const std::vector<graph::recorded_event> events = graph::events_in_some_order(g);
        const graph::recorded_order in_record(events);
        const auto again = graph::source_races(in_record, *program_now).find();
        seen.differs_recorded |= pair.has_value() != again.has_value();
        if (pair && again)
            seen.differs_recorded |= pair->first != again->first || pair->second != again->second;
        seen.differs_from_model |= pair.has_value() != Model::has_race(g);
        ++seen.executions;
        seen.races += pair.has_value();
        return false;
    }
};

template <class Model>
void look(graph::model_id m) {
    seen = {};
    for (std::uint64_t seed = 0; seed <= seeds; ++seed) {
        const tests::test_program p =
            seed == 0 ? tests::parse_program(release_sequence) : tests::generate(seed);
        racing_program program(p, m);
        program_now = &program;
        graph::exploration_limits limits;
        limits.executions_max = 10'000;
        graph::observer watcher;
        tests::explore_under<looking<Model>>(m, program, program.locations(), limits, watcher);
    }
}

int run() {
    constexpr struct {
        mutant what;
        const char* text;
    } faults[] = {
        {mutant::source_acquires_nothing, "source_acquires_nothing"},
        {mutant::source_no_fence, "source_no_fence"},
        {mutant::source_no_release_sequence, "source_no_release_sequence"},
    };
    std::printf("1..%zu\n", 2 + std::size(faults));
    const auto told = [](const char* what) {
        return std::string(what) + ", " + std::to_string(seen.executions) + " executions, " +
               std::to_string(seen.races) + " with a race";
    };
    int failed = 0;
    look<graph::rc11_model>(graph::model_id::rc11);
    bool right = !seen.differs_from_model && !seen.differs_recorded && seen.races > 0;
    failed += !tests::tell(1, right, told("rc11").c_str(), "");
    // Its events have modes of the machine, so only the two ways of looking are held together.
    look<graph::armv8_model>(graph::model_id::armv8);
    right = !seen.differs_recorded && seen.races > 0;
    failed += !tests::tell(2, right, told("armv8").c_str(), "");
    unsigned n = 2;
    for (const auto& f : faults) {
        graph::active_mutant = f.what;
        look<graph::rc11_model>(graph::model_id::rc11);
        failed += !tests::tell(++n, seen.differs_from_model, f.text, "");
    }
    return failed == 0 ? 0 : 1;
}

}  // namespace

int main() {
    return ringsim::tests::run_told(run);
}
