// ringsim cross: the same scenario on both engines. The graph engine is exact for its model; where
// Relacy says something else, the difference is known and explained, or it is a bug of one of them.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/commands/graph_options_of.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/text.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;

enum class agreement : std::uint8_t {
    agree,
    other_kind,  // both see a violation, but not the same one first
    known,       // Relacy is known to be wrong here, and why
    missed,      // Relacy's search did not meet the violation that there is
    disagree,
};

constexpr std::string_view word(agreement a) {
    constexpr std::string_view names[] = {"agree", "another violation first", "known disagreement",
                                          "missed by relacy", "DISAGREE"};
    return names[static_cast<std::size_t>(a)];
}

struct comparison {
    const scenario* of;
    worlds::variant code;
    worlds::exploration relacy;
    worlds::exploration graph;
    agreement is;
};

agreement compare(const worlds::exploration& relacy, const worlds::exploration& graph) {
    // Where Relacy is known to be wrong its result is inconclusive, whatever it found.
    if (!relacy.known_disagreement.empty()) return agreement::known;
    const bool relacy_violated = relacy.result == worlds::verdict::violation;
    const bool graph_violated = graph.result == worlds::verdict::violation;
    if (relacy_violated && graph_violated && relacy.kind != graph.kind)
        return agreement::other_kind;
    if (relacy_violated == graph_violated) return agreement::agree;
    return graph_violated ? agreement::missed : agreement::disagree;
}

std::string verdict_text(const worlds::exploration& e) {
    if (e.result == worlds::verdict::violation ||
        (!e.known_disagreement.empty() && e.kind != sim::violation::none))
        return std::string(sim::name(e.kind));
    return e.result == worlds::verdict::safe ? "holds" : "none found";
}

std::string why(const comparison& c) {
    if (!c.relacy.known_disagreement.empty()) return c.relacy.known_disagreement;
    return c.is == agreement::missed ? "missed by relacy; search longer with --iterations"
                                     : std::string(word(c.is));
}

class cross_command final : public command {
  public:
    std::string_view name() const override { return "cross"; }
    std::string_view summary() const override {
        return "run both engines on a scenario and compare their verdicts";
    }
    std::string_view examples() const override {
        return "The graph engine runs under rc11, which is what Relacy approximates.\n\n"
               "Examples:\n"
               "  ringsim cross                       every stated variant of every scenario\n"
               "  ringsim cross lost-wakeup           of one\n"
               "  ringsim cross publish --iterations 1000000";
    }
    void declare(option_set& options) override {
        options.operands("SCENARIO", names_, 64, "what to compare (all)");
        options.number("--iterations", iterations_, 1, 1'000'000'000, "of Relacy (20000)");
        options.number("--seed", seed_, 0, UINT64_MAX, "of Relacy's random scheduler (0)");
        declare_time(options, time_);
    }

    int run(const settings& global) override {
        const auto chosen =
            study::scenarios_named(names_.empty() ? std::vector<std::string>{"all"} : names_);
        const interruptible guard(time_);
        std::vector<comparison> all;
        {
            const progress line(global, "comparing");
            for (const scenario* s : chosen)
                for (const expectation& e : s->expect) {
                    if (worlds::interrupted) break;
                    comparison c = compare_one(*s, study::parse_variant(e.orders, e.how));
                    if (worlds::interrupted) break;  // what was cut short compares with nothing
                    all.push_back(std::move(c));
                }
        }
        std::string stopped;
        if (worlds::interrupted) {
            std::size_t asked = 0;
            for (const scenario* s : chosen) asked += s->expect.size();
            stopped = fmt::format("{}; {} more were asked for", guard.reason(), asked - all.size());
        }
        if (global.json)
            print_json(all, stopped);
        else
            print_table(global, all, stopped);
        for (const comparison& c : all)
            if (c.is == agreement::disagree) return exit_unexpected;
        for (const comparison& c : all)
            if (c.is == agreement::missed) return exit_inconclusive;
        return worlds::interrupted ? exit_inconclusive : exit_expected;
    }

  private:
    comparison compare_one(const scenario& s, const worlds::variant& code) const {
        study::search relacy;
        relacy.relacy.iterations = iterations_;
        relacy.relacy.seed = seed_;
        comparison c{&s,
                     code,
                     explore(s, code, relacy),
                     explore(s, code, study::under(sim::graph::model_id::rc11)),
                     {}};
        c.is = compare(c.relacy, c.graph);
        return c;
    }

    static void print_table(const settings& global, const std::vector<comparison>& all,
                            const std::string& stopped) {
        render::text_page page(global);
        std::size_t widths[] = {8, 6, 5};
        for (const comparison& c : all) {
            widths[0] = std::max(widths[0], c.of->name.size());
            widths[1] = std::max(widths[1], verdict_text(c.relacy).size());
            widths[2] = std::max(widths[2], verdict_text(c.graph).size());
        }
        const auto row = [&](std::string_view of, std::string_view relacy, std::string_view graph,
                             std::string_view orders) {
            page.add(fmt::format("{}  {}  {}  {}", render::padded(of, widths[0]),
                                 render::padded(relacy, widths[1]),
                                 render::padded(graph, widths[2]), orders));
        };
        row("scenario", "relacy", "graph", "orders");
        std::size_t differ = 0;
        for (const comparison& c : all) {
            const std::string orders =
                c.code.orders_name + (c.code.how == trigger::level ? ", level" : "");
            if (!global.quiet)
                row(c.of->name, verdict_text(c.relacy), verdict_text(c.graph), orders);
            if (c.is == agreement::agree) continue;
            ++differ;
            page.add_wrapped("    " + why(c), 6);
        }
        page.add("");
        page.line("{} variants compared, {} agree, {} differ", all.size(), all.size() - differ,
                  differ);
        if (!stopped.empty()) page.line("{}   {}", page.yellow("INCONCLUSIVE"), stopped);
        page.print();
    }

    static void print_json(const std::vector<comparison>& all, const std::string& stopped) {
        ordered_json document{{"schema", "ringsim/cross"}, {"version", 1}};
        if (!stopped.empty()) document["stopped"] = stopped;
        document["results"] = ordered_json::array();
        for (const comparison& c : all)
            document["results"].push_back({{"scenario", c.of->name},
                                           {"orders", c.code.orders_name},
                                           {"trigger", study::name(c.code.how)},
                                           {"relacy", verdict_text(c.relacy)},
                                           {"graph", verdict_text(c.graph)},
                                           {"result", word(c.is)},
                                           {"why", c.relacy.known_disagreement}});
        fmt::print("{}\n", document.dump(2));
    }

    std::vector<std::string> names_;
    std::uint64_t iterations_ = 20'000;
    std::uint64_t seed_ = 0;
    std::string time_;  // empty: not given
};

}  // namespace

std::unique_ptr<command> make_cross() {
    return std::make_unique<cross_command>();
}

}  // namespace ringsim::scenarios::commands
