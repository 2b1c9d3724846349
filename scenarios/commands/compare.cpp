// ringsim compare: what does one order table allow that another one does not?
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/study/comparison.hpp"
#include "scenarios/study/model_names.hpp"
#include "scenarios/study/site_visits.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;
using sim::graph::model_id;

class compare_command final : public command {
  public:
    std::string_view name() const override { return "compare"; }
    std::string_view summary() const override {
        return "what does an order table allow that another does not?";
    }
    std::string_view examples() const override {
        return "Exit status 1 if TABLE_B allows an end of an execution that TABLE_A does not.\n\n"
               "Examples:\n"
               "  ringsim compare fenced libbpf                         what is lost without a "
               "fence\n"
               "  ringsim compare fenced aya-0.14 --models all          is it the same?\n"
               "  ringsim compare libbpf \"libbpf load_payload=plain\"\n"
               "  ringsim compare libbpf fenced lost-wakeup --reverse   and what is gained";
    }
    void declare(option_set& options) override {
        options.operands("TABLE_A TABLE_B [SCENARIO]", words_, 66,
                         "two order tables; scenarios, or all");
        options.choice("--trigger", trigger_, {"edge", "level"},
                       "how epoll reports (edge; level where TABLE_A is not safe with edge)");
        options.text("--models", models_, "M,M", "memory models, or all (rc11)");
        options.text("--mapping", mapping_, "MAPPINGS",
                     "how accesses become instructions: `ringsim models` (the first)");
        options.flag("--reverse", reverse_, "show also what only TABLE_A allows");
        declare_time(options, time_);
    }

    int run(const settings& global) override {
        if (words_.size() < 2)
            throw user_error("compare: needs two order tables; see `ringsim list orders`");
        const std::vector<std::string> names(words_.begin() + 2, words_.end());
        const trigger how = trigger_ == "level" ? trigger::level : trigger::edge;
        first_ = study::parse_variant(words_[0], how);
        second_ = study::parse_variant(words_[1], how);
        not_named_ = study::left_out_of_orders(names);
        const interruptible guard(time_);
        std::vector<study::comparison> all;
        {
            progress line(global, "comparing");
            for (const scenario* s : study::scenarios_of_orders(names))
                for (const model_id m : study::models_named(models_)) {
                    if (worlds::interrupted) break;
                    if (impossible(*s) || refused(how_under(m))) continue;
                    line.now(fmt::format("comparing {} under {}", s->name, sim::graph::name(m)));
                    all.push_back(
                        compare_variants(*s, in(*s, first_), in(*s, second_), how_under(m)));
                }
        }
        if (worlds::interrupted) stopped_ = guard.reason();
        if (global.json)
            print_json(all);
        else
            print_text(global, all);
        return status(all);
    }

  private:
    static bool stated_violated(const scenario& s, const worlds::variant& v) {
        const expectation* e = study::expectation_of(s, v);
        return e && e->under != under_none;
    }

    // What differs from a table that is violated anyway says little: a scenario in which the first
    // one is so with an edge trigger is looked at with a level trigger.
    bool is_for_level(const scenario& s) const {
        if (!trigger_.empty()) return false;
        worlds::variant level = first_;
        level.how = trigger::level;
        return stated_violated(s, first_) && !stated_violated(s, level);
    }
    worlds::variant in(const scenario& s, worlds::variant v) const {
        if (is_for_level(s)) v.how = trigger::level;
        return v;
    }
    std::string trigger_text(const std::vector<study::comparison>& all) const {
        std::string text = fmt::format("   trigger {}", study::name(first_.how));
        std::vector<std::string_view> by_level;
        for (const study::comparison& c : all)
            if (is_for_level(*c.of) && std::ranges::find(by_level, c.of->name) == by_level.end())
                by_level.push_back(c.of->name);
        if (!by_level.empty())
            text += "; level, for with edge A is known to be violated: " + joined(by_level);
        return text;
    }

    study::search how_under(model_id m) const {
        study::search how = study::under(m);
        how.graph.mapping = study::mapping_named(mapping_, m, study::models_named(models_));
        return how;
    }

    // A scenario that one of the tables' kernels or consumers cannot run is left out.
    bool impossible(const scenario& s) {
        for (const worlds::variant* v : {&first_, &second_})
            if (const std::string why = why_not(s, *v); !why.empty()) {
                refusals_.insert(std::string(s.name) + " " + why);
                return true;
            }
        return false;
    }

    // A model that cannot express a table is left out of `all`, and an error if it was named.
    bool refused(const study::search& how) {
        for (const worlds::variant* v : {&first_, &second_})
            if (const std::string why = refusal(*v, how); !why.empty()) {
                if (study::models_named(models_).size() < sim::graph::model_count)
                    throw user_error(why);
                refusals_.insert(why);
                return true;
            }
        return false;
    }

    // Each end of a scenario once, whatever the models.
    static std::size_t more(const std::vector<study::comparison>& all, bool of_second) {
        const std::vector<told_once> list = ends_of_one(all);
        return static_cast<std::size_t>(std::ranges::count_if(
            list, [&](const told_once& t) { return t.first->of_second == of_second; }));
    }

    static int status(const std::vector<study::comparison>& all) {
        if (more(all, true) > 0) return exit_unexpected;
        const bool finished = std::ranges::all_of(all, &study::comparison::finished);
        return finished && !worlds::interrupted && !all.empty() ? exit_expected : exit_inconclusive;
    }

    void print_text(const settings& global, const std::vector<study::comparison>& all) const {
        render::text_page page(global);
        page.line("A  {}", first_.orders_name);
        page.line("B  {}", second_.orders_name);
        page.add_wrapped(trigger_text(all), 5);
        if (!global.quiet) {
            add_rows(page, all);
            add_differences(page, all);
        }
        page.add("");
        for (const std::string& why : refusals_) page.add_wrapped("left out: " + why, 4);
        if (!not_named_.empty()) page.add_wrapped(not_named_, 4);
        if (stopped_.empty()) add_remarks(page, all);
        const std::size_t n = more(all, true);
        if (n > 0)
            page.add(page.red("B ALLOWS MORE") +
                     fmt::format("   {} {} that A does not have", n, n == 1 ? "end" : "ends") +
                     (stopped_.empty() ? "" : ", and perhaps more: " + stopped_));
        else if (status(all) == exit_expected)
            page.add(page.green("B ALLOWS NO MORE") +
                     fmt::format("   and forbids {}; every execution of {} scenario{} was visited",
                                 more(all, false), scenarios_of(all),
                                 scenarios_of(all) == 1 ? "" : "s"));
        else
            page.add(page.yellow("INCONCLUSIVE") + "   " + stopped_ +
                     (stopped_.empty() ? "" : ": ") + "not every execution was visited");
        page.print();
    }

    static std::size_t scenarios_of(const std::vector<study::comparison>& all) {
        std::set<std::string_view> names;
        for (const study::comparison& c : all) names.insert(c.of->name);
        return names.size();
    }

    // On what makes the tables two, or was given by name, and is never executed.
    void add_remarks(render::text_page& page, const std::vector<study::comparison>& all) const {
        study::site_visits visits;
        for (const study::comparison& c : all) visits.add(c.of->name, c.executed);
        for (const std::string& remark : visits.remarks(visits.never(asked_about())))
            page.add_wrapped(remark, 2);
    }
    std::vector<site> asked_about() const {
        std::set<site> sites;
        for (const worlds::variant* v : {&first_, &second_})
            for (const site s : study::changed_sites(*v)) sites.insert(s);
        for (const site_info& row : site_table)
            if (first_.orders[row.is] != second_.orders[row.is]) sites.insert(row.is);
        return {sites.begin(), sites.end()};
    }

    // Of all scenarios, those in which the tables differ.
    void add_rows(render::text_page& page, const std::vector<study::comparison>& all) const {
        const bool every = words_.size() > 2;
        const auto shown = [&](const study::comparison& c) {
            return every || !c.finished || c.more(false) + c.more(true) > 0;
        };
        const auto agree = static_cast<std::size_t>(
            std::ranges::count_if(all, [&](const study::comparison& c) { return !shown(c); }));
        page.add("");
        if (agree < all.size())
            page.add(page.bold(fmt::format("{:<20} {:<12} {:>8} {:>8} {:>10} {:>10}", "scenario",
                                           "model", "ends A", "ends B", "only A", "only B")));
        for (const study::comparison& c : all)
            if (shown(c))
                page.add(fmt::format("{:<20} {:<12} {:>8} {:>8} {:>10} {:>10}{}", c.of->name,
                                     sim::graph::name(c.model), c.ends_of_first, c.ends_of_second,
                                     c.more(false), c.more(true),
                                     c.finished ? "" : "   not all visited"));
        if (agree > 0)
            page.add_wrapped(
                fmt::format("{} of {} end alike with A and with B: scenarios, each under "
                            "each model",
                            agree, all.size()),
                0);
    }

    // One end of a scenario that only one table allows: once, with the models that allow it so.
    struct told_once {
        const scenario* of;
        const study::difference* first;  // under the first of the models
        std::vector<std::string_view> models;
    };

    static std::vector<told_once> ends_of_one(const std::vector<study::comparison>& all) {
        std::vector<told_once> list;
        for (const study::comparison& c : all)
            for (const study::difference& d : c.differences) {
                const auto same = std::ranges::find_if(list, [&](const told_once& t) {
                    return t.of == c.of && t.first->of_second == d.of_second &&
                           t.first->end == d.end;
                });
                if (same == list.end())
                    list.push_back({c.of, &d, {sim::graph::name(c.model)}});
                else
                    same->models.push_back(sim::graph::name(c.model));
            }
        return list;
    }

    void add_differences(render::text_page& page, const std::vector<study::comparison>& all) const {
        for (const told_once& t : ends_of_one(all)) {
            const study::difference& d = *t.first;
            if (!d.of_second && !reverse_) continue;
            page.add("");
            page.add_wrapped(fmt::format("only {} under {}{}: {}", d.of_second ? "B" : "A",
                                         joined(t.models), what_is_wrong(d), d.end.text),
                             7);
            if (d.example.steps.empty()) continue;
            const study::story steps = tell(d.example, study::detail::core);
            const render::ring_words words(d.example);
            add_trace_table(page, d.example, steps, words,
                            in(*t.of, d.of_second ? second_ : first_), {.lines_max = 14});
            page.add_wrapped("why    " + why(d.example, steps, words, t.models.front()), 7);
        }
    }

    static std::string what_is_wrong(const study::difference& d) {
        return d.violates() ? fmt::format(", a violation ({})", sim::name(d.end.found)) : "";
    }

    void print_json(const std::vector<study::comparison>& all) const {
        ordered_json document{{"schema", "ringsim/compare"},
                              {"version", 1},
                              {"a", first_.orders_name},
                              {"b", second_.orders_name},
                              {"trigger", study::name(first_.how)}};
        document["left_out"] = refusals_;
        document["not_looked_at"] = not_named_;
        if (!stopped_.empty()) document["stopped"] = stopped_;
        document["results"] = ordered_json::array();
        for (const study::comparison& c : all) {
            ordered_json one{{"scenario", c.of->name},
                             {"trigger", study::name(in(*c.of, first_).how)},
                             {"model", sim::graph::name(c.model)},
                             {"ends_a", c.ends_of_first},
                             {"ends_b", c.ends_of_second},
                             {"finished", c.finished}};
            one["differences"] = ordered_json::array();
            for (const study::difference& d : c.differences)
                one["differences"].push_back({{"only", d.of_second ? "b" : "a"},
                                              {"end", d.end.text},
                                              {"violates", d.violates()},
                                              {"violation", sim::name(d.end.found)},
                                              {"steps", d.example.steps.size()}});
            document["results"].push_back(std::move(one));
        }
        fmt::print("{}\n", document.dump(2));
    }

    std::vector<std::string> words_;
    std::string trigger_;  // empty: in each scenario the one with which TABLE_A is safe
    std::string models_ = "rc11";
    std::string mapping_;
    bool reverse_ = false;
    std::string time_;                // empty: not given
    std::string stopped_;             // before its end, and by what; empty if it was not
    std::set<std::string> refusals_;  // of models and of scenarios, with the reason
    std::string not_named_;           // the scenarios that take part by name only
    worlds::variant first_;
    worlds::variant second_;
};

}  // namespace

std::unique_ptr<command> make_compare() {
    return std::make_unique<compare_command>();
}

}  // namespace ringsim::scenarios::commands
