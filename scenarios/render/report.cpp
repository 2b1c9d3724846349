#include "scenarios/render/report.hpp"

#include <algorithm>
#include <array>

#include "scenarios/study/site_use.hpp"

namespace ringsim::scenarios::render {
namespace {

constexpr std::size_t label_width = 7;  // of "why", "fix", "code"

// Steps, stale reads and switches between threads, in words.
std::string measure(const sim::trace& t) {
    std::size_t stale = 0;
    std::size_t switches = 0;
    for (std::size_t i = 0; i < t.steps.size(); ++i) {
        if (t.steps[i].missed != 0) ++stale;
        if (i > 0 && t.steps[i].thread != t.steps[i - 1].thread) ++switches;
    }
    const auto count = [](std::size_t n, std::string_view what, std::string_view plural) {
        return fmt::format("{} {}{}", n, what, n == 1 ? "" : plural);
    };
    return count(t.steps.size(), "step", "s") + ", " + count(stale, "stale read", "s") + ", " +
           count(switches, "switch", "es");
}

void add_labelled(text_page& page, std::string_view label, std::string_view text) {
    page.add_wrapped(padded(label, label_width) + std::string(text), label_width);
}

std::string fix_result(const study::tried_fix& fix) {
    if (!fix.left_out.empty()) return "not tried: " + fix.left_out;
    const worlds::exploration& e = fix.result;
    switch (e.result) {
        case worlds::verdict::safe:
            return fmt::format("holds in all {} executions", e.executions);
        case worlds::verdict::no_violation_found:
            return fmt::format("no violation found in {} executions", e.executions);
        case worlds::verdict::violation:
            return fmt::format("still VIOLATED ({})", name(e.kind));
        case worlds::verdict::inconclusive:
            break;
    }
    return "inconclusive: " + e.what;
}

// The sites of the cycle or race, as one names them on the command line, and the file in which
// their code is: one line a file. Of a scenario's own program the line says who it is.
std::vector<std::array<std::string, 2>> code_lines(const sim::trace& t, const study::story& s,
                                                   const worlds::variant& code, bool full_names) {
    std::vector<std::uint32_t> steps;
    if (s.cycle)
        for (const sim::cycle_edge& e : s.cycle->edges) steps.insert(steps.end(), {e.from, e.to});
    if (s.race) steps = {s.race->first, s.race->write, s.race->read, s.race->second};
    std::ranges::sort(steps);
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    std::vector<std::array<std::string, 2>> lines;
    for (const std::uint32_t step : steps) {
        if (step == 0 || t.steps[step - 1].where == site::count_) continue;
        const site where = t.steps[step - 1].where;
        const study::code_place by = study::made_by(where, code);
        const auto place = std::string(by.file.empty() ? by.function : by.file);
        auto line = std::ranges::find(lines, place, [](const auto& l) { return l[1]; });
        if (line == lines.end()) line = lines.insert(line, {"", place});
        (*line)[0] += fmt::format("{}{} {}", (*line)[0].empty() ? "" : ", ", step,
                                  full_names ? name(where) : study::short_name(where));
    }
    return lines;
}

void add_code(text_page& page, const sim::trace& t, const study::story& s,
              const worlds::variant& code) {
    const auto lines = code_lines(t, s, code, page.width() >= 100);
    std::size_t width = 0;
    for (const auto& l : lines) width = std::max(width, l[0].size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        page.add(padded(i == 0 ? "code" : "", label_width) + padded(lines[i][0], width) + "   " +
                 lines[i][1]);
    }
}

void add_fixes(text_page& page, const std::vector<study::tried_fix>& fixes) {
    std::size_t width = 0;
    for (const study::tried_fix& f : fixes) width = std::max(width, f.change.size());
    for (std::size_t i = 0; i < fixes.size(); ++i) {
        const bool works = fixes[i].left_out.empty() &&
                           (fixes[i].result.result == worlds::verdict::safe ||
                            fixes[i].result.result == worlds::verdict::no_violation_found);
        const std::string result = fix_result(fixes[i]);
        const std::string whose = fixes[i].upstream.empty() ? "" : "; " + fixes[i].upstream;
        page.add_wrapped(padded(i == 0 ? "fix" : "", label_width) + padded(fixes[i].change, width) +
                             "   " + (works ? page.green(result) : result) + whose,
                         label_width + width + 3);
    }
}

}  // namespace

std::string_view verdict_word(const worlds::exploration& e) {
    const bool bounded = e.result == worlds::verdict::no_violation_found && e.finished;
    return bounded ? "BOUNDED" : verdict_word(e.result);
}

std::string_view verdict_word(worlds::verdict v) {
    switch (v) {
        case worlds::verdict::safe:
            return "HOLDS";
        case worlds::verdict::violation:
            return "VIOLATED";
        case worlds::verdict::no_violation_found:
            return "NO VIOLATION FOUND";
        case worlds::verdict::inconclusive:
            break;
    }
    return "INCONCLUSIVE";
}

bool complete(const study::search& how, const worlds::exploration& e) {
    if (how.engine == study::engine_kind::relacy) return e.result == worlds::verdict::safe;
    return how.graph.search == worlds::graph_search::all && how.graph.probes == 0 && e.finished;
}

std::string judgement_text(const study::judged& j) {
    const std::string expected =
        j.expected == sim::violation::none ? "no violation" : std::string(name(j.expected));
    switch (j.is) {
        case study::judgement::as_expected:
            return j.stated ? "as the scenario expects" : "the scenario states no verdict for this";
        case study::judgement::as_found:
            return "verdicts are stated for the model's first mapping only";
        case study::judgement::unexpected:
            return j.stated ? "UNEXPECTED: the scenario expects " + expected
                            : "the scenario states no verdict for this";
        case study::judgement::missing:
            return "UNEXPECTED: the scenario expects " + expected;
        case study::judgement::inconclusive:
            break;
    }
    return j.expected == sim::violation::none
               ? "no verdict"
               : "no verdict; the scenario expects " + expected + ", beyond what was looked at";
}

std::string dependency_text(const worlds::exploration& e) {
    switch (e.by_dependency) {
        case worlds::exploration::cure::dependency:
            return "A dependency might forbid it: compiled code may or may not keep this order, "
                   "and only the dependencies that the modelled code states are seen. It is gone "
                   "if "
                   "every access depends on all reads before it.";
        case worlds::exploration::cure::none:
            return "No address, data or control dependency could forbid it.";
        default:
            return {};
    }
}

void add_heading(text_page& page, const scenario& s, const worlds::variant& v,
                 const study::search& how) {
    page.line("{}   {}", page.bold(s.name), s.claim);
    const kernel::version& release = release_for(s, v);
    const std::string instead =
        &release == v.release ? "" : " (kernel=" + std::string(release.name) + ")";
    page.line("orders {}{}   trigger {}   model {}   ({})", v.orders_name, instead,
              study::name(v.how), how.model_and_mapping(), describe(how));
    page.add("");
}

void add_violation(text_page& page, const study::saved_finding& f, const worlds::exploration& e,
                   const study::judged& j, const std::vector<study::tried_fix>& fixes,
                   const table_options& table, study::detail detail) {
    const sim::trace& t = f.counterexample;
    const std::string word(verdict_word(worlds::verdict::violation));
    page.add_wrapped(page.red(word) + "   " + std::string(name(t.kind)) + ": " + t.what,
                     word.size() + 3);
    std::string sure;
    if (e.executions != 0) sure = fmt::format("execution {}: ", e.executions);
    page.add_wrapped(
        std::string(word.size() + 3, ' ') + sure + measure(t) + "; " + judgement_text(j),
        word.size() + 3);
    if (const std::string text = dependency_text(e); !text.empty())
        page.add_wrapped(std::string(word.size() + 3, ' ') + text, word.size() + 3);
    page.add("");

    const study::story told = tell(t, detail);
    const ring_words words(t);
    const auto below = [&](std::size_t width) {
        return 1 + wrapped(why(t, told, words, f.how.model_name()), width - label_width, 0).size() +
               fixes.size() + code_lines(t, told, f.code, true).size();
    };
    table_options fitting = table;
    const std::size_t used = page.lines().size() + below(page.width()) + 2;
    if (fitting.lines_max != 0)
        fitting.lines_max = report_lines_max > used ? report_lines_max - used : 1;
    if (!t.steps.empty()) add_trace_table(page, t, told, words, f.code, fitting);
    if (const std::string text = why(t, told, words, f.how.model_name()); !text.empty())
        add_labelled(page, "why", text);
    add_fixes(page, fixes);
    add_code(page, t, told, f.code);
}

void add_first_steps(text_page& page, const study::saved_finding& f, const table_options& table,
                     study::detail detail) {
    const sim::trace& t = f.counterexample;
    const std::string word = fmt::format("STEP {} of {}", table.last_step, t.steps.size());
    page.add_wrapped(page.bold(word) + "   on the way to: " + std::string(name(t.kind)),
                     word.size() + 3);
    page.add("");
    add_trace_table(page, t, tell(t, detail), ring_words(t), f.code, table);
}

void add_no_violation(text_page& page, const scenario& s, const worlds::exploration& e,
                      const study::judged& j) {
    const std::string word(verdict_word(e));
    const std::string indent(3, ' ');
    std::string first =
        page.bold(e.result == worlds::verdict::inconclusive ? page.yellow(word) : word);
    if (e.result == worlds::verdict::safe)
        first += fmt::format("   in all {} executions", e.executions);
    else
        first += fmt::format("   in {} executions", e.executions);
    if (!e.what.empty()) first += ": " + e.what;
    page.add_wrapped(first, indent.size());
    page.add_wrapped(indent + judgement_text(j), indent.size());
    if (!e.covered.empty()) page.add_wrapped(indent + e.covered, indent.size());
    if (!e.known_disagreement.empty())
        page.add_wrapped(indent + e.known_disagreement, indent.size());
    for (std::size_t i = 0; i < s.sometimes.size(); ++i) {
        const bool reached = i < e.reached.size() && e.reached[i];
        page.add_wrapped(indent + (reached ? "reached:       " : "never reached: ") +
                             std::string(s.sometimes[i].name),
                         indent.size());
    }
}

}  // namespace ringsim::scenarios::render
