#include "scenarios/render/check_steps.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "sim/graph/source_races.hpp"

namespace ringsim::scenarios::render {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;
using graph::event_kind;
using sim::step_kind;

std::string number(std::uint64_t v) {
    if (v < 1'000'000) return std::to_string(v);
    if (v > ~std::uint64_t{0} - 1000) return "-" + std::to_string(~v + 1);
    if (v <= 0xffffffff && v > 0xffffffff - 1000) return "-" + std::to_string(0x100000000 - v);
    return fmt::format("{:#x}", v);
}

std::string_view short_name(order o) {
    switch (o) {
        case order::relaxed:
            return " rlx";
        case order::acquire:
            return " acq";
        case order::release:
            return " rel";
        case order::acq_rel:
            return " acq_rel";
        case order::seq_cst:
            return " sc";
        default:
            return "";
    }
}

// The last event of the thread that found the violation: a data race is found at an access.
unsigned last_event(const graph::recorded_execution& e) {
    for (auto i = static_cast<unsigned>(e.events.size()); i-- > 0;)
        if (e.events[i].thread == e.found_by_thread && !e.events[i].what.implied) return i;
    return static_cast<unsigned>(e.events.size());
}

bool is_access(const graph::recorded_event& e) {
    return e.what.kind == event_kind::read || e.what.kind == event_kind::write;
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
    const auto pair =
        e.complete ? graph::race_by_source(e.events, program)
                   : std::optional(graph::source_races::pair{rival_of_last(e), last_event(e)});
    if (!pair) return {none, none};
    return {std::min(pair->first, pair->second), std::max(pair->first, pair->second)};
}

}  // namespace

namespace {

bool is_on_stack(const check::runtime& program, const graph::recorded_event& e) {
    const void* const at = program.locations_of()[e.what.location].address;
    return is_access(e) && program.place_of(at).kind == check::runtime::memory_place::stack;
}

std::string use_of_what_is_gone(const check::runtime& program, const graph::recorded_event& end) {
    if (!is_on_stack(program, end)) return "use after free";
    return end.what.note == 0 ? "use of the stack of a thread that has ended"
                              : "use of a local variable of a function that has returned";
}

}  // namespace

std::string check_finding(const check::runtime& program, const graph::recorded_execution& e) {
    const auto& found = *e.found;
    if (found.kind == sim::violation::data_race) {
        const racing both = racing_in(e, program);
        for (const unsigned i : {both.first, both.second})
            if (i < e.events.size() && check::frees(e.events[i].what))
                return use_of_what_is_gone(program, e.events[i]);
        return "data race";
    }
    return found.what.substr(0, found.what.find('@'));
}

check_steps::check_steps(const check::runtime& program, const graph::recorded_execution& e,
                         const std::string& image)
    : program_(program), execution_(e), symbols_(image), step_of_(e.events.size(), 0) {
    std::vector<std::uint64_t> offsets;
    for (const auto& event : e.events)
        if (event.what.note != 0) offsets.push_back(event.what.note);
    if (e.found)
        if (const auto at = e.found->what.find('@'); at != std::string::npos)
            offsets.push_back(std::stoull(e.found->what.substr(at + 1), nullptr, 16));
    for (const auto& l : program.locations_of())
        if (const auto place = program.place_of(l.address); place.allocated)
            offsets.push_back(program.offset_of(place.allocated));
    symbols_.look_up(offsets);
    names_.emplace(program_, execution_, symbols_);
    const auto [first, second] = racing_in(e, program);
    first_of_race_ = first;
    second_of_race_ = second;
    // What comes after a race does not matter.
    for (unsigned i = 0; i < e.events.size() && i <= second; ++i) add(i);
    if (first < e.events.size() && second < e.events.size() && step_of_[second] > 0)
        steps_[step_of_[second] - 1].remark =
            "RACE: nothing orders it and step " + std::to_string(step_of_[first]);
}

std::string check_steps::thread_name(unsigned t) const {
    return names_->of(t);
}

std::string check_steps::name_of(graph::location_id l) const {
    return name_of(program_.locations_of()[l].address);
}

// A number, or what it is the address of.
std::string check_steps::value_text(std::uint64_t v) const {
    const void* address = reinterpret_cast<const void*>(v);
    if (program_.place_of(address).kind != check::runtime::memory_place::elsewhere)
        return "&" + name_of(address);
    const std::string symbol = symbols_.constant(program_.offset_of(address));
    return symbol.empty() ? number(v) : "&" + symbol;
}

std::string check_steps::name_of(const void* address) const {
    const auto at = program_.place_of(address);
    using place = check::runtime::memory_place;
    const std::string inside = at.offset == 0 ? "" : "+" + std::to_string(at.offset);
    switch (at.kind) {
        case place::variable:
            return symbols_.variable(at.offset);
        case place::heap: {
            const auto& where = symbols_.place(program_.offset_of(at.allocated));
            return fmt::format("heap{}:{}{}", at.number, where.line, inside);
        }
        case place::stack:
            return fmt::format("stack of {}-{}", thread_name(at.number), at.offset);
        default:
            return "memory";
    }
}

std::string check_steps::place_text(std::uint64_t pc) const {
    const auto& at = symbols_.place(pc);
    if (at.line == 0) return "";
    return std::filesystem::path(at.file).filename().string() + ":" + std::to_string(at.line);
}

// A newer write of the location, before the read in this order of telling.
unsigned check_steps::missed_by(unsigned event) const {
    const auto& r = execution_.events[event];
    unsigned co = r.reads_from == 0 ? 0 : execution_.events[r.reads_from - 1].co;
    unsigned found = static_cast<unsigned>(execution_.events.size());
    for (unsigned i = 0; i < event; ++i) {
        const auto& w = execution_.events[i];
        if (w.what.kind == event_kind::write && w.what.location == r.what.location && w.co > co) {
            found = i;
            co = w.co;
        }
    }
    return found;
}

std::string check_steps::lock_text(const graph::recorded_event& e) const {
    const std::string name = name_of(e.what.location);
    const bool waits = e.blocked;
    if (program_.locations_of()[e.what.location].kind == check::location_kind::internal)
        return "frees " + name;
    switch (e.what.shown) {
        case step_kind::lock:
            if (!waits && !graph::writes(e.what, e.value)) return "finds " + name + " locked";
            return (waits ? "waits for ever for " : "locks ") + name;
        case step_kind::unlock:
            return "unlocks " + name;
        case step_kind::take:
            return (waits ? "waits for ever at " : "goes on at ") + name;
        case step_kind::set:
            return "wakes " + name;
        default:
            return "at " + name + ": " + number(e.value);
    }
}

std::string check_steps::access_text(const graph::recorded_event& e) const {
    const auto& l = program_.locations_of()[e.what.location];
    if (l.kind == check::location_kind::thread_start)
        return e.what.kind == event_kind::write ? "starts " + thread_name(l.thread) : "";
    if (l.kind == check::location_kind::thread_end)
        return e.what.kind == event_kind::read ? "joins " + thread_name(l.thread) : "";
    if (l.kind != check::location_kind::memory) return lock_text(e);
    const std::string name = name_of(e.what.location);
    if (check::begins_frame(e.what)) return "";
    if (check::frees(e.what))  // of the heap, it is told with the call of free()
        return is_on_stack(program_, e) && tells_end(e) ? "returns, and " + name + " is gone" : "";
    if (e.what.kind == event_kind::write)
        return name + " := " + value_text(e.value) + std::string(short_name(e.what.source));
    std::string text = name + " -> " + value_text(e.value);
    if (e.what.op != graph::rmw_op::none) {
        if (graph::writes(e.what, e.value))
            text += ", := " + value_text(graph::apply(e.what, e.value));
        else
            text += ", is not " + value_text(e.what.expected);
    }
    return text + std::string(short_name(program_.source_order(e.what, e.value)));
}

// Whether the end of a variable is of interest: it is what is wrong.
bool check_steps::tells_end(const graph::recorded_event& e) const {
    const auto size = static_cast<unsigned>(execution_.events.size());
    const unsigned last = second_of_race_ < size ? second_of_race_ : last_event(execution_);
    return execution_.found && last < size &&
           execution_.events[last].what.location == e.what.location;
}

// All but what the library does to start a thread, unless that is where the violation is.
bool check_steps::is_told(unsigned event) const {
    if (!names_->starts_thread(execution_.events[event])) return true;
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
    step s{e.thread, "", e.what.note, ""};
    if (is_access(e))
        s.does = is_told(event) ? access_text(e) : "";
    else if (e.what.kind == event_kind::fence)
        s.does = "fence" + std::string(short_name(e.what.source));
    else if (e.what.kind == event_kind::choice)
        s.does = "chooses " + number(e.value);
    else if (e.what.kind == event_kind::block)
        s.does = "goes round and round, for ever";
    else
        s.does = "assumes what is not so";
    if (s.does.empty()) {
        step_of_[event] = static_cast<unsigned>(steps_.size());
        return;
    }
    if (e.reads_from > event + 1) s.remark = "AHEAD: a step below writes it, before this";
    if (e.what.kind == event_kind::read)
        if (const unsigned missed = missed_by(event); missed < event) {
            ++stale_;
            s.remark = "STALE: step " + std::to_string(step_of_[missed]) + " had written " +
                       number(execution_.events[missed].value);
        }
    if (const unsigned over = overwriting(event); over < event)
        s.remark = fmt::format("OVERWRITTEN: it lands before step {}, which stays the newer one",
                               step_of_[over]);
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
                name_of(execution_.events[second_of_race_].what.location);
    return text;
}

std::string check_steps::where() const {
    const auto& found = *execution_.found;
    const unsigned size = static_cast<unsigned>(execution_.events.size());
    if (found.kind == sim::violation::data_race) {
        const unsigned last = second_of_race_;
        const unsigned other = first_of_race_;
        if (last == size || other == size) return "";
        return fmt::format("{} ({}) and {} ({}): nothing orders them",
                           place_text(execution_.events[other].what.note),
                           thread_name(execution_.events[other].thread),
                           place_text(execution_.events[last].what.note),
                           thread_name(execution_.events[last].thread));
    }
    const auto at = found.what.find('@');
    if (at == std::string::npos) return "";
    const std::uint64_t pc = std::stoull(found.what.substr(at + 1), nullptr, 16);
    return fmt::format("{}, {}() in {}", place_text(pc), symbols_.place(pc).function,
                       thread_name(execution_.found_by_thread));
}

void check_steps::print(text_page& page) {
    std::size_t threads = 6;
    std::size_t does = 4;
    std::size_t places = 6;
    for (const step& s : steps_) {
        threads = std::max(threads, columns(thread_name(s.thread)));
        does = std::max(does, columns(s.does));
        places = std::max(places, columns(place_text(s.pc)));
    }
    threads = std::min<std::size_t>(threads, 20);
    does = std::min<std::size_t>(does, 36);
    for (unsigned i = 0; i < steps_.size(); ++i) {
        const step& s = steps_[i];
        const bool same = i > 0 && steps_[i - 1].thread == s.thread;
        page.line("{:>4}  {}  {}  {}  {}", i + 1,
                  padded(same ? "" : thread_name(s.thread), threads), padded(s.does, does),
                  padded(place_text(s.pc), places), symbols_.text(symbols_.place(s.pc)));
        if (!s.remark.empty())
            page.line("      {}  {}", padded("", threads), page.yellow(s.remark));
    }
}

}  // namespace ringsim::scenarios::render
