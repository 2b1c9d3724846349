// The engine with one fault after the other in it (sim/graph/mutant.hpp) against the oracle. Each
// has to be noticed, and as just the kind of mismatch that it makes; a crash is no such report.
// Without a fault everything compares. Built once for each model.
#define RINGSIM_ENGINE_ANY_MUTANT
#include "sim/graph/models/armv8.hpp"
#include "sim/graph/models/power.hpp"
#include "sim/graph/models/rc11.hpp"
#include "sim/graph/models/sc.hpp"
#include "sim/graph/models/x86_tso.hpp"
#include "tests/graph/faults.hpp"

namespace {

using namespace ringsim;
using tests::mismatch;
namespace graph = sim::graph;
using graph::model_id;
using graph::mutant;

// Defined by the build: the one model that this program is compiled with.
constexpr model_id model = model_id::RINGSIM_MODEL;
constexpr auto explore = tests::explore_under<graph::RINGSIM_MODEL_TYPE>;

// The seeds of the ordinary comparison: what it must notice.
constexpr std::uint64_t seeds = 400;

// The model that a fault shows under.
struct fault_under {
    model_id model;
    tests::fault is;
};
constexpr fault_under faults[] = {
    {model_id::rc11, {mutant::none, mismatch::none, "no fault"}},
    {model_id::rc11, {mutant::no_psc, mismatch::extra, "no_psc"}},
    {model_id::rc11, {mutant::no_release_sequence, mismatch::extra, "no_release_sequence"}},
    {model_id::rc11,
     {mutant::no_race_of_later_write, mismatch::wrong_verdict, "no_race_of_later_write"}},
    {model_id::x86_tso, {mutant::no_mfence, mismatch::extra, "no_mfence"}},
    {model_id::sc, {mutant::rmw_as_plain_pair, mismatch::extra, "rmw_as_plain_pair"}},
    {model_id::armv8, {mutant::pairs_never_asked, mismatch::extra, "pairs_never_asked"}},
    {model_id::armv8, {mutant::pairs_always_asked, mismatch::missing, "pairs_always_asked"}},
    {model_id::sc, {mutant::forgotten_revisit, mismatch::missing, "forgotten_revisit"}},
    {model_id::sc, {mutant::no_maximality, mismatch::duplicate, "no_maximality"}},
    {model_id::x86_tso, {mutant::no_floor_of_revisited, mismatch::extra, "no_floor_of_revisited"}},
    {model_id::sc, {mutant::node_of_other_value, mismatch::wrong_facts, "node_of_other_value"}},
    {model_id::sc, {mutant::node_without_state, mismatch::wrong_facts, "node_without_state"}},
    {model_id::power, {mutant::row_of_other_source, mismatch::missing, "row_of_other_source"}},
    {model_id::power, {mutant::barriers_lost, mismatch::extra, "barriers_lost"}},
    {model_id::power, {mutant::barriers_kept, mismatch::missing, "barriers_kept"}},
    {model_id::sc, {mutant::hang_on_stale_read, mismatch::extra, "hang_on_stale_read"}},
    {model_id::rc11,
     {mutant::looks_in_vain_unseen, mismatch::wrong_verdict, "looks_in_vain_unseen"}},
};

// Programs that few generated ones are like.
constexpr const char* programs[] = {
    "x=1 pln; x=2 rel | await(x,2) acq",
};

int run() {
    std::vector<tests::fault> here;
    for (const fault_under& f : faults)
        if (f.model == model) here.push_back(f.is);
    return tests::tell_each(here, model, explore, programs, seeds);
}

}  // namespace

int main() {
    return ringsim::tests::run_told(run);
}
