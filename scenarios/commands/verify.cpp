// ringsim verify: visit every execution of scenarios under the memory models, and compare with the
// verdicts that the scenarios state.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/commands/checkpoint.hpp"
#include "scenarios/commands/graph_options_of.hpp"
#include "scenarios/commands/graph_search_options.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/commands/verify_cells.hpp"
#include "scenarios/commands/verify_states.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/command_text.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/study/execution_counts.hpp"
#include "scenarios/study/explorations_ahead.hpp"
#include "scenarios/study/site_visits.hpp"
#include "scenarios/study/time_share.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t probes_of_estimate = 10'000;

class verify_command final : public command {
  public:
    std::string_view name() const override { return "verify"; }
    std::string_view summary() const override {
        return "visit every execution; compare with the stated verdicts";
    }
    std::string_view examples() const override {
        return "Without a scenario: all of them. A cell is the number of executions if all hold,\n"
               "else how many of them violate.\n\n"
               "Examples:\n"
               "  ringsim verify                                   every stated verdict\n"
               "  ringsim verify lost-wakeup --model x86-tso       one scenario, one model\n"
               "  ringsim verify publish --orders fenced             one variant\n"
               "  ringsim verify --orders \"fenced recheck_fence=acq_rel\"\n"
               "  ringsim verify reuse --must-hold --orders TABLE  may I? status 0 if all hold\n"
               "  ringsim verify wrap --bound 2 --stale 1          every schedule within bounds\n"
               "  ringsim verify wrap --estimate                   how large is it?\n"
               "  ringsim verify wrap --orders libbpf --model rc11 --checkpoint FILE\n"
               "  ringsim verify --resume FILE                     go on with a search that was "
               "killed\n"
               "  ringsim verify lost-wakeup --engine states --records unbounded --orders fenced";
    }
    void declare(option_set& options) override {
        options.operands("SCENARIO", names_, 64, "what to verify (all)");
        graph_.declare(options);
        states_.declare(options);
        checkpoint_.declare(options);
        options.flag("--estimate", estimate_,
                     "verify nothing: say about how many executions there are");
        options.flag("--must-hold", must_hold_,
                     "a violation is status 1 though it is stated as known");
        options.flag("--print-counts", print_counts_,
                     "print scenarios/execution_counts.txt anew, to accept other numbers");
    }

    int run(const settings& global) override {
        if (states_.chosen(checkpoint_)) {
            if (estimate_ || print_counts_ || must_hold_)
                throw user_error(
                    "--estimate, --print-counts and --must-hold go with --engine graph");
            return states_.run(global, names_, graph_, checkpoint_);
        }
        if (checkpoint_.chosen()) {
            if (estimate_ || print_counts_ || must_hold_)
                throw user_error(
                    "--checkpoint and --resume go with a verdict, and not with --must-hold");
            return checkpoint_.run(global, names_, graph_);
        }
        const auto chosen =
            study::scenarios_named(names_.empty() ? std::vector<std::string>{"all"} : names_);
        const auto models = graph_.models();
        if (estimate_ && graph_.how(models.front()).graph.search != worlds::graph_search::all)
            throw user_error("--estimate goes with a search of every execution only");
        if (estimate_ && must_hold_) throw user_error("--must-hold does not go with --estimate");
        if (estimate_ && graph_.limit() == "--executions")
            throw user_error("--executions does not go with --estimate, which visits none");
        const interruptible guard;
        std::vector<row> rows;
        for (const scenario* s : chosen) {
            if (names_.empty() && !graph_.takes_part(*s)) continue;
            for (const worlds::variant& v : graph_.variants(*s))
                rows.push_back({s, v, {}, compares(*s, v) ? base_of(v) : std::nullopt, {}});
        }
        {
            progress line(global, "verifying");
            study::time_share time(graph_.how(models.front()).graph.seconds_max,
                                   cells_of(rows) * models.size());
            if (!estimate_ && graph_.limit().empty()) plan(rows, models);
            for (row& r : rows)
                for (const auto m : models) {
                    if (worlds::interrupted || time.is_over()) break;
                    line.now(
                        fmt::format("{}  {}  {}", r.of->name, variant_text(r.code), graph_name(m)));
                    r.cells.push_back(explore_cell(*r.of, r.code, m, line, time));
                    if (r.base) add_base_cell(r, m, line, time);
                }
        }
        if (print_counts_)
            print_counts(rows);
        else if (global.json)
            print_json(rows, models.size());
        else
            print_table(global, rows, models);
        if (estimate_) return worlds::interrupted ? exit_inconclusive : exit_expected;
        return status(rows, models.size());
    }

  private:
    // Whether a result is compared with that of the table that somebody changed. Who asks about one
    // scenario and a variant whose verdict it states wants to see that.
    bool compares(const scenario& s, const worlds::variant& v) const {
        return graph_.has_orders() && graph_.exhaustive() && !estimate_ && !print_counts_ &&
               (names_.empty() || !study::expectation_of(s, v));
    }
    static std::size_t cells_of(const std::vector<row>& rows) {
        std::size_t n = 0;
        for (const row& r : rows) n += r.base ? 2 : 1;
        return n;
    }

    // In the order in which cells are filled in.
    void plan(const std::vector<row>& rows, const std::vector<sim::graph::model_id>& models) {
        const auto add = [&](const scenario& s, const worlds::variant& v, sim::graph::model_id m) {
            const study::search how = graph_.how(m);
            if (refusal(v, how).empty()) ahead_.plan(s, v, how);
        };
        for (const row& r : rows)
            for (const auto m : models) {
                add(*r.of, r.code, m);
                if (r.base) add(*r.of, *r.base, m);
            }
        ahead_.begin();
    }

    cell explore_cell(const scenario& s, const worlds::variant& v, sim::graph::model_id m,
                      progress& line, study::time_share& time) {
        cell c;
        c.how = graph_.how(m);
        c.how.graph.seconds_max = time.next(is_sample(c.how.graph.search));
        c.refused = refusal(v, c.how);
        if (!c.refused.empty()) {
            if (graph_.has_orders() && graph_.models().size() == 1) throw user_error(c.refused);
            c.result.finished = true;
            return c;
        }
        if (estimate_) c.how.graph.probes = probes_of_estimate;
        line.follow(c.how.graph);
        c.result = ahead_.next(s, v, c.how);
        c.how.graph.progress = nullptr;
        c.judgement = judge_result(s, v, c.how, c.result);
        if (counts_all(c) && !print_counts_)
            c.stated = study::stated_count(s, v, c.how.model_name());
        return c;
    }

    // The table that was changed is not judged: it is there to be compared with.
    void add_base_cell(row& r, sim::graph::model_id m, progress& line, study::time_share& time) {
        if (!refusal(*r.base, graph_.how(m)).empty()) return;
        cell base = explore_cell(*r.of, *r.base, m, line, time);
        base.judgement = {};
        compare(r.cells.back(), base);
        r.base_cells.push_back(std::move(base));
    }

    // Bounded and sampled searches count something else, unfinished ones not all.
    static bool counts_all(const cell& c) {
        return c.how.graph.search == worlds::graph_search::all && c.result.finished &&
               c.refused.empty() && c.how.graph.mapping == nullptr;
    }

    static void print_counts(const std::vector<row>& rows) {
        fmt::print("{}", study::execution_counts_head);
        for (const row& r : rows) {
            std::vector<study::model_count> counts;
            for (const cell& c : r.cells)
                if (counts_all(c)) counts.push_back({c.how.model_name(), c.count()});
            fmt::print("{}\n", count_line(*r.of, r.code, counts));
        }
    }

    void print_table(const settings& global, const std::vector<row>& rows,
                     const std::vector<sim::graph::model_id>& models) const {
        const bool narrow = models.size() > models_wide_max && !estimate_;
        const std::size_t cell_width = narrow ? 6 : 18;
        std::size_t names_width = 8;
        for (const row& r : rows)
            names_width =
                std::max({names_width, variant_text(r.code).size() + 2, r.of->name.size()});
        // Names that do not fit beside the cells stand above them: nobody could copy half of one.
        const std::size_t cells_width = models.size() * (cell_width + 2);
        names_width = std::min(names_width,
                               std::max(global.width, cells_width + names_width_min) - cells_width);
        render::text_page page(global);
        const scenario* last = nullptr;
        for (const row& r : rows) {
            if (global.quiet || r.cells.empty() || left_out(r)) continue;
            if (r.of != last) {
                if (last) page.add("");
                std::string head;
                for (const auto m : models)
                    head += "  " +
                            render::padded(narrow ? sim::graph::info(m).short_name : graph_name(m),
                                           cell_width);
                for (const std::string& line :
                     beside(page, std::string(r.of->name), names_width, head))
                    page.add(page.bold(line));
                last = r.of;
            }
            add_row(page, r, narrow, names_width, cell_width);
        }
        if (estimate_) {
            page.add("");
            page.line("estimated from {} random descents each; nothing was verified",
                      probes_of_estimate);
            if (std::ranges::any_of(models,
                                    [](const auto m) { return sim::graph::info(m).dependencies; }))
                page.line("executions in which a read is ahead of its write come on top");
            if (worlds::interrupted)
                page.line("interrupted: {} not estimated", count(rows, models.size()).missing);
            page.print();
            return;
        }
        if (!global.quiet) {
            page.add("");
            page.add_wrapped(legend(rows, narrow), 0);
        }
        add_mappings(page, models);
        for (const std::string& remark : visits(rows).remarks(asked_about(rows)))
            page.add_wrapped(remark, 2);
        add_summary(page, rows, models.size());
        page.print();
    }

    // Where nobody named scenarios, those in which an order makes no difference are only counted.
    bool left_out(const row& r) const { return names_.empty() && r.base && !r.differs(); }

    static void add_row(render::text_page& page, const row& r, bool narrow, std::size_t names_width,
                        std::size_t cell_width) {
        const auto add = [&](const worlds::variant& v, const std::vector<cell>& of) {
            std::string cells;
            for (const cell& c : of)
                cells +=
                    "  " + render::padded(narrow ? short_text(r, c) : cell_text(r, c), cell_width);
            for (const std::string& line : beside(page, "  " + variant_text(v), names_width, cells))
                page.add(line);
        };
        if (r.base && r.base_cells.size() == r.cells.size()) add(*r.base, r.base_cells);
        add(r.code, r.cells);
        if (const std::string kinds = kinds_of(r); !kinds.empty())
            page.add_wrapped("      " + kinds, 6);
    }

    // A name in a column with cells beside it; or above them, if it needs more room.
    static std::vector<std::string> beside(const render::text_page& page, const std::string& name,
                                           std::size_t width, const std::string& cells) {
        std::vector<std::string> lines;
        if (render::columns(name) > width) lines = render::wrapped(name, page.width(), 4);
        lines.push_back(render::padded(lines.empty() ? name : "", width) + cells);
        while (lines.back().ends_with(' ')) lines.back().pop_back();
        return lines;
    }

    // Of the cells that there are.
    static std::string legend(const std::vector<row>& rows, bool narrow) {
        bool schedules = false, inconclusive = false, cut = false, star = false, worse = false,
             better = false;
        const std::string base = base_name(rows);
        for (const row& r : rows)
            for (const cell& c : r.cells) {
                schedules = schedules || c.how.graph.search != worlds::graph_search::all;
                inconclusive = inconclusive || (c.refused.empty() &&
                                                c.result.result == worlds::verdict::inconclusive);
                cut = cut || (cut_short(c) && c.result.result == worlds::verdict::violation);
                star = star || for_a_dependency(c);
                worse = worse || c.change == against_base::worse;
                better = better || c.change == against_base::better;
            }
        if (narrow)
            return "ok: all executions hold; *: a dependency that compiled code does not show "
                   "might "
                   "forbid it; -: the model cannot express it; !: not as " +
                   (base.empty() ? "stated" : "stated, or worse than with " + base) +
                   (better ? "; +: better" : "") +
                   (schedules ? "; (ok): none found by a search that proves nothing" : "") +
                   (inconclusive ? "; ?: a limit was reached" : "");
        if (schedules)
            return "a cell counts schedules, of which several may be one execution: bounded, N: "
                   "all N within the bounds hold; 0 of N: none of a sample of N; K of N violate; "
                   "(!) not as stated";
        return "a cell: N executions, all hold; K of N violate" +
               std::string(base.empty() ? "; (!) not as stated" : "") +
               (worse ? "; (!) worse than with " + base : "") +
               (better ? "; (+) better than with " + base : "") +
               (star ? "; *: a dependency that compiled code does not show might forbid it" : "") +
               (cut ? "; cut: a limit ended it" : "");
    }

    // The table that was changed; empty if none of its results is compared with.
    static std::string base_name(const std::vector<row>& rows) {
        const auto compared = std::ranges::find_if(rows, [](const row& r) { return bool(r.base); });
        return compared == rows.end() ? "" : compared->base->orders_name;
    }

    static std::string_view graph_name(sim::graph::model_id m) { return sim::graph::name(m); }

    // More models than these, and a cell has no numbers.
    static constexpr std::size_t models_wide_max = 3;
    static constexpr std::size_t names_width_min = 16;

    struct counts {
        std::size_t refused = 0;
        std::size_t hold = 0, violated = 0, searched = 0, inconclusive = 0;
        std::size_t cut_short = 0, undecided = 0, bounded = 0, unexpected = 0, vacuous = 0,
                    missing = 0;
        std::size_t worse = 0, better = 0, same = 0;  // than with the table that was changed
        std::uint64_t executions = 0, blocked = 0, inconsistent = 0, cut_off = 0;
        std::size_t done() const { return refused + hold + violated + searched + inconclusive; }
    };
    static counts count(const std::vector<row>& rows, std::size_t models) {
        counts n;
        for (const row& r : rows) {
            n.missing += models - r.cells.size();
            for (const cell& c : r.cells) {
                n.refused += !c.refused.empty();
                if (!c.refused.empty()) continue;
                n.hold += c.result.result == worlds::verdict::safe;
                n.violated += c.result.result == worlds::verdict::violation;
                n.searched += c.result.result == worlds::verdict::no_violation_found;
                n.bounded +=
                    c.result.result == worlds::verdict::no_violation_found && c.result.finished;
                n.inconclusive += c.result.result == worlds::verdict::inconclusive;
                n.unexpected += c.unexpected();
                n.worse += c.change == against_base::worse;
                n.better += c.change == against_base::better;
                n.same += c.change == against_base::same;
                n.cut_short += cut_short(c);
                n.undecided += exit_status_of(c.judgement.is) == exit_inconclusive;
                n.vacuous += vacuous(r, c);
                n.executions += c.count().executions;
                n.blocked += c.result.blocked;
                n.inconsistent += c.result.inconsistent;
                n.cut_off += c.result.cut_off;
            }
        }
        return n;
    }

    void add_verdict(render::text_page& page, const std::vector<row>& rows, const counts& n) const {
        if (must_hold_ && n.violated > 0)
            page.add(page.red("NOT SAFE"));
        else if (n.unexpected + n.vacuous > 0)
            page.add(page.red(fmt::format("UNEXPECTED   {} of {} results, marked (!) or VACUOUS",
                                          n.unexpected + n.vacuous, n.done())));
        else if (n.inconclusive + n.missing + n.cut_short > 0)
            page.add(page.yellow("INCONCLUSIVE"));
        else if (n.violated > 0 && n.worse + n.better + n.same > 0)
            page.add(page.green("NO WORSE THAN " + base_name(rows)));
        else if (n.violated == 0)
            page.add(page.green(n.searched == 0           ? "HOLDS"
                                : n.searched == n.bounded ? "BOUNDED"
                                                          : "NO VIOLATION FOUND"));
        else if (n.searched > 0)
            page.add(page.green(fmt::format(
                "AS EXPECTED   {} of {} by a search that proves nothing", n.searched, n.done())));
        else
            page.add(page.green("AS EXPECTED"));
    }

    void add_summary(render::text_page& page, const std::vector<row>& rows,
                     std::size_t models) const {
        const counts n = count(rows, models);
        add_verdict(page, rows, n);
        // To whoever asks about orders of their own, beside whether it was to be expected.
        if (graph_.has_orders() && n.violated > 0)
            page.add_wrapped(
                fmt::format("not safe with these orders: {} of {} violated", n.violated, n.done()),
                0);
        if (n.worse + n.better + n.same > 0)
            page.add_wrapped(fmt::format("beside {}: {} worse, {} better, {} the same{}",
                                         base_name(rows), n.worse, n.better, n.same,
                                         names_.empty() ? ", which are not shown" : ""),
                             0);
        page.add_wrapped(
            fmt::format(
                "{} hold, {} violated, {} searched without finding, {} inconclusive, {} not "
                "looked at",
                n.hold, n.violated, n.searched, n.inconclusive, n.missing),
            0);
        const std::string cut_off =
            n.cut_off == 0 ? "" : ", " + grouped(n.cut_off) + " cut off after too many steps";
        page.add_wrapped(
            fmt::format("{} {}; {} explorations ended blocked, {} inconsistent{}",
                        grouped(n.executions), graph_.exhaustive() ? "executions" : "schedules",
                        grouped(n.blocked), grouped(n.inconsistent), cut_off),
            0);
        add_miscounts(page, rows);
        add_refusals(page, rows);
        add_coverage(page, rows);
        add_next(page, rows);
    }

    // The sites whose orders somebody gave; what scenarios state is theirs to know.
    std::vector<site> asked_about(const std::vector<row>& rows) const {
        return graph_.has_orders() && !rows.empty() ? study::changed_sites(rows.front().code)
                                                    : std::vector<site>{};
    }
    static study::site_visits visits(const std::vector<row>& rows) {
        study::site_visits all;
        for (const row& r : rows)
            for (const cell& c : r.cells)
                if (c.refused.empty()) all.add(r.of->name, c.result.executed);
        return all;
    }

    // The mappings that are not the first of their model.
    void add_mappings(render::text_page& page,
                      const std::vector<sim::graph::model_id>& models) const {
        for (const auto m : models)
            if (const study::search how = graph_.how(m); how.graph.mapping)
                page.add_wrapped("model " + how.model_and_mapping() +
                                     ": verdicts are stated for the first mapping only",
                                 2);
    }

    // What was visited, in the words of the cell of which the least can be said.
    static void add_coverage(render::text_page& page, const std::vector<row>& rows) {
        const cell* least = nullptr;
        for (const row& r : rows)
            for (const cell& c : r.cells)
                if (!least || (cut_short(c) && !cut_short(*least))) least = &c;
        if (!least) return;
        page.add_wrapped(least->result.covered, 0);
        if (!least->result.limit.empty() && cut_short(*least))
            page.add_wrapped(least->result.limit, 0);
    }

    // The command that shows the first result that is not as it should be.
    static void add_next(render::text_page& page, const std::vector<row>& rows) {
        for (const row& r : rows)
            for (const cell& c : r.cells) {
                if (!c.unexpected()) continue;
                page.add_command(fmt::format("ringsim explore {}{}", r.of->name,
                                             render::options_text(r.code, c.how)));
                return;
            }
    }

    static void add_miscounts(render::text_page& page, const std::vector<row>& rows) {
        bool any = false;
        for (const row& r : rows)
            for (const cell& c : r.cells) {
                if (!c.miscounted()) continue;
                any = true;
                page.add_wrapped(fmt::format("{}, {}, {}: {} executions, stated are {}", r.of->name,
                                             variant_text(r.code), c.how.model_name(),
                                             to_text(c.count()), to_text(*c.stated)),
                                 2);
            }
        if (any)
            page.add_wrapped(
                "The search, the model or the protocol changed. To accept the new numbers: "
                "ringsim verify --model all --print-counts > scenarios/execution_counts.txt",
                0);
    }

    static void add_refusals(render::text_page& page, const std::vector<row>& rows) {
        std::set<std::string> reasons;
        for (const row& r : rows)
            for (const cell& c : r.cells)
                if (!c.refused.empty()) reasons.insert(c.refused);
        for (const std::string& reason : reasons) page.add_wrapped("-: " + reason, 3);
    }

    // What a model cannot express has no executions that were left out.
    static void print_json(const std::vector<row>& rows, std::size_t models) {
        ordered_json document{{"schema", "ringsim/verify"}, {"version", 1}};
        document["interrupted"] = worlds::interrupted.load();
        document["complete"] = std::ranges::all_of(rows, [&](const row& r) {
            return r.cells.size() == models && std::ranges::all_of(r.cells, [](const cell& c) {
                       return !c.refused.empty() || render::complete(c.how, c.result);
                   });
        });
        document["results"] = ordered_json::array();
        for (const row& r : rows)
            for (const cell& c : r.cells)
                document["results"].push_back(c.how.graph.probes != 0 ? estimate_json(r, c)
                                                                      : to_json(r, c));
        fmt::print("{}\n", document.dump(2));
    }

    int status(const std::vector<row>& rows, std::size_t models) const {
        const counts n = count(rows, models);
        if (n.unexpected + n.vacuous > 0) return exit_unexpected;
        if (must_hold_ && n.violated > 0) return exit_unexpected;
        // What a model cannot express, and what a search did not meet, was not shown to hold.
        if (must_hold_ && n.refused + n.searched > 0) return exit_inconclusive;
        return n.inconclusive + n.missing + n.cut_short + n.undecided > 0 ? exit_inconclusive
                                                                          : exit_expected;
    }

    std::vector<std::string> names_;
    graph_command_options graph_;
    states_verification states_;
    checkpoint_options checkpoint_;
    study::explorations_ahead ahead_;
    bool print_counts_ = false;
    bool must_hold_ = false;
    bool estimate_ = false;
};

}  // namespace

std::unique_ptr<command> make_verify() {
    return std::make_unique<verify_command>();
}

}  // namespace ringsim::scenarios::commands
