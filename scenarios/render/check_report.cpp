#include "scenarios/render/check_report.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <nlohmann/json.hpp>

#include "scenarios/program/user_error.hpp"
#include "scenarios/render/check_steps.hpp"
#include "scenarios/render/text.hpp"

namespace ringsim::scenarios::render {
namespace {

namespace graph = sim::graph;
using nlohmann::ordered_json;

// Why nothing is known of all executions, as one clause; empty if it is.
std::string what_is_open(const check_result& r) {
    switch (r.report.end) {
        case graph::exploration_end::exhausted:
            return "";
        case graph::exploration_end::limit:
            return r.sample ? "" : "--executions or --time ended the work";
        case graph::exploration_end::interrupted:
            return "interrupted";
        default:
            return r.report.problem;
    }
}

std::uint64_t visited(const check_result& r) {
    return r.report.executions + r.report.ended_early;
}

// Why every execution was looked at and none of them came to its end, as one clause; empty if one
// did. Of a program of which nothing happens, nothing holds.
std::string why_nothing(const check_result& r) {
    if (r.found || r.report.end != graph::exploration_end::exhausted || visited(r) != 0) return "";
    if (r.program.bound_reached() && r.program.assumption_failed())
        return "an assumption of the program fails, or a loop reaches --loop-bound, in each of "
               "them";
    if (r.program.bound_reached()) return "a loop reaches --loop-bound in each of them";
    return "an assumption of the program fails in each of them";
}

// What was looked at, if there is more, as one clause.
std::string what_was_searched(const check_result& r) {
    std::string text = r.searched;
    if (r.program.bound_reached())
        text += (text.empty() ? "every one" : ";") +
                fmt::format(
                    " in which a thread comes by the same access no more than {} times, "
                    "counted anew in each round of a loop around it",
                    r.loop_bound);
    return text;
}

std::string_view verdict_of(const check_result& r) {
    if (r.estimated) return "estimated";
    if (r.found) return r.violated() ? "violated" : "holds";
    if (!why_nothing(r).empty()) return "nothing";
    if (!what_is_open(r).empty()) return "inconclusive";
    if (what_was_searched(r).empty()) return "holds";
    return r.sample ? "no violation found" : "bounded";
}

std::string place_of(const sim::check::unseen_place& at) {
    return fmt::format("{}:{}", at.file, at.line);
}

// What the verdict does not speak of.
void print_unseen(text_page& page, const check_result& r) {
    for (const auto& at : r.unseen)
        page.add_wrapped(
            fmt::format("        not seen: {}: `{}`: {}", place_of(at), at.text, at.why), 8);
}

// Of this process, which explores nothing else.
double peak_mebibytes() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_maxrss) / 1024;
}

// Of dependencies, beside a violation.
std::string_view text_of(const check_result& r) {
    if (!r.violated() || !graph::info(r.model).dependencies) return "";
    switch (r.dependencies) {
        case dependency_answer::no:
            return "no dependency forbids it: it is there whatever the compiler keeps of them";
        case dependency_answer::may:
            return "* only a dependency forbids it, if the program has one there and the compiler "
                   "keeps it: dependencies are not seen in compiled code";
        default:
            return "dependencies are not seen in compiled code: a machine may forbid what only "
                   "they order";
    }
}

std::string counted(std::uint64_t n, std::string_view what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

// Where loops went on behind the bound.
void print_bound(text_page& page, const check_result& r) {
    if (!r.program.bound_reached()) return;
    sim::check::symbols_of_program symbols(r.image);
    std::vector<std::uint64_t> places;
    for (const void* pc : r.program.bound_places()) places.push_back(r.program.offset_of(pc));
    symbols.look_up(places);
    for (const std::uint64_t at : places)
        page.line("          it goes on at {}:{}", symbols.place(at).file, symbols.place(at).line);
}

void print_found(text_page& page, const check_result& r, const settings& global) {
    const std::uint64_t all = visited(r);
    program_words words(r.program, r.image);
    check_steps steps(r.program, *r.found, words);
    if (!r.found->found) {
        page.line("execution {}, without violation", r.found_in);
    } else {
        page.add_wrapped(page.red("VIOLATED") + "   " + steps.what(), 11);
        if (const std::string where = steps.where(); !where.empty())
            page.line("           {}", where);
        if (r.report.end == graph::exploration_end::exhausted)
            page.line("           {} of {} violate, and end there; all were visited",
                      r.report.violating, counted(all, "execution"));
        else
            page.line("           {} of the first {} violate", r.report.violating,
                      counted(all, "execution"));
    }
    if (const std::string_view text = text_of(r); !text.empty())
        page.add_wrapped("           " + std::string(text), 11);
    if (global.quiet) return;
    page.line("");
    page.line("execution {}: {}, {}", r.found_in, counted(steps.count(), "step"),
              counted(steps.stale_reads(), "stale read"));
    steps.print(page);
    page.line("");
    page.add_command(fmt::format("{} --replay {}{}", r.command, r.found_in, r.rest));
}

// Where in the program the violation is; empty if it is in no one place.
std::string where_of(const check_result& r) {
    program_words words(r.program, r.image);
    return check_steps(r.program, *r.found, words).where();
}

ordered_json to_json(const check_result& r) {
    ordered_json j{{"program", r.file},
                   {"model", graph::name(r.model)},
                   {"mapping", r.mapping.name},
                   {"verdict", verdict_of(r)},
                   {"what", r.found && r.found->found  ? check_finding(r.program, *r.found)
                            : !why_nothing(r).empty()  ? why_nothing(r)
                            : !what_is_open(r).empty() ? what_is_open(r)
                                                       : what_was_searched(r)},
                   {"executions", visited(r)},
                   {"violating", r.report.violating},
                   {"blocked", r.report.blocked},
                   {"threads", r.program.threads_of_program().seen()}};
    if (r.violated()) j["where"] = where_of(r);
    if (!r.unseen.empty()) {
        j["unseen"] = ordered_json::array();
        for (const auto& at : r.unseen)
            j["unseen"].push_back({{"place", place_of(at)}, {"code", at.text}, {"why", at.why}});
    }
    if (r.seconds) j["seconds"] = *r.seconds;
    if (r.seconds) j["mebibytes"] = peak_mebibytes();
    if (r.program.waiting.met_at_once()) j["reduced"].push_back("barriers");
    if (r.program.retries_waited()) j["reduced"].push_back("retries");
    if (r.report.stands_for > r.report.executions) {
        j["reduced"].push_back("symmetry");
        j["stands_for"] = r.report.stands_for;
    }
    if (r.estimated) j["estimate"] = r.report.estimate;
    if (r.violated() && r.dependencies != dependency_answer::unknown)
        j["by_dependency"] = r.dependencies == dependency_answer::may ? "perhaps" : "no";
    if (r.program.waiting.timeouts_bounded()) j["timeouts_max"] = sim::check::timeouts_max;
    return j;
}

// What a location of the program is called, and its initial value; for the events of `e` only.
void add_words(told_execution& out, const sim::check::runtime& program,
               const graph::recorded_execution& e, const program_words& words) {
    using sim::check::location_kind;
    const auto& locations = program.locations_of();
    out.words.resize(locations.size());
    out.initial.resize(locations.size());
    for (const graph::recorded_event& event : e.events) {
        if (!is_access(event)) continue;
        const auto l = event.what.location;
        const location_kind kind = locations[l].kind;
        if (kind == location_kind::thread_start || kind == location_kind::thread_end ||
            kind == location_kind::life || kind == location_kind::internal ||
            kind == location_kind::allocation)
            continue;
        out.words[l] = words.location(l);
        out.initial[l] = words.initial(l);
    }
}

}  // namespace

told_execution told(const check_result& r, program_words& words) {
    check_steps steps(r.program, *r.found, words);
    told_execution out;
    out.front_end = "check";
    out.title = r.file;
    out.claim = "a program with threads, checked";
    out.model = graph::name(r.model);
    out.facts = {fmt::format("execution {}", r.found_in)};
    if (&r.mapping != &graph::default_mapping(r.model))
        out.facts.push_back(fmt::format("mapping {}", r.mapping.name));
    out.command = fmt::format("{} --replay {}{}", r.command, r.found_in, r.rest);
    out.verdict = r.found->found ? "VIOLATED" : "AN EXECUTION";
    if (r.found->found) {
        const std::string where = steps.where();
        out.what = steps.what() + (where.empty() ? "" : ": " + where);
    }
    for (unsigned t = 0; t < sim::threads_max; ++t) out.threads.push_back(words.thread(t));
    for (const check_steps::step& s : steps.steps())
        out.steps.push_back({s.event, s.does, s.remark, words.place(s.pc).function,
                             words.place_text(s.pc), words.line_text(s.pc)});
    add_words(out, r.program, *r.found, words);
    out.value = [&words](std::uint64_t v) { return words.value(v); };
    out.at_step = steps.at_step();
    out.races_with = steps.races_with();
    // What a thread finds by itself it finds behind its last step.
    if (r.found->found && !r.found->complete && out.at_step == 0)
        for (unsigned i = steps.count(); i-- > 0 && out.at_step == 0;)
            if (steps.steps()[i].thread == r.found->found_by_thread) out.at_step = i + 1;
    return out;
}

dependency_answer dependencies_by_status(int status) {
    return status == exit_unexpected ? dependency_answer::no
           : status == exit_expected ? dependency_answer::may
                                     : dependency_answer::unknown;
}

int exit_status_of(const check_result& r) {
    if (r.estimated) return what_is_open(r).empty() ? exit_expected : exit_inconclusive;
    if (r.found && r.found->found) return exit_unexpected;
    if (r.found) return exit_expected;
    if (!why_nothing(r).empty()) return exit_inconclusive;
    const bool all = what_is_open(r).empty() && what_was_searched(r).empty();
    return all ? exit_expected : exit_inconclusive;
}

void print_check(const check_result& r, const settings& global) {
    if (global.json) {
        fmt::print("{}\n", to_json(r).dump());
        return;
    }
    text_page page(global);
    const std::uint64_t all = visited(r);
    const bool usual = &r.mapping == &graph::default_mapping(r.model);
    const unsigned threads = r.program.threads_of_program().seen();
    page.line("{}   model {}{}   {} thread{}", r.file, graph::name(r.model),
              usual ? "" : fmt::format(" with mapping {}", r.mapping.name), threads,
              threads == 1 ? "" : "s");
    page.line("");
    if (r.estimated) {
        page.line("about {:.3g} executions, estimated from random descents; nothing was verified",
                  r.report.estimate);
    } else if (r.found) {
        print_found(page, r, global);
    } else if (const std::string why = why_nothing(r); !why.empty()) {
        page.add_wrapped(page.yellow("NOTHING") + "   no execution is complete: " + why, 10);
        page.line("          nothing is known about what the program asserts");
    } else if (const std::string open = what_is_open(r); !open.empty()) {
        page.add_wrapped(page.yellow("INCONCLUSIVE") + "   " + open, 15);
        page.line("               no violation in the {} executions that were visited", all);
    } else if (const std::string some = what_was_searched(r); !some.empty()) {
        const std::string_view word = r.sample ? "NO VIOLATION FOUND" : "BOUNDED";
        page.add_wrapped(page.yellow(word) + "   " + counted(all, "execution") + ": " + some,
                         word.size() + 3);
        print_bound(page, r);
    } else {
        page.line("{}   {}, every one of the model", page.green("HOLDS"),
                  counted(all, "execution"));
        if (!global.quiet && r.report.blocked > 0)
            page.line("        {} more were given up: a thread waits for what has happened",
                      r.report.blocked);
        if (!global.quiet && r.program.waiting.timeouts_bounded())
            page.line("        of a wait with a time, no more than {} timeouts were tried",
                      sim::check::timeouts_max);
    }
    if (r.seconds)
        page.line("        {:.2f} s of processor time, {:.0f} MiB", *r.seconds, peak_mebibytes());
    if (!global.quiet && r.program.waiting.met_at_once())
        page.line("        orders of arrival at a barrier were visited once (--reduce)");
    if (!global.quiet && r.program.retries_waited())
        page.line("        rounds that fail and leave nothing were taken for waiting (--reduce)");
    if (!global.quiet && r.report.stands_for > r.report.executions)
        page.line("        one order of threads that do the same was visited for {} (--reduce)",
                  r.report.stands_for);
    print_unseen(page, r);
    page.print();
}

}  // namespace ringsim::scenarios::render
