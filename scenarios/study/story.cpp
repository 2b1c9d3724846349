#include "scenarios/study/story.hpp"

#include <algorithm>
#include <map>

namespace ringsim::scenarios::study {
namespace {

using sim::step_kind;
using sim::trace;
using sim::trace_step;

bool is_memory(const trace_step& s) {
    return s.kind == step_kind::load || s.kind == step_kind::store || s.kind == step_kind::rmw;
}

// Something happens between threads: nobody follows a trace without it.
bool is_turning_point(const trace_step& s) {
    return s.kind == step_kind::set || s.kind == step_kind::take || s.kind == step_kind::asleep ||
           s.kind == step_kind::stuck || s.missed != 0;
}

// At most watched_max locations, each once; the first ones are those of the cycle.
void watch(std::vector<std::uint32_t>& watched, std::uint32_t location) {
    if (watched.size() < watched_max && std::ranges::find(watched, location) == watched.end())
        watched.push_back(location);
}

// Without a cycle or a race: the words by which one thread told another something, busiest first. A
// use is an access that another thread's opposite access could answer, a store and a load of one
// location.
void watch_communication(const trace& t, const std::vector<std::uint32_t>& location,
                         std::vector<std::uint32_t>& watched) {
    std::map<std::uint32_t, unsigned> uses;  // in order of location, so that ties are stable
    for (std::size_t i = 0; i < t.steps.size(); ++i) {
        const trace_step& s = t.steps[i];
        if (!is_memory(s) || s.how == order::plain) continue;
        for (std::size_t j = 0; j < t.steps.size(); ++j)
            if (location[j] == location[i] && t.steps[j].thread != s.thread &&
                is_memory(t.steps[j]) && sim::writes(s) != sim::writes(t.steps[j]))
                ++uses[location[i]];
    }
    while (watched.size() < 2 && !uses.empty()) {
        const auto most = std::ranges::max_element(
            uses, [](const auto& a, const auto& b) { return a.second < b.second; });
        watch(watched, most->first);
        uses.erase(most);
    }
}

}  // namespace

// What went wrong comes first (a race or a cycle), then what happens to the same words, then the
// rest, as far as is wanted.
story tell(const trace& t, detail how_much) {
    story out;
    const auto location = sim::locations(t);
    std::vector<bool> core(t.steps.size(), false);
    const auto mark = [&](std::uint32_t step) {
        if (step != 0) core[step - 1] = true;
    };

    if (t.kind == sim::violation::data_race) out.race = sim::explain_race(t);
    if (out.race) {
        for (const std::uint32_t step :
             {out.race->first, out.race->second, out.race->write, out.race->read})
            mark(step);
        watch(out.watched, location[out.race->second - 1]);
        if (out.race->read != 0) watch(out.watched, location[out.race->read - 1]);
    } else {
        out.cycle = sim::find_cycle(t);
    }
    if (out.cycle)
        for (const sim::cycle_edge& e : out.cycle->edges) {
            mark(e.from);
            mark(e.to);
            watch(out.watched, location[e.from - 1]);
            watch(out.watched, location[e.to - 1]);
        }
    if (out.watched.empty()) watch_communication(t, location, out.watched);
    mark(t.at_step);
    mark(t.races_with);

    out.told.resize(t.steps.size());
    for (std::size_t i = 0; i < t.steps.size(); ++i) {
        const trace_step& s = t.steps[i];
        const bool is_watched =
            is_memory(s) && std::ranges::find(out.watched, location[i]) != out.watched.end();
        bool told = core[i] || is_turning_point(s);
        if (how_much != detail::core)
            told = told || s.kind == step_kind::fence ||
                   (is_watched && (s.how != order::plain || sim::writes(s)));
        if (how_much == detail::full) told = true;
        out.told[i] = told;
    }
    return out;
}

}  // namespace ringsim::scenarios::study
