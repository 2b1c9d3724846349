#include "upstream/report.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "scenarios/program/user_error.hpp"

namespace ringsim::upstream_code {
namespace {

using scenarios::render::columns;
using scenarios::render::fitted;
using scenarios::render::padded;
using scenarios::render::text_page;
namespace graph = sim::graph;
using nlohmann::ordered_json;

std::string verdict_text(const text_page& page, const result& r) {
    switch (r.verdict) {
        case answer::holds:
            return page.green("HOLDS       ");
        case answer::violated:
            return page.red("VIOLATED    ");
        case answer::needs_dependency:
            return page.yellow("DEPENDS     ");
        case answer::inconclusive:
            return page.yellow("INCONCLUSIVE");
        default:
            return page.yellow("REFUSED     ");
    }
}

std::string counts_of(const result& r) {
    const std::uint64_t all = r.executions + r.ended_early;
    std::string text = r.violating == 0 ? fmt::format("{} execution{}", all, all == 1 ? "" : "s")
                                        : fmt::format("{} of {} executions", r.violating, all);
    if (r.given_up > 0) text += fmt::format(", {} given up", r.given_up);
    return text;
}

void print_verdict(text_page& page, graph::model_id m, const result& r) {
    std::string text = fmt::format("  {}  {}", padded(graph::name(m), 10), verdict_text(page, r));
    const bool explored = r.verdict != answer::refused;
    if (explored) text += "  " + counts_of(r);
    if (!r.what.empty()) text += (explored ? ": " : "  ") + r.what;
    page.add_wrapped(text, 28);
    if (r.verdict == answer::needs_dependency)
        page.add_wrapped(
            "                            not if every access depends on the reads before it: only "
            "a dependency can forbid it, which compiled code does not show",
            28);
    if (r.verdict == answer::holds)
        for (const std::string& n : r.never)
            page.line("                            no execution comes to: {}", n);
}

// The lines of one program below each other.
void print_list(text_page& page, const result& r) {
    std::size_t names = 4;
    std::size_t does = 4;
    std::size_t places = 4;
    const auto place = [](const step& s) {
        return s.line == 0 ? std::string() : fmt::format("{}:{}", s.file, s.line);
    };
    for (const step& s : r.steps) {
        names = std::max(names, columns(s.thread));
        does = std::max(does, columns(s.does));
        places = std::max(places, columns(place(s)));
    }
    does = std::min<std::size_t>(does, 36);
    std::string last;
    for (std::size_t i = 0; i < r.steps.size(); ++i) {
        const step& s = r.steps[i];
        page.line("{:>4}  {}  {}  {}  {}", i + 1, padded(s.thread == last ? "" : s.thread, names),
                  padded(s.does, does), padded(place(s), places), s.text);
        if (!s.remark.empty())
            page.line("{:>4}  {}  {}", "", padded("", names), page.yellow(s.remark));
        last = s.thread;
    }
}

// Each verdict, and the head of the first execution that there is to tell, whose steps are to
// follow; nullptr if there is none, or none is asked for.
const result* print_verdicts(text_page& page,
                             const std::vector<std::pair<graph::model_id, result>>& by_model,
                             bool with_steps) {
    for (const auto& [m, one] : by_model) print_verdict(page, m, one);
    if (!with_steps) return nullptr;
    for (const auto& [m, one] : by_model) {
        if (one.steps.empty()) continue;
        page.line("");
        page.line("execution {} under {}: {} steps", one.found_in, graph::name(m),
                  one.steps.size());
        return &one;
    }
    return nullptr;
}

ordered_json json_of(graph::model_id m, const result& one) {
    ordered_json j{{"trigger", one.edge ? "edge" : "level"},
                   {"model", graph::name(m)},
                   {"verdict", name(one.verdict)},
                   {"violation", one.violation},
                   {"what", one.what},
                   {"executions", one.executions},
                   {"ended_early", one.ended_early},
                   {"violating", one.violating},
                   {"given_up", one.given_up}};
    j["ends"] = ordered_json::array();
    for (const auto& [state, e] : one.ends)
        j["ends"].push_back(
            {{"state", state}, {"executions", e.executions}, {"violating", e.violating}});
    j["cut_short"] = one.cut_short;
    j["never"] = one.never;
    j["steps"] = ordered_json::array();
    for (const step& s : one.steps)
        j["steps"].push_back({{"thread", s.thread},
                              {"side", s.of == side::kernel   ? "kernel"
                                       : s.of == side::libbpf ? "libbpf"
                                                              : "ringsim"},
                              {"file", s.file},
                              {"line", s.line},
                              {"text", s.text},
                              {"does", s.does},
                              {"remark", s.remark}});
    return j;
}

}  // namespace

void print_steps(text_page& page, const sources& from, const result& r) {
    const std::size_t half = (page.width() - 14) / 2;
    std::size_t names = 6;
    for (const step& s : r.steps) names = std::max(names, columns(s.thread));
    page.line("{:>4}  {}  {}{}", "", padded("", names), padded("kernel", half), "libbpf");
    std::string last;
    for (std::size_t i = 0; i < r.steps.size(); ++i) {
        const step& s = r.steps[i];
        const std::size_t indent = s.of == side::libbpf ? half : 0;
        const std::string place = s.of == side::own ? s.text : fmt::format("{} {}", s.line, s.text);
        page.line("{:>4}  {}  {}{}", i + 1, padded(s.thread == last ? "" : s.thread, names),
                  std::string(indent, ' '), fitted(place, half - 2));
        page.line("{:>4}  {}  {}  {}", "", padded("", names), std::string(indent, ' '), s.does);
        if (!s.remark.empty())
            page.line("{:>4}  {}  {}  {}", "", padded("", names), std::string(indent, ' '),
                      page.yellow(s.remark));
        last = s.thread;
    }
    page.line("");
    page.line("kernel: {}", from.kernel_name.empty() ? from.kernel_file : from.kernel_name);
    page.line("libbpf: {}", from.libbpf_name.empty() ? from.libbpf_file : from.libbpf_name);
}

void check_replayed(const result& r, sim::graph::model_id m, std::uint64_t wanted) {
    const bool told = r.verdict == answer::refused || r.verdict == answer::inconclusive;
    if (wanted == 0 || told || !r.steps.empty()) return;
    throw scenarios::user_error(fmt::format("--replay: there is no such execution, but {} under {}",
                                            r.executions + r.ended_early, graph::name(m)));
}

void tell_saved(const result& r, const std::string& file, const scenarios::settings& global) {
    if (file.empty()) return;
    if (r.steps.empty())
        std::cerr << "ringsim: --save: nothing is saved, for there is no execution to show; "
                     "--replay N shows and saves execution N\n";
    else if (!global.quiet && !global.json)
        std::cerr << "saved to " << file << '\n';
}

int status_of(const result& r) {
    switch (r.verdict) {
        case answer::violated:
            return scenarios::exit_unexpected;
        case answer::inconclusive:
            return scenarios::exit_inconclusive;
        case answer::refused:
            return scenarios::exit_usage;
        default:
            return scenarios::exit_expected;
    }
}

int worse_of(int a, int b) {
    for (const int worst :
         {scenarios::exit_unexpected, scenarios::exit_inconclusive, scenarios::exit_usage})
        if (a == worst || b == worst) return worst;
    return scenarios::exit_expected;
}

std::string text_of(const sources& from) {
    const std::string kernel =
        from.linux_version.empty() ? from.kernel_file : "linux " + from.linux_version;
    const std::string libbpf =
        from.libbpf_version.empty() ? from.libbpf_file : "libbpf " + from.libbpf_version;
    return kernel + "   " + libbpf;
}

void print(text_page& page, const sources& from, const scenario_results& r, bool with_steps) {
    const bool edge = !r.by_model.empty() && r.by_model.front().second.edge;
    page.add(page.bold(
        fmt::format("{}   {}   trigger {}", r.what->name, text_of(from), edge ? "edge" : "level")));
    if (const result* one = print_verdicts(page, r.by_model, with_steps))
        print_steps(page, from, *one);
}

void print(text_page& page, const program_results& r, bool with_steps) {
    std::string files;
    for (const std::string& f : r.files) files += (files.empty() ? "" : " ") + f;
    page.add(page.bold(files));
    if (const result* one = print_verdicts(page, r.by_model, with_steps)) print_list(page, *one);
}

ordered_json to_json(const sources& from, const scenario_results& r) {
    ordered_json all = ordered_json::array();
    for (const auto& [m, one] : r.by_model) {
        ordered_json j{{"scenario", r.what->name},
                       {"linux", from.linux_version},
                       {"libbpf", from.libbpf_version}};
        j.update(json_of(m, one));
        all.push_back(j);
    }
    return all;
}

ordered_json to_json(const program_results& r) {
    ordered_json all = ordered_json::array();
    for (const auto& [m, one] : r.by_model) {
        ordered_json j{{"program", r.files.front()}};
        j.update(json_of(m, one));
        all.push_back(j);
    }
    return all;
}

}  // namespace ringsim::upstream_code
