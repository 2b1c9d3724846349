#include "scenarios/commands/check_fix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "scenarios/program/user_error.hpp"
#include "scenarios/render/text.hpp"
#include "sim/check/events.hpp"
#include "sim/stable_sort.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;
using check::order_at_call;
using check::ordered_access;
using orders = std::vector<order_at_call>;

// What a line of the source does in the violating execution.
struct line_of_program {
    std::string file;
    unsigned line = 0;
    std::string text;
    std::vector<ordered_access> accesses;  // one of each call
};

bool acquires(order o) {
    return o == order::acquire || o == order::acq_rel || o == order::seq_cst;
}
bool releases(order o) {
    return o == order::release || o == order::acq_rel || o == order::seq_cst;
}

// Whether an access that has `now` gets more by `wanted`.
bool is_stronger(access kind, order now, order wanted) {
    const order made = check::order_instead(kind, now, wanted);
    if (made == now || now == order::seq_cst) return false;
    if (now == order::plain) return true;
    if (acquires(now) && !acquires(made)) return false;
    if (releases(now) && !releases(made)) return false;
    return made != order::relaxed;
}

class fixes {
  public:
    fixes(const check::program_lines& lines, const std::vector<ordered_access>& accesses,
          const orders& before, const exploration_with& explore)
        : before_(before), explore_(explore) {
        std::map<std::pair<std::string, unsigned>, line_of_program> by_line;
        for (const ordered_access& a : accesses) {
            if (!lines.is_call(a.offset)) continue;
            const check::source_place& at = lines.place(a.offset);
            if (at.line == 0) continue;
            line_of_program& line = by_line[{at.file, at.line}];
            line.file = at.file.substr(at.file.rfind('/') + 1);
            line.line = at.line;
            line.text = lines.text(at);
            line.accesses.push_back(a);
        }
        for (auto& [place, line] : by_line) lines_.push_back(std::move(line));
    }

    // The weakest order of each line that is enough by itself.
    std::vector<std::pair<const line_of_program*, order>> single() {
        std::vector<std::pair<const line_of_program*, order>> found;
        for (const line_of_program& line : lines_)
            for (const order o :
                 {order::relaxed, order::acquire, order::release, order::acq_rel, order::seq_cst}) {
                if (!helps(line, o) || !holds({{&line, o}})) continue;
                found.emplace_back(&line, o);
                break;
            }
        return found;
    }

    // Lines that are enough together, none of which can be left out; empty: no orders are.
    std::vector<std::pair<const line_of_program*, order>> together() {
        std::vector<std::pair<const line_of_program*, order>> kept;
        for (const line_of_program& line : lines_)
            if (helps(line, order::seq_cst)) kept.emplace_back(&line, order::seq_cst);
        if (kept.empty() || !holds(kept)) return {};
        for (std::size_t n = kept.size(); n-- > 0;) {
            auto fewer = kept;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(n));
            if (holds(fewer)) kept = fewer;
        }
        for (auto& [line, how] : kept)
            for (const order o : {order::relaxed, order::acquire, order::release, order::acq_rel}) {
                if (!helps(*line, o)) continue;
                const order was = how;
                how = o;
                if (holds(kept)) break;
                how = was;
            }
        return kept;
    }

    bool nothing_to_try() const { return lines_.empty(); }
    bool gave_up() const { return gave_up_; }
    unsigned tried() const { return tried_; }

  private:
    static bool helps(const line_of_program& line, order o) {
        return std::ranges::any_of(
            line.accesses, [&](const ordered_access& a) { return is_stronger(a.kind, a.how, o); });
    }

    bool holds(const std::vector<std::pair<const line_of_program*, order>>& changes) {
        orders all = before_;
        for (const auto& [line, o] : changes)
            for (const ordered_access& a : line->accesses)
                if (is_stronger(a.kind, a.how, o)) {
                    std::erase_if(all, [&](const auto& b) { return b.offset == a.offset; });
                    all.push_back({a.offset, o, 0});
                }
        sim::sort_stably_by(all, &order_at_call::offset);
        ++tried_;
        const int status = explore_(all);
        gave_up_ = gave_up_ || status == exit_inconclusive;
        return status == exit_expected;
    }

    const orders& before_;
    const exploration_with& explore_;
    std::vector<line_of_program> lines_;
    unsigned tried_ = 0;
    bool gave_up_ = false;
};

using change = std::pair<const line_of_program*, order>;

std::string option_of(const std::vector<change>& changes) {
    std::string text = "--at ";
    for (const auto& [line, o] : changes)
        text +=
            fmt::format("{}{}:{}={}", text.size() > 5 ? "," : "", line->file, line->line, name(o));
    return text;
}

nlohmann::ordered_json to_json(const std::vector<change>& changes) {
    auto j = nlohmann::ordered_json::array();
    for (const auto& [line, o] : changes)
        j.push_back({{"file", line->file}, {"line", line->line}, {"order", name(o)}});
    return j;
}

void add_changes(render::text_page& page, const std::vector<change>& changes) {
    std::size_t width = 0;
    for (const auto& [line, o] : changes)
        width = std::max(width, fmt::format("{}:{}={}", line->file, line->line, name(o)).size());
    for (const auto& [line, o] : changes)
        page.line("           {:{}}  {}", fmt::format("{}:{}={}", line->file, line->line, name(o)),
                  width, line->text);
}

}  // namespace

std::vector<ordered_access> accesses_of(const graph::recorded_execution& e) {
    std::vector<ordered_access> found;
    std::set<std::uint64_t> seen;
    for (const graph::recorded_event& event : e.events) {
        const auto a = check::ordered_access_of(event.what);
        if (a && !event.what.implied && seen.insert(a->offset).second) found.push_back(*a);
    }
    return found;
}

std::string to_text(const std::vector<ordered_access>& accesses) {
    std::string text;
    for (const ordered_access& a : accesses)
        text += fmt::format("{} {} {}\n", a.offset, static_cast<unsigned>(a.kind),
                            static_cast<unsigned>(a.how));
    return text;
}

std::vector<ordered_access> accesses_from(const std::string& text) {
    std::istringstream in(text);
    std::vector<ordered_access> found;
    std::uint64_t offset = 0;
    unsigned kind = 0;
    unsigned how = 0;
    while (in >> offset >> kind >> how)
        found.push_back({offset, static_cast<access>(kind), static_cast<order>(how)});
    return found;
}

void print_fixes(const check::program_lines& lines, const std::vector<ordered_access>& accesses,
                 const orders& before, const exploration_with& explore, const settings& global) {
    fixes trying(lines, accesses, before, explore);
    std::vector<change> found = trying.single();
    const bool each = !found.empty();
    if (!each) found = trying.together();
    if (global.json) {
        std::cout << nlohmann::ordered_json{{"fix", found.empty() ? "none"
                                                    : each        ? "each"
                                                                  : "all"},
                                            {"lines", to_json(found)}}
                         .dump()
                  << '\n';
        return;
    }
    render::text_page page(global);
    page.line("");
    if (each) {
        page.line("FIX        each of these orders alone forbids it; all were tried:");
    } else if (!found.empty()) {
        page.line(
            "FIX        no order of one line is enough; these together are, and each is needed:");
    } else {
        page.line("FIX        no orders of the lines of this execution forbid it");
    }
    add_changes(page, found);
    if (!found.empty() && !each) page.line("           {}", option_of(found));
    if (trying.gave_up())
        page.line("           some trials came to no end, and count as if they did not hold");
    page.print();
}

}  // namespace ringsim::scenarios::commands
