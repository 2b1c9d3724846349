#include "page/of_program.hpp"

#include <algorithm>
#include <map>

#include "page/cycle.hpp"
#include "page/named_ring.hpp"
#include "page/step_kinds.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/study/story.hpp"
#include "sim/graph/trace_of.hpp"
#include "sim/trace_explain.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::page {
namespace {

namespace graph = sim::graph;
namespace render = scenarios::render;
using graph::event_kind;
using graph::recorded_event;

constexpr std::size_t source_bytes_max = 400;  // of a line that is shown

// A line of somebody's file: nothing in it may steer a terminal.
std::string cleaned(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    if (text.size() > source_bytes_max) text = text.substr(0, source_bytes_max) + "...";
    return text;
}

class program_maker {
  public:
    program_maker(const render::told_execution& told, const graph::recorded_execution& e,
                  const std::vector<graph::location_info>& locations)
        : told_(told), whole_(graph::trace_of(e, locations)) {
        const auto step = told_steps(told, e);
        std::vector<std::uint32_t> whole_of(told.steps.size());
        for (std::uint32_t i = 0; i < step.size(); ++i)
            if (step[i] != 0) whole_of[step[i] - 1] = i;
        trace_.threads = told.threads;
        for (const std::uint32_t i : whole_of) {
            sim::trace_step s = whole_.steps[i];
            // Of a store that is not told nothing is known here.
            lost_.push_back(s.reads_from != 0 && step[s.reads_from - 1] == 0);
            s.reads_from = s.reads_from == 0 ? 0 : step[s.reads_from - 1];
            s.missed = s.missed == 0 ? 0 : step[s.missed - 1];
            s.word = s.location == 0 ? "" : told.words[s.location - 1];
            if (s.word.empty()) s.location = 0;
            trace_.steps.push_back(std::move(s));
        }
        renumber_coherence();
        if (e.found) trace_.kind = e.found->kind;
        trace_.at_step = told.at_step;
        trace_.races_with = told.races_with;
        story_ = scenarios::study::tell(trace_, scenarios::study::detail::normal);
    }

    execution make() {
        out_.front_end = told_.front_end;
        out_.title = told_.title;
        out_.claim = told_.claim;
        out_.verdict = told_.verdict;
        out_.what = told_.what;
        out_.model = told_.model;
        out_.facts = told_.facts;
        out_.command = told_.command;
        add_threads();
        for (std::uint32_t i = 0; i < trace_.steps.size(); ++i) add_step(i);
        out_.at_step = told_.at_step;
        out_.races_with = told_.races_with;
        add_why();
        if (told_.ring_bytes != 0) add_named_ring(out_, told_.ring_bytes);
        return std::move(out_);
    }

  private:
    // Writes of one location, among those that are told.
    void renumber_coherence() {
        const std::vector<sim::trace_step> was = trace_.steps;
        for (sim::trace_step& s : trace_.steps) {
            if (!sim::writes(s) || s.location == 0) continue;
            const std::uint32_t mine = s.coherence;
            s.coherence = 1;
            for (const sim::trace_step& other : was)
                if (sim::writes(other) && other.location == s.location && other.coherence < mine)
                    ++s.coherence;
        }
    }

    // Those that do something.
    void add_threads() {
        unsigned last = 0;
        for (const sim::trace_step& s : trace_.steps) last = std::max<unsigned>(last, s.thread);
        for (unsigned t = 0; t <= last; ++t) out_.threads.push_back({told_.threads[t], ""});
    }

    void add_step(std::uint32_t i) {
        const sim::trace_step& s = trace_.steps[i];
        const render::told_step& told = told_.steps[i];
        shown_step to;
        to.thread = s.thread;
        to.kind = shown_kind(s.kind);
        to.text = cleaned(told.does);
        to.order = name(s.how);
        to.function = cleaned(told.function);
        to.place = cleaned(told.place);
        to.source = cleaned(told.source);
        to.remark = cleaned(told.remark);
        to.told = story_.told[i];
        if (s.location != 0) {
            to.word = word_of(s.location);
            to.reads = sim::reads(s) && !lost_[i];
            to.writes = sim::writes(s) && s.coherence != 0;
            if (to.reads) to.read = told_.value(s.read);
            if (to.writes) to.written = told_.value(s.written);
            to.reads_from = to.reads ? s.reads_from : 0;
            to.coherence = to.writes ? s.coherence : 0;
            to.missed = to.reads ? s.missed : 0;
            if (!to.reads && !to.writes) to.word = 0;
        }
        out_.steps.push_back(std::move(to));
    }

    std::uint32_t word_of(std::uint32_t location) {
        const auto [at, is_new] =
            number_.try_emplace(location, static_cast<std::uint32_t>(out_.words.size() + 1));
        if (is_new)
            out_.words.push_back(
                {cleaned(told_.words[location - 1]), cleaned(told_.initial[location - 1])});
        return at->second;
    }

    void add_why() {
        out_.why = render::why(
            trace_, story_, [](const sim::trace_step& s) { return s.word; }, out_.model);
        // No message leads from one access of a race to the other: then it is a cycle that lets
        // both threads come there.
        if (story_.race && story_.race->read == 0) {
            scenarios::study::story behind;
            behind.cycle = sim::find_cycle(trace_);
            if (behind.cycle)
                out_.why += " Both come there by this: " +
                            render::why(
                                trace_, behind, [](const sim::trace_step& s) { return s.word; },
                                out_.model);
            story_.cycle = behind.cycle;
        }
        if (story_.cycle) out_.cycle = shown_cycle(trace_, *story_.cycle);
    }

    const render::told_execution& told_;
    const sim::trace whole_;  // each access a step
    sim::trace trace_;        // what is told of it
    scenarios::study::story story_;
    std::vector<bool> lost_;                         // by step: what it reads is not told
    std::map<std::uint32_t, std::uint32_t> number_;  // of words, by location
    execution out_;
};

}  // namespace

std::vector<std::uint32_t> told_steps(const render::told_execution& told,
                                      const graph::recorded_execution& e) {
    std::vector<std::uint32_t> by_event(e.events.size(), 0);
    for (std::uint32_t i = 0; i < told.steps.size(); ++i) by_event[told.steps[i].event] = i + 1;
    std::vector<std::uint32_t> by_step;
    for (std::size_t i = 0; i < e.events.size(); ++i)
        if (!e.events[i].what.implied && !e.events[i].what.rmw) by_step.push_back(by_event[i]);
    return by_step;
}

execution execution_of(const render::told_execution& told, const graph::recorded_execution& e,
                       const std::vector<graph::location_info>& locations) {
    return program_maker(told, e, locations).make();
}

}  // namespace ringsim::page
