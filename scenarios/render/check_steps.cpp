#include "scenarios/render/check_steps.hpp"

#include <algorithm>

#include "sim/graph/source_races.hpp"

namespace ringsim::scenarios::render {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;
using graph::event_kind;

constexpr unsigned folded_min = 3;  // steps of a library that are told in one line

// The last event of the thread that found the violation: a data race is found at an access.
unsigned last_event(const graph::recorded_execution& e) {
    for (auto i = static_cast<unsigned>(e.events.size()); i-- > 0;)
        if (e.events[i].thread == e.found_by_thread && !e.events[i].what.implied) return i;
    return static_cast<unsigned>(e.events.size());
}

// The two accesses of a data race, the earlier one first; both are the number of events if there is
// none. It ends the execution at its second access, or is found at the end.
struct racing {
    unsigned first;
    unsigned second;
};

unsigned rival_of_last(const graph::recorded_execution& e) {
    const unsigned last = last_event(e);
    if (last == e.events.size()) return last;
    const auto& mine = e.events[last];
    for (auto i = static_cast<unsigned>(e.events.size()); i-- > 0;) {
        const auto& other = e.events[i];
        const bool writes =
            other.what.kind == event_kind::write || mine.what.kind == event_kind::write;
        const bool plain =
            other.what.how == graph::mode::plain || mine.what.how == graph::mode::plain;
        if (is_access(other) && other.thread != mine.thread && writes && plain &&
            other.what.location == mine.what.location)
            return i;
    }
    return static_cast<unsigned>(e.events.size());
}

racing racing_in(const graph::recorded_execution& e, const check::runtime& program) {
    const auto none = static_cast<unsigned>(e.events.size());
    if (!e.found || e.found->kind != sim::violation::data_race) return {none, none};
    if (!e.complete) {
        const unsigned a = rival_of_last(e), b = last_event(e);
        return {std::min(a, b), std::max(a, b)};
    }
    const graph::recorded_order all(e.events);
    const auto pair = graph::source_races(all, program).find();
    if (!pair) return {none, none};
    return {std::min(pair->first, pair->second), std::max(pair->first, pair->second)};
}

}  // namespace

std::string check_finding(const check::runtime& program, const graph::recorded_execution& e) {
    const auto& found = *e.found;
    if (found.kind == sim::violation::data_race) {
        const racing both = racing_in(e, program);
        for (const unsigned i : {both.first, both.second})
            if (i < e.events.size() && check::frees(e.events[i].what))
                return std::string(
                    check::use_after(e.events[i].what, is_on_stack(program, e.events[i])));
        if (both.second < e.events.size() && is_allocation(program, e.events[both.second]))
            return "use of memory whose allocation does not happen before";
        return "data race";
    }
    return found.what.substr(0, found.what.find('@'));
}

check_steps::check_steps(const check::runtime& program, const graph::recorded_execution& e,
                         program_words& words)
    : program_(program), execution_(e), words_(words), step_of_(e.events.size(), 0) {
    words_.learn(e);
    const auto [first, second] = racing_in(e, program);
    first_of_race_ = first;
    second_of_race_ = second;
    // What comes after a race does not matter.
    for (unsigned i = 0; i < e.events.size() && i <= second; ++i) add(i);
    if (first < e.events.size() && second < e.events.size() && step_of_[second] > 0)
        steps_[step_of_[second] - 1].remark =
            "RACE: nothing orders it and step " + std::to_string(step_of_[first]);
}

// A newer write of the location, before the read in this order of telling.
unsigned check_steps::missed_by(unsigned event) const {
    const auto& r = execution_.events[event];
    unsigned co = r.reads_from == 0 ? 0 : execution_.events[r.reads_from - 1].co;
    unsigned found = static_cast<unsigned>(execution_.events.size());
    for (unsigned i = 0; i < event; ++i) {
        const auto& w = execution_.events[i];
        // Of its own stores it has seen the newest.
        const bool seen = r.what.mixed && (w.thread == r.thread || !graph::overlap(w.what, r.what));
        if (w.what.kind == event_kind::write && w.what.location == r.what.location && w.co > co &&
            !seen) {
            found = i;
            co = w.co;
        }
    }
    return found;
}

// Whether the end of a variable, or an allocation, is of interest: it is what is wrong.
bool check_steps::tells_end(const graph::recorded_event& e) const {
    const auto size = static_cast<unsigned>(execution_.events.size());
    const unsigned last = second_of_race_ < size ? second_of_race_ : last_event(execution_);
    return execution_.found && last < size &&
           execution_.events[last].what.location == e.what.location;
}

// All but what the library does to start a thread, unless that is where the violation is.
bool check_steps::is_told(unsigned event) const {
    if (!words_.starts_thread(execution_.events[event])) return true;
    return event == first_of_race_ || event == second_of_race_;
}

void check_steps::add(unsigned event) {
    const auto& e = execution_.events[event];
    if (e.what.implied) return;
    if (e.what.rmw) {  // told with its read
        for (auto i = event; i-- > 0;)
            if (execution_.events[i].thread == e.thread) {
                step_of_[event] = step_of_[i];
                break;
            }
        return;
    }
    step s{event, e.thread, is_told(event) ? words_.text(e) : "", words_.told_place(e), ""};
    const bool may_be_of_interest =
        (check::frees(e.what) && is_on_stack(program_, e)) || is_allocation(program_, e);
    if (may_be_of_interest && !tells_end(e)) s.does.clear();
    if (s.does.empty()) {
        step_of_[event] = static_cast<unsigned>(steps_.size());
        return;
    }
    if (e.reads_from > event + 1) s.remark = "AHEAD: a step below writes it, before this";
    if (e.what.kind == event_kind::read && !graph::is_store_to_part(e.what))
        if (const unsigned missed = missed_by(event); missed < event) {
            ++stale_;
            named_.insert(missed);
            s.remark = "STALE: step " + std::to_string(step_of_[missed]) + " had written " +
                       words_.value(graph::part_of(execution_.events[missed].what,
                                                   execution_.events[missed].value));
        }
    if (const unsigned over = overwriting(event); over < event) {
        named_.insert(over);
        s.remark = fmt::format("OVERWRITTEN: it lands before step {}, which stays the newer one",
                               step_of_[over]);
    }
    steps_.push_back(s);
    step_of_[event] = static_cast<unsigned>(steps_.size());
}

// Of a write, the newest one told before it that comes after it in co.
unsigned check_steps::overwriting(unsigned event) const {
    const auto none = static_cast<unsigned>(execution_.events.size());
    const unsigned writes = write_of(event);
    if (writes == none) return none;
    const auto& mine = execution_.events[writes];
    unsigned found = none;
    unsigned co = mine.co;
    for (unsigned i = 0; i < event; ++i) {
        const auto& w = execution_.events[i];
        if (w.what.kind != event_kind::write || w.what.location != mine.what.location) continue;
        if (!graph::overlap(w.what, mine.what)) continue;
        if (w.co > co && step_of_[i] > 0) {
            found = i;
            co = w.co;
        }
    }
    return found;
}

// The event itself, or the write half of a read-modify-write.
unsigned check_steps::write_of(unsigned event) const {
    const auto none = static_cast<unsigned>(execution_.events.size());
    const auto& e = execution_.events[event];
    if (e.what.kind == event_kind::write) return event;
    if (e.what.kind != event_kind::read || !graph::writes(e.what, e.value)) return none;
    for (unsigned i = event + 1; i < none; ++i)
        if (execution_.events[i].thread == e.thread)
            return execution_.events[i].what.rmw ? i : none;
    return none;
}

std::string check_steps::what() const {
    std::string text = check_finding(program_, execution_);
    if (second_of_race_ < execution_.events.size())
        text += (text.starts_with("use of") ? ": " : " on ") +
                words_.location(execution_.events[second_of_race_].what.location);
    return text;
}

std::string check_steps::where() const {
    const auto& found = *execution_.found;
    const unsigned size = static_cast<unsigned>(execution_.events.size());
    if (found.kind == sim::violation::data_race) {
        const unsigned last = second_of_race_;
        const unsigned other = first_of_race_;
        if (last == size || other == size) return "";
        const auto place_of = [&](unsigned event) {
            const graph::recorded_event& e = execution_.events[event];
            return words_.place_text(words_.told_place(e));
        };
        return fmt::format("{} ({}) and {} ({}): nothing orders them", place_of(other),
                           words_.thread(execution_.events[other].thread), place_of(last),
                           words_.thread(execution_.events[last].thread));
    }
    const auto at = found.what.find('@');
    if (at == std::string::npos) return "";
    const std::uint64_t pc = words_.told_place(execution_.found_by_thread,
                                               std::stoull(found.what.substr(at + 1), nullptr, 16));
    return fmt::format("{}, {}() in {}", words_.place_text(pc), words_.place(pc).function,
                       words_.thread(execution_.found_by_thread));
}

// Of a library's own code, without anything that a reader should notice.
bool check_steps::may_be_folded(const step& s) const {
    const graph::recorded_event& e = execution_.events[s.event];
    return s.remark.empty() && s.event != first_of_race_ && !named_.contains(s.event) &&
           is_access(e) && !e.blocked &&
           program_.locations_of()[e.what.location].kind == check::location_kind::memory &&
           words_.place(e.what.note).line != 0 && is_of_library(words_.place(e.what.note));
}

// The step behind those that are told in one line; `i` itself if it has a line of its own.
unsigned check_steps::folded_to(unsigned i) const {
    unsigned end = i;
    while (end < steps_.size() && steps_[end].thread == steps_[i].thread &&
           may_be_folded(steps_[end]))
        ++end;
    return end - i < folded_min ? i : end;
}

void check_steps::print(text_page& page) {
    std::size_t threads = 6;
    std::size_t does = 4;
    std::size_t places = 6;
    std::size_t numbers = 4;
    for (unsigned i = 0; i < steps_.size(); ++i) {
        if (const unsigned end = folded_to(i); end != i) {
            numbers = std::max(numbers, fmt::format("{}-{}", i + 1, end).size());
            i = end - 1;
            continue;
        }
        const step& s = steps_[i];
        threads = std::max(threads, columns(words_.thread(s.thread)));
        does = std::max(does, columns(s.does));
        places = std::max(places, columns(words_.place_text(s.pc)));
    }
    threads = std::min<std::size_t>(threads, 20);
    does = std::min<std::size_t>(does, 36);
    for (unsigned i = 0; i < steps_.size(); ++i) {
        const step& s = steps_[i];
        const bool same = i > 0 && steps_[i - 1].thread == s.thread;
        if (const unsigned end = folded_to(i); end != i) {
            page.line("{:>{}}  {}  {} steps of the library", fmt::format("{}-{}", i + 1, end),
                      numbers, padded(same ? "" : words_.thread(s.thread), threads), end - i);
            i = end - 1;
            continue;
        }
        page.line("{:>{}}  {}  {}  {}  {}", i + 1, numbers,
                  padded(same ? "" : words_.thread(s.thread), threads), padded(s.does, does),
                  padded(words_.place_text(s.pc), places), words_.line_text(s.pc));
        if (!s.remark.empty())
            page.line("{}  {}  {}", padded("", numbers), padded("", threads),
                      page.yellow(s.remark));
    }
}

}  // namespace ringsim::scenarios::render
