#include "scenarios/render/check_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/render/text.hpp"
#include "scenarios/user_error.hpp"

namespace ringsim::scenarios {
namespace {

namespace graph = sim::graph;
using nlohmann::ordered_json;

// Why nothing is known of all executions, as one clause; empty if it is.
std::string what_is_open(const check_result& r) {
    switch (r.report.end) {
        case graph::exploration_end::exhausted:
            return r.program.bound_reached() ? "a loop reached --loop-bound" : "";
        case graph::exploration_end::limit:
            return "--executions or --time ended the work";
        case graph::exploration_end::interrupted:
            return "interrupted";
        default:
            return r.report.problem;
    }
}

// What is wrong, without the place.
std::string what_is_wrong(const check_result& r) {
    const std::string& what = r.found->found->what;
    return what.substr(0, what.find('@'));
}

std::string_view verdict_of(const check_result& r) {
    if (r.found) return "violated";
    return what_is_open(r).empty() ? "holds" : "inconclusive";
}

ordered_json to_json(const check_result& r) {
    ordered_json j{{"program", r.file},
                   {"model", graph::name(r.model)},
                   {"verdict", verdict_of(r)},
                   {"what", r.found ? what_is_wrong(r) : what_is_open(r)},
                   {"executions", r.report.executions + r.report.ended_early},
                   {"violating", r.report.violating},
                   {"blocked", r.report.blocked},
                   {"threads", r.program.threads_seen()}};
    return j;
}

}  // namespace

int exit_status_of(const check_result& r) {
    if (r.found) return exit_unexpected;
    return what_is_open(r).empty() ? exit_expected : exit_inconclusive;
}

void print_check(const check_result& r, const settings& global) {
    if (global.json) {
        fmt::print("{}\n", to_json(r).dump());
        return;
    }
    text_page page(global);
    const std::uint64_t all = r.report.executions + r.report.ended_early;
    page.line("{}   model {}   {} threads", r.file, graph::name(r.model), r.program.threads_seen());
    page.line("");
    if (r.found) {
        page.line("{}   {}", page.red("VIOLATED"), what_is_wrong(r));
        if (r.report.end == graph::exploration_end::exhausted)
            page.line("           {} of {} executions; all were visited", r.report.violating, all);
        else
            page.line("           in execution {}", all);
    } else if (const std::string open = what_is_open(r); !open.empty()) {
        page.line("{}   {}", page.yellow("INCONCLUSIVE"), open);
        page.line("               no violation in the {} executions that were visited", all);
    } else {
        page.line("{}   {} executions, every one of the model (no load buffering)",
                  page.green("HOLDS"), all);
    }
    page.print();
}

}  // namespace ringsim::scenarios
