#include "page/game.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "page/hidden.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::page {
namespace {

constexpr unsigned hint_tries = 4000;

}  // namespace

void game::look() {
    choices_.clear();
    arrived();
    std::size_t first = 0;
    for (std::size_t i = 0; i < now_.ways.size(); ++i) {
        choices_.push_back(choice_of(now_.ways[i]));
        // Behind the last way of a thread: what its access may not read.
        const bool last =
            i + 1 == now_.ways.size() || now_.ways[i + 1].how.thread != now_.ways[i].how.thread;
        if (!last) continue;
        add_hidden(now_.ways[first]);
        first = i + 1;
    }
}

choice game::choice_of(const way& w) const {
    choice c{w.how.thread, "", true, "", w.how};
    if (w.ends) {
        c.text = "ends";
        return c;
    }
    if (!is_of_interest(w)) {
        c.text = text_of(w.step, w.event);
        return c;
    }
    c.text = w.is_choice ? fmt::format("chooses {}", w.step.read) : text_of(w.step, w.event);
    const bool reads_memory = sim::reads(w.step) && !w.is_choice;
    if (w.to_come)
        c.why = fmt::format("AHEAD: {} is still to store it ({})", threads()[w.to_come->thread],
                            text_of(*w.to_come, w.event_to_come));
    else if (reads_memory && w.step.missed != 0)
        // In an interleaving nothing is stale: the load comes earlier than it is chosen.
        c.why = model() == "sc" ? fmt::format("as if before step {}", w.step.missed)
                                : fmt::format("stale: step {} is newer", w.step.missed);
    else if (reads_memory && w.step.reads_from != 0)
        c.why = fmt::format("of step {}", w.step.reads_from);
    else if (sim::writes(w.step) && !sim::reads(w.step)) {
        std::uint32_t newest = 0;
        for (std::uint32_t j = 0, co = 0; j < now_.so_far.steps.size(); ++j) {
            const sim::trace_step& s = now_.so_far.steps[j];
            if (s.location != w.step.location || !sim::writes(s) || s.coherence <= co) continue;
            co = s.coherence;
            newest = j + 1;
        }
        if (newest != w.behind)
            c.why = fmt::format("before step {} in the order of stores", newest);
    }
    return c;
}

// The stores that the access of this way may not read, as choices that are not allowed.
void game::add_hidden(const way& w) {
    if (w.ends || w.is_choice || !sim::reads(w.step) || !is_of_interest(w)) return;
    for (const candidate& c : candidates_of(now_, w.step, model())) {
        if (c.readable) continue;
        const std::string value = c.store == 0 ? "the initial value"
                                               : value_of(now_.so_far.steps[c.store - 1], true) +
                                                     fmt::format(" of step {}", c.store);
        choices_.push_back({w.how.thread, fmt::format("not {}", value), false, c.why, {}});
    }
    if (!tells_what_is_not_ahead()) return;
    for (const store_from_behind& s : not_read_ahead(now_, w, model()))
        choices_.push_back(
            {w.how.thread,
             fmt::format("not {}, AHEAD of {}", value_of(s.step, true), threads()[s.writer]),
             false,
             s.why,
             {}});
}

void game::mark_what_is_ahead(execution& x) const {
    for (const read_ahead& r : now_.ahead) {
        shown_step& s = x.steps[r.step - 1];
        s.reads = false;
        s.read.clear();
        s.reads_from = s.missed = 0;
        s.remark = fmt::format("AHEAD: {} is still to store it", threads()[r.writer]);
    }
    if (now_.ahead.empty()) return;
    x.why.clear();
    x.cycle.clear();
}

execution game::told() {
    execution e = shown();
    const std::vector<turn> all = turns_;
    std::size_t step = 0;
    for (std::size_t i = 0; i < all.size() && step < e.steps.size(); ++i) {
        const auto begin = all.begin();
        const position before = steps().at({begin, begin + static_cast<std::ptrdiff_t>(i)});
        const auto next = std::ranges::find(before.ways, all[i], &way::how);
        if (next == before.ways.end()) break;
        if (next->ends) continue;
        shown_step& s = e.steps[step++];
        // What is read ahead has no place among the stores that are there.
        if (s.reads && !next->to_come && !next->is_choice && is_of_interest(*next))
            s.candidates = candidates_of(before, next->step, model());
    }
    e.candidates_by = model();
    make(all);  // the program has been moved back and on
    return e;
}

std::vector<std::vector<unsigned>> game::turns_as_numbers() const {
    std::vector<std::vector<unsigned>> all;
    for (const turn& t : turns_) {
        std::vector<unsigned>& one = all.emplace_back(1, t.thread);
        one.insert(one.end(), t.picks.begin(), t.picks.end());
    }
    return all;
}

std::vector<std::string> game::waiting() const {
    std::vector<std::string> lines;
    for (std::size_t t = 0; t < now_.threads.size() && !now_.over; ++t)
        if (now_.threads[t].waits_at)
            lines.push_back(fmt::format("{} waits: {}", threads()[t],
                                        text_of(*now_.threads[t].waits_at, now_.threads[t].event)));
    return lines;
}

void game::take(std::size_t i) {
    std::vector<turn> turns = turns_;
    turns.push_back(choices_.at(i).how);
    make(std::move(turns));
}

void game::make(std::vector<turn> turns) {
    now_ = steps().at(turns);
    turns_ = std::move(turns);
    look();
}

bool game::undo() {
    if (turns_.empty()) return false;
    std::vector<turn> turns = turns_;
    turns.pop_back();
    make(std::move(turns));
    return true;
}

std::size_t game::hint() {
    const auto wanted = [&](const sim::graph::recorded_execution& e) { return reaches_goal(e); };
    const std::vector<turn> found = steps().search(turns_, hint_tries, wanted);
    make(std::vector<turn>(turns_));  // the search has moved the program on
    std::size_t i = 0;
    if (found.size() <= turns_.size()) return choices_.size();
    while (i < choices_.size() && !(choices_[i].allowed && choices_[i].how == found[turns_.size()]))
        ++i;
    return i;
}

bool is_program(std::string_view file) {
    constexpr std::string_view endings[] = {".c", ".cc", ".cpp", ".cxx", ".rs"};
    return std::ranges::any_of(endings, [&](std::string_view e) { return file.ends_with(e); });
}

}  // namespace ringsim::page
