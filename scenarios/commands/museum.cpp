// ringsim museum: every known bug of the ring and its users, shown by the scenario that owns it, in
// its broken and in its repaired form.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/museum.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/search.hpp"
#include "scenarios/user_error.hpp"
#include "scenarios/variant.hpp"

namespace ringsim::scenarios {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t models_shown = 3;

// A variant of a row on both engines.
struct exhibited {
    const expectation* stated = nullptr;
    std::array<exploration, models_shown> graph;  // under sc, x86-tso, rc11
    std::optional<exploration> relacy;
    relacy_scheduler scheduler = relacy_scheduler::random;
    bool as_stated = true;

    // The strongest model under which the graph engine finds a violation.
    std::optional<std::size_t> found_under() const {
        for (std::size_t i = 0; i < models_shown; ++i)
            if (graph[i].result == verdict::violation) return i;
        return std::nullopt;
    }
};

struct row_result {
    museum_row row;
    exhibited broken;
    exhibited repaired;

    bool as_stated() const { return broken.as_stated && repaired.as_stated; }
};

constexpr std::array<sim::graph::model_id, models_shown> models{
    sim::graph::model_id::sc, sim::graph::model_id::x86_tso, sim::graph::model_id::rc11};

bool fits(const scenario& s, const variant& v, const search& how, const exploration& e) {
    return judge_result(s, v, how, e).is == judgement::as_expected;
}

// Relacy's part. Where random executions do not meet what is stated, those with few switches may.
void search_with_relacy(exhibited& out, const scenario& s, const variant& code, search how) {
    out.relacy = explore(s, code, how);
    const bool stated = expected_under(*out.stated, how.model()) != sim::violation::none;
    const auto found = [&out] { return out.relacy->result == verdict::violation; };
    const bool missed = stated && !found() && out.relacy->known_disagreement.empty();
    if (missed && how.relacy.scheduler == relacy_scheduler::random) {
        how.relacy.scheduler = relacy_scheduler::bound;
        out.relacy = explore(s, code, how);
    }
    out.scheduler = how.relacy.scheduler;
    // A search that finds nothing refutes nothing, and known disagreements are known. Which of
    // several things wrong it meets first is its own affair.
    if (found()) out.as_stated = out.as_stated && stated;
}

exhibited exhibit_variant(const museum_row& row, const stated_variant& v, std::uint64_t relacy,
                          relacy_scheduler scheduler) {
    exhibited out;
    out.stated = expectation_of(row, v);
    if (!out.stated) return out;
    const scenario& s = *scenario_of(row, v);
    const variant code = parse_variant(v.orders, v.how);
    for (std::size_t i = 0; i < models_shown; ++i) {
        search how = under(models[i]);
        how.graph.stop_at_first_violation = false;
        out.graph[i] = explore(s, code, how);
        out.as_stated = out.as_stated && fits(s, code, how, out.graph[i]);
    }
    if (relacy_available()) {
        search how;
        how.relacy.iterations = relacy;
        how.relacy.scheduler = scheduler;
        search_with_relacy(out, s, code, how);
    }
    return out;
}

// The repaired variant is searched as the broken one was.
row_result exhibit_row(const museum_row& row, std::uint64_t relacy) {
    row_result out{row, exhibit_variant(row, row.of->broken, relacy, relacy_scheduler::random), {}};
    out.repaired = exhibit_variant(row, row.of->repaired, relacy, out.broken.scheduler);
    return out;
}

std::string graph_text(const exploration& e, std::string_view of = " of ") {
    switch (e.result) {
        case verdict::violation:
            return fmt::format("{}{}{}", e.violating, of, e.executions + e.ended_early);
        case verdict::safe:
            return fmt::format("0{}{}", of, e.executions);
        default:
            return "inconclusive";
    }
}

std::string relacy_text(const exhibited& v) {
    if (!v.relacy) return "-";
    if (v.relacy->result == verdict::violation) return fmt::format("{}", v.relacy->executions);
    return v.relacy->known_disagreement.empty() ? "none" : "known";
}

// The model in which a row is shown: the strongest that has the bug, else the weakest of all.
std::size_t shown_model(const exhibited& v) {
    return v.found_under().value_or(models_shown - 1);
}

std::string verdict_text(const exhibited& v) {
    if (!v.stated) return "-";
    const auto found = v.found_under();
    return found ? std::string(sim::name(v.graph[*found].kind)) : "holds";
}

// A repaired variant may still be wrong under a weaker model than the one that showed the bug.
std::string repaired_text(const exhibited& v) {
    if (!v.stated) return "-";
    const auto found = v.found_under();
    if (!found) return "holds";
    if (*found == 0) return std::string(sim::name(v.graph[0].kind));
    return *found == 1 ? "not tso" : "not rc11";
}

class museum_command final : public command {
  public:
    std::string_view name() const override { return "museum"; }
    std::string_view summary() const override {
        return "every known bug of the ring and its users, broken and repaired";
    }
    std::string_view examples() const override {
        return "A line is a bug: what happens, the strongest memory model that has it, in how "
               "many\n"
               "of all executions (graph engine), after how many random ones Relacy met it, what\n"
               "the two say of the repaired variant, and what became of it upstream.\n\n"
               "Examples:\n"
               "  ringsim museum               the table\n"
               "  ringsim museum A1 A2         two rows in full, with their sources\n"
               "  ringsim museum --json        everything, for a program";
    }
    void declare(option_set& options) override {
        options.operands("ROW", ids_, 64, "what to show in full (the table of all)");
        options.number("--iterations", iterations_, 1, 1'000'000'000, "of Relacy (5000)");
    }

    int run(const settings& global) override {
        const auto rows = chosen_rows();
        const interruptible guard;
        std::vector<row_result> results;
        {
            const progress line(global, "walking through the museum");
            for (const museum_row& r : rows) {
                if (interrupted) break;
                results.push_back(exhibit_row(r, iterations_));
            }
        }
        if (global.json)
            print_json(results);
        else if (ids_.empty())
            print_table(global, results);
        else
            print_rows(global, results);
        if (!std::ranges::all_of(results, &row_result::as_stated)) return exit_unexpected;
        return results.size() < rows.size() ? exit_inconclusive : exit_expected;
    }

  private:
    std::vector<museum_row> chosen_rows() const {
        const auto all = museum_rows();
        if (ids_.empty()) return all;
        std::vector<museum_row> chosen;
        for (const std::string& id : ids_) {
            const auto at =
                std::ranges::find(all, id, [](const museum_row& r) { return r.of->id; });
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
    static void print_table(const settings& global, const std::vector<row_result>& results) {
        text_page page(global);
        const bool wide = global.width >= columns_of_wide_table;
        if (wide)
            page.add(page.bold(wide_line("row", "what happens", "violation", "model", "graph",
                                         "relacy", "repaired", "upstream")));
        std::size_t wrong = 0;
        for (const row_result& r : results) {
            wrong += !r.as_stated();
            if (global.quiet) continue;
            const exhibit& e = *r.row.of;
            const std::size_t m = shown_model(r.broken);
            const std::string status =
                (r.as_stated() ? "" : "(!) ") + std::string(ringsim::scenarios::name(e.status));
            const std::string repaired = repaired_text(r.repaired);
            const std::string repaired_by_relacy = r.repaired.stated ? relacy_text(r.repaired) : "";
            if (wide) {
                page.add(wide_line(e.id, e.symptom, short_verdict(r.broken), model_name(m),
                                   graph_text(r.broken.graph[m], "/"), relacy_text(r.broken),
                                   repaired + " " + repaired_by_relacy, status));
            } else {
                page.line("{:<4} {}  {} {:<7} {}", e.id, padded(e.symptom, symptom_columns),
                          padded(short_verdict(r.broken), 12), model_name(m), status);
                page.line("     graph {}, relacy {}; repaired: graph {}{}",
                          graph_text(r.broken.graph[m]), relacy_text(r.broken), repaired,
                          r.repaired.stated ? ", relacy " + repaired_by_relacy : "");
            }
        }
        if (!global.quiet) page.add("");
        if (wrong == 0)
            page.add(page.green("AS EXPECTED"));
        else
            page.add(page.red(fmt::format("UNEXPECTED   {} rows, marked (!)", wrong)));
        page.line("{} rows; `ringsim museum ROW` shows one in full", results.size());
        page.print();
    }

    static constexpr std::size_t columns_of_wide_table = 100;
    static std::string wide_line(std::string_view id, std::string_view symptom,
                                 std::string_view violation, std::string_view model,
                                 std::string_view graph, std::string_view relacy,
                                 std::string_view repaired, std::string_view status) {
        return fmt::format("{:<3} {} {:<12} {:<7} {:>11} {:>6} {:<10} {}", id,
                           padded(symptom, symptom_columns), violation, model, graph, relacy,
                           repaired, status);
    }

    // Two words at most, so that the table keeps its columns.
    static std::string short_verdict(const exhibited& v) {
        std::string text = verdict_text(v);
        if (text == "lost notification") return "lost wakeup";
        if (text == "out-of-order record") return "out of order";
        if (text == "assertion failed") return "assertion";
        return text;
    }

    static std::string_view model_name(std::size_t m) {
        return sim::graph::model_names[static_cast<std::size_t>(models[m])];
    }

    static void print_variant(text_page& page, std::string_view what, const museum_row& row,
                              const stated_variant& v, const exhibited& e) {
        if (!e.stated) {
            page.line("  {:<9} none", what);
            return;
        }
        page.line("  {:<9} {}: {}, {}", what, scenario_of(row, v)->name, v.orders,
                  ringsim::scenarios::name(v.how));
        for (std::size_t i = 0; i < models_shown; ++i)
            page.line("            {:<8}  {:<20} {}", model_name(i),
                      e.graph[i].result == verdict::violation ? sim::name(e.graph[i].kind)
                      : e.graph[i].result == verdict::safe    ? "holds"
                                                              : "inconclusive",
                      graph_text(e.graph[i]));
        if (e.relacy)
            page.line("            {:<8}  {:<20} {}{}", "relacy",
                      e.relacy->result == verdict::violation ? sim::name(e.relacy->kind)
                      : e.relacy->known_disagreement.empty() ? "none found"
                                                             : "known disagreement",
                      e.relacy->executions,
                      e.scheduler == relacy_scheduler::random ? "" : ", with few switches each");
        if (!e.as_stated) page.add("            (!) not as stated");
    }

    static void print_rows(const settings& global, const std::vector<row_result>& results) {
        text_page page(global);
        for (const row_result& r : results) {
            const exhibit& e = *r.row.of;
            page.add(page.bold(fmt::format("{}  {}", e.id, e.symptom)));
            print_variant(page, "broken", r.row, e.broken, r.broken);
            print_variant(page, "repaired", r.row, e.repaired, r.repaired);
            page.add_wrapped(fmt::format("  {:<9} {}: {}", "upstream",
                                         ringsim::scenarios::name(e.status), e.history),
                             12);
            page.add_wrapped(fmt::format("  {:<9} {}", "source", e.citation),
                             e.citation.size() > 85 ? 2 : 12);
            if (e.by != evidence::report)
                page.add_wrapped(fmt::format("  {:<9} {}", "evidence", evidence_text(e.by)), 12);
            page.line("  {:<9} ringsim explore {} --orders \"{}\" --trigger {}", "look",
                      scenario_of(r.row, e.broken)->name, e.broken.orders,
                      ringsim::scenarios::name(e.broken.how));
            page.add("");
        }
        const bool fine = std::ranges::all_of(results, &row_result::as_stated);
        page.add(fine ? page.green("AS EXPECTED") : page.red("UNEXPECTED"));
        page.print();
    }

    static std::string_view evidence_text(evidence by) {
        constexpr std::string_view texts[] = {
            "reported", "a reading of the source that nobody had reported; seen here",
            "a reading of the source that nobody had reported; it is not so"};
        return texts[static_cast<std::size_t>(by)];
    }

    static ordered_json variant_json(const museum_row& row, const stated_variant& v,
                                     const exhibited& e) {
        if (!e.stated) return nullptr;
        ordered_json j{{"scenario", scenario_of(row, v)->name},
                       {"orders", v.orders},
                       {"trigger", ringsim::scenarios::name(v.how)}};
        for (std::size_t i = 0; i < models_shown; ++i)
            j["graph"][std::string(model_name(i))] = {{"violation", sim::name(e.graph[i].kind)},
                                                      {"violating", e.graph[i].violating},
                                                      {"executions", e.graph[i].executions}};
        if (e.relacy)
            j["relacy"] = {{"violation", sim::name(e.relacy->kind)},
                           {"executions", e.relacy->executions},
                           {"scheduler", ringsim::scenarios::name(e.scheduler)},
                           {"known_disagreement", e.relacy->known_disagreement}};
        j["as_stated"] = e.as_stated;
        return j;
    }

    static void print_json(const std::vector<row_result>& results) {
        ordered_json document{{"schema", "ringsim/museum"}, {"version", 1}};
        document["rows"] = ordered_json::array();
        for (const row_result& r : results) {
            const exhibit& e = *r.row.of;
            document["rows"].push_back({{"id", e.id},
                                        {"symptom", e.symptom},
                                        {"broken", variant_json(r.row, e.broken, r.broken)},
                                        {"repaired", variant_json(r.row, e.repaired, r.repaired)},
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
    std::uint64_t iterations_ = 5'000;
};

}  // namespace

std::unique_ptr<command> make_museum() {
    return std::make_unique<museum_command>();
}

}  // namespace ringsim::scenarios
