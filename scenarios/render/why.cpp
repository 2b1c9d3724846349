// The cause of a violation, in sentences.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/render/report.hpp"
#include "sim/graph/model.hpp"

namespace ringsim::scenarios::render {
namespace {

using sim::critical_cycle;
using sim::cycle_edge;
using sim::ordering;
using sim::race_explanation;
using sim::trace;
using sim::trace_step;

std::string_view kind_of_access(const trace_step& s) {
    switch (s.kind) {
        case sim::step_kind::load:
            return "load";
        case sim::step_kind::store:
            return "store";
        default:
            return "exchange";
    }
}

// "an acquire load", "a plain store"
std::string with_order(const trace_step& s) {
    const bool vowel = s.how == order::acquire || s.how == order::acq_rel;
    return fmt::format("{} {} {}", vowel ? "an" : "a", name(s.how), kind_of_access(s));
}

// "7 -> 8 by nothing: a release store and an acquire load of another word may swap"
std::string edge_text(const trace& t, const cycle_edge& e) {
    const auto by = sim::ordering_of(t, e);
    std::string text = fmt::format("{} -> {} is ordered by ", e.from, e.to);
    switch (by.is) {
        case ordering::full_barrier:
            if (t.steps[by.by - 1].kind == sim::step_kind::fence)
                return text + fmt::format("the full fence of {}", by.by);
            return text + "xchg(), a full barrier";
        case ordering::fence:
            return text + fmt::format("the fence of {}", by.by);
        case ordering::acquire:
            return text + fmt::format("the acquire of {}", e.from);
        case ordering::release:
            return text + fmt::format("the release of {}", e.to);
        case ordering::both_seq_cst:
            return text + "seq_cst on both, which counts among seq_cst accesses only";
        case ordering::nothing:
            break;
    }
    return text + fmt::format("nothing: {} and then {} of another word may swap",
                              with_order(t.steps[e.from - 1]), with_order(t.steps[e.to - 1]));
}

std::string cycle_text(const trace& t, const critical_cycle& c, const location_text& location) {
    std::vector<std::string> names;
    for (const cycle_edge& e : c.edges)
        for (const std::uint32_t step : {e.from, e.to}) {
            std::string word = location(t.steps[step - 1]);
            if (std::ranges::find(names, word) == names.end()) names.push_back(std::move(word));
        }
    std::string text = c.shape().empty() ? "a cycle" : std::string(c.shape());
    text += " on ";
    for (std::size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    text += ": ";
    bool first = true;
    for (const cycle_edge& e : c.edges) {
        if (e.from == e.to) continue;
        text += (first ? "" : "; ") + edge_text(t, e);
        first = false;
    }
    return text + ".";
}

std::string race_text(const trace& t, const race_explanation& r, const location_text& location) {
    const trace_step& first = t.steps[r.first - 1];
    const trace_step& second = t.steps[r.second - 1];
    std::string text = fmt::format(
        "{} is {} in {} by {} and {} in {} by {}, and nothing orders the two.", location(second),
        sim::writes(first) ? "written" : "read", r.first, t.threads[first.thread],
        sim::writes(second) ? "written" : "read", r.second, t.threads[second.thread]);
    if (r.read == 0) return text;
    const trace_step& write = t.steps[r.write - 1];
    const trace_step& read = t.steps[r.read - 1];
    text += fmt::format(" {} reads what {} wrote to {}, but", r.read, r.write, location(read));
    if (!r.read_acquires)
        text += fmt::format(" a {} load does not acquire", name(read.how));
    else if (!r.write_releases)
        text += fmt::format(" a {} {} does not release", name(write.how), kind_of_access(write));
    else
        text += " that is not enough";
    return text + ".";
}

// " sc's axiom ... forbids it; rc11's acyclic(psc) does not order 11 -> 12."
std::string axiom_text(const trace& t, const critical_cycle& c, std::string_view model) {
    std::string edges;
    bool needs_fence = false;
    for (const cycle_edge& e : c.edges) {
        if (e.from == e.to) continue;
        needs_fence = needs_fence || (e.enters_at_write && !e.leaves_at_write);
        const ordering by = sim::ordering_of(t, e).is;
        if (by == ordering::full_barrier) continue;
        if (by != ordering::nothing && by != ordering::both_seq_cst) continue;
        edges += fmt::format("{}{} -> {}", edges.empty() ? "" : " or ", e.from, e.to);
    }
    const std::string_view weaker = model == "sc" ? "" : axiom(model, needs_fence);
    std::string text = fmt::format(" sc's axiom {} forbids it", axiom("sc", false));
    if (!weaker.empty() && !edges.empty())
        text += fmt::format("; {}'s {} does not order {}", model, weaker, edges);
    return text + ".";
}

}  // namespace

std::string_view axiom(std::string_view model, bool needs_fence) {
    const std::string_view known = model == "c++11" ? "rc11" : model;  // as Relacy calls it
    for (const sim::graph::model_info& m : sim::graph::models)
        if (m.name == known)
            return needs_fence || m.axiom_without_fence.empty() ? m.axiom : m.axiom_without_fence;
    return "";
}

std::string why(const trace& t, const study::story& s, const ring_words& words,
                std::string_view model) {
    return why(
        t, s, [&](const trace_step& step) { return words.location(step); }, model);
}

std::string why(const trace& t, const study::story& s, const location_text& location,
                std::string_view model) {
    if (s.race) return race_text(t, *s.race, location);
    if (s.cycle) return cycle_text(t, *s.cycle, location) + axiom_text(t, *s.cycle, model);
    if (t.steps.empty()) return "";
    const bool stale =
        std::ranges::any_of(t.steps, [](const trace_step& step) { return step.missed != 0; });
    if (stale)
        return "a load here does not see the newest value, and no fence or lock between says that "
               "it must.";
    return "every load here reads the newest value: this is an interleaving.";
}

}  // namespace ringsim::scenarios::render
