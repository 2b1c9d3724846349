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

using sim::trace;
using sim::trace_step;

class dot_writer : sim::dot_text {
  public:
    explicit dot_writer(const study::saved_finding& f)
        : finding_(f), trace_(f.counterexample), words_(trace_), location_(sim::locations(trace_)) {
        if (const auto cycle = sim::find_cycle(trace_)) note_cycle(*cycle);
    }

    std::string write() {
        line("digraph {}", sim::dot_quoted(finding_.id()));
        line("{{");
        line("  label={};", sim::dot_quoted(title()));
        line("  labelloc=t; rankdir=TB; splines=true; newrank=true;");
        line("  node [shape=box, fontname=monospace, fontsize=11];");
        line("  edge [fontname=monospace, fontsize=10];");
        for (unsigned t = 0; t < trace_.threads.size(); ++t) thread(t);
        for (std::uint32_t i = 0; i < trace_.steps.size(); ++i) communication(i);
        if (const auto race = sim::explain_race(trace_); race && in_cycle_.empty())
            line(
                "  s{} -> s{} [label=race, color=red, fontcolor=red, dir=both, style=dashed, "
                "constraint=false];",
                race->first, race->second);
        line("}}");
        return take();
    }

  private:
    std::string title() const {
        return fmt::format("{}   {}: {}   orders {}, {}, {}", finding_.id(), name(trace_.kind),
                           trace_.what, finding_.code.orders_name, study::name(finding_.code.how),
                           finding_.how.model_name());
    }

    void note_cycle(const sim::critical_cycle& c) {
        for (std::size_t i = 0; i < c.edges.size(); ++i) {
            const sim::cycle_edge& e = c.edges[i];
            in_cycle_.insert(e.from);
            in_cycle_.insert(e.to);
            thick_.insert({e.to, c.edges[(i + 1) % c.edges.size()].from});
            if (e.from != e.to) program_order_.push_back(e);
        }
    }

    void thread(unsigned t) {
        line("  subgraph cluster_{}", t);
        line("  {{");
        line("    label={}; style=dotted;", sim::dot_quoted(trace_.threads[t]));
        std::uint32_t previous = 0;
        for (std::uint32_t i = 0; i < trace_.steps.size(); ++i) {
            if (trace_.steps[i].thread != t) continue;
            node(i);
            if (previous != 0)
                line("    s{} -> s{} [weight=100{}];", previous, i + 1,
                     is_cycle_edge(previous, i + 1) ? ", label=po, penwidth=2.5" : "");
            previous = i + 1;
        }
        line("  }}");
        for (const sim::cycle_edge& e : program_order_)
            if (trace_.steps[e.from - 1].thread == t && !next_to_each_other(e.from, e.to))
                line("  s{} -> s{} [label=po, penwidth=2.5, constraint=false];", e.from, e.to);
    }

    bool is_cycle_edge(std::uint32_t from, std::uint32_t to) const {
        return std::ranges::any_of(
            program_order_, [&](const sim::cycle_edge& e) { return e.from == from && e.to == to; });
    }
    bool next_to_each_other(std::uint32_t from, std::uint32_t to) const {
        for (std::uint32_t i = from; i + 1 < to; ++i)
            if (trace_.steps[i].thread == trace_.steps[from - 1].thread) return false;
        return true;
    }

    void node(std::uint32_t i) {
        const trace_step& s = trace_.steps[i];
        std::string style;
        if (s.missed != 0 || s.reads_from > i + 1) style += ", color=red";
        if (in_cycle_.contains(i + 1)) style += ", penwidth=2.5";
        if (trace_.at_step == i + 1) style += ", color=red, style=filled, fillcolor=mistyrose";
        std::string label = fmt::format("{}: {}", i + 1, words_.text(s));
        if (s.reads_from > i + 1) label += fmt::format("  AHEAD of {}", s.reads_from);
        if (s.missed != 0) label += fmt::format("  STALE: {} is newer", s.missed);
        line("    s{} [label={}{}];", i + 1, sim::dot_quoted(label), style);
    }

    void edge(std::uint32_t from, std::uint32_t to, std::string_view label,
              std::string_view color) {
        line("  s{} -> s{} [label={}, color={}, fontcolor={}, constraint=false{}];", from, to,
             label, color, color, thick_.contains({from, to}) ? ", penwidth=2.5" : "");
    }

    // The write to the location of step `i` whose place in coherence is the first behind `after`,
    // numbered from 1; 0 if there is none.
    std::uint32_t next_write(std::uint32_t i, std::uint32_t after) const {
        std::uint32_t found = 0;
        for (std::uint32_t j = 0; j < trace_.steps.size(); ++j) {
            const trace_step& w = trace_.steps[j];
            if (location_[j] != location_[i] || !sim::writes(w) || w.coherence <= after) continue;
            if (found == 0 || w.coherence < trace_.steps[found - 1].coherence) found = j + 1;
        }
        return found;
    }

    void communication(std::uint32_t i) {
        const trace_step& s = trace_.steps[i];
        if (s.word.empty()) return;
        if (sim::reads(s)) {
            if (s.reads_from != 0 && differs(i + 1, s.reads_from))
                edge(s.reads_from, i + 1, "rf", "forestgreen");
            const std::uint32_t from =
                s.reads_from == 0 ? 0 : trace_.steps[s.reads_from - 1].coherence;
            const std::uint32_t newer = next_write(i, from);
            if (newer != 0 && newer != i + 1 && differs(i + 1, newer))
                edge(i + 1, newer, "fr", "orange3");
        }
        if (sim::writes(s)) {
            const std::uint32_t next = next_write(i, s.coherence);
            if (next != 0 && differs(i + 1, next)) edge(i + 1, next, "co", "royalblue");
        }
    }
    // Within a thread po says it already.
    bool differs(std::uint32_t a, std::uint32_t b) const {
        return trace_.steps[a - 1].thread != trace_.steps[b - 1].thread;
    }

    const study::saved_finding& finding_;
    const trace& trace_;
    ring_words words_;
    std::vector<std::uint32_t> location_;
    std::vector<sim::cycle_edge> program_order_;
    std::set<std::uint32_t> in_cycle_;
    std::set<std::pair<std::uint32_t, std::uint32_t>> thick_;
};

}  // namespace

std::string to_dot(const study::saved_finding& f) {
    return dot_writer(f).write();
}

}  // namespace ringsim::scenarios::render
