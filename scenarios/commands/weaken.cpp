// ringsim weaken: which orders are needed? All minimal order tables that keep scenarios safe.
#include "scenarios/study/weaken.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/study/model_names.hpp"
#include "scenarios/study/order_cost.hpp"
#include "scenarios/study/site_use.hpp"
#include "scenarios/study/site_visits.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;
using sim::graph::model_id;

// A scenario under a model, which a table must keep safe.
struct obligation {
    const scenario* of;
    model_id model;
};

class weaken_command final : public command {
  public:
    std::string_view name() const override { return "weaken"; }
    std::string_view summary() const override {
        return "find every weakest order table that is still safe";
    }
    std::string_view examples() const override {
        return "Begins with the strongest order at each of the sites. Without a scenario: all that "
               "are safe then.\n\n"
               "Examples:\n"
               "  ringsim weaken                                     the consumer, under rc11\n"
               "  ringsim weaken --models x86-tso                    on x86 alone\n"
               "  ringsim weaken --models all --sites kernel         what must the kernel do?\n"
               "  ringsim weaken --sites commit.xchg_header,recheck_fence\n"
               "  ringsim weaken --below --orders aya-0.14           is there more than needed?";
    }
    void declare(option_set& options) override {
        options.operands("SCENARIO", names_, 64, "what to keep safe; see `ringsim list`");
        options.text("--orders", orders_, "TABLE",
                     "a safe table: the orders of all other sites (fenced)");
        options.flag("--below", below_, "at the sites too, nothing stronger than in this table");
        options.choice("--trigger", trigger_, {"edge", "level"}, "how epoll reports (edge)");
        options.text("--models", models_, "M,M", "models to be safe under, or all (rc11)");
        options.text("--mapping", mapping_, "MAPPINGS",
                     "how accesses become instructions: `ringsim models` (the first)");
        options.text("--sites", sites_, "SITES",
                     "consumer, kernel, both, or names of sites (consumer)");
        declare_time(options, time_);
    }

    int run(const settings& global) override {
        base_ = study::parse_variant(orders_, trigger_ == "level" ? trigger::level : trigger::edge);
        asked_models_ = study::models_named(models_);
        const std::vector<site> sites = sites_named();
        if (!below_)
            for (const site s : sites) base_.orders = base_.orders.with(s, strongest_start(s));
        const study::weakening problem{base_.orders, sites,
                                       [&](const order_table& t) { return safe(t); },
                                       [&](site s, order o) { return expressible(s, o); }};
        const interruptible guard(time_);
        study::weakest_tables found;
        {
            progress line(global, "weakening " + base_.orders_name);
            line_ = &line;
            take_obligations();
            found = find_weakest(problem);
            line_ = nullptr;
        }
        if (worlds::interrupted) stopped_ = guard.reason();
        if (global.json)
            print_json(problem, found);
        else
            print_text(global, problem, found);
        return found.complete ? exit_expected : exit_inconclusive;
    }

  private:
    // --- what is asked ------------------------------------------------------------------------

    study::search under(model_id m) const {
        study::search how = study::under(m);
        how.graph.mapping = study::mapping_named(mapping_, m, asked_models_);
        return how;
    }

    // A model that was named has words for every table that is looked at. Of `all`, a model that
    // has none for the first is left out instead, so that the others have their whole range.
    bool all_models() const { return asked_models_.size() == sim::graph::model_count; }
    bool expressible(site s, order o) const {
        return all_models() || std::ranges::all_of(asked_models_, [&](model_id m) {
                   return refusal_at(s, o, under(m)).empty();
               });
    }

    // The strongest order at the site that the models can express; notes what they cannot.
    order strongest_start(site s) {
        order best = study::strongest(s);
        if (expressible(s, best)) return best;
        for (const model_id m : asked_models_)
            if (!refusal_at(s, best, under(m)).empty()) limiting_.insert(sim::graph::name(m));
        best = info(s).initial;  // if nothing is stronger; what is wrong with it is said later
        for (std::size_t i = 0; i < order_count; ++i) {
            const auto o = static_cast<order>(i);
            if (info(s).orders.contains(o) && expressible(s, o) && study::at_most(best, o))
                best = o;
        }
        return best;
    }

    std::vector<site> sites_named() const {
        std::vector<site> chosen;
        const auto add = [&](site s) {
            const order from = below_ ? base_.orders[s] : study::strongest(s);
            const bool fixed = study::one_step_weaker(s, from).empty();
            if (!fixed && std::ranges::find(chosen, s) == chosen.end()) chosen.push_back(s);
        };
        std::string_view rest = sites_;
        while (!rest.empty()) {
            const std::string_view word = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(rest.size(), word.size() + 1));
            const bool every = word == "all" || word == "both";
            if (word != "consumer" && word != "kernel" && !every) {
                add(study::parse_site_name(word));
                continue;
            }
            const bool of_consumer = word == "consumer";
            for (const site_info& s : site_table)
                // The others take part by name.
                if ((every || (s.of == part::consumer) == of_consumer) && study::is_own_site(s.is))
                    add(s.is);
        }
        if (chosen.empty())
            throw user_error("--sites: nothing there could be weaker than in " +
                             in_quotes(base_.orders_name) + "; `ringsim list sites` has them all");
        return chosen;
    }

    // Of the models asked for, those that have words for the starting table. Where all were asked
    // for, the others are left out with the reason.
    std::vector<model_id> models_of_table() {
        std::vector<model_id> able;
        for (const model_id m : asked_models_) {
            const std::string why = refusal(base_, under(m));
            if (why.empty()) {
                able.push_back(m);
                continue;
            }
            if (!all_models()) throw user_error(why);
            refusals_.push_back(why + "; named in --models, it limits the start to what it can");
        }
        return able;
    }

    // The scenarios that the starting table keeps safe under a model.
    void take_obligations() {
        const bool chosen = !names_.empty();
        const std::vector<model_id> models = models_of_table();
        for (const scenario* s : study::scenarios_of_orders(names_))
            for (const model_id m : models) {
                if (worlds::interrupted) return;
                if (!why_not(*s, base_).empty()) {
                    if (chosen) throw user_error(std::string(s->name) + " " + why_not(*s, base_));
                    continue;
                }
                const worlds::exploration e = look(*s, m, base_.orders);
                if (worlds::interrupted) return;
                if (e.result == worlds::verdict::safe) {
                    visits_.add(s->name, e.executed);
                    obligations_.push_back({s, m});
                    continue;
                }
                if (chosen)
                    throw user_error(
                        fmt::format("weaken: {} is not safe to begin with under {}: {}", s->name,
                                    sim::graph::name(m), e.what));
                if (std::ranges::find(left_out_, s->name) == left_out_.end())
                    left_out_.push_back(s->name);
            }
        if (obligations_.empty() && !worlds::interrupted)
            throw user_error("weaken: no scenario is safe with " + in_quotes(base_.orders_name) +
                             " to begin with");
    }

    worlds::exploration look(const scenario& s, model_id m, const order_table& orders) const {
        if (line_)
            line_->now(fmt::format("weakening {}   table {}   {} under {}", base_.orders_name,
                                   asked_, s.name, sim::graph::name(m)));
        worlds::variant v = base_;
        v.orders = orders;
        study::search how = under(m);
        how.graph.smallest = false;
        if (line_) line_->follow(how.graph);
        return explore(s, v, how);
    }

    // What refuted the last table is asked first: it often refutes the next one too.
    std::optional<bool> safe(const order_table& t) {
        ++asked_;
        if (worlds::interrupted) return std::nullopt;  // perhaps before there was an obligation
        if (queue_.empty()) queue_ = obligations_;
        for (std::size_t i = 0; i < queue_.size(); ++i) {
            if (worlds::interrupted) return std::nullopt;
            const worlds::exploration e = look(*queue_[i].of, queue_[i].model, t);
            if (e.result == worlds::verdict::safe) continue;
            if (e.result != worlds::verdict::violation) return std::nullopt;
            std::swap(queue_[i], queue_.front());
            return false;
        }
        return true;
    }

    // --- what came of it ----------------------------------------------------------------------

    std::size_t scenarios_kept() const {
        std::vector<const scenario*> all;
        for (const obligation& o : obligations_)
            if (std::ranges::find(all, o.of) == all.end()) all.push_back(o.of);
        return all.size();
    }

    void print_text(const settings& global, const study::weakening& problem,
                    const study::weakest_tables& found) const {
        render::text_page page(global);
        page.line("orders {}   trigger {}   models {}{}   {} scenario{}", base_.orders_name,
                  study::name(base_.how), models_, mapping_.empty() ? "" : "   mapping " + mapping_,
                  scenarios_kept(), scenarios_kept() == 1 ? "" : "s");
        page.add("");
        if (!global.quiet) add_tables(page, problem, found);
        if (!global.quiet) add_costs(page, problem, found);
        const std::size_t n = found.minimal.size();
        const std::string limit =
            limiting_.empty()
                ? ""
                : " that " + joined({limiting_.begin(), limiting_.end()}) + " can express";
        page.add_wrapped(
            found.complete
                ? page.bold(n == 1 ? "ONE WEAKEST TABLE" : fmt::format("{} WEAKEST TABLES", n)) +
                      "   every safe table" + limit + " is at least as strong as " +
                      (n == 1 ? "it" : "one of them")
                : page.yellow("INCONCLUSIVE") + "   " + stopped_ + (stopped_.empty() ? "" : "; ") +
                      "there may be others",
            0);
        page.add_wrapped(
            fmt::format("{} tables were explored, every execution of each; the rest follows, since "
                        "a stronger order allows no more. It holds for these scenarios and no "
                        "others.",
                        found.asked),
            0);
        if (only_machines())
            page.add_wrapped(
                "A model of a machine says nothing of compilers: what is written in C has to be "
                "safe "
                "under rc11 too, what is written for the kernel under lkmm.",
                0);
        // Of a search that was stopped nobody knows where threads would have come to.
        if (stopped_.empty())
            for (const std::string& remark : visits_.remarks(visits_.never(problem.sites)))
                page.add_wrapped(remark, 2);
        if (const std::string text = study::left_out_of_orders(names_); !text.empty())
            page.add_wrapped(text, 2);
        for (const std::string& why : refusals_) page.add_wrapped("left out: " + why, 0);
        if (!left_out_.empty())
            page.add_wrapped("left out, not safe to begin with: " + joined(left_out_), 0);
        page.print();
    }

    // A column for each table; as many tables side by side as fit.
    void add_tables(render::text_page& page, const study::weakening& problem,
                    const study::weakest_tables& found) const {
        constexpr std::size_t column = 15;
        std::size_t names = 0;
        for (const site s : problem.sites) names = std::max(names, ringsim::name(s).size());
        const std::size_t room = page.width() > names + column ? page.width() - names - 2 : column;
        const std::size_t fit = std::max<std::size_t>(1, room / column - 1);
        for (std::size_t first = 0; first < found.minimal.size(); first += fit) {
            const std::size_t end = std::min(first + fit, found.minimal.size());
            std::string head = render::padded("site", names + 2) + render::padded("start", column);
            for (std::size_t i = first; i < end; ++i)
                head += render::padded(fmt::format("weakest {}", i + 1), column);
            page.add(page.bold(head));
            for (const site s : problem.sites) {
                std::string line = render::padded(ringsim::name(s), names + 2) +
                                   render::padded(ringsim::name(problem.start[s]), column);
                for (std::size_t i = first; i < end; ++i)
                    line += render::padded(ringsim::name(found.minimal[i][s]), column);
                while (line.ends_with(' ')) line.pop_back();
                page.add(line);
            }
            page.add("");
        }
    }

    // The machines that were asked about; all of them, if only languages were: what is written in
    // one costs on each.
    std::vector<model_id> machines() const {
        std::vector<model_id> asked, all;
        for (std::size_t i = 0; i < sim::graph::model_count; ++i) {
            const auto m = static_cast<model_id>(i);
            if (!study::is_machine(m)) continue;
            all.push_back(m);
            if (std::ranges::find(asked_models_, m) != asked_models_.end()) asked.push_back(m);
        }
        return asked.empty() ? all : asked;
    }
    // Nobody compiles for such a table what is written in C, without asking about C.
    bool only_machines() const { return std::ranges::all_of(asked_models_, study::is_machine); }

    void add_costs(render::text_page& page, const study::weakening& problem,
                   const study::weakest_tables& found) const {
        if (found.minimal.empty()) return;
        page.add_wrapped(
            page.bold("cost") +
                " of each weakest table: its sites once each, as when one call takes one record; "
                "instructions by " +
                (mapping_.empty() ? "the first mapping of a model"
                                  : "the mapping " + mapping_ +
                                        " where a model has it, else its "
                                        "first") +
                " (ringsim models)",
            6);
        for (const model_id m : machines()) {
            for (std::size_t t = 0; t < found.minimal.size(); ++t)
                page.add_wrapped(render::padded(t == 0 ? sim::graph::name(m) : "", 12) +
                                     fmt::format("{:>2}  ", t + 1) +
                                     to_text(cost_on(m, found.minimal[t], problem.sites)),
                                 16);
        }
        page.add("");
    }

    study::order_cost cost_on(model_id m, const order_table& t,
                              const std::vector<site>& sites) const {
        const sim::graph::mapping* how = under(m).graph.mapping;
        return study::cost_of(t, sites, m, how ? *how : sim::graph::default_mapping(m));
    }

    ordered_json costs_of(const order_table& t, const std::vector<site>& sites) const {
        ordered_json costs;
        for (std::size_t i = 0; i < sim::graph::model_count; ++i) {
            const auto m = static_cast<model_id>(i);
            if (!study::is_machine(m)) continue;
            const study::order_cost c = cost_on(m, t, sites);
            ordered_json one{{"accesses", c.access_count()}, {"barriers", c.barrier_count()}};
            for (const auto* counts : {&c.accesses, &c.barriers})
                for (const study::instruction_count& n : *counts)
                    one["instructions"][std::string(n.name)] = n.times;
            costs[std::string(sim::graph::name(m))] = std::move(one);
        }
        return costs;
    }

    void print_json(const study::weakening& problem, const study::weakest_tables& found) const {
        ordered_json document{{"schema", "ringsim/weaken"},  {"version", 1},
                              {"orders", base_.orders_name}, {"trigger", study::name(base_.how)},
                              {"models", models_},           {"complete", found.complete},
                              {"asked", found.asked}};
        if (!stopped_.empty()) document["stopped"] = stopped_;
        if (!mapping_.empty()) document["mapping"] = mapping_;
        if (!limiting_.empty()) document["start_limited_by"] = limiting_;
        document["scenarios"] = ordered_json::array();
        for (const obligation& o : obligations_) {
            const ordered_json one{{"scenario", o.of->name}, {"model", sim::graph::name(o.model)}};
            document["scenarios"].push_back(one);
        }
        document["not_executed"] = study::names_of(visits_.never(problem.sites));
        document["minimal"] = ordered_json::array();
        document["costs"] = ordered_json::array();
        for (const order_table& t : found.minimal) {
            ordered_json table;
            for (const site s : problem.sites)
                table[std::string(ringsim::name(s))] = ringsim::name(t[s]);
            document["minimal"].push_back(table);
            document["costs"].push_back(costs_of(t, problem.sites));
        }
        fmt::print("{}\n", document.dump(2));
    }

    std::vector<std::string> names_;
    std::string orders_ = "fenced";
    std::string trigger_ = "edge";
    std::string models_ = "rc11";
    std::string mapping_;  // empty: the first of each model
    std::string sites_ = "consumer";
    std::vector<model_id> asked_models_;
    std::set<std::string_view> limiting_;  // models that have no word for the strongest orders
    worlds::variant base_;
    std::vector<obligation> obligations_;
    std::vector<obligation> queue_;  // the same, as they are asked
    std::vector<std::string_view> left_out_;
    std::vector<std::string> refusals_;  // of models
    bool below_ = false;
    std::string time_;     // empty: not given
    std::string stopped_;  // before its end, and by what; empty if it was not
    study::site_visits visits_;
    std::uint64_t asked_ = 0;
    progress* line_ = nullptr;
};

}  // namespace

std::unique_ptr<command> make_weaken() {
    return std::make_unique<weaken_command>();
}

}  // namespace ringsim::scenarios::commands
