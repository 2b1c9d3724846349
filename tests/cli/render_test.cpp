// What a report looks like: golden outputs from hand-made traces, widths, colour.
#include <doctest/doctest.h>

#include "scenarios/render/dot.hpp"
#include "scenarios/render/report.hpp"
#include "sim/trace_order.hpp"
#include "tests/cli/golden.hpp"
#include "tests/cli/sample_trace.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::render;
using namespace scenarios::study;
using namespace scenarios::worlds;

saved_finding finding(const sim::trace& raw, const char* orders) {
    exploration e;
    e.counterexample = raw;
    e.executions = 37;
    e.schedule = "1:37";
    return finding_of(*find_scenario("lost-wakeup"), parse_variant(orders), search{}, e);
}

std::vector<tried_fix> fixes_for(const saved_finding& f) {
    auto fixes = possible_fixes(f, tell(f.counterexample, detail::normal));
    for (std::size_t i = 0; i < fixes.size(); ++i) {
        exploration& e = fixes[i].result;
        e.executions = 100'000;
        e.result = i % 2 == 0 ? verdict::no_violation_found : verdict::violation;
        e.kind = sim::violation::lost_notification;
    }
    return fixes;
}

std::string report(const saved_finding& f, std::size_t width, bool full, bool color = false) {
    text_page page(width, color);
    const scenario& s = *find_scenario("lost-wakeup");
    exploration e;
    e.result = verdict::violation;
    e.kind = f.counterexample.kind;
    e.executions = 37;
    add_heading(page, s, f.code, f.how);
    const table_options table =
        full ? table_options{.lines_max = 0, .with_setup = true} : table_options{};
    add_violation(page, f, e, judge_result(s, f.code, f.how, e), fixes_for(f), table,
                  full ? detail::full : detail::normal);
    return page.str();
}

}  // namespace

TEST_CASE("report: a lost wakeup, in 100 columns, in 80, in full") {
    const saved_finding f = finding(lost_wakeup_sample(), "libbpf");
    const std::string normal = report(f, 100, false);
    CHECK(normal == golden("lost_wakeup_100", normal));
    CHECK(widest_line(normal) <= 100);
    CHECK(line_count(normal) + 2 <= report_lines_max);  // and a blank line and the next command

    const std::string narrow = report(f, 80, false);
    CHECK(narrow == golden("lost_wakeup_80", narrow));
    CHECK(widest_line(narrow) <= 80);

    const std::string full = report(f, 100, true);
    CHECK(full == golden("lost_wakeup_full", full));
    CHECK(line_count(full) > line_count(normal));
}

TEST_CASE("report: a data race") {
    const std::string text =
        report(finding(race_sample(), "libbpf load_payload=plain"), 100, false);
    CHECK(text == golden("race_100", text));
    CHECK(line_count(text) + 2 <= report_lines_max);
}

TEST_CASE("dot: a lost wakeup and a data race as graphs") {
    const std::string wakeup = to_dot(finding(lost_wakeup_sample(), "libbpf"));
    CHECK(wakeup == golden("lost_wakeup_dot", wakeup));
    const std::string race = to_dot(finding(race_sample(), "libbpf load_payload=plain"));
    CHECK(race == golden("race_dot", race));
}

TEST_CASE("report: no line exceeds the width, whatever it is") {
    const saved_finding f = finding(lost_wakeup_sample(), "libbpf");
    for (std::size_t width = 60; width <= 140; ++width) {
        CAPTURE(width);
        CHECK(widest_line(report(f, width, false)) <= width);
        CHECK(widest_line(report(f, width, true)) <= width);
    }
}

TEST_CASE("report: colour adds escape sequences and changes nothing else") {
    const saved_finding f = finding(lost_wakeup_sample(), "libbpf");
    const std::string plain = report(f, 100, false, false);
    std::string colored = report(f, 100, false, true);
    CHECK(plain.find('\033') == std::string::npos);
    CHECK(colored.find('\033') != std::string::npos);
    for (auto begin = colored.find('\033'); begin != std::string::npos;
         begin = colored.find('\033'))
        colored.erase(begin, colored.find('m', begin) - begin + 1);
    // Blanks at the ends of lines may differ: a colour ends behind them.
    const auto trimmed = [](std::string text) {
        for (auto at = text.find(" \n"); at != std::string::npos; at = text.find(" \n"))
            text.erase(at, 1);
        return text;
    };
    CHECK(trimmed(colored) == plain);
}

TEST_CASE("text: fitting, padding and wrapping count columns") {
    CHECK(columns("\033[1mab\033[0m") == 2);
    CHECK(columns("\u00b5s") == 2);
    CHECK(fitted("abcdefgh", 6) == "abc...");
    CHECK(fitted("abc", 6) == "abc");
    CHECK(padded("ab", 4) == "ab  ");
    CHECK(columns(fitted("\033[1mabcdefgh\033[0m", 6)) == 6);
    CHECK(fitted("\033[1mabcdefgh\033[0m", 6).ends_with("\033[0m"));
    const auto lines = wrapped("why    one two three", 13, 7);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "why    one");
    CHECK(lines[1] == "       two");
    CHECK(lines[2] == "       three");
}

}  // namespace ringsim::tests
