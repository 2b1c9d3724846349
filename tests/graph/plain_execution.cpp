#include "tests/graph/plain_execution.hpp"

#include <algorithm>

#include "tests/graph/test_program.hpp"

namespace ringsim::tests {
namespace {

constexpr std::string_view mode_words[] = {"pln", "rlx", "acq", "rel", "ar", "sc"};

std::string to_text(const event_name& n) {
    return std::to_string(n.first) + "." + std::to_string(n.second);
}

std::string to_text(const plain_event& e) {
    const std::string how(mode_words[static_cast<std::size_t>(e.how)]);
    const std::string at(location_names[e.location]);
    const std::string access = (e.rmw ? "u" : "") + how + " " + at + "=" + std::to_string(e.value);
    switch (e.kind) {
        case graph::event_kind::read:
            return "R" + access + "<-" + (e.reads_from ? to_text(*e.reads_from) : "init") +
                   (e.blocked ? " waits" : "");
        case graph::event_kind::write:
            return "W" + access;
        case graph::event_kind::fence:
            return e.fence == graph::barrier::none ? "F" + how : std::string(name(e.fence));
        default:
            return "spins";
    }
}

}  // namespace

std::string to_text(const plain_execution& e) {
    std::string text;
    for (std::size_t t = 0; t < e.threads.size(); ++t) {
        if (t > 0) text += " |";
        for (std::size_t i = 0; i < e.threads[t].size(); ++i)
            text += (i > 0 ? "; " : " ") + to_text(e.threads[t][i]);
    }
    for (std::size_t l = 0; l < e.coherence.size(); ++l) {
        if (e.coherence[l].size() < 2) continue;
        text += " # co " + std::string(location_names[l]) + ":";
        for (const event_name& w : e.coherence[l]) text += " " + to_text(w);
    }
    if (e.how == graph::hang::waits) text += " # waits for ever";
    if (e.how == graph::hang::spins) text += " # spins for ever";
    return text;
}

plain_execution without_implied(plain_execution e) {
    std::vector<std::vector<unsigned>> place(e.threads.size());  // anew, of each event
    for (std::size_t t = 0; t < e.threads.size(); ++t) {
        unsigned kept = 0;
        for (const plain_event& p : e.threads[t]) place[t].push_back(p.implied ? kept : kept++);
    }
    const auto rename = [&](event_name& n) { n.second = place[n.first][n.second]; };
    for (auto& thread : e.threads) {
        std::erase_if(thread, [](const plain_event& p) { return p.implied; });
        for (plain_event& p : thread)
            if (p.reads_from) rename(*p.reads_from);
    }
    for (auto& writes : e.coherence) std::ranges::for_each(writes, rename);
    return e;
}

plain_execution plain(const graph::recorded_execution& e, unsigned thread_count,
                      unsigned location_count) {
    plain_execution out;
    out.threads.resize(thread_count);
    out.coherence.resize(location_count);
    std::vector<event_name> names{{}};  // by number in the recording, from 1
    std::vector<std::vector<std::pair<unsigned, event_name>>> co(location_count);
    std::vector<unsigned> length(thread_count, 0);
    for (const graph::recorded_event& r : e.events) names.push_back({r.thread, length[r.thread]++});
    for (std::size_t i = 0; i < e.events.size(); ++i) {
        const graph::recorded_event& r = e.events[i];
        auto& thread = out.threads[r.thread];
        plain_event p;
        p.kind = r.what.kind;
        p.how = r.what.how;
        p.blocked = r.blocked;
        p.fence = r.what.fence;
        p.implied = r.what.implied;
        if (r.what.kind == graph::event_kind::read || r.what.kind == graph::event_kind::write) {
            p.location = r.what.location;
            p.value = r.value;
            p.rmw = r.what.rmw || r.what.op != graph::rmw_op::none;
        }
        if (r.what.kind == graph::event_kind::read && r.reads_from != 0)
            p.reads_from = names[r.reads_from];
        if (r.what.kind == graph::event_kind::write)
            co[r.what.location].push_back({r.co, names[i + 1]});
        thread.push_back(p);
    }
    for (unsigned l = 0; l < location_count; ++l) {
        std::ranges::sort(co[l]);
        for (const auto& [place, w] : co[l]) out.coherence[l].push_back(w);
    }
    if (e.found && e.found->kind == sim::violation::deadlock) out.how = graph::hang::waits;
    if (e.found && e.found->kind == sim::violation::busy_spin) out.how = graph::hang::spins;
    return without_implied(std::move(out));
}

}  // namespace ringsim::tests
