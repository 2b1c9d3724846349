// An end of an execution as one line, which is also what makes two ends the same (comparison.cpp):
// so it has nothing that differs from run to run.
#include "scenarios/study/outcome_text.hpp"

#include <fmt/format.h>

namespace ringsim::scenarios::study {
namespace {

// What the thread took, and how it ended; "done" if there is nothing else to say.
std::string thread_text(std::string_view name, const thread_facts& t) {
    std::vector<std::string> parts;
    std::string taken;
    for (const taken_record& r : t.records_taken()) taken += fmt::format(" {:#x}", r.payload);
    if (!taken.empty()) parts.push_back("took" + taken);
    if (t.reservations_failed > 0)
        parts.push_back(fmt::format("{} reservations failed", t.reservations_failed));
    if (t.asleep)
        parts.emplace_back("asleep");
    else if (!t.finished)
        parts.emplace_back("stuck");
    if (parts.empty()) parts.emplace_back("done");
    std::string text = fmt::format("{}: ", name);
    for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : ", ") + parts[i];
    return text;
}

std::string ring_text(const ring_end& r) {
    return fmt::format("consumer_pos {}, producer_pos {}", r.consumer_pos, r.producer_pos);
}

}  // namespace

std::string outcome_text(const scenario& s, const outcome& o) {
    std::string text;
    for (unsigned t = 0; t < o.thread_count; ++t)
        text += thread_text(s.threads[t].name, o.threads[t]) + "; ";
    if (o.ring_count == 1) return text + ring_text(o.rings[0]);
    for (unsigned r = 0; r < o.ring_count; ++r)
        text += fmt::format("{}ring {}: {}", r == 0 ? "" : "; ", r, ring_text(o.rings[r]));
    return text;
}

}  // namespace ringsim::scenarios::study
