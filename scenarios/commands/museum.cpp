// ringsim museum: every known bug of the ring and its users, shown by the scenario that owns it, in
// its broken and in its repaired form.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/museum_endless.hpp"
#include "scenarios/museum.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/command_text.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/study/model_names.hpp"
#include "scenarios/study/search.hpp"
#include "scenarios/study/variant.hpp"
#include "sim/states/explore.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;
using sim::graph::model_id;

// What the graph engine says of a variant under one model.
struct under_model {
    model_id model;
    bool refused = false;  // the model cannot express the variant
    worlds::exploration result;
};

// A variant of a row on both engines.
struct exhibited {
    const expectation* stated = nullptr;
    const scenario* of = nullptr;
    std::vector<under_model> graph;  // the strongest models first
    std::optional<worlds::exploration> relacy;
    worlds::relacy_scheduler scheduler = worlds::relacy_scheduler::random;
    std::uint64_t iterations = 0;  // that Relacy was given
    std::vector<bool> reached;     // of the scenario's conditions, under any of the models
    bool as_stated = true;

    // The strongest model under which the graph engine finds a violation.
    std::optional<std::size_t> found_under() const {
        for (std::size_t i = 0; i < graph.size(); ++i)
            if (graph[i].result.result == worlds::verdict::violation) return i;
        return std::nullopt;
    }
    bool violates(model_id m) const {
        return std::ranges::any_of(graph, [m](const under_model& u) {
            return u.model == m && u.result.result == worlds::verdict::violation;
        });
    }
};

struct row_result {
    museum_row row;
    exhibited broken;
    exhibited repaired;
    exhibited beside;

    bool as_stated() const { return broken.as_stated && repaired.as_stated && beside.as_stated; }
};

// With as many Relacy finds every bug that it was ever seen to find.
constexpr std::uint64_t usual_iterations = 5'000;
// Of one ring without end. Two producers under x86-tso need five million; where a state takes ten
// times as much, as under rc11, it is left at fewer.
constexpr std::uint64_t endless_states_max = 6'000'000;
constexpr std::uint64_t endless_rc11_states_max = 700'000;

// What to look with.
struct tour {
    std::vector<model_id> models;  // as the user says; none: those that tell most about each row
    std::uint64_t iterations = usual_iterations;
};

std::vector<model_id> models_of(const exhibit& e, const tour& t) {
    if (!t.models.empty()) return t.models;
    std::vector<model_id> models{model_id::sc, model_id::x86_tso, model_id::rc11};
    for (std::size_t i = 0; i < sim::graph::model_count; ++i)
        if (e.seen_on == study::under(static_cast<model_id>(i)).model())
            models.push_back(static_cast<model_id>(i));
    return models;
}

bool fits(const scenario& s, const worlds::variant& v, const study::search& how,
          const worlds::exploration& e) {
    return judge_result(s, v, how, e).is == study::judgement::as_expected;
}

void look_with_graph(exhibited& out, const worlds::variant& code,
                     const std::vector<model_id>& models) {
    bool holds = true;
    for (const model_id m : models) {
        study::search how = study::under(m);
        how.graph.stop_at_first_violation = false;
        out.graph.push_back({m, !refusal(code, how).empty(), {}});
        if (out.graph.back().refused) continue;
        worlds::exploration& e = out.graph.back().result;
        e = explore(*out.of, code, how);
        out.as_stated = out.as_stated && fits(*out.of, code, how, e);
        holds = holds && e.result == worlds::verdict::safe;
        for (std::size_t i = 0; i < e.reached.size(); ++i)
            out.reached[i] = out.reached[i] || e.reached[i];
    }
    // What holds because nothing ever happens proves nothing.
    if (holds && std::ranges::find(out.reached, true) == out.reached.end()) out.as_stated = false;
}

// Relacy's part. Where random executions do not meet what is stated, those with few switches may.
// Which of several things wrong it meets first is its own affair, and known disagreements are
// known; but given as many executions as usual it must find what is there.
void look_with_relacy(exhibited& out, const worlds::variant& code,
                      worlds::relacy_scheduler scheduler) {
    study::search how;
    how.relacy.iterations = out.iterations;
    how.relacy.scheduler = scheduler;
    out.relacy = explore(*out.of, code, how);
    const bool stated = study::expected_under(*out.stated, how.model()) != sim::violation::none;
    const auto found = [&out] { return out.relacy->result == worlds::verdict::violation; };
    if (!out.relacy->known_disagreement.empty()) return;
    if (stated && !found() && how.relacy.scheduler == worlds::relacy_scheduler::random) {
        how.relacy.scheduler = worlds::relacy_scheduler::bound;
        out.relacy = explore(*out.of, code, how);
    }
    out.scheduler = how.relacy.scheduler;
    const bool enough = out.iterations >= usual_iterations;
    if (found() ? !stated : stated && enough) out.as_stated = false;
}

exhibited exhibit_variant(const museum_row& row, const stated_variant& v, const tour& t,
                          worlds::relacy_scheduler scheduler) {
    exhibited out;
    out.stated = expectation_of(row, v);
    if (!out.stated) return out;
    out.of = scenario_of(row, v);
    out.reached.resize(out.of->sometimes.size());
    const worlds::variant code = study::parse_variant(v.orders, v.how);
    look_with_graph(out, code, models_of(*row.of, t));
    out.iterations = t.iterations;
    if (worlds::relacy_available()) look_with_relacy(out, code, scheduler);
    return out;
}

// The other variants are searched as the broken one was.
row_result exhibit_row(const museum_row& row, const tour& t) {
    row_result out{
        row, exhibit_variant(row, row.of->broken, t, worlds::relacy_scheduler::random), {}, {}};
    out.repaired = exhibit_variant(row, row.of->repaired, t, out.broken.scheduler);
    out.beside = exhibit_variant(row, row.of->beside, t, out.broken.scheduler);
    return out;
}

std::string graph_text(const worlds::exploration& e, std::string_view of = " of ") {
    switch (e.result) {
        case worlds::verdict::violation:
            return fmt::format("{}{}{}", e.violating, of, e.executions + e.ended_early);
        case worlds::verdict::safe:
            return fmt::format("0{}{}", of, e.executions);
        default:
            return "inconclusive";
    }
}

std::string relacy_text(const exhibited& v) {
    if (!v.relacy) return "-";
    if (v.relacy->result == worlds::verdict::violation)
        return fmt::format("{}", v.relacy->executions);
    if (!v.relacy->known_disagreement.empty()) return "known";
    const bool stated = study::expected_under(*v.stated, under_rc11) != sim::violation::none;
    return stated ? "missed" : "none";
}

// The model in which a row is shown: the one it was seen on, the strongest that has the bug, or
// else the weakest of all.
std::size_t shown_model(const exhibit& e, const exhibited& v) {
    for (std::size_t i = 0; i < v.graph.size(); ++i)
        if (e.seen_on == study::under(v.graph[i].model).model() &&
            v.graph[i].result.result == worlds::verdict::violation)
            return i;
    return v.found_under().value_or(v.graph.size() - 1);
}

std::string verdict_found(const worlds::exploration& e) {
    if (e.result == worlds::verdict::violation) return std::string(sim::name(e.kind));
    return e.result == worlds::verdict::safe ? "holds" : "inconclusive";
}

// A repaired variant may still be wrong under a weaker model than the one that showed the bug, and
// a repair that was proposed may be none.
std::string repaired_text(const exhibited& v, model_id shown) {
    if (!v.stated) return "-";
    if (v.violates(shown)) return "no help";
    const auto found = v.found_under();
    return found ? fmt::format("not {}", sim::graph::name(v.graph[*found].model)) : "holds";
}

class museum_command final : public command {
  public:
    std::string_view name() const override { return "museum"; }
    std::string_view summary() const override {
        return "every known bug of the ring and its users, broken and repaired";
    }
    std::string_view examples() const override {
        return "A line is a bug: what happens, the memory model of the machine it was seen on or\n"
               "else the strongest that has it, in how many of all executions (graph engine),\n"
               "after how many Relacy met it, what the two say of the repaired variant, and\n"
               "what became of it upstream.\n\n"
               "Examples:\n"
               "  ringsim museum               the table\n"
               "  ringsim museum A1 A2         two rows in full, with their sources\n"
               "  ringsim museum --model power what a machine of that kind shows\n"
               "  ringsim museum --engine states\n"
               "                               the rows as rings that run without end\n"
               "  ringsim museum --json        everything, for a program";
    }
    void declare(option_set& options) override {
        options.operands("ROW", ids_, 64, "what to show in full (the table of all)");
        options.text("--model", models_, "MODELS",
                     "memory models, or all (sc, x86-tso, rc11 and that of the row)");
        options.number("--iterations", iterations_, 1, 1'000'000'000, "of Relacy (5000)");
        options.choice("--engine", engine_, {"states"},
                       "show the rows as rings that run without end (graph and Relacy)");
        options.number("--states", states_, 1, 4'000'000'000,
                       "at most, of each of them (6000000; rc11: 700000)");
        declare_time(options, time_);
    }

    int run(const settings& global) override {
        const auto rows = chosen_rows();
        if (!engine_.empty()) return show_endless(rows, endless(), global);
        if (states_ != 0) throw user_error("--states goes with --engine states");
        tour t{{}, iterations_ != 0 ? iterations_ : usual_iterations};
        if (!models_.empty()) t.models = study::models_named(models_);
        const interruptible guard(time_);
        std::vector<row_result> results;
        {
            const progress line(global, "walking through the museum");
            for (const museum_row& r : rows) {
                row_result shown = exhibit_row(r, t);
                if (worlds::interrupted) {  // what was cut short says nothing
                    stopped_ = fmt::format("{} at {}", guard.reason(), r.of->id);
                    break;
                }
                results.push_back(std::move(shown));
            }
        }
        if (global.json)
            print_json(results);
        else if (ids_.empty())
            print_table(global, results);
        else
            print_rows(global, results);
        if (!std::ranges::all_of(results, &row_result::as_stated)) return exit_unexpected;
        return stopped_.empty() ? exit_expected : exit_inconclusive;
    }

  private:
    endless_tour endless() const {
        if (iterations_ != 0) throw user_error("--iterations goes with Relacy");
        endless_tour t{study::models_named(models_.empty() ? "sc,x86-tso,rc11" : models_),
                       states_ != 0 ? states_ : endless_states_max,
                       states_ != 0 ? states_ : endless_rc11_states_max, !ids_.empty(), time_};
        for (const model_id m : t.models)
            if (!sim::states::has_machine(m))
                throw user_error("the engine of states has no machine for " +
                                 std::string(sim::graph::name(m)) +
                                 "; it has those for sc, x86-tso and rc11");
        return t;
    }
    std::vector<museum_row> chosen_rows() const {
        const auto all = museum_rows();
        if (ids_.empty()) return all;
        std::vector<museum_row> chosen;
        for (const std::string& id : ids_) {
            const auto at =
                std::ranges::find(all, id, [](const museum_row& r) { return r.of->id; });
            if (why_left_out(id)) continue;
            if (at == all.end()) {
                std::vector<std::string_view> valid;
                for (const museum_row& r : all) valid.push_back(r.of->id);
                throw user_error("museum: there is no row " + in_quotes(id) +
                                 "; rows: " + joined(valid));
            }
            chosen.push_back(*at);
        }
        return chosen;
    }

    // A row on one line, or on two where that is too wide.
    void print_table(const settings& global, const std::vector<row_result>& results) const {
        render::text_page page(global);
        const bool wide = global.width >= columns_of_wide_table;
        if (wide && !global.quiet)
            page.add(page.bold(wide_line("row", "what happens", "violation", "model", "graph",
                                         "relacy", "repaired", "upstream")));
        std::size_t wrong = 0;
        for (const row_result& r : results) {
            wrong += !r.as_stated();
            if (!global.quiet) print_line(page, r, wide);
        }
        if (!global.quiet) page.add("");
        if (wrong == 0)
            add_good_end(page);
        else
            page.add(page.red(fmt::format("UNEXPECTED   {} rows, marked (!)", wrong)));
        page.line("{} rows; `ringsim museum ROW` shows one in full", results.size());
        page.print();
    }

    // Nothing that is shown is unexpected; but there may be more.
    void add_good_end(render::text_page& page) const {
        if (stopped_.empty())
            page.add(page.green("AS EXPECTED"));
        else
            page.add(page.yellow("INCONCLUSIVE") + "   " + stopped_);
    }

    static void print_line(render::text_page& page, const row_result& r, bool wide) {
        const exhibit& e = *r.row.of;
        const under_model& shown = r.broken.graph[shown_model(e, r.broken)];
        const std::string status =
            (r.as_stated() ? "" : "(!) ") + std::string(ringsim::scenarios::name(e.status));
        const std::string repaired = repaired_text(r.repaired, shown.model);
        const std::string repaired_by_relacy =
            r.repaired.found_under() || !r.repaired.stated ? "" : relacy_text(r.repaired);
        const auto by_graph = [&](std::string_view of) {
            return shown.refused ? "-" : graph_text(shown.result, of);
        };
        if (wide) {
            page.add(wide_line(
                e.id, e.symptom, short_verdict(shown), sim::graph::name(shown.model), by_graph("/"),
                relacy_text(r.broken),
                repaired + (repaired_by_relacy.empty() ? "" : " ") + repaired_by_relacy, status));
            return;
        }
        page.line("{:<4} {}  {} {} {}", e.id, render::padded(e.symptom, symptom_columns),
                  render::padded(short_verdict(shown), 12),
                  render::padded(sim::graph::name(shown.model), 7), status);
        page.line("     graph {}, relacy {}; repaired: {}{}", by_graph(" of "),
                  relacy_text(r.broken), r.repaired.stated ? "graph " + repaired : "none",
                  repaired_by_relacy.empty() ? "" : ", relacy " + repaired_by_relacy);
    }

    static constexpr std::size_t columns_of_wide_table = 100;
    static std::string wide_line(std::string_view id, std::string_view symptom,
                                 std::string_view violation, std::string_view model,
                                 std::string_view graph, std::string_view relacy,
                                 std::string_view repaired, std::string_view status) {
        return fmt::format("{:<3} {} {:<12} {} {:>11} {:>6} {:<10} {}", id,
                           render::padded(symptom, symptom_columns), violation,
                           render::padded(model, 7), graph, relacy, repaired, status);
    }

    // Two words at most, so that the table keeps its columns.
    static std::string short_verdict(const under_model& u) {
        if (u.refused) return "-";
        const std::string text = verdict_found(u.result);
        if (text == "lost notification") return "lost wakeup";
        if (text == "out-of-order record") return "out of order";
        if (text == "assertion failed") return "assertion";
        return text;
    }

    static void print_relacy(render::text_page& page, const exhibited& e) {
        const bool found = e.relacy->result == worlds::verdict::violation;
        const bool wanted = study::expected_under(*e.stated, under_rc11) != sim::violation::none;
        std::string text =
            found    ? fmt::format("{:<20} {}", sim::name(e.relacy->kind), e.relacy->executions)
            : wanted ? fmt::format("not found in {}", e.iterations)
                     : fmt::format("{:<20} {}", "none found", e.relacy->executions);
        if (!e.relacy->known_disagreement.empty()) text = "known disagreement";
        if (e.scheduler != worlds::relacy_scheduler::random) text += ", with few switches each";
        page.line("            {:<10} {}", "relacy", text);
    }

    static void print_variant(render::text_page& page, std::string_view what,
                              const stated_variant& v, const exhibited& e) {
        if (!e.stated) {
            if (what == "repaired") page.line("  {:<9} none", what);
            return;
        }
        page.add_wrapped(
            fmt::format("  {:<9} {}: {}, {}", what, e.of->name, v.orders, study::name(v.how)), 12);
        for (const under_model& u : e.graph)
            page.line("            {:<10} {:<20} {}", sim::graph::name(u.model),
                      u.refused ? "cannot express it" : verdict_found(u.result),
                      u.refused ? "" : graph_text(u.result));
        if (e.relacy) print_relacy(page, e);
        for (std::size_t i = 0; i < e.reached.size(); ++i)
            page.line("            {:<10} {}", e.reached[i] ? "sometimes" : "never",
                      e.of->sometimes[i].name);
        if (!e.as_stated) page.add("            (!) not as stated");
    }

    // A command to copy: whole, with its lines continued as a shell has it.
    static void print_look(render::text_page& page, const row_result& r) {
        const exhibit& e = *r.row.of;
        const study::search how = study::under(r.broken.graph[shown_model(e, r.broken)].model);
        const std::string command = fmt::format(
            "  {:<9} ringsim explore {}{}", "look", r.broken.of->name,
            render::options_text(study::parse_variant(e.broken.orders, e.broken.how), how));
        const auto lines = render::wrapped(command, page.width() - 2, 14);
        for (std::size_t i = 0; i < lines.size(); ++i)
            page.add(lines[i] + (i + 1 < lines.size() ? " \\" : ""));
    }

    void print_rows(const settings& global, const std::vector<row_result>& results) const {
        render::text_page page(global);
        for (const row_result& r : results) {
            const exhibit& e = *r.row.of;
            page.add(page.bold(fmt::format("{}  {}", e.id, e.symptom)));
            print_variant(page, e.status == upstream::never ? "code" : "broken", e.broken,
                          r.broken);
            print_variant(page, "repaired", e.repaired, r.repaired);
            print_variant(page, "beside", e.beside, r.beside);
            page.add_wrapped(fmt::format("  {:<9} {}: {}", "upstream",
                                         ringsim::scenarios::name(e.status), e.history),
                             12);
            page.add_wrapped(fmt::format("  {:<9} {}", "source", e.citation),
                             e.citation.size() > 85 ? 2 : 12);
            if (e.by != evidence::report)
                page.add_wrapped(fmt::format("  {:<9} {}", "evidence", evidence_text(e.by)), 12);
            print_look(page, r);
            page.add("");
        }
        for (const std::string& id : ids_)
            if (const auto why = why_left_out(id)) {
                page.add_wrapped(fmt::format("{}  is not shown: {}", id, *why), 4);
                page.add("");
            }
        const bool fine = std::ranges::all_of(results, &row_result::as_stated);
        if (!fine)
            page.add(page.red("UNEXPECTED"));
        else if (results.empty() && stopped_.empty())
            page.add("NOTHING TO SHOW");
        else
            add_good_end(page);
        page.print();
    }

    static std::string_view evidence_text(evidence by) {
        constexpr std::string_view texts[] = {
            "reported", "a reading of the source that nobody had reported; seen here",
            "a reading of the source that nobody had reported; it is not so"};
        return texts[static_cast<std::size_t>(by)];
    }

    static ordered_json variant_json(const stated_variant& v, const exhibited& e) {
        if (!e.stated) return nullptr;
        ordered_json j{
            {"scenario", e.of->name}, {"orders", v.orders}, {"trigger", study::name(v.how)}};
        for (const under_model& u : e.graph) {
            ordered_json& model = j["graph"][std::string(sim::graph::name(u.model))];
            if (!u.refused)
                model = {{"violation", sim::name(u.result.kind)},
                         {"violating", u.result.violating},
                         {"executions", u.result.executions}};
        }
        if (e.relacy)
            j["relacy"] = {{"violation", sim::name(e.relacy->kind)},
                           {"executions", e.relacy->executions},
                           {"scheduler", study::name(e.scheduler)},
                           {"known_disagreement", e.relacy->known_disagreement}};
        j["sometimes"] = ordered_json::object();
        for (std::size_t i = 0; i < e.reached.size(); ++i)
            j["sometimes"][std::string(e.of->sometimes[i].name)] = bool{e.reached[i]};
        j["as_stated"] = e.as_stated;
        return j;
    }

    void print_json(const std::vector<row_result>& results) const {
        ordered_json document{{"schema", "ringsim/museum"}, {"version", 1}};
        if (!stopped_.empty()) document["stopped"] = stopped_;
        document["rows"] = ordered_json::array();
        for (const row_result& r : results) {
            const exhibit& e = *r.row.of;
            document["rows"].push_back({{"id", e.id},
                                        {"symptom", e.symptom},
                                        {"broken", variant_json(e.broken, r.broken)},
                                        {"repaired", variant_json(e.repaired, r.repaired)},
                                        {"beside", variant_json(e.beside, r.beside)},
                                        {"upstream", ringsim::scenarios::name(e.status)},
                                        {"history", e.history},
                                        {"citation", e.citation},
                                        {"evidence", e.by == evidence::report     ? "reported"
                                                     : e.by == evidence::verified ? "verified"
                                                                                  : "refuted"}});
        }
        fmt::print("{}\n", document.dump(2));
    }

    std::vector<std::string> ids_;
    std::string models_;
    std::uint64_t iterations_ = 0;  // 0: not given
    std::string engine_;
    std::uint64_t states_ = 0;
    std::string time_;     // empty: not given
    std::string stopped_;  // at which row, and by what; empty if all were shown
};

}  // namespace

std::unique_ptr<command> make_museum() {
    return std::make_unique<museum_command>();
}

}  // namespace ringsim::scenarios::commands
