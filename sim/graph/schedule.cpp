// What is written is what differs from the usual: a read of the newest write and a write to the end
// of co need no mark. So most schedules are lists of thread and site, and stay readable.
//
// The words of the format, and what each mark means, are told in schedule.hpp.
#include "sim/graph/schedule.hpp"

#include <charconv>
#include <sstream>

#include "kernel_model/site_table.hpp"

namespace ringsim::sim::graph {
namespace {

// Words where others have the name of a site; no site is called so.
constexpr std::string_view spin_name = "spin";
constexpr std::string_view choice_name = "choose";

// What stands behind the colon.
std::string_view site_name(const schedule_step& s) {
    if (s.way) return choice_name;
    return site_or_spin(s.where);
}

// Words are counted from 1, behind the version, as accesses are.
[[noreturn]] void bad(std::size_t word, const std::string& why) {
    throw schedule_error("word " + std::to_string(word) + " of the schedule " + why);
}

// Reads a number off the front of `text`. Throws schedule_error if there is none, or one above
// `most`.
std::uint64_t take_value(std::string_view& text, std::size_t word, std::uint64_t most) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value > most) bad(word, "has no valid number");
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}
// The number of an access, a thread or a way: none can be larger than a schedule is long.
unsigned take_number(std::string_view& text, std::size_t word) {
    return static_cast<unsigned>(take_value(text, word, schedule_steps_max));
}

// A schedule comes from a file or a command line: every number is checked against what it may mean.
schedule_step parse_step(std::string_view text, std::size_t word) {
    schedule_step step;
    step.thread = take_number(text, word);
    if (step.thread >= graph_threads_max) bad(word, "names a thread that cannot be");
    if (!text.starts_with(':')) bad(word, "lacks the colon between thread and site");
    text.remove_prefix(1);
    const std::string_view where = text.substr(0, text.find_first_of("<>@!#"));
    text.remove_prefix(where.size());
    if (where != spin_name && where != choice_name) {
        const auto s = parse_site(where);
        if (!s) bad(word, "names no site: '" + std::string(where) + "'");
        step.where = *s;
    }
    while (!text.empty()) {
        const char mark = text.front();
        text.remove_prefix(1);
        if (mark == '!') {
            step.waits = true;
            continue;
        }
        const unsigned n = take_number(text, word);
        if (mark == '#') {
            step.way = n;
            continue;
        }
        if (mark == '>') {
            // Whether there is such an access is not known before the last word.
            if (n <= word) bad(word, "reads ahead from an access that is not behind it");
            if (!text.starts_with('=')) bad(word, "lacks the value that it reads ahead");
            text.remove_prefix(1);
            step.reads_ahead = n;
            step.value = take_value(text, word, UINT64_MAX);
            continue;
        }
        if (n >= word) bad(word, "refers to an access that is not before it");
        if (mark == '<')
            step.reads_from = n;
        else if (mark == '@')
            step.behind = n;
        else
            bad(word, "has a mark that is none of < > @ ! #");
    }
    // A choice has its way as its only result; anything else would have none to take.
    if (step.way.has_value() != (where == choice_name))
        bad(word, step.way ? "has a way but is no choice" : "is a choice without its way");
    return step;
}

// Numbers the accesses of an execution as a schedule does: one for each that the program asked for,
// from 1. Both halves of a read-modify-write have the number of the one access; a fence of the
// mapping has none (0).
class numbering {
  public:
    // The second half of a read-modify-write follows its first in the thread, whatever else comes
    // between the two in the order of the execution.
    explicit numbering(const recorded_execution& e) : access_of_(e.events.size() + 1, 0) {
        std::vector<unsigned> last(graph_threads_max, 0);
        unsigned n = 0;
        for (unsigned i = 0; i < e.events.size(); ++i) {
            const recorded_event& ev = e.events[i];
            if (ev.what.implied) continue;
            access_of_[i + 1] = ev.what.rmw ? last[ev.thread] : ++n;
            last[ev.thread] = access_of_[i + 1];
        }
    }
    unsigned operator[](unsigned event) const { return access_of_[event]; }

  private:
    std::vector<unsigned> access_of_;
};

// Among the first `n` events, the write of the location that is newest in co but below `limit`; as
// an event number, 0 for the initial write. `limit`: only writes before that place in co are looked
// at, ~0u for all.
unsigned newest_below(const recorded_execution& e, unsigned n, location_id l, unsigned limit) {
    unsigned found = 0;
    unsigned found_co = 0;
    for (unsigned i = 0; i < n; ++i) {
        const recorded_event& w = e.events[i];
        if (w.what.kind == event_kind::write && w.what.location == l && w.co < limit &&
            w.co > found_co) {
            found = i + 1;
            found_co = w.co;
        }
    }
    return found;
}

}  // namespace

std::string_view site_or_spin(site s) {
    return s == site::count_ ? spin_name : name(s);
}

// parse_schedule() reads back exactly this; the tests go round.
std::string to_text(const schedule& s) {
    std::string text = std::to_string(schedule_version);
    for (const schedule_step& step : s.steps) {
        text += ' ' + std::to_string(step.thread) + ':';
        text += site_name(step);
        if (step.way) text += '#' + std::to_string(*step.way);
        if (step.reads_from) text += '<' + std::to_string(*step.reads_from);
        if (step.reads_ahead)
            text += '>' + std::to_string(*step.reads_ahead) + '=' + std::to_string(step.value);
        if (step.behind) text += '@' + std::to_string(*step.behind);
        if (step.waits) text += '!';
    }
    return text;
}

// Throws schedule_error, with the number of the word. Whether the program has such accesses is
// found out by walker::replay().
schedule parse_schedule(std::string_view text) {
    std::istringstream words{std::string(text)};
    std::string word;
    if (!(words >> word) || word != std::to_string(schedule_version))
        throw schedule_error("a schedule begins with its version, " +
                             std::to_string(schedule_version) + "; this one begins with '" +
                             word.substr(0, 20) + "'");
    schedule s;
    while (words >> word) {
        if (s.steps.size() == schedule_steps_max)
            throw schedule_error("the schedule has more than " +
                                 std::to_string(schedule_steps_max) + " accesses");
        s.steps.push_back(parse_step(word, s.steps.size() + 1));
    }
    // Only now is it known how many accesses there are.
    for (std::size_t i = 0; i < s.steps.size(); ++i)
        if (s.steps[i].reads_ahead.value_or(0) > s.steps.size())
            bad(i + 1, "reads ahead from an access that the schedule does not have");
    return s;
}

// The newest write is that among the events before this one in the order in which the execution is
// told, which is also the order in which it will be performed.
schedule schedule_of(const recorded_execution& e) {
    const numbering number(e);
    schedule s;
    std::vector<std::size_t> last(graph_threads_max, 0);
    for (unsigned i = 0; i < e.events.size(); ++i) {
        const recorded_event& ev = e.events[i];
        // Fences of a mapping come with their access: a schedule has to mean the same under another
        // mapping.
        if (ev.what.implied) continue;
        if (ev.what.rmw) continue;  // its place in co follows from what its read half reads
        schedule_step step;
        step.thread = ev.thread;
        step.where = ev.what.kind == event_kind::block ? site::count_ : ev.what.where;
        step.waits = ev.blocked;
        // What a replay would take if nothing were written down.
        const unsigned newest = newest_below(e, i, ev.what.location, ~0u);
        if (ev.what.kind == event_kind::read && ev.reads_from > i + 1) {
            step.reads_ahead = number[ev.reads_from];
            step.value = ev.value;
        } else if (ev.what.kind == event_kind::read && !ev.blocked && ev.reads_from != newest) {
            step.reads_from = number[ev.reads_from];
        }
        if (ev.what.kind == event_kind::choice) step.way = static_cast<unsigned>(ev.value);
        if (ev.what.kind == event_kind::write) {
            const unsigned behind = newest_below(e, i, ev.what.location, ev.co);
            if (behind != newest) step.behind = number[behind];
        }
        s.steps.push_back(step);
    }
    return s;
}

}  // namespace ringsim::sim::graph
