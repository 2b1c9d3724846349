// ringsim outcomes: how the executions of a scenario can end, and how many end so.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "scenarios/commands/graph_options_of.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/study/tally_of_ends.hpp"
#include "scenarios/study/time_share.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;

// Executions that end with the same words.
struct tally {
    std::uint64_t executions = 0;
    bool violating = false;
};
std::map<std::string, tally> by_words(const study::tally_of_ends& all) {
    std::map<std::string, tally> ends;
    for (const auto& [end, executions] : all.ended()) {
        tally& t = ends[end.text];
        t.executions += executions;
        t.violating = t.violating || end.found != sim::violation::none;
    }
    return ends;
}

class outcomes_command final : public command {
  public:
    std::string_view name() const override { return "outcomes"; }
    std::string_view summary() const override {
        return "how the executions of a scenario end, and how many of each";
    }
    std::string_view examples() const override {
        return "A star marks an end that violates the scenario's property.\n\n"
               "Examples:\n"
               "  ringsim outcomes lost-wakeup --orders libbpf --model x86-tso\n"
               "  ringsim outcomes two-producers --orders fenced --model sc";
    }
    void declare(option_set& options) override {
        options.operands("SCENARIO", names_, 1, "which scenario (lost-wakeup)");
        graph_.declare(options);
    }

    int run(const settings& global) override {
        const auto chosen = study::scenarios_named(
            names_.empty() ? std::vector<std::string>{"lost-wakeup"} : names_);
        if (chosen.size() > 1) throw user_error("outcomes: takes one scenario");
        const scenario& s = *chosen.front();
        const interruptible guard;
        ordered_json all = ordered_json::array();
        render::text_page page(global);
        int status = exit_expected;
        bool complete = true;
        std::size_t done = 0;  // models
        // The first stated variant unless another is asked for.
        const worlds::variant code = graph_.variants(s).front();
        const auto models = graph_.models();
        study::time_share time(graph_.how(models.front()).graph.seconds_max, models.size());
        for (const auto m : models) {
            if (worlds::interrupted || (time.is_over() && done > 0)) break;
            study::tally_of_ends ends(s);
            study::search how = graph_.how(m);
            how.graph.smallest = false;  // every execution counts once, and none is explained
            how.graph.ends = &ends;
            how.graph.seconds_max = time.next(is_sample(how.graph.search));
            if (const std::string why = refusal(code, how); !why.empty() && models.size() > 1) {
                ++done;
                page.add_wrapped("refused: " + why, 9);
                page.add("");
                continue;
            }
            const worlds::exploration e = explore_with_progress(global, s, code, how);
            if (!e.limit.empty() && (worlds::interrupted || !is_sample(how.graph.search)))
                status = exit_inconclusive;
            if (global.json)
                all.push_back(to_json(s, code, how, e, ends));
            else
                add(page, s, code, how, e, ends);
            complete = complete && render::complete(how, e);
            ++done;
        }
        if (done < models.size()) {
            status = exit_inconclusive;
            page.line("{}: {} of {} models were not looked at",
                      worlds::interrupted ? "interrupted" : "stopped by --time " + graph_.time(),
                      models.size() - done, models.size());
        }
        if (global.json)
            fmt::print("{}\n", ordered_json{{"schema", "ringsim/outcomes"},
                                            {"version", 1},
                                            {"complete", complete && done == models.size()},
                                            {"results", all}}
                                   .dump(2));
        else
            page.print();
        return status;
    }

  private:
    static worlds::exploration explore_with_progress(const settings& global, const scenario& s,
                                                     const worlds::variant& code,
                                                     study::search& how) {
        progress line(global, fmt::format("{}  {}", s.name, how.model_name()));
        line.follow(how.graph);
        return explore(s, code, how);
    }

    static void add(render::text_page& page, const scenario& s, const worlds::variant& code,
                    const study::search& how, const worlds::exploration& e,
                    const study::tally_of_ends& all_ends) {
        page.add(page.bold(fmt::format("{}   orders {}   trigger {}   model {}", s.name,
                                       code.orders_name, study::name(code.how),
                                       how.model_and_mapping())));
        const auto ends = by_words(all_ends);
        for (const auto& [state, t] : ends)
            page.add_wrapped(
                fmt::format("{:>8} {} {}", t.executions, t.violating ? '*' : ' ', state), 11);
        const bool all = how.graph.search == worlds::graph_search::all;
        page.line("{} ends, {} {}, {} blocked, {} violating", ends.size(), e.executions,
                  all ? "executions" : "schedules", e.blocked, e.violating);
        for (const auto& [end, n] : all_ends.cut_short())
            page.add_wrapped(
                fmt::format("and {} {}: {}", n,
                            e.ended_early > 0 ? "ended early" : "with no end to rely on", end.text),
                2);
        if (!all) page.add_wrapped((e.finished ? "BOUNDED   " : "SAMPLED   ") + e.covered, 2);
        if (!e.limit.empty() && (worlds::interrupted || !is_sample(how.graph.search)))
            page.add_wrapped("INCONCLUSIVE   not all there are: " + e.limit, 2);
        page.add("");
    }

    static ordered_json to_json(const scenario& s, const worlds::variant& code,
                                const study::search& how, const worlds::exploration& e,
                                const study::tally_of_ends& ends) {
        ordered_json j{{"scenario", s.name},
                       {"orders", code.orders_name},
                       {"trigger", study::name(code.how)},
                       {"model", how.model_name()},
                       {"executions", e.executions},
                       {"ended_early", e.ended_early},
                       {"blocked", e.blocked},
                       {"complete", render::complete(how, e)},
                       {"limit", e.limit},
                       {"covered", e.covered}};
        j["cut_short"] = ordered_json::array();
        for (const auto& [end, n] : ends.cut_short())
            j["cut_short"].push_back(
                {{"violation", sim::name(end.found)}, {"what", end.text}, {"executions", n}});
        j["ends"] = ordered_json::array();
        for (const auto& [state, t] : by_words(ends))
            j["ends"].push_back(
                {{"state", state}, {"executions", t.executions}, {"violating", t.violating}});
        return j;
    }

    std::vector<std::string> names_;
    graph_command_options graph_;
};

}  // namespace

std::unique_ptr<command> make_outcomes() {
    return std::make_unique<outcomes_command>();
}

}  // namespace ringsim::scenarios::commands
