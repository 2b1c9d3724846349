#include "scenarios/render/dot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenarios/render/ring_words.hpp"
#include "sim/dot_text.hpp"
#include "sim/trace_explain.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::scenarios::render {
namespace {

class dot_writer : sim::dot_text {
  public:
    explicit dot_writer(const drawing& d) : drawn_(d) {
        for (std::size_t i = 0; i < d.cycle.size(); ++i) {
            const auto& [from, to] = d.cycle[i];
            in_cycle_.insert({from, to});
            thick_.insert({to, d.cycle[(i + 1) % d.cycle.size()].first});
        }
    }

    std::string write() {
        line("digraph {}", sim::dot_quoted(drawn_.name));
        line("{{");
        line("  label={};", sim::dot_quoted(drawn_.title));
        line("  labelloc=t; rankdir=TB; splines=true; newrank=true;");
        line("  node [shape=box, fontname=monospace, fontsize=11];");
        line("  edge [fontname=monospace, fontsize=10];");
        for (unsigned t = 0; t < drawn_.threads.size(); ++t) thread(t);
        for (std::uint32_t i = 1; i <= drawn_.steps.size(); ++i) communication(i);
        for (std::uint32_t i = 1; i <= drawn_.steps.size(); ++i)
            for (const auto& [on, how] : step(i).depends)
                line("  s{} -> s{} [label={}, style=dotted, constraint=false];", on, i, how);
        if (drawn_.race.first != 0)
            line(
                "  s{} -> s{} [label=race, color=red, fontcolor=red, dir=both, style=dashed, "
                "constraint=false];",
                drawn_.race.first, drawn_.race.second);
        line("}}");
        return take();
    }

  private:
    const drawn_step& step(std::uint32_t i) const { return drawn_.steps[i - 1]; }

    void thread(unsigned t) {
        line("  subgraph cluster_{}", t);
        line("  {{");
        line("    label={}; style=dotted;", sim::dot_quoted(drawn_.threads[t]));
        std::uint32_t previous = 0;
        for (std::uint32_t i = 1; i <= drawn_.steps.size(); ++i) {
            if (step(i).thread != t) continue;
            node(i);
            if (previous != 0)
                line("    s{} -> s{} [weight=100{}];", previous, i,
                     is_cycle_edge(previous, i) ? ", label=po, penwidth=2.5" : "");
            previous = i;
        }
        line("  }}");
        for (const auto& [from, to] : drawn_.cycle)
            if (from != to && step(from).thread == t && !next_to_each_other(from, to))
                line("  s{} -> s{} [label=po, penwidth=2.5, constraint=false];", from, to);
    }

    bool is_cycle_edge(std::uint32_t from, std::uint32_t to) const {
        return std::ranges::find(drawn_.cycle, std::pair(from, to)) != drawn_.cycle.end();
    }
    bool next_to_each_other(std::uint32_t from, std::uint32_t to) const {
        for (std::uint32_t i = from + 1; i < to; ++i)
            if (step(i).thread == step(from).thread) return false;
        return true;
    }

    void node(std::uint32_t i) {
        const drawn_step& s = step(i);
        std::string style;
        if (s.missed != 0 || s.reads_from > i) style += ", color=red";
        if (in_cycle_.contains(i)) style += ", penwidth=2.5";
        if (drawn_.at_step == i) style += ", color=red, style=filled, fillcolor=mistyrose";
        std::string label = fmt::format("{}: {}", i, s.text);
        if (s.reads_from > i) label += fmt::format("  AHEAD of {}", s.reads_from);
        if (s.missed != 0) label += fmt::format("  STALE: {} is newer", s.missed);
        line("    s{} [label={}{}];", i, sim::dot_quoted(label), style);
    }

    void edge(std::uint32_t from, std::uint32_t to, std::string_view label,
              std::string_view color) {
        // Within a thread po says it already.
        if (step(from).thread == step(to).thread) return;
        line("  s{} -> s{} [label={}, color={}, fontcolor={}, constraint=false{}];", from, to,
             label, color, color, thick_.contains({from, to}) ? ", penwidth=2.5" : "");
    }

    // The write to the word of step `i` whose place in coherence is the first behind `after`; 0 if
    // there is none.
    std::uint32_t next_write(std::uint32_t i, std::uint32_t after) const {
        std::uint32_t found = 0;
        for (std::uint32_t j = 1; j <= drawn_.steps.size(); ++j) {
            const drawn_step& w = step(j);
            if (w.word != step(i).word || !w.writes || w.coherence <= after) continue;
            if (found == 0 || w.coherence < step(found).coherence) found = j;
        }
        return found;
    }

    void communication(std::uint32_t i) {
        const drawn_step& s = step(i);
        if (s.word == 0) return;
        if (s.reads) {
            if (s.reads_from != 0) edge(s.reads_from, i, "rf", "forestgreen");
            const std::uint32_t newer =
                next_write(i, s.reads_from == 0 ? 0 : step(s.reads_from).coherence);
            if (newer != 0 && newer != i) edge(i, newer, "fr", "orange3");
        }
        if (s.writes)
            if (const std::uint32_t next = next_write(i, s.coherence); next != 0)
                edge(i, next, "co", "royalblue");
    }

    const drawing& drawn_;
    std::set<std::uint32_t> in_cycle_;
    std::set<std::pair<std::uint32_t, std::uint32_t>> thick_;
};

}  // namespace

std::string to_dot(const drawing& d) {
    return dot_writer(d).write();
}

std::string to_dot(const study::saved_finding& f) {
    const sim::trace& t = f.counterexample;
    const ring_words words(t);
    const std::vector<std::uint32_t> location = sim::locations(t);
    drawing d;
    d.name = f.id();
    d.title = fmt::format("{}   {}: {}   orders {}, {}, {}", f.id(), name(t.kind), t.what,
                          f.code.orders_name, study::name(f.code.how), f.how.model_name());
    d.threads.assign(t.threads.begin(), t.threads.end());
    for (std::size_t i = 0; i < t.steps.size(); ++i) {
        const sim::trace_step& s = t.steps[i];
        d.steps.push_back({s.thread, words.text(s), s.word.empty() ? 0 : location[i] + 1,
                           sim::reads(s), sim::writes(s), s.reads_from, s.coherence, s.missed});
    }
    d.at_step = t.at_step;
    if (const auto cycle = sim::find_cycle(t))
        for (const sim::cycle_edge& e : cycle->edges) d.cycle.emplace_back(e.from, e.to);
    if (const auto race = sim::explain_race(t); race && d.cycle.empty())
        d.race = {race->first, race->second};
    return to_dot(d);
}

}  // namespace ringsim::scenarios::render
