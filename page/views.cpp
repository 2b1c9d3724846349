#include "page/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "scenarios/render/dot.hpp"

namespace ringsim::page {
namespace {

using nlohmann::ordered_json;

// What ends a statement or begins an entity in Mermaid's language, as entities.
std::string mermaid_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ';' || c == '#' || c == '<' || c == '>')
            out += fmt::format("#{};", static_cast<int>(c));
        else
            out += c;
    }
    return out;
}

bool from_another_thread(const execution& e, const shown_step& s) {
    return s.reads && s.reads_from != 0 && e.steps[s.reads_from - 1].thread != s.thread;
}

std::string without_blanks(std::string text) {
    std::ranges::replace(text, ' ', '_');
    return text;
}

ordered_json slice(std::size_t i, const shown_step& s) {
    return {{"name", s.text},
            {"ph", "X"},
            {"ts", 10 * i},
            {"dur", 8},
            {"pid", 1},
            {"tid", s.thread + 1},
            {"args",
             {{"step", i + 1},
              {"function", s.function},
              {"place", s.place},
              {"site", s.site},
              {"remark", s.remark}}}};
}

}  // namespace

std::string to_dot(const execution& e) {
    scenarios::render::drawing d;
    d.name = e.title;
    d.title = fmt::format("{}   {}: {}   model {}", e.title, e.verdict, e.what, e.model);
    for (const std::string& fact : e.facts) d.title += ", " + fact;
    for (const shown_thread& t : e.threads) d.threads.push_back(t.name);
    for (const shown_step& s : e.steps) {
        d.steps.push_back(
            {s.thread, s.text, s.word, s.reads, s.writes, s.reads_from, s.coherence, s.missed});
        for (const shown_dependency& on : s.depends)
            d.steps.back().depends.emplace_back(on.on, on.kind);
    }
    d.at_step = e.at_step;
    for (const shown_edge& edge : e.cycle) d.cycle.emplace_back(edge.from, edge.to);
    if (e.races_with != 0 && e.at_step != 0) d.race = {e.races_with, e.at_step};
    return scenarios::render::to_dot(d);
}

std::string to_mermaid(const execution& e) {
    std::string out = "sequenceDiagram\n";
    out += fmt::format("  title {}: {}\n", mermaid_text(e.title), mermaid_text(e.what));
    for (std::size_t t = 0; t < e.threads.size(); ++t)
        out += fmt::format("  participant T{} as {}\n", t, mermaid_text(e.threads[t].name));
    for (std::size_t i = 0; i < e.steps.size(); ++i) {
        const shown_step& s = e.steps[i];
        if (from_another_thread(e, s))
            out += fmt::format("  T{}-->>T{}: rf: step {} reads step {}\n",
                               e.steps[s.reads_from - 1].thread, s.thread, i + 1, s.reads_from);
        out += fmt::format("  Note over T{}: {} {}{}\n", s.thread, i + 1, mermaid_text(s.text),
                           s.remark.empty() ? "" : "<br/>" + mermaid_text(s.remark));
    }
    return out;
}

std::string to_shiviz(const execution& e) {
    using clock = std::vector<std::uint32_t>;
    std::vector<clock> now(e.threads.size(), clock(e.threads.size(), 0));
    std::vector<clock> of_step;
    std::string out;
    for (std::size_t i = 0; i < e.steps.size(); ++i) {
        const shown_step& s = e.steps[i];
        clock& mine = now[s.thread];
        ++mine[s.thread];
        // A read of what is written later (load buffering) would be before and behind that store:
        // clocks cannot say so, and the text of the step does.
        const bool ahead = s.reads_from > i + 1;
        if (from_another_thread(e, s) && !ahead)
            for (std::size_t t = 0; t < mine.size(); ++t)
                mine[t] = std::max(mine[t], of_step[s.reads_from - 1][t]);
        of_step.push_back(mine);
        ordered_json shown = ordered_json::object();
        for (std::size_t t = 0; t < mine.size(); ++t)
            if (mine[t] != 0) shown[without_blanks(e.threads[t].name)] = mine[t];
        out +=
            fmt::format("{} {}\n{} {}{}\n", without_blanks(e.threads[s.thread].name), shown.dump(),
                        i + 1, s.text, s.remark.empty() ? "" : "  (" + s.remark + ")");
    }
    return out;
}

std::string to_perfetto(const execution& e) {
    ordered_json events = ordered_json::array();
    events.push_back({{"name", "process_name"},
                      {"ph", "M"},
                      {"pid", 1},
                      {"args", {{"name", e.title + ", " + e.model}}}});
    for (std::size_t t = 0; t < e.threads.size(); ++t)
        events.push_back({{"name", "thread_name"},
                          {"ph", "M"},
                          {"pid", 1},
                          {"tid", t + 1},
                          {"args", {{"name", e.threads[t].name}}}});
    for (std::size_t i = 0; i < e.steps.size(); ++i) {
        const shown_step& s = e.steps[i];
        events.push_back(slice(i, s));
        if (!from_another_thread(e, s)) continue;
        const std::size_t from = s.reads_from - 1;
        const ordered_json flow{{"name", "rf"}, {"cat", "rf"}, {"id", i + 1}, {"pid", 1}};
        for (const bool end : {false, true}) {
            ordered_json half = flow;
            half["ph"] = end ? "f" : "s";
            if (end) half["bp"] = "e";
            half["tid"] = (end ? s.thread : e.steps[from].thread) + 1;
            half["ts"] = 10 * (end ? i : from) + 4;
            events.push_back(half);
        }
    }
    const ordered_json document{{"traceEvents", std::move(events)}, {"displayTimeUnit", "ns"}};
    return document.dump(1) + "\n";
}

std::string view_of(const execution& e, scenarios::commands::execution_view asked) {
    using scenarios::commands::execution_view;
    switch (asked) {
        case execution_view::dot:
            return to_dot(e);
        case execution_view::mermaid:
            return to_mermaid(e);
        case execution_view::shiviz:
            return to_shiviz(e);
        case execution_view::perfetto:
            return to_perfetto(e);
        default:
            return "";
    }
}

}  // namespace ringsim::page
