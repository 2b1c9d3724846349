// ringsim compare: what does one order table allow that another one does not?
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/model_names.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/render/outcome_text.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/user_error.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::scenarios {
namespace {

using nlohmann::ordered_json;
using sim::graph::model_id;

// How the executions of one table end: the line that tells it, and whether it is a violation.
using ends = std::map<std::string, bool>;

// An end that only one of the tables allows, and the smallest execution that ends so.
struct difference {
    std::string end;
    bool violates;
    bool of_second;  // allowed by the second table, not by the first
    sim::trace example;
};

struct comparison {
    const scenario* of;
    model_id model;
    std::size_t ends_of_first = 0;
    std::size_t ends_of_second = 0;
    bool finished = true;
    std::vector<difference> differences;

    std::size_t more(bool of_second) const {
        return static_cast<std::size_t>(
            std::ranges::count(differences, of_second, &difference::of_second));
    }
};

constexpr std::string_view race_end = "a data race, which C and C++ leave undefined";

class compare_command final : public command {
  public:
    std::string_view name() const override { return "compare"; }
    std::string_view summary() const override {
        return "what does an order table allow that another does not?";
    }
    std::string_view examples() const override {
        return "Exit status 1 if TABLE_B allows an end of an execution that TABLE_A does not.\n\n"
               "Examples:\n"
               "  ringsim compare edge libbpf                         what is lost without a "
               "fence\n"
               "  ringsim compare edge aya-0.14 --models all          is it the same?\n"
               "  ringsim compare libbpf \"libbpf load_payload=plain\"\n"
               "  ringsim compare libbpf edge lost-wakeup --reverse   and what is gained";
    }
    void declare(option_set& options) override {
        options.operands("TABLE_A TABLE_B [SCENARIO]", words_, 66,
                         "two order tables; scenarios, or all");
        options.choice("--trigger", trigger_, {"edge", "level"}, "how epoll reports (edge)");
        options.text("--models", models_, "M,M", "memory models, or all (rc11)");
        options.flag("--reverse", reverse_, "show also what only TABLE_A allows");
    }

    int run(const settings& global) override {
        if (words_.size() < 2)
            throw user_error("compare: needs two order tables; see `ringsim list orders`");
        const trigger how = trigger_ == "level" ? trigger::level : trigger::edge;
        first_ = parse_variant(words_[0], how);
        second_ = parse_variant(words_[1], how);
        std::vector<std::string> names(words_.begin() + 2, words_.end());
        if (names.empty()) names = {"all"};
        const interruptible guard;
        std::vector<comparison> all;
        {
            progress line(global, "comparing");
            for (const scenario* s : scenarios_named(names))
                for (const model_id m : models_named(models_)) {
                    if (interrupted) break;
                    if (!why_not(*s, first_).empty() || !why_not(*s, second_).empty()) continue;
                    line.now(fmt::format("comparing {} under {}", s->name, sim::graph::name(m)));
                    all.push_back(compare(*s, m));
                }
        }
        if (global.json)
            print_json(all);
        else
            print_text(global, all);
        return status(all);
    }

  private:
    static search how_under(model_id m) {
        search how;
        how.engine = engine_kind::graph;
        how.graph.model = m;
        how.graph.stop_at_first_violation = false;
        how.graph.smallest = false;
        return how;
    }

    static ends ends_of(const scenario& s, const variant& v, model_id m, bool& finished) {
        ends found;
        search how = how_under(m);
        how.graph.on_begin = [&] { found.clear(); };
        how.graph.on_outcome = [&](const outcome& o, bool violating) {
            found[outcome_text(s, o)] |= violating;
        };
        const exploration e = explore(s, v, how);
        if (e.ended_early > 0) found[std::string(race_end)] = true;
        finished = finished && e.finished;
        return found;
    }

    // The smallest execution with this end.
    static sim::trace example(const scenario& s, const variant& v, model_id m,
                              const std::string& end) {
        search how = how_under(m);
        how.graph.smallest = true;
        if (end != race_end)
            how.graph.wanted = [&](const outcome& o) { return outcome_text(s, o) == end; };
        return sim::sequenced(explore(s, v, how).counterexample);
    }

    comparison compare(const scenario& s, model_id m) const {
        comparison c{&s, m, 0, 0, true, {}};
        const ends first = ends_of(s, first_, m, c.finished);
        const ends second = ends_of(s, second_, m, c.finished);
        c.ends_of_first = first.size();
        c.ends_of_second = second.size();
        for (const auto& [end, violates] : second)
            if (!first.contains(end))
                c.differences.push_back({end, violates, true, example(s, second_, m, end)});
        for (const auto& [end, violates] : first)
            if (!second.contains(end))
                c.differences.push_back({end, violates, false, example(s, first_, m, end)});
        return c;
    }

    static std::size_t more(const std::vector<comparison>& all, bool of_second) {
        std::size_t n = 0;
        for (const comparison& c : all) n += c.more(of_second);
        return n;
    }

    static int status(const std::vector<comparison>& all) {
        if (more(all, true) > 0) return exit_unexpected;
        const bool finished = std::ranges::all_of(all, &comparison::finished);
        return finished && !interrupted && !all.empty() ? exit_expected : exit_inconclusive;
    }

    void print_text(const settings& global, const std::vector<comparison>& all) const {
        text_page page(global);
        page.line("A  {}", first_.orders_name);
        page.line("B  {}", second_.orders_name);
        page.line("   trigger {}", ringsim::scenarios::name(first_.how));
        if (!global.quiet) {
            page.add("");
            page.add(page.bold(fmt::format("{:<18}  {:<12} {:>8} {:>8} {:>10} {:>10}", "scenario",
                                           "model", "ends A", "ends B", "only A", "only B")));
            for (const comparison& c : all)
                page.add(fmt::format("{:<18}  {:<12} {:>8} {:>8} {:>10} {:>10}", c.of->name,
                                     sim::graph::name(c.model), c.ends_of_first, c.ends_of_second,
                                     c.more(false), c.more(true)));
            for (const comparison& c : all) add_differences(page, c);
        }
        page.add("");
        const std::size_t n = more(all, true);
        if (n > 0)
            page.add(page.red("B ALLOWS MORE") +
                     fmt::format("   {} {} that A does not have", n, n == 1 ? "end" : "ends"));
        else if (status(all) == exit_expected)
            page.add(
                page.green("B ALLOWS NO MORE") +
                fmt::format("   and forbids {}; every execution was visited", more(all, false)));
        else
            page.add(page.yellow("INCONCLUSIVE") + "   not every execution was visited");
        page.print();
    }

    void add_differences(text_page& page, const comparison& c) const {
        for (const difference& d : c.differences) {
            if (!d.of_second && !reverse_) continue;
            page.add("");
            page.add_wrapped(
                fmt::format("only {} under {}{}: {}", d.of_second ? "B" : "A",
                            sim::graph::name(c.model), d.violates ? ", a violation" : "", d.end),
                7);
            if (d.example.steps.empty()) continue;
            const story told = tell(d.example, detail::core);
            const ring_words words(d.example);
            add_trace_table(page, d.example, told, words, {.lines_max = 14});
            const std::string cause = why(d.example, told, words, sim::graph::name(c.model));
            page.add_wrapped("why    " + cause, 7);
        }
    }

    void print_json(const std::vector<comparison>& all) const {
        ordered_json document{{"schema", "ringsim/compare"},
                              {"version", 1},
                              {"a", first_.orders_name},
                              {"b", second_.orders_name},
                              {"trigger", ringsim::scenarios::name(first_.how)}};
        document["results"] = ordered_json::array();
        for (const comparison& c : all) {
            ordered_json one{{"scenario", c.of->name},
                             {"model", sim::graph::name(c.model)},
                             {"ends_a", c.ends_of_first},
                             {"ends_b", c.ends_of_second},
                             {"finished", c.finished}};
            one["differences"] = ordered_json::array();
            for (const difference& d : c.differences)
                one["differences"].push_back({{"only", d.of_second ? "b" : "a"},
                                              {"end", d.end},
                                              {"violates", d.violates},
                                              {"steps", d.example.steps.size()}});
            document["results"].push_back(std::move(one));
        }
        fmt::print("{}\n", document.dump(2));
    }

    std::vector<std::string> words_;
    std::string trigger_ = "edge";
    std::string models_ = "rc11";
    bool reverse_ = false;
    variant first_;
    variant second_;
};

}  // namespace

std::unique_ptr<command> make_compare() {
    return std::make_unique<compare_command>();
}

}  // namespace ringsim::scenarios
