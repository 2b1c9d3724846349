#include "page/of_litmus.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <numeric>

#include "page/dependencies.hpp"
#include "sim/graph/trace_of.hpp"
#include "sim/trace_explain.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::page {
namespace {

namespace graph = sim::graph;
namespace litmus = sim::litmus;
using graph::event_kind;
using graph::recorded_event;

std::string_view mode_name(graph::mode m) {
    constexpr std::string_view names[] = {"plain", "rlx", "acq", "rel", "acq_rel", "sc"};
    return names[static_cast<std::size_t>(m)];
}

// The order in the source; where the source has none, as in assembly, what the model makes of it.
std::string_view order_name(const graph::label& l) {
    switch (l.source) {
        case order::relaxed:
            return "rlx";
        case order::acquire:
            return "acq";
        case order::release:
            return "rel";
        case order::acq_rel:
            return "acq_rel";
        case order::seq_cst:
            return "sc";
        default:
            return mode_name(l.how);
    }
}

// The events that a trace shows as steps of their own, in its order.
std::vector<const recorded_event*> events_of_steps(const graph::recorded_execution& e) {
    std::vector<const recorded_event*> events;
    for (const recorded_event& ev : e.events)
        if (!ev.what.implied && !ev.what.rmw) events.push_back(&ev);
    return events;
}

// The write half of a read-modify-write, if it has one.
const recorded_event* second_half(const graph::recorded_execution& e, const recorded_event* first) {
    for (auto ev = static_cast<std::size_t>(first - e.events.data()) + 1; ev < e.events.size();
         ++ev)
        if (e.events[ev].thread == first->thread && !e.events[ev].what.implied)
            return e.events[ev].what.rmw ? &e.events[ev] : nullptr;
    return nullptr;
}

std::string text_of(const litmus::test& t, const graph::recorded_execution& e,
                    const recorded_event& ev) {
    const auto value = [&](std::uint64_t v) {
        return t.value_text(static_cast<std::int64_t>(v), {});
    };
    const std::string_view how = order_name(ev.what);
    const auto place = [&]() -> const std::string& { return t.locations[ev.what.location].name; };
    switch (ev.what.kind) {
        case event_kind::read: {
            if (ev.blocked) return fmt::format("waits for ever at {}", place());
            const recorded_event* write = second_half(e, &ev);
            if (write)
                return fmt::format("exchange {} {} -> {}, := {}", place(), how, value(ev.value),
                                   value(write->value));
            return fmt::format("load {} {} -> {}", place(), how, value(ev.value));
        }
        case event_kind::write:
            return fmt::format("store {} {} := {}", place(), how, value(ev.value));
        case event_kind::choice:
            return fmt::format("chooses {}", ev.value);
        case event_kind::block:
            return "waits in a loop for ever";
        case event_kind::drop:
        case event_kind::failure:
            return "ends here";
        case event_kind::fence:
            break;
    }
    return fmt::format("fence {}", how);
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines(1);
    for (const char c : text) {
        if (c == '\n')
            lines.emplace_back();
        else if (static_cast<unsigned char>(c) >= 0x20)
            lines.back() += c;
        else
            lines.back() += ' ';
    }
    return lines;
}

// "SB on x and y: 1 -po-> 2 -fr-> 3 -po-> 4 -fr-> 1."
std::string why_text(const sim::trace& t, execution& out) {
    const auto cycle = sim::find_cycle(t);
    if (!cycle) return "Every load reads what is newest at its moment: this is an interleaving.";
    std::string text = fmt::format("{}: ", cycle->shape().empty() ? "a cycle" : cycle->shape());
    constexpr std::string_view names[] = {"rf", "co", "fr"};
    for (const sim::cycle_edge& e : cycle->edges) {
        text += std::to_string(e.from);
        if (e.to != e.from) text += fmt::format(" -po-> {}", e.to);
        const auto by = names[static_cast<std::size_t>(e.leaves_by)];
        text += fmt::format(" -{}-> ", by);
        out.cycle.push_back({e.from, e.to, std::string(by), ""});
    }
    return text + fmt::format("{}. sc's axiom acyclic(po | rf | co | fr) forbids it; {} allows it.",
                              cycle->edges.front().from, out.model);
}

}  // namespace

execution execution_of(const litmus::test& t, const graph::recorded_execution& e,
                       const std::vector<graph::location_info>& locations,
                       const litmus_origin& from, const std::string& final_state) {
    execution out;
    out.front_end = "litmus";
    out.title = t.name;
    out.claim = fmt::format("a litmus test ({})", litmus::name(t.language));
    out.verdict = "AN EXECUTION";
    out.what = final_state;
    out.model = from.model;
    out.command = from.command;
    for (std::size_t i = 0; i < t.threads.size(); ++i)
        out.threads.push_back({"P" + std::to_string(i), ""});
    const sim::trace trace = graph::trace_of(e, locations);
    const auto events = events_of_steps(e);
    const auto lines = lines_of(from.text);
    const std::string base = std::filesystem::path(from.file).filename().string();
    std::map<std::uint32_t, std::uint32_t> number;  // of words, by location
    for (std::uint32_t i = 0; i < trace.steps.size(); ++i) {
        const sim::trace_step& s = trace.steps[i];
        const recorded_event& ev = *events[i];
        shown_step to;
        to.thread = s.thread;
        to.kind = ev.what.kind == event_kind::read    ? second_half(e, &ev) ? "rmw" : "load"
                  : ev.what.kind == event_kind::write ? "store"
                  : ev.what.kind == event_kind::fence ? "fence"
                  : ev.blocked                        ? "stuck"
                                                      : "load";
        to.text = text_of(t, e, ev);
        to.order = order_name(ev.what);
        if (ev.what.note != 0 && ev.what.note <= lines.size()) {
            to.place = fmt::format("{}:{}", base, ev.what.note);
            to.source = lines[ev.what.note - 1];
        }
        const bool access = ev.what.kind == event_kind::read || ev.what.kind == event_kind::write;
        if (access) {
            const auto& l = t.locations[ev.what.location];
            const auto [at, is_new] = number.try_emplace(
                ev.what.location, static_cast<std::uint32_t>(out.words.size() + 1));
            if (is_new) out.words.push_back({l.name, t.value_text(l.initial, {})});
            to.word = at->second;
            to.reads = ev.what.kind == event_kind::read;
            const recorded_event* write = to.reads ? second_half(e, &ev) : &ev;
            to.writes = write != nullptr;
            if (to.reads) to.read = t.value_text(static_cast<std::int64_t>(ev.value), {});
            if (write) to.written = t.value_text(static_cast<std::int64_t>(write->value), {});
            to.reads_from = to.reads ? s.reads_from : 0;
            to.coherence = write ? write->co : 0;
            to.missed = to.reads ? s.missed : 0;
            if (to.reads_from > i + 1)
                to.remark = fmt::format("AHEAD: step {} writes it, later", to.reads_from);
            else if (to.missed != 0)
                to.remark = out.model == "sc" ? fmt::format("as if before step {}", to.missed)
                                              : fmt::format("STALE: step {} is newer", to.missed);
        }
        out.steps.push_back(std::move(to));
    }
    std::vector<std::uint32_t> each(out.steps.size());
    std::iota(each.begin(), each.end(), 1u);
    tell_dependencies(out, e, each);
    out.why = why_text(trace, out);
    return out;
}

}  // namespace ringsim::page
