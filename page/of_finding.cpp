#include "page/of_finding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "kernel_model/site_table.hpp"
#include "kernel_model/uapi.hpp"
#include "page/cycle.hpp"
#include "page/own_code.hpp"
#include "page/step_kinds.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/study/site_use.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::page {
namespace {

using namespace scenarios;  // NOLINT: the page shows what they say
using sim::trace;
using sim::trace_step;

bool is_ring_position(shared_word w) {
    return w == shared_word::consumer_pos || w == shared_word::producer_pos ||
           w == shared_word::pending_pos || w == shared_word::overwrite_pos;
}

class finding_maker {
  public:
    explicit finding_maker(const scenarios::study::saved_finding& f)
        : finding_(f),
          trace_(f.counterexample),
          words_(trace_),
          story_(tell(trace_, scenarios::study::detail::normal)),
          location_(sim::locations(trace_)) {}

    execution make(const std::string& command,
                   const std::vector<scenarios::study::tried_fix>& fixes) {
        const scenario& s = *find_scenario(finding_.scenario);
        out_.front_end = "scenario";
        out_.title = finding_.id();
        out_.claim = s.claim;
        out_.verdict = trace_.kind == sim::violation::none ? "AN EXECUTION" : "VIOLATED";
        out_.what = trace_.kind == sim::violation::none
                        ? trace_.what
                        : fmt::format("{}: {}", name(trace_.kind), trace_.what);
        out_.model = finding_.how.model_and_mapping();
        out_.facts = {"orders " + finding_.code.orders_name,
                      fmt::format("trigger {}", scenarios::study::name(finding_.code.how)),
                      fmt::format("engine {}", name(finding_.how.engine))};
        out_.command = command;
        for (unsigned t = 0; t < trace_.threads.size(); ++t)
            out_.threads.push_back({trace_.threads[t], words_.calls(trace_, t, finding_.code)});
        for (const trace_step& step : trace_.setup) out_.setup.push_back(words_.text(step));
        out_.start = state_after_setup(trace_, words_);
        for (std::uint32_t i = 0; i < trace_.steps.size(); ++i) add_step(i);
        out_.at_step = trace_.at_step;
        out_.races_with = trace_.races_with;
        out_.why = why(trace_, story_, words_, finding_.how.model_name());
        if (story_.cycle) out_.cycle = shown_cycle(trace_, *story_.cycle);
        for (const scenarios::study::tried_fix& fix : fixes)
            out_.fixes.push_back(
                {fix.change, fix.left_out.empty()
                                 ? std::string(scenarios::render::verdict_word(fix.result))
                                 : "not tried: " + fix.left_out});
        for (std::size_t i = 0; i < fixes.size(); ++i)
            if (!fixes[i].upstream.empty()) out_.fixes[i].verdict += "; " + fixes[i].upstream;
        // Steps of rings that the trace does not tell apart would be drawn in one.
        if (s.ring_bytes <= 4096 && s.rings == rings_told()) {
            out_.ring = ring_at_start(s, 0);
            for (unsigned r = 1; r < s.rings; ++r) out_.more_rings.push_back(ring_at_start(s, r));
        }
        return std::move(out_);
    }

  private:
    void add_step(std::uint32_t i) {
        const trace_step& s = trace_.steps[i];
        shown_step to;
        to.thread = s.thread;
        to.kind = shown_kind(s.kind);
        to.text = words_.text(s);
        to.order = name(s.how);
        if (s.where != site::count_) {
            const scenarios::study::code_place at =
                scenarios::study::made_by(s.where, finding_.code);
            to.function = at.function;
            to.site = name(s.where);
            add_line(s.where, at.file, to);
        }
        to.remark = remark(s, i);
        if (!s.word.empty()) {
            to.word = word_of(i);
            to.reads = sim::reads(s);
            to.writes = sim::writes(s);
            if (to.reads) to.read = words_.value(s, s.read);
            if (to.writes) to.written = words_.value(s, s.written);
            to.reads_from = to.reads ? s.reads_from : 0;
            to.coherence = to.writes ? s.coherence : 0;
            to.missed = s.missed;
        }
        to.told = story_.told[i];
        if (to.writes) to.ring = change(s);
        out_.steps.push_back(std::move(to));
    }

    // The line of our code; of several that make the access, the file has their numbers.
    void add_line(site where, std::string_view file, shown_step& to) const {
        // A consumer may run libbpf's loop as it is, and Windows has a commit of its own.
        std::vector<std::string_view> files{file, info(where).file};
        if (find_scenario(finding_.scenario)->needs.has(need::event))
            files.insert(files.begin(), "kernel_model/windows_event.hpp");
        std::vector<code_line> lines;
        for (auto at = files.begin(); lines.empty() && at != files.end(); ++at)
            lines = code_lines_of(where, file = *at);
        to.place = file;
        std::string_view before = ":";
        for (const code_line& line : lines)
            to.place += fmt::format("{}{}", std::exchange(before, ", "), line.number);
        if (lines.size() == 1) to.source = lines.front().text;
    }

    std::string remark(const trace_step& s, std::uint32_t i) const {
        if (s.reads_from > i + 1)
            return fmt::format("AHEAD: step {} writes it, later", s.reads_from);
        // In an interleaving nothing is stale: the load comes earlier than it is told.
        if (s.missed != 0 && finding_.how.model_name() == "sc")
            return fmt::format("as if before step {}", s.missed);
        if (s.missed != 0) {
            const trace_step& newer = trace_.steps[s.missed - 1];
            return fmt::format("STALE: step {} had written {}", s.missed,
                               words_.value(newer, newer.written));
        }
        if (trace_.at_step == i + 1) return "here it shows: " + trace_.what;
        return "";
    }

    // Of several rings each has a lock, which the steps call by the same name.
    std::string word_name(std::uint32_t i) const {
        std::string name = words_.location(trace_.steps[i]);
        for (std::size_t other = 0; other < trace_.steps.size(); ++other)
            if (location_[other] != location_[i] && words_.location(trace_.steps[other]) == name &&
                rings_told() > 1)
                return fmt::format("ring{}.{}", words_.ring_of(trace_.steps[i]), name);
        return name;
    }

    // The number of the word that step `i` accesses; a new one if it is the first to do so.
    std::uint32_t word_of(std::uint32_t i) {
        const auto [at, is_new] = number_.try_emplace(location_[i], out_.words.size() + 1);
        if (is_new) out_.words.push_back({word_name(i), initial(i)});
        return static_cast<std::uint32_t>(at->second);
    }

    // What the word holds when the threads start: as somebody reads it, or as setup() left it.
    std::string initial(std::uint32_t first) const {
        for (std::size_t i = first; i < trace_.steps.size(); ++i) {
            const trace_step& s = trace_.steps[i];
            if (location_[i] == location_[first] && sim::reads(s) && s.reads_from == 0)
                return words_.value(s, s.read);
        }
        const trace_step& example = trace_.steps[first];
        for (auto s = trace_.setup.rbegin(); s != trace_.setup.rend(); ++s)
            if (s->word == example.word && s->note == example.note &&
                words_.ring_of(*s) == words_.ring_of(example) && sim::writes(*s))
                return words_.value(*s, s->written);
        return words_.value(example, 0);
    }

    std::optional<ring_change> change(const trace_step& s) const {
        if (s.where == site::count_) return std::nullopt;
        const shared_word word = info(s.where).word;
        if (word == shared_word::header || word == shared_word::payload)
            return ring_change{std::string(name(word)), s.note, s.written, words_.ring_of(s)};
        if (is_ring_position(word))
            return ring_change{std::string(name(word)), 0, s.written, words_.ring_of(s)};
        return std::nullopt;
    }

    // How many rings the trace is about: each has a step in it.
    unsigned rings_told() const {
        unsigned rings = 1;
        for (const auto* steps : {&trace_.setup, &trace_.steps})
            for (const trace_step& s : *steps)
                if (s.location != 0) rings = std::max(rings, words_.ring_of(s) + 1);
        return rings;
    }

    ring_picture ring_at_start(const scenario& s, unsigned which) const {
        ring_picture ring;
        ring.bytes = s.ring_bytes;
        ring.bits = finding_.code.width;
        std::map<std::string_view, std::uint64_t> at{
            {"consumer_pos", s.start}, {"pending_pos", s.start}, {"producer_pos", s.start}};
        std::map<std::uint64_t, std::uint64_t> headers;
        const auto change_here = [&](const trace_step& step) {
            auto c = sim::writes(step) ? change(step) : std::nullopt;
            if (c && c->ring != which) c.reset();
            return c;
        };
        for (const trace_step& step : trace_.setup)
            if (const auto c = change_here(step)) {
                if (c->part == "header")
                    headers[c->pos] = c->value;
                else if (c->part != "payload")
                    at[name(info(step.where).word)] = c->value;
            }
        for (const auto& [what, value] : at) ring.positions.push_back({std::string(what), value});
        // Of several rings each has its own picture, and the names in it need not say which.
        const auto record = [&](std::uint64_t pos) {
            const std::string whole = words_.position(pos, which);
            return whole.substr(whole.rfind('.') + 1);
        };
        for (const auto& [pos, value] : headers) ring.headers.push_back({pos, value, record(pos)});
        // Records of which nothing is there yet are known by their names only.
        for (const trace_step& step : trace_.steps) {
            const auto c = change_here(step);
            if (!c || c->part != "header" || headers.contains(c->pos)) continue;
            headers[c->pos] = 0;
            ring.headers.push_back({c->pos, 0, record(c->pos)});
        }
        return ring;
    }

    const scenarios::study::saved_finding& finding_;
    const trace& trace_;
    scenarios::render::ring_words words_;
    scenarios::study::story story_;
    std::vector<std::uint32_t> location_;
    std::map<std::uint32_t, std::size_t> number_;  // of words, by location
    execution out_;
};

}  // namespace

execution execution_of(const scenarios::study::saved_finding& f, const std::string& command,
                       const std::vector<scenarios::study::tried_fix>& fixes) {
    return finding_maker(f).make(command, fixes);
}

}  // namespace ringsim::page
