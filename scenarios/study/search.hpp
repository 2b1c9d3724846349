// Exploring a scenario with whichever engine the user chose, and what that engine must find.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::study {

enum class engine_kind : std::uint8_t { relacy, graph };

std::string_view name(engine_kind e);
std::string_view name(worlds::relacy_scheduler s);

// What to explore with, and how far.
struct search {
    engine_kind engine = engine_kind::relacy;
    worlds::relacy_options relacy;
    worlds::graph_options graph;

    // The memory model that the engine explores, by name and as expectations state it.
    std::string_view model_name() const;
    std::string model_and_mapping() const;  // the mapping if it is not the model's first
    model_bits model() const;
};

// Every execution, on the graph engine under a model.
search under(sim::graph::model_id m);

// "relacy, random scheduler, seed 0": the configuration, as a report states it.
std::string describe(const search& how);

// Why the model cannot express the variant, as one clause that names the site; empty if it can.
std::string refusal(const worlds::variant& v, const search& how);
// The same of one order at one site.
std::string refusal_at(site s, order o, const search& how);

// Throws machine_error if this build has no such engine, user_error if the model cannot express the
// variant.
worlds::exploration explore(const scenario& s, const worlds::variant& v, const search& how);

// How a result compares with what the scenario expects of the variant under the engine's model.
enum class judgement : std::uint8_t {
    as_expected,   // the stated verdict, or no violation where none is stated
    as_found,      // by another mapping than the model's first, for which verdicts are stated
    unexpected,    // a violation that is not expected, or one of another kind
    missing,       // no violation, although one is expected
    inconclusive,  // a limit was hit, or the search was interrupted
};
struct judged {
    judgement is = judgement::as_expected;
    bool stated = false;  // the scenario states it
    sim::violation expected = sim::violation::none;
};
judged judge_result(const scenario& s, const worlds::variant& v, const search& how,
                    const worlds::exploration& e);

// The exit status that a judgement stands for.
int exit_status_of(judgement j);

}  // namespace ringsim::scenarios::study
