// ringsim explore: search one scenario and explain what is found, or several in one table.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/museum.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/command_text.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/study/fixes.hpp"
#include "scenarios/study/site_visits.hpp"
#include "scenarios/study/time_share.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;

// One scenario explored, with what belongs to its result.
struct explored {
    const scenario* of;
    worlds::variant code;
    study::search how;
    worlds::exploration result;
    study::judged judgement;
    std::string missed_by;  // why Relacy's result is none, if the graph engine was asked
    std::optional<study::saved_finding> finding;
    std::string path;       // of the saved finding
    std::string not_saved;  // why, if it could not be
    std::vector<study::tried_fix> fixes;
};

ordered_json to_json(const explored& one) {
    const study::search& how = one.how;
    const worlds::exploration& e = one.result;
    const worlds::variant& v = one.code;
    ordered_json j{{"scenario", one.of->name},
                   {"orders", v.orders_name},
                   {"trigger", study::name(v.how)},
                   {"engine", name(how.engine)},
                   {"model", how.model_name()},
                   {"verdict", render::verdict_word(e)},
                   {"violation", name(e.kind)},
                   {"what", e.what},
                   {"complete", render::complete(how, e)},
                   {"covered", e.covered},
                   {"limit", e.limit},
                   {"dependency", render::dependency_text(e)},
                   {"executions", e.executions},
                   {"judgement", render::judgement_text(one.judgement)}};
    j["not_executed"] = study::names_of(study::not_executed(v, e));
    j["reached"] = ordered_json::object();
    for (std::size_t i = 0; i < one.of->sometimes.size(); ++i)
        j["reached"][std::string(one.of->sometimes[i].name)] = i < e.reached.size() && e.reached[i];
    if (one.finding) {
        j["finding"] = {
            {"id", one.finding->id()}, {"file", one.path}, {"not_saved", one.not_saved}};
        j["fixes"] = ordered_json::array();
        for (const study::tried_fix& f : one.fixes)
            j["fixes"].push_back(
                {{"change", f.change},
                 {"verdict", f.left_out.empty() ? render::verdict_word(f.result) : "NOT TRIED"},
                 {"left_out", f.left_out},
                 {"upstream", f.upstream},
                 {"executions", f.result.executions}});
    }
    return j;
}

class explore_command final : public command {
  public:
    std::string_view name() const override { return "explore"; }
    std::string_view summary() const override {
        return "search a scenario for a violation, and explain it";
    }
    std::string_view examples() const override {
        return "Without a scenario: lost-wakeup. \"all\" is every scenario.\n\n"
               "Examples:\n"
               "  ringsim explore                                    libbpf's consumer under "
               "EPOLLET\n"
               "  ringsim explore lost-wakeup --orders aya-0.12      another order table\n"
               "  ringsim explore --orders \"libbpf recheck_fence=seq_cst\"   one order changed\n"
               "  ringsim explore --trigger level                    a level-triggered epoll\n"
               "  ringsim explore all --orders fenced                  one line a scenario\n"
               "  ringsim explore publish --scheduler full           all schedules, not all reads";
    }
    void declare(option_set& options) override {
        options.operands("SCENARIO", names_, 64, "what to explore; see `ringsim list`");
        search_.declare(options);
        options.flag("--full", full_, "show every step of the counterexample");
        options.flag("--no-fix", no_fix_, "do not try what would repair a violation");
    }

    int run(const settings& global) override {
        if (names_.empty()) names_ = {"lost-wakeup"};
        const auto chosen = study::scenarios_named(names_);
        const study::search how = search_.how();
        // The graph engine shares its time out; Relacy is stopped when all of it has passed.
        const bool by_relacy = how.engine == study::engine_kind::relacy;
        const interruptible guard(by_relacy ? search_.time() : "");
        study::time_share time(how.graph.seconds_max, chosen.size());
        std::vector<explored> all;
        for (const scenario* s : chosen) {
            if (worlds::interrupted || (time.is_over() && !all.empty())) break;
            all.push_back(explore_one(global, *s, how, time, chosen.size() == 1));
        }
        stopped_ = worlds::interrupted ? guard.reason() : "stopped by --time " + search_.time();
        if (worlds::interrupted) tell_what_stopped(all);
        if (global.json)
            print_json(all, chosen.size());
        else if (chosen.size() == 1 && !global.quiet)
            print_report(global, all.front());
        else
            print_table(global, all, how, chosen.size());
        // A directory that somebody named is where the finding has to go.
        for (const explored& one : all)
            if (!one.not_saved.empty() && !global.out.empty() && !global.no_save)
                throw output_error("--out: " + one.not_saved);
        return status(all, chosen.size());
    }

  private:
    // Relacy is interrupted by a limit of time as well, and does not know by what.
    void tell_what_stopped(std::vector<explored>& all) const {
        constexpr std::string_view interrupted = "interrupted";
        for (explored& one : all)
            if (one.result.what.starts_with(interrupted))
                one.result.what.replace(0, interrupted.size(), stopped_);
    }

    explored explore_one(const settings& global, const scenario& s, const study::search& how,
                         study::time_share& time, bool explain) const {
        explored one{&s, search_.code_for(s), how, {}, {}, {}, {}, {}, {}, {}};
        const double seconds = time.next(is_sample(how.graph.search));
        look(global, one, seconds);
        if (const auto graphs = search_.thorough(); graphs && missed(one)) {
            one.missed_by =
                one.result.known_disagreement.empty()
                    ? fmt::format("Relacy did not meet it in {} executions", one.result.executions)
                    : "Relacy does not take these orders as C++20 has them";
            one.how = *graphs;
            look(global, one, seconds);
        }
        if (one.result.result != worlds::verdict::violation) return one;
        one.finding = finding_of(s, one.code, one.how, one.result);
        save(global, one);
        if (explain && !no_fix_) {
            const progress line(global, "trying what repairs it");
            one.fixes = possible_fixes(*one.finding,
                                       tell(one.finding->counterexample, study::detail::normal));
            study::search within = one.how;
            within.graph.seconds_max = time.left();
            try_fixes(s, within, one.fixes);
        }
        return one;
    }

    static void look(const settings& global, explored& one, double seconds) {
        progress line(global, "exploring " + std::string(one.of->name));
        study::search followed = one.how;
        followed.graph.seconds_max = seconds;
        line.follow(followed.graph);
        one.result = explore(*one.of, one.code, followed);
        one.judgement = judge_result(*one.of, one.code, one.how, one.result);
    }

    // What Relacy does not meet in so many executions, or does not see as C++ has it, says nothing
    // about the scenario.
    static bool missed(const explored& one) {
        return !worlds::interrupted && (one.judgement.is == study::judgement::missing ||
                                        !one.result.known_disagreement.empty());
    }

    // What was found is shown whether or not it can be saved.
    static void save(const settings& global, explored& one) {
        if (global.no_save) {
            one.not_saved = "--no-save";
            return;
        }
        try {
            one.path = save_finding(*one.finding, global.findings_directory());
        } catch (const output_error& e) {
            one.not_saved = e.what();
        }
    }

    void print_report(const settings& global, const explored& one) const {
        render::text_page page(global);
        add_heading(page, *one.of, one.code, one.how);
        if (search_.graph_is_meant()) {
            page.add("by the graph engine, whose options these are");
            page.add("");
        }
        if (!one.missed_by.empty()) {
            page.add_wrapped(one.missed_by + "; the graph engine was asked instead", 0);
            page.add("");
        }
        if (one.finding) {
            render::table_options table;
            if (full_) table = {.lines_max = 0, .last_step = 0, .with_setup = true};
            add_violation(page, *one.finding, one.result, one.judgement, one.fixes, table,
                          full_ ? study::detail::full : study::detail::normal);
            add_known_repair(page, one);
            page.add("");
            if (one.not_saved.empty())
                page.line("{}        saved to {}",
                          page.bold(render::command_to_replay(*one.finding, global)),
                          study::shown_path(one.path));
            else
                page.add_wrapped("not saved: " + one.not_saved, 4);
            add_remarks(page, {one});
        } else {
            add_no_violation(page, *one.of, one.result, one.judgement);
            add_remarks(page, {one});
            page.add("");
            page.add_command(next_command(one));
        }
        page.print();
    }

    // A known bug that no order mends: the scenario in which its repair is told.
    static void add_known_repair(render::text_page& page, const explored& one) {
        for (const museum_row& row : museum_rows()) {
            const exhibit& e = *row.of;
            const scenario* repaired = scenario_of(row, e.repaired);
            if (scenario_of(row, e.broken) != one.of || e.broken.orders != one.code.orders_name ||
                e.broken.how != one.code.how || !repaired || repaired == one.of ||
                e.repaired.orders.empty())
                continue;
            page.add_wrapped(fmt::format("repair {}: {}   (ringsim museum {})", repaired->name,
                                         repaired->claim, e.id),
                             7);
        }
    }

    // On orders at sites to which nobody came.
    void add_remarks(render::text_page& page, const std::vector<explored>& all) const {
        if (!search_.has_orders() || all.empty()) return;
        study::site_visits visits;
        for (const explored& one : all) visits.add(one.of->name, one.result.executed);
        for (const std::string& remark : visits.remarks(study::changed_sites(all.front().code)))
            page.add_wrapped(remark, 2);
    }

    static std::string next_command(const explored& one) {
        const study::search& how = one.how;
        const worlds::variant& code = one.code;
        const std::string options = render::options_text(code, how);
        if (one.result.result != worlds::verdict::inconclusive) {
            study::search usual = how;  // matrix has no other
            usual.graph.search = worlds::graph_search::all;
            usual.graph.bounds = {};
            return fmt::format("ringsim matrix {}{}", one.of->name,
                               render::options_text(code, usual));
        }
        if (how.graph.seconds_max < 1e9)
            return fmt::format("ringsim explore {}{} --time {:.3g}s", one.of->name, options,
                               10 * how.graph.seconds_max);
        return fmt::format("ringsim explore {}{} --executions {}", one.of->name, options,
                           10 * std::max<std::uint64_t>(one.result.executions, 1));
    }

    void print_table(const settings& global, const std::vector<explored>& all,
                     const study::search& how, std::size_t chosen) const {
        const worlds::variant code = search_.code();
        render::text_page page(global);
        std::size_t width = 0;
        for (const explored& one : all) width = std::max(width, one.of->name.size());
        std::size_t violated = 0;
        std::size_t unexpected = 0;
        std::string last = "ringsim explore NAME   explains one of them";
        for (const explored& one : all) {
            const worlds::exploration& e = one.result;
            if (e.result == worlds::verdict::violation) {
                ++violated;
                if (one.not_saved.empty()) last = render::command_to_replay(*one.finding, global);
            }
            if (exit_status_of(one.judgement.is) == exit_unexpected) ++unexpected;
            const auto reached = std::ranges::count(e.reached, true);
            page.add(
                fmt::format("  {}  {}  {}", render::padded(one.of->name, width),
                            render::padded(render::verdict_word(e), 18),
                            e.result == worlds::verdict::violation
                                ? fmt::format("{} in execution {}; {}", sim::name(e.kind),
                                              e.executions, render::judgement_text(one.judgement))
                                : fmt::format("{} executions, reached {} of {}; {}", e.executions,
                                              reached, one.of->sometimes.size(),
                                              render::judgement_text(one.judgement))));
            if (!one.missed_by.empty())
                page.add_wrapped("    by the graph engine: " + one.missed_by, 6);
            if (!one.code.same_code_as(code))
                page.add_wrapped(fmt::format("    with {}, trigger {}", one.code.orders_name,
                                             study::name(one.code.how)),
                                 6);
        }
        render::text_page whole(global);
        whole.line("orders {}   trigger {}   model {}   ({})", code.orders_name,
                   study::name(code.how), how.model_and_mapping(), describe(how));
        whole.add("");
        for (const std::string& l : page.lines()) whole.add(l);
        whole.add("");
        if (all.size() < chosen)
            whole.line("{}: {} of {} scenarios were not looked at", stopped_, chosen - all.size(),
                       chosen);
        add_remarks(whole, all);
        whole.line("{} of {} scenarios VIOLATED, {} not as expected", violated, all.size(),
                   unexpected);
        if (!global.quiet) whole.add(whole.bold(last));
        whole.print();
    }

    static void print_json(const std::vector<explored>& all, std::size_t chosen) {
        ordered_json document{{"schema", "ringsim/explore"}, {"version", 1}};
        document["interrupted"] = worlds::interrupted.load();
        document["complete"] =
            all.size() == chosen && std::ranges::all_of(all, [](const explored& one) {
                return render::complete(one.how, one.result);
            });
        document["results"] = ordered_json::array();
        for (const explored& one : all) document["results"].push_back(to_json(one));
        fmt::print("{}\n", document.dump(2));
    }

    static int status(const std::vector<explored>& all, std::size_t chosen) {
        int worst = exit_expected;
        for (const explored& one : all) {
            const int is = exit_status_of(one.judgement.is);
            if (is == exit_unexpected) return is;
            worst = std::max(worst, is);
        }
        return all.size() < chosen || worlds::interrupted ? exit_inconclusive : worst;
    }

    std::vector<std::string> names_;
    search_options search_{"libbpf", 100'000};
    bool full_ = false;
    bool no_fix_ = false;
    std::string stopped_;  // by what, if not all was looked at
};

}  // namespace

std::unique_ptr<command> make_explore() {
    return std::make_unique<explore_command>();
}

}  // namespace ringsim::scenarios::commands
