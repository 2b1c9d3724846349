#include "page/dependencies.hpp"

#include <algorithm>
#include <string_view>

namespace ringsim::page {
namespace {

namespace graph = sim::graph;

// The step of the trace that each event belongs to, from 1: both halves of a read-modify-write have
// the same one, a fence of a mapping has none.
std::vector<std::uint32_t> steps_of_events(const graph::recorded_execution& e) {
    std::vector<std::uint32_t> steps;
    std::vector<std::uint32_t> last;
    std::uint32_t made = 0;
    for (const graph::recorded_event& ev : e.events) {
        if (last.size() <= ev.thread) last.resize(ev.thread + 1, 0);
        if (!ev.what.implied && !ev.what.rmw) last[ev.thread] = ++made;
        steps.push_back(ev.what.implied ? 0 : last[ev.thread]);
    }
    return steps;
}

void add(shown_step& to, std::uint32_t on, std::string_view kind) {
    const bool known = std::ranges::any_of(
        to.depends, [&](const shown_dependency& d) { return d.on == on && d.kind == kind; });
    if (!known) to.depends.push_back({on, std::string(kind)});
}

}  // namespace

void tell_dependencies(execution& out, const graph::recorded_execution& e,
                       const std::vector<std::uint32_t>& of) {
    const std::vector<std::uint32_t> steps = steps_of_events(e);
    std::vector<std::vector<std::uint32_t>> before;  // by thread: what each of its events became
    for (std::size_t i = 0; i < e.events.size(); ++i) {
        const graph::recorded_event& ev = e.events[i];
        if (before.size() <= ev.thread) before.resize(ev.thread + 1);
        const std::uint32_t in_trace = steps[i];
        const std::uint32_t to = in_trace == 0 || in_trace > of.size() ? 0 : of[in_trace - 1];
        const auto tell = [&](const graph::read_set& places, std::string_view kind) {
            for (unsigned p = 0; p < before[ev.thread].size(); ++p)
                if (const std::uint32_t on = before[ev.thread][p];
                    places.has(p) && on != 0 && on != to)
                    add(out.steps[to - 1], on, kind);
        };
        if (to != 0) {
            tell(ev.addr, "addr");
            tell(ev.data, "data");
            if (ev.what.kind != graph::event_kind::read) tell(ev.ctrl, "ctrl");
        }
        before[ev.thread].push_back(to);
    }
}

}  // namespace ringsim::page
