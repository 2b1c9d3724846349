#include "scenarios/commands/matrix_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "scenarios/commands/long_work.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/study/explorations_ahead.hpp"
#include "scenarios/study/idle_orders.hpp"
#include "scenarios/study/needed_by_another.hpp"
#include "scenarios/study/site_use.hpp"
#include "scenarios/study/site_visits.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;
using sim::graph::model_id;

// What came of one changed order in all scenarios, under one model.
struct model_cell {
    std::vector<const scenario*> needed_by;
    std::vector<sim::violation> kinds;  // of these
    std::size_t held = 0;               // in so many, and the site was put to the test
    std::size_t no_race = 0;            // in so many, and no other thread uses the word
    std::size_t left_out = 0;           // so many would test the site, but are not safe as given
    bool unknown = false;
    bool refused = false;
    // Of an order that these scenarios do not need, and for which no reason is stated: one that
    // needs it. Nothing if no other does, or if nobody looked for one.
    const scenario* elsewhere = nullptr;
};

struct model_mutant {
    site where;
    order before;
    order after;
    std::vector<model_cell> cells;  // one for each model
};

class matrix_of_models {
  public:
    matrix_of_models(const std::vector<const scenario*>& scenarios, const worlds::variant& base,
                     const std::vector<model_id>& models)
        : scenarios_(scenarios), base_(base), models_(models) {}

    void fill(const settings& global) {
        progress line(global, "matrix of " + base_.orders_name);
        line_ = &line;
        find_safe();
        study::explorations_ahead ahead;
        each_mutant([&](site where, order after) {
            const worlds::variant v = study::changed(base_, where, after);
            for (std::size_t i = 0; i < models_.size(); ++i)
                for (const scenario* s : looked_at(where, v, i))
                    ahead.plan(*s, v, under(models_[i]));
        });
        ahead.begin();
        ahead_ = &ahead;
        each_mutant([&](site where, order after) {
            if (!worlds::interrupted) add_mutant(where, after);
        });
        ahead_ = nullptr;
        line_ = nullptr;
    }

    void note_stop(std::string reason) { stopped_ = std::move(reason); }

    int status() const {
        for (const model_mutant& m : mutants_)
            for (const model_cell& c : m.cells)
                if (c.unknown) return exit_inconclusive;
        return worlds::interrupted ? exit_inconclusive : exit_expected;
    }

    void print_text(const settings& global) const {
        render::text_page page(global);
        page.line("orders {}   trigger {}   every execution of {} scenarios", base_.orders_name,
                  study::name(base_.how), scenarios_.size());
        std::string legend;
        for (std::size_t m = 0; m < models_.size(); ++m)
            legend +=
                fmt::format("{}{} {}", m == 0 ? "" : "   ", m + 1, sim::graph::name(models_[m]));
        page.add_wrapped(legend, 0);
        page.add("");
        add_table(page);
        page.add("");
        page.add_wrapped(
            "N: so many scenarios need the order, those below; .: all hold without "
            "it; (): all hold, and (no race), no other thread uses the word, so "
            "nothing is proved; x: not by these scenarios either, and those that use the word in "
            "two threads were left out, not safe as given; -: the model has no such order; ?: not "
            "known. nobody: why nothing can need the order; sc keeps program order, and x86-64 "
            "delays a store past a later load and nothing else",
            0);
        add_summary(page);
        page.print();
    }

    void print_json() const {
        ordered_json document{{"schema", "ringsim/matrix-of-models"},
                              {"version", 1},
                              {"orders", base_.orders_name},
                              {"trigger", study::name(base_.how)},
                              {"interrupted", worlds::interrupted.load()}};
        document["mutants"] = ordered_json::array();
        for (const model_mutant& m : mutants_) {
            ordered_json one{
                {"site", name(m.where)}, {"from", name(m.before)}, {"to", name(m.after)}};
            for (std::size_t i = 0; i < models_.size(); ++i) {
                const model_cell& c = m.cells[i];
                ordered_json cell{{"held", c.held},
                                  {"no_race", c.no_race},
                                  {"left_out", c.left_out},
                                  {"refused", c.refused},
                                  {"unknown", c.unknown}};
                if (const auto why = why_nobody(m, i); !why.empty()) cell["why_nobody"] = why;
                if (c.elsewhere) cell["needed_elsewhere"] = c.elsewhere->name;
                cell["needed_by"] = ordered_json::object();
                for (std::size_t k = 0; k < c.needed_by.size(); ++k)
                    cell["needed_by"][std::string(c.needed_by[k]->name)] = sim::name(c.kinds[k]);
                one["models"][std::string(sim::graph::name(models_[i]))] = std::move(cell);
            }
            document["mutants"].push_back(std::move(one));
        }
        fmt::print("{}\n", document.dump(2));
    }

  private:
    static study::search under(model_id m) {
        study::search how = study::under(m);
        how.graph.smallest = false;
        return how;
    }

    // As given, with the whole search, so that all uses of a site are seen.
    static study::search as_given(model_id m) {
        study::search how = under(m);
        how.graph.stop_at_first_violation = false;
        return how;
    }

    // Calls `f` with each order that is one step weaker, at sites that some scenario comes to.
    template <class F>
    void each_mutant(F&& f) const {
        for (std::size_t i = 0; i < site_count; ++i) {
            const auto where = static_cast<site>(i);
            const auto reaches = [&](const scenario* s) {
                return study::takes_part(*s, base_, where);
            };
            if (std::ranges::none_of(scenarios_, reaches)) continue;
            for (const order after : study::one_step_weaker(where, base_.orders[where]))
                f(where, after);
        }
    }

    // The scenarios in which `v`, with another order at `where`, is looked at under the i-th model.
    std::vector<const scenario*> looked_at(site where, const worlds::variant& v,
                                           std::size_t i) const {
        std::vector<const scenario*> found;
        if (is_refused(v, i)) return found;
        for (const scenario* s : scenarios_)
            if (study::takes_part(*s, base_, where) &&
                std::ranges::find(safe_[i], s) != safe_[i].end())
                found.push_back(s);
        return found;
    }
    bool is_refused(const worlds::variant& v, std::size_t i) const {
        return i >= safe_.size() || !able_[i] || !refusal(v, under(models_[i])).empty();
    }

    // Under each model the scenarios that are safe as given.
    void find_safe() {
        study::explorations_ahead ahead;
        for (const model_id m : models_)
            for (const scenario* s : scenarios_)
                if (refusal(base_, under(m)).empty() && why_not(*s, base_).empty())
                    ahead.plan(*s, base_, as_given(m));
        ahead.begin();
        for (const model_id m : models_) {
            safe_.emplace_back();
            able_.push_back(refusal(base_, under(m)).empty());
            if (!able_.back()) continue;
            for (const scenario* s : scenarios_) {
                if (worlds::interrupted) return;
                if (!why_not(*s, base_).empty()) continue;
                line_->now(fmt::format("{} under {}, as given", s->name, sim::graph::name(m)));
                const worlds::exploration e = ahead.next(*s, base_, as_given(m));
                if (worlds::interrupted) return;  // what was cut short says nothing
                visits_.add(s->name, e.executed);
                if (e.result == worlds::verdict::safe)
                    safe_.back().push_back(s);
                else
                    left_out_[{m, s}] = e.contended;
            }
        }
    }

    void add_mutant(site where, order after) {
        model_mutant mutant{where, base_.orders[where], after, {}};
        const worlds::variant v = study::changed(base_, where, after);
        for (std::size_t i = 0; i < models_.size(); ++i) {
            model_cell c;
            c.refused = is_refused(v, i);
            for (const scenario* s : c.refused ? std::vector<const scenario*>{} : scenarios_) {
                if (!study::takes_part(*s, base_, where)) continue;
                if (std::ranges::find(safe_[i], s) == safe_[i].end()) {
                    const auto as_given = left_out_.find({models_[i], s});
                    c.left_out += as_given != left_out_.end() &&
                                  as_given->second[static_cast<std::size_t>(where)];
                    continue;
                }
                line_->now(fmt::format("{}={}  {} under {}", name(where), name(after), s->name,
                                       sim::graph::name(models_[i])));
                if (!worlds::interrupted) look(c, *s, v, under(models_[i]), where);
                c.unknown = c.unknown || worlds::interrupted;
            }
            mutant.cells.push_back(std::move(c));
        }
        for (std::size_t i = 0; i < models_.size(); ++i)
            if (is_unexplained(mutant, i))
                mutant.cells[i].elsewhere =
                    study::needed_by_another(scenarios_, base_, where, after, models_[i]);
        mutants_.push_back(std::move(mutant));
    }

    void look(model_cell& c, const scenario& s, const worlds::variant& v, const study::search& how,
              site where) {
        const worlds::exploration e = ahead_->next(s, v, how);
        if (e.result == worlds::verdict::violation) {
            c.needed_by.push_back(&s);
            c.kinds.push_back(e.kind);
        } else if (e.result != worlds::verdict::safe) {
            c.unknown = true;
        } else if (e.contended[static_cast<std::size_t>(where)]) {
            ++c.held;
        } else {
            ++c.no_race;
        }
    }

    static std::string cell_text(const model_cell& c) {
        if (c.refused) return "-";
        if (!c.needed_by.empty()) return std::to_string(c.needed_by.size());
        if (c.unknown) return "?";
        if (c.held > 0) return ".";
        return c.left_out > 0 ? "x" : "()";
    }

    void add_table(render::text_page& page) const {
        std::size_t site_width = 4;
        std::size_t order_width = 11;
        for (const model_mutant& m : mutants_) {
            site_width = std::max(site_width, study::short_name(m.where).size());
            order_width = std::max(order_width, name(m.after).size());
        }
        const std::size_t left = site_width + 2 + order_width;
        const std::size_t room = page.width() > left ? page.width() - left : 0;
        const std::size_t cell_width = std::clamp<std::size_t>(room / models_.size(), 3, 4);
        std::string head =
            render::padded("site", site_width + 2) + render::padded("weakened to", order_width);
        for (std::size_t i = 0; i < models_.size(); ++i)
            head += fmt::format("{:>{}}", i + 1, cell_width);
        page.add(page.bold(head));
        for (const model_mutant& m : mutants_) {
            std::string line = render::padded(study::short_name(m.where), site_width + 2) +
                               render::padded(name(m.after), order_width);
            for (const model_cell& c : m.cells) {
                const std::string text = fmt::format("{:>{}}", cell_text(c), cell_width);
                line += c.needed_by.empty() ? text : page.red(text);
            }
            page.add(line);
            if (const std::string who = needed_by(m); !who.empty())
                page.add_wrapped("    " + who, 4);
            add_why_nobody(page, m);
        }
    }

    // Why nobody needs the order under the model; empty if somebody does, or if it is not known.
    std::string_view why_nobody(const model_mutant& m, std::size_t i) const {
        if (cell_text(m.cells[i]) != ".") return {};
        return study::why_idle(m.where, m.after, under(models_[i]).model());
    }
    // Those of which it is the same for every site, and is told in the legend.
    static bool is_told_in_legend(model_id m) {
        return m == model_id::sc || m == model_id::x86_tso;
    }
    void add_why_nobody(render::text_page& page, const model_mutant& m) const {
        std::map<std::string_view, std::vector<std::string_view>> reasons;
        for (std::size_t i = 0; i < models_.size(); ++i)
            if (const auto why = why_nobody(m, i); !why.empty() && !is_told_in_legend(models_[i]))
                reasons[why].push_back(sim::graph::name(models_[i]));
        for (const auto& [why, models] : reasons)
            page.add_wrapped(fmt::format("    nobody ({}): {}", joined(models), why), 4);
        std::map<std::string_view, std::vector<std::string_view>> elsewhere;
        for (std::size_t i = 0; i < models_.size(); ++i)
            if (is_unexplained(m, i)) {
                const scenario* s = m.cells[i].elsewhere;
                elsewhere[s ? s->name : ""].push_back(sim::graph::name(models_[i]));
            }
        for (const auto& [who, models] : elsewhere)
            page.add_wrapped(fmt::format("    none of these scenarios ({}): {}", joined(models),
                                         who.empty() ? "nor any other, with these orders"
                                                     : "but " + std::string(who) + " does"),
                             4);
    }
    bool is_unexplained(const model_mutant& m, std::size_t i) const {
        return cell_text(m.cells[i]) == "." && why_nobody(m, i).empty() &&
               !is_told_in_legend(models_[i]);
    }

    // The scenarios that need it under any of the models, as many as fit on a line.
    std::string needed_by(const model_mutant& m) const {
        constexpr std::size_t shown_max = 4;
        std::string text;
        std::size_t n = 0;
        for (const scenario* s : scenarios_) {
            const auto needs = [&](const model_cell& c) {
                return std::ranges::find(c.needed_by, s) != c.needed_by.end();
            };
            if (std::ranges::none_of(m.cells, needs)) continue;
            if (++n <= shown_max) text += (n == 1 ? "" : ", ") + std::string(s->name);
        }
        return n > shown_max ? fmt::format("{} and {} more", text, n - shown_max) : text;
    }

    void add_summary(render::text_page& page) const {
        std::size_t needed = 0;
        std::size_t idle = 0;
        std::size_t untested = 0;
        for (const model_mutant& m : mutants_) {
            const auto needs = [](const model_cell& c) { return !c.needed_by.empty(); };
            const auto open = [](const model_cell& c) { return c.unknown || cell_text(c) == "x"; };
            if (std::ranges::any_of(m.cells, needs))
                ++needed;
            else if (std::ranges::any_of(m.cells, open) ||
                     std::ranges::all_of(m.cells, [](const model_cell& c) { return c.held == 0; }))
                ++untested;
            else
                ++idle;
        }
        page.add_wrapped(
            fmt::format("{} changes: {} needed by somebody, {} by nobody, {} not put to the test "
                        "(an x, or nothing but ()){}",
                        mutants_.size(), needed, idle, untested,
                        stopped_.empty() ? "" : " (" + stopped_ + ")"),
            0);
        if (!stopped_.empty()) return;  // what was not looked at is neither safe nor unsafe
        std::map<std::size_t, std::vector<std::string_view>> unsafe;  // models, by how many
        for (std::size_t i = 0; i < safe_.size(); ++i)
            if (safe_[i].size() < scenarios_.size())
                unsafe[scenarios_.size() - safe_[i].size()].push_back(sim::graph::name(models_[i]));
        for (const std::string& remark : visits_.remarks(study::changed_sites(base_)))
            page.add_wrapped(remark, 2);
        for (const auto& [n, models] : unsafe)
            page.add_wrapped(fmt::format("left out, not safe as given: {} scenario{} under {}", n,
                                         n == 1 ? "" : "s", joined(models)),
                             4);
    }

    std::vector<const scenario*> scenarios_;
    worlds::variant base_;
    std::vector<model_id> models_;
    std::vector<std::vector<const scenario*>> safe_;  // by model
    std::vector<bool> able_;                          // by model: it can express the table
    // Of the others, the sites that they put to the test.
    std::map<std::pair<model_id, const scenario*>, std::array<bool, site_count>> left_out_;
    std::vector<model_mutant> mutants_;
    std::string stopped_;  // before its end, and by what; empty if it was not
    study::site_visits visits_;
    progress* line_ = nullptr;
    study::explorations_ahead* ahead_ = nullptr;  // while it is filled
};

}  // namespace

int run_matrix_of_models(const settings& global, const std::vector<const scenario*>& scenarios,
                         const worlds::variant& base, const std::vector<model_id>& models,
                         std::string_view time) {
    const interruptible guard(time);
    matrix_of_models matrix(scenarios, base, models);
    matrix.fill(global);
    if (worlds::interrupted) matrix.note_stop(guard.reason());
    if (global.json)
        matrix.print_json();
    else
        matrix.print_text(global);
    return matrix.status();
}

}  // namespace ringsim::scenarios::commands
