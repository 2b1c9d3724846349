#include "scenarios/museum.hpp"
#include "sim/stable_sort.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ringsim::scenarios {
namespace {

// "A10" as ('A', 10); a second letter behind the number (as in "A1b") does not occur.
std::pair<char, unsigned> order_of(std::string_view id) {
    unsigned number = 0;
    if (id.size() > 1) std::from_chars(id.data() + 1, id.data() + id.size(), number);
    return {id.empty() ? '?' : id.front(), number};
}

// docs/museum.md has the same lines.
constexpr left_out_row left_out[] = {
    {"B10", "another ring altogether, which has the same shape as a stale consumer_pos"},
    {"B11",
     "an estimate of available bytes with two readers: two-readers shows what two of them do"},
    {"B12", "no bug: a cached head makes reservations fail early, never wrongly"},
    {"C2",
     "a rule of mmap(), without concurrency; the conformance test of the running kernel is the "
     "place"},
    {"C8", "bugs of the Go side: integer widths and object lifetimes, not of the protocol"},
    {"C9", "arithmetic of libbpf's arguments, before any access to the ring"},
    {"C11", "a new protocol of another kernel"},
    {"D4",
     "a sleeping lock in a context that may not sleep: a rule of the kernel, not of the ring"},
    {"D6",
     "a review that came before the merge; user-ring-two-drains shows the flag that came of it"},
    {"U5", "a draft that was changed in review and never ran anywhere"},
};

}  // namespace

std::span<const left_out_row> left_out_rows() {
    return left_out;
}

std::optional<std::string_view> why_left_out(std::string_view id) {
    for (const left_out_row& row : left_out)
        if (row.id == id) return row.why;
    return std::nullopt;
}

std::vector<museum_row> museum_rows() {
    std::vector<museum_row> rows;
    for (const scenario* s : all_scenarios())
        for (const exhibit& e : s->museum) rows.push_back({&e, s});
    sim::sort_stably_by(rows, [](const museum_row& r) { return order_of(r.of->id); });
    return rows;
}

const scenario* scenario_of(const museum_row& row, const stated_variant& v) {
    return v.scenario_name.empty() ? row.owner : find_scenario(v.scenario_name);
}

const expectation* expectation_of(const museum_row& row, const stated_variant& v) {
    const scenario* s = scenario_of(row, v);
    if (!s) return nullptr;
    for (const expectation& e : s->expect)
        if (e.orders == v.orders && e.how == v.how) return &e;
    return nullptr;
}

std::string_view name(upstream status) {
    constexpr std::string_view names[] = {"open",     "fixed",  "by design",
                                          "rejected", "closed", "no bug"};
    return names[static_cast<std::size_t>(status)];
}

std::vector<std::string> museum_complaints() {
    std::vector<std::string> complaints;
    const auto complain = [&](const exhibit& e, std::string_view what) {
        complaints.push_back(std::string(e.id) + ": " + std::string(what));
    };
    const auto rows = museum_rows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const exhibit& e = *rows[i].of;
        if (i > 0 && rows[i - 1].of->id == e.id) complain(e, "the id is there twice");
        if (e.symptom.empty() || e.history.empty() || e.citation.empty())
            complain(e, "symptom, history or citation is missing");
        if (e.symptom.size() > symptom_columns) complain(e, "the symptom is too long");
        const expectation* broken = expectation_of(rows[i], e.broken);
        if (e.status != upstream::never) {
            if (!broken)
                complain(e, "no verdict is stated for the broken variant");
            else if (broken->under == under_none)
                complain(e, "the broken variant is expected to hold");
        }
        if (!e.beside.orders.empty() && !expectation_of(rows[i], e.beside))
            complain(e, "no verdict is stated for the variant beside");
        if (e.repaired.orders.empty()) {
            if (e.status == upstream::fixed) complain(e, "there is no repaired variant");
            continue;
        }
        const expectation* repaired = expectation_of(rows[i], e.repaired);
        if (!repaired)
            complain(e, "no verdict is stated for the repaired variant");
        else if (broken && e.status != upstream::rejected &&
                 (repaired->under & broken->under) == broken->under)
            complain(e, "the repaired variant is expected to be no better");
    }
    return complaints;
}

}  // namespace ringsim::scenarios
