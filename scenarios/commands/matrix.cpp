// ringsim matrix: which scenario needs the order of which site? One site is changed at a time.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/matrix_models.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/study/explorations_ahead.hpp"
#include "scenarios/study/fixes.hpp"
#include "scenarios/study/model_names.hpp"
#include "scenarios/study/needed_by_another.hpp"
#include "scenarios/study/site_use.hpp"
#include "scenarios/study/site_visits.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;

// What came of one variant in one scenario.
enum class need_cell : std::uint8_t {
    holds,
    no_race,  // held, but no other thread uses this word here: it proves nothing
    violated,
    unknown,    // inconclusive
    pointless,  // the variant as given has the answer already
};

struct mutant {
    site where;
    order before;
    order after;
    std::vector<need_cell> cells;
    std::vector<sim::violation> kinds;
    std::string refused;  // why the model has no such order; empty if it has
};

// The word of a cell, in a table with room for words and in one without.
std::string_view word_for(need_cell c, sim::violation kind, bool wide) {
    switch (c) {
        case need_cell::holds:
            return wide ? "holds" : "ok";
        case need_cell::no_race:
            return wide ? "(no race)" : "()";
        case need_cell::unknown:
            return wide ? "unknown" : "?";
        case need_cell::pointless:
            return "-";
        case need_cell::violated:
            break;
    }
    switch (kind) {
        case sim::violation::data_race:
            return "RACE";
        case sim::violation::deadlock:
            return wide ? "DEADLOCK" : "DEAD";
        case sim::violation::busy_spin:
            return "SPIN";
        case sim::violation::lost_notification:
            return wide ? "VIOLATED" : "LOST";
        default:
            return wide ? "VIOLATED" : "BAD";
    }
}

class matrix_command final : public command {
  public:
    std::string_view name() const override { return "matrix"; }
    std::string_view summary() const override {
        return "weaken or strengthen one site at a time: who needs it?";
    }
    std::string_view examples() const override {
        return "Without a scenario: all of them.\n\n"
               "Examples:\n"
               "  ringsim matrix                                  every site, one step weaker\n"
               "  ringsim matrix lost-wakeup publish --orders aya-0.14\n"
               "  ringsim matrix lost-wakeup --orders libbpf --strengthen   what would repair it?\n"
               "  ringsim matrix --models all                     every site under every model\n"
               "(no race): it held, but no other thread uses this word in the scenario.";
    }
    void declare(option_set& options) override {
        options.operands("SCENARIO", names_, 64, "which scenarios; see `ringsim list`");
        search_.declare(options);
        options.text("--models", models_, "M,M",
                     "every execution, under each of these models, or all");
        options.flag("--strengthen", strengthen_, "the strongest order at one site at a time");
    }

    int run(const settings& global) override {
        scenarios_ = study::scenarios_of_orders(names_);
        base_ = search_.code();
        if (!models_.empty()) {
            if (strengthen_) throw user_error("--models goes with weaker orders only");
            if (const std::string_view given = search_.first_of_search(); !given.empty())
                throw user_error(std::string(given) +
                                 " does not go with --models, which visits every execution under "
                                 "each of them");
            return run_matrix_of_models(global, scenarios_, base_, study::models_named(models_),
                                        search_.time());
        }
        how_ = search_.how_of_each();
        const interruptible guard(search_.time());
        fill(global);
        if (worlds::interrupted) stopped_ = guard.reason();
        if (global.json)
            print_json();
        else
            print_text(global);
        if (worlds::interrupted || !complete()) return exit_inconclusive;
        for (std::size_t i = 0; i < scenarios_.size(); ++i)
            if (is_unexpected(i)) return exit_unexpected;
        return exit_expected;
    }

  private:
    // --- filling it ---

    void fill(const settings& global) {
        const progress line(global, "matrix of " + base_.orders_name);
        study::explorations_ahead as_given;
        for (const scenario* s : scenarios_) as_given.plan(*s, base_, how_);
        as_given.begin();
        for (const scenario* s : scenarios_) {
            base_results_.push_back(as_given.next(*s, base_, how_));
            base_judged_.push_back(judge_result(*s, base_, how_, base_results_.back()));
        }
        study::explorations_ahead ahead;
        each_mutant([&](site where, order, order after) {
            const worlds::variant v = study::changed(base_, where, after);
            for (std::size_t i = 0; i < scenarios_.size(); ++i)
                if (has_point(i, study::refusal(v, how_))) ahead.plan(*scenarios_[i], v, how_);
        });
        ahead.begin();
        each_mutant([&](site where, order before, order after) {
            if (!worlds::interrupted) mutants_.push_back(try_mutant(where, before, after, ahead));
        });
    }

    // Calls `f` with each site that some scenario comes to, its order and one in its place.
    template <class F>
    void each_mutant(F&& f) const {
        for (std::size_t i = 0; i < site_count; ++i) {
            const auto where = static_cast<site>(i);
            if (std::ranges::none_of(scenarios_, [&](const scenario* s) {
                    return study::takes_part(*s, base_, where);
                }))
                continue;
            const order now = base_.orders[where];
            std::vector<order> others = study::one_step_weaker(where, now);
            if (strengthen_) {
                const order best = strongest_of_model(where, now);
                others.assign(best == now ? 0 : 1, best);
            }
            for (const order other : others) f(where, now, other);
        }
    }

    // A safe variant gets no safer, a violated one no worse, and what the model cannot express has
    // no verdict.
    bool has_point(std::size_t i, const std::string& refused) const {
        const bool base_violated = base_results_[i].result == worlds::verdict::violation;
        return base_violated == strengthen_ && refused.empty();
    }

    // The strongest order at the site that the model can express; `now` if it has none above that.
    order strongest_of_model(site where, order now) const {
        order best = study::strongest(where);
        if (study::refusal_at(where, best, how_).empty()) return best;
        best = now;
        for (std::size_t i = 0; i < order_count; ++i) {
            const auto o = static_cast<order>(i);
            if (info(where).orders.contains(o) && study::at_most(best, o) &&
                study::refusal_at(where, o, how_).empty())
                best = o;
        }
        return best;
    }

    mutant try_mutant(site where, order before, order after,
                      study::explorations_ahead& ahead) const {
        const worlds::variant v = study::changed(base_, where, after);
        mutant m{where, before, after, {}, {}, study::refusal(v, how_)};
        for (std::size_t i = 0; i < scenarios_.size(); ++i) {
            m.kinds.push_back(sim::violation::none);
            if (!has_point(i, m.refused) || worlds::interrupted) {
                m.cells.push_back(worlds::interrupted ? need_cell::unknown : need_cell::pointless);
                continue;
            }
            const worlds::exploration e = ahead.next(*scenarios_[i], v, how_);
            m.kinds.back() = e.kind;
            m.cells.push_back(cell_of(e, where));
        }
        return m;
    }

    static need_cell cell_of(const worlds::exploration& e, site where) {
        if (e.result == worlds::verdict::violation) return need_cell::violated;
        if (e.result == worlds::verdict::inconclusive || worlds::interrupted)
            return need_cell::unknown;
        // An engine that notes no contention at all does not look for it.
        const bool unknown = std::ranges::find(e.contended, true) == e.contended.end();
        return unknown || e.contended[static_cast<std::size_t>(where)] ? need_cell::holds
                                                                       : need_cell::no_race;
    }

    // Whether the scenario came out otherwise than it states, with the orders as given.
    bool is_unexpected(std::size_t i) const {
        return exit_status_of(base_judged_[i].is) == exit_unexpected;
    }

    // --- showing it ---

    // Whether every exploration came to an end: a verdict, or all executions. One of Relacy is a
    // sample in any case.
    bool complete() const {
        if (how_.engine != study::engine_kind::graph) return true;
        const auto unknown = [](const mutant& m) {
            return std::ranges::find(m.cells, need_cell::unknown) != m.cells.end();
        };
        const auto cut_short = [](const worlds::exploration& e) {
            return e.result == worlds::verdict::inconclusive;
        };
        return std::ranges::none_of(mutants_, unknown) &&
               std::ranges::none_of(base_results_, cut_short);
    }

    // The scenarios in which the row shows something: a violation, or with --strengthen a repair.
    std::string needed_by(const mutant& m) const {
        std::string text;
        for (std::size_t i = 0; i < scenarios_.size(); ++i) {
            const need_cell good = strengthen_ ? need_cell::holds : need_cell::violated;
            const bool counts =
                m.cells[i] == good || (strengthen_ && m.cells[i] == need_cell::no_race);
            if (counts) text += (text.empty() ? "" : " ") + std::string(scenarios_[i]->name);
        }
        if (!text.empty()) return text;
        if (!m.refused.empty()) return "no such order";
        return tested(m) ? "nobody" : "untested";
    }
    // Whether some scenario had the order to lose, or to gain.
    static bool tested(const mutant& m) {
        return std::ranges::any_of(
            m.cells, [](need_cell c) { return c == need_cell::holds || c == need_cell::violated; });
    }

    static std::string change_of(const mutant& m) {
        return fmt::format("{} -> {}", ringsim::name(m.before), ringsim::name(m.after));
    }

    void print_text(const settings& global) const {
        render::text_page page(global);
        page.line("orders {}   trigger {}   model {}   ({})", base_.orders_name,
                  study::name(base_.how), how_.model_and_mapping(), describe(how_));
        page.add("");
        std::size_t site_width = 12;
        std::size_t change_width = 8;
        std::size_t names_width = 0;
        for (const mutant& m : mutants_) {
            site_width = std::max(site_width, study::short_name(m.where).size());
            change_width = std::max(change_width, change_of(m).size());
        }
        for (const scenario* s : scenarios_)
            names_width += std::max<std::size_t>(9, s->name.size()) + 2;
        const std::size_t left = site_width + change_width + 4;
        const bool wide = left + names_width + 12 <= page.width();
        if (!wide) add_legend(page);
        add_head(page, site_width, change_width, wide);
        for (const mutant& m : mutants_)
            if (!m.refused.empty() ||
                std::ranges::count(m.cells, need_cell::pointless) != std::ssize(m.cells))
                add_row(page, m, site_width, change_width, wide);
        page.add("");
        add_summary(page);
        page.print();
    }

    void add_legend(render::text_page& page) const {
        std::string text;
        for (std::size_t i = 0; i < scenarios_.size(); ++i)
            text += fmt::format("{}{} {}", i == 0 ? "" : "   ", i + 1, scenarios_[i]->name);
        page.add_wrapped(text, 0);
        page.add(
            "ok: holds   (): holds, but no race to lose   LOST: notification   RACE   DEAD   BAD");
        page.add("");
    }

    std::size_t cell_width(std::size_t i, bool wide) const {
        return wide ? std::max<std::size_t>(9, scenarios_[i]->name.size()) : 4;
    }

    void add_head(render::text_page& page, std::size_t site_width, std::size_t change_width,
                  bool wide) const {
        std::string head = render::padded("site", site_width) + "  " +
                           render::padded(strengthen_ ? "stronger" : "weakened", change_width) +
                           "  ";
        std::string base = render::padded("(as given)", site_width + change_width + 4);
        for (std::size_t i = 0; i < scenarios_.size(); ++i) {
            const std::size_t width = cell_width(i, wide);
            const std::string title =
                wide ? std::string(scenarios_[i]->name) : std::to_string(i + 1);
            head += fmt::format("{:>{}}  ", title, width);
            const worlds::exploration& e = base_results_[i];
            const need_cell c = e.result == worlds::verdict::violation      ? need_cell::violated
                                : e.result == worlds::verdict::inconclusive ? need_cell::unknown
                                                                            : need_cell::holds;
            base += fmt::format("{:>{}}  ", word_for(c, e.kind, wide), width);
        }
        page.add(page.bold(head + (strengthen_ ? "repairs" : "needed by")));
        page.add(base);
    }

    void add_row(render::text_page& page, const mutant& m, std::size_t site_width,
                 std::size_t change_width, bool wide) const {
        std::string line = render::padded(study::short_name(m.where), site_width) + "  " +
                           render::padded(change_of(m), change_width) + "  ";
        for (std::size_t i = 0; i < scenarios_.size(); ++i) {
            const std::string text = fmt::format("{:>{}}  ", word_for(m.cells[i], m.kinds[i], wide),
                                                 cell_width(i, wide));
            line += m.cells[i] == need_cell::violated ? page.red(text) : text;
        }
        const std::string who = needed_by(m);
        const bool short_word = who == "nobody" || who == "untested" || !m.refused.empty();
        page.add(line + (wide || short_word ? who : ""));
    }

    void add_why_nobody(render::text_page& page) const {
        const auto model = how_.engine == study::engine_kind::graph ? how_.graph.model
                                                                    : sim::graph::model_id::rc11;
        for (const mutant& m : mutants_)
            if (needed_by(m) == "nobody")
                page.add_wrapped(
                    fmt::format("  {}={}: {}", study::short_name(m.where), ringsim::name(m.after),
                                study::why_not_needed(scenarios_, base_, m.where, m.after, model)),
                    4);
    }

    void add_summary(render::text_page& page) const {
        std::size_t idle = 0;
        std::size_t untested = 0;
        for (const mutant& m : mutants_) {
            if (!tested(m) && m.refused.empty()) ++untested;
            if (needed_by(m) == "nobody") ++idle;
        }
        page.add_wrapped(
            fmt::format("{} mutants x {} scenarios{}; {} of them {} nobody, {} were not put to "
                        "the test.",
                        mutants_.size(), scenarios_.size(),
                        stopped_.empty() ? "" : " (" + stopped_ + ")", idle,
                        strengthen_ ? "repair" : "are needed by", untested),
            0);
        if (stopped_.empty() && !complete())
            page.add_wrapped("INCONCLUSIVE   a limit was reached: not every execution was visited",
                             0);
        if (!strengthen_) add_why_nobody(page);
        for (const mutant& m : mutants_)
            if (!m.refused.empty()) page.add_wrapped("  " + m.refused, 4);
        study::site_visits visits;
        for (std::size_t i = 0; i < scenarios_.size(); ++i)
            visits.add(scenarios_[i]->name, base_results_[i].executed);
        if (stopped_.empty())
            for (const std::string& remark : visits.remarks(study::changed_sites(base_)))
                page.add_wrapped(remark, 2);
        if (const std::string text = study::left_out_of_orders(names_); !text.empty())
            page.add_wrapped(text, 2);
        add_as_given(page);
        std::string orders = base_.orders_name;
        if (orders.find(' ') != std::string::npos) orders = "\"" + orders + "\"";
        if (mutants_.empty()) return;
        // The first mutant that shows something, in the first scenario where it does.
        const need_cell shown = strengthen_ ? need_cell::holds : need_cell::violated;
        const auto telling = std::ranges::find_if(mutants_, [&](const mutant& m) {
            return std::ranges::find(m.cells, shown) != m.cells.end();
        });
        if (telling == mutants_.end()) return;
        const auto which = std::ranges::find(telling->cells, shown) - telling->cells.begin();
        const worlds::variant v = study::changed(base_, telling->where, telling->after);
        page.add(page.bold(fmt::format("ringsim explore {} --orders \"{}\"",
                                       scenarios_[static_cast<std::size_t>(which)]->name,
                                       v.orders_name)));
    }

    // What came of the orders as given, and whether that is why the status is 1.
    void add_as_given(render::text_page& page) const {
        std::string stated;
        std::string unstated;
        std::string missing;
        for (std::size_t i = 0; i < scenarios_.size(); ++i) {
            const bool violated = base_results_[i].result == worlds::verdict::violation;
            if (!violated && !is_unexpected(i)) continue;
            std::string& names = !violated ? missing : is_unexpected(i) ? unstated : stated;
            names += (names.empty() ? "" : ", ") + std::string(scenarios_[i]->name);
        }
        const auto say = [&](const std::string& names, std::string_view what) {
            if (!names.empty()) page.add_wrapped(fmt::format("{}: {}", what, names), 2);
        };
        say(stated, "violated as given, as the scenario states");
        say(unstated, "violated as given, and not stated of these orders (hence status 1)");
        say(missing, "holds as given, where a violation is stated (hence status 1)");
        if (!strengthen_ && !(stated + unstated).empty())
            page.add("--strengthen shows what repairs it.");
    }

    void print_json() const {
        ordered_json document{{"schema", "ringsim/matrix"},
                              {"version", 1},
                              {"orders", base_.orders_name},
                              {"trigger", study::name(base_.how)},
                              {"engine", study::name(how_.engine)},
                              {"model", how_.model_name()},
                              {"change", strengthen_ ? "strengthen" : "weaken"},
                              {"interrupted", worlds::interrupted.load()},
                              {"complete", !worlds::interrupted && complete()}};
        for (std::size_t i = 0; i < scenarios_.size(); ++i)
            document["as_given"][std::string(scenarios_[i]->name)] =
                render::verdict_word(base_results_[i]);
        document["unexpected"] = ordered_json::array();
        for (std::size_t i = 0; i < scenarios_.size(); ++i)
            if (is_unexpected(i)) document["unexpected"].push_back(scenarios_[i]->name);
        document["mutants"] = ordered_json::array();
        for (const mutant& m : mutants_) {
            ordered_json j{{"site", ringsim::name(m.where)},
                           {"from", ringsim::name(m.before)},
                           {"to", ringsim::name(m.after)}};
            if (!m.refused.empty()) j["refused"] = m.refused;
            for (std::size_t i = 0; i < scenarios_.size(); ++i)
                j["results"][std::string(scenarios_[i]->name)] =
                    word_for(m.cells[i], m.kinds[i], /*wide=*/true);
            document["mutants"].push_back(std::move(j));
        }
        fmt::print("{}\n", document.dump(2));
    }

    std::vector<std::string> names_;
    search_options search_{"fenced", 20'000};
    bool strengthen_ = false;
    std::string stopped_;  // before its end, and by what; empty if it was not
    std::string models_;
    std::vector<const scenario*> scenarios_;
    worlds::variant base_;
    study::search how_;
    std::vector<worlds::exploration> base_results_;
    std::vector<study::judged> base_judged_;
    std::vector<mutant> mutants_;
};

}  // namespace

std::unique_ptr<command> make_matrix() {
    return std::make_unique<matrix_command>();
}

}  // namespace ringsim::scenarios::commands
