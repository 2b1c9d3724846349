#include "scenarios/gate/gate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/program/user_error.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/study/variant.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::scenarios::gate {
namespace {

using kind_of_verdict = wanted_verdict::verdict_kind;

constexpr std::size_t differences_shown = 3;

// Why the execution is possible, and which accesses the steps are that the first line speaks of.
void add_why(std::vector<std::string>& lines, const sim::trace& t, const study::search& how) {
    if (t.steps.empty()) return;
    const study::story told = tell(t, study::detail::core);
    const render::ring_words words(t);
    lines.push_back(why(t, told, words, how.model_name()));
    std::string steps;
    const auto add = [&](std::uint32_t number) {
        if (number == 0 || number > t.steps.size()) return;
        const std::string_view where = name(t.steps[number - 1].where);
        steps += fmt::format("{}{} {}", steps.empty() ? "" : ", ", number, where);
    };
    if (told.cycle)
        for (const sim::cycle_edge& e : told.cycle->edges) {
            add(e.from);
            if (e.to != e.from) add(e.to);
        }
    if (told.race)
        for (const std::uint32_t n : {told.race->first, told.race->second}) add(n);
    if (!steps.empty()) lines.push_back("steps " + steps);
}

std::string quoted_orders(const worlds::variant& v) {
    const bool one_word = v.orders_name.find(' ') == std::string::npos;
    return one_word ? v.orders_name : "\"" + v.orders_name + "\"";
}

std::string model_words(const study::search& how, std::string_view option) {
    std::string words = fmt::format(" {} {}", option, how.model_name());
    if (how.graph.mapping) words += fmt::format(" --mapping {}", how.graph.mapping->name);
    return words;
}

std::string level_words(const worlds::variant& v) {
    return v.how == trigger::level ? " --trigger level" : "";
}

gate_result run_comparison(const gate_item& item) {
    gate_result r;
    const study::comparison c = compare_variants(*item.of, *item.old, item.code, item.how);
    const std::size_t more = c.more(true);
    const bool as_wanted = (more > 0) == (item.wanted.is == kind_of_verdict::more);
    r.found = more == 0 ? to_text({kind_of_verdict::no_more, {}})
                        : fmt::format("{} {} more", more, more == 1 ? "end" : "ends");
    r.is = !c.finished && more == 0 ? gate_verdict::inconclusive
           : as_wanted              ? gate_verdict::passed
                                    : gate_verdict::failed;
    r.command = fmt::format("ringsim compare {} {} {}{}{}", quoted_orders(*item.old),
                            quoted_orders(item.code), item.of->name,
                            model_words(item.how, "--models"), level_words(item.code));
    if (r.is == gate_verdict::inconclusive) r.why.push_back("not every execution was visited");
    if (r.is != gate_verdict::failed) return r;
    std::size_t shown = 0;
    for (const study::difference& d : c.differences) {
        if (!d.of_second) continue;
        if (shown++ == differences_shown) {
            r.why.push_back("and more");
            break;
        }
        r.why.push_back(fmt::format(
            "new{}: {}",
            d.violates() ? fmt::format(", a violation ({})", sim::name(d.end.found)) : "",
            d.end.text));
        add_why(r.why, d.example, item.how);
    }
    return r;
}

// A count as a gate's file states it.
std::string count_of_file(const study::execution_count& c) {
    return c.violating == 0 ? fmt::format("{}", c.executions)
                            : fmt::format("\"{} of {}\"", c.violating, c.executions);
}

bool verdict_as_wanted(const gate_item& item, const worlds::exploration& e) {
    const bool violated = e.result == worlds::verdict::violation;
    if (item.wanted.is == kind_of_verdict::holds) return !violated;
    return violated && (item.wanted.kind == sim::violation::none || item.wanted.kind == e.kind);
}

// Whether the verdict and, if stated, the count are as wanted.
bool as_wanted(const gate_item& item, const gate_result& r, const worlds::exploration& e) {
    return (!item.count || r.count == *item.count) && verdict_as_wanted(item, e);
}

gate_result run_check(const gate_item& item) {
    gate_result r;
    study::search how = item.how;
    how.graph.stop_at_first_violation = false;
    how.graph.smallest = false;
    const worlds::exploration e = explore(*item.of, item.code, how);
    r.count = {e.executions + e.ended_early, e.violating};
    r.found = e.result == worlds::verdict::violation      ? std::string(sim::name(e.kind))
              : e.result == worlds::verdict::inconclusive ? "inconclusive"
                                                          : "holds";
    r.command = fmt::format("ringsim explore {} --engine graph{} --orders {}{}", item.of->name,
                            model_words(item.how, "--model"), quoted_orders(item.code),
                            level_words(item.code));
    // A violation that was found is one, whatever was not visited.
    const bool open = !e.finished && (e.result != worlds::verdict::violation || item.count);
    r.is = open                    ? gate_verdict::inconclusive
           : as_wanted(item, r, e) ? gate_verdict::passed
                                   : gate_verdict::failed;
    if (open) r.why.push_back(e.limit);
    if (r.is != gate_verdict::failed) return r;
    // Why there is a violation is no question where one is expected.
    if (e.result != worlds::verdict::violation || verdict_as_wanted(item, e)) return r;
    how.graph.smallest = true;
    how.graph.stop_at_first_violation = true;
    const worlds::exploration smallest = explore(*item.of, item.code, how);
    add_why(r.why, sim::sequenced(smallest.counterexample), item.how);
    if (const std::string note = render::dependency_text(smallest); !note.empty())
        r.why.push_back(note);
    return r;
}

}  // namespace

std::string to_text(const wanted_verdict& v) {
    switch (v.is) {
        case kind_of_verdict::holds:
            return "holds";
        case kind_of_verdict::no_more:
            return "allows no more";
        case kind_of_verdict::more:
            return "allows more";
        case kind_of_verdict::violated:
            break;
    }
    return v.kind == sim::violation::none ? "violated" : std::string(sim::name(v.kind));
}

std::string expected_and_found(const gate_item& item, const gate_result& r) {
    std::string expected = to_text(item.wanted);
    std::string found = r.found;
    if (r.is == gate_verdict::failed && item.count && !(r.count == *item.count)) {
        expected += ", executions = " + count_of_file(*item.count);
        found += ", executions = " + count_of_file(r.count);
    }
    return fmt::format("expected: {}; found: {}", expected, found);
}

gate_result run_item(const gate_item& item) {
    gate_result r = item.old ? run_comparison(item) : run_check(item);
    std::erase(r.why, std::string());
    return r;
}

}  // namespace ringsim::scenarios::gate
