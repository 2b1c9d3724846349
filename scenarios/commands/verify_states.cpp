#include "scenarios/commands/verify_states.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/searched_parts.hpp"
#include "scenarios/commands/states_checkpoint.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/report.hpp"
#include "sim/graph/jobs.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;
namespace states = sim::states;

constexpr std::uint64_t records_most = 1'000'000;
constexpr std::uint64_t states_most = 4'000'000'000;
// Of the states, if nobody says how much.
constexpr std::uint64_t bytes_default = std::uint64_t{4} << 30;
// No more than half of what the machine has.
std::uint64_t bytes_of_machine() {
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page = sysconf(_SC_PAGESIZE);
    return pages <= 0 || page <= 0
               ? bytes_default
               : static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
}
constexpr std::uint64_t bytes_least = std::uint64_t{1} << 20;
constexpr std::uint64_t bytes_most = std::uint64_t{1} << 40;

using states_cell = states_verification::cell;

std::string_view word_of(const states_cell& c) {
    return c.refused.empty() ? render::verdict_word(c.found.result) : "REFUSED";
}

// One digit, rounded up.
std::string rounded_up(double probability) {
    const double power = std::pow(10.0, std::floor(std::log10(probability)));
    return fmt::format("{:.0e}", std::ceil(probability / power) * power);
}

// What a violation says is so, however it was found.
std::string chance_of(const states::exploration_report& r) {
    if (r.probability_of_a_miss == 0 || r.violating > 0) return "";
    return "; a state was missed with a probability of " + rounded_up(r.probability_of_a_miss) +
           " at most";
}

std::string size_of(const states_cell& c) {
    const states::exploration_report& r = c.found.states;
    const std::string identical =
        r.identical == 0 ? "" : fmt::format("; {} threads are interchangeable", r.identical);
    // Of a search that came to no end: what it would look at next.
    const bool cut =
        r.end == states::exploration_end::limit || r.end == states::exploration_end::interrupted;
    const std::string waiting =
        cut ? fmt::format(" ({} states wait, {} bytes)", grouped(r.waiting), grouped(r.bytes)) : "";
    return fmt::format("{} states, {} turns, depth {}{}{}{}", grouped(r.states), grouped(r.turns),
                       r.depth, waiting, identical, chance_of(r));
}

std::string remark_on(const states_cell& c) {
    if (!c.refused.empty()) return c.refused;
    std::string text = size_of(c);
    if (!c.found.result.what.empty()) text += ": " + c.found.result.what;
    if (exit_status_of(c.judgement.is) == exit_unexpected)
        text += " (" + render::judgement_text(c.judgement) + ")";
    return text;
}

ordered_json to_json(const states_cell& c, const std::string& records) {
    const states::exploration_report& r = c.found.states;
    ordered_json j{{"scenario", c.of->name},
                   {"orders", c.code.orders_name},
                   {"trigger", study::name(c.code.how)},
                   {"model", sim::graph::name(c.model)}};
    if (!records.empty()) {
        j["records"] = records;
        j["producers"] = c.producers;
    }
    j["verdict"] = word_of(c);
    j["violation"] = sim::name(c.found.result.kind);
    j["what"] = c.refused.empty() ? c.found.result.what : c.refused;
    j["states"] = r.states;
    j["turns"] = r.turns;
    j["depth"] = r.depth;
    j["waiting"] = r.waiting;
    j["ends"] = r.ends;
    j["interchangeable"] = r.identical;
    j["bytes"] = r.bytes;
    j["bytes_a_state"] = r.bytes_a_state;
    j["probability_of_a_miss"] = r.probability_of_a_miss;
    j["places"] = r.places;
    j["judgement"] = render::judgement_text(c.judgement);
    return j;
}

int status_of(const std::vector<states_cell>& cells) {
    int status = exit_expected;
    for (const states_cell& c : cells) {
        if (!c.refused.empty()) continue;
        const int one = c.found.result.result == worlds::verdict::inconclusive
                            ? exit_inconclusive
                            : exit_status_of(c.judgement.is);
        if (one == exit_unexpected) return one;
        if (one != exit_expected) status = one;
    }
    return status;
}

// Scenarios show one way to a violation each; the endless ring has them all.
study::judged judge_endless(const scenario& s, const worlds::variant& v, sim::graph::model_id m,
                            const worlds::exploration& e) {
    worlds::variant stated = v;
    if (!study::expectation_of(s, v) && v.how == worlds::endless_trigger(s, trigger::edge))
        stated.how = trigger::edge;
    const study::judged own = judge_result(s, stated, study::under(m), e);
    if (e.result != worlds::verdict::violation || own.is != study::judgement::unexpected)
        return own;
    for (const scenario* other : all_scenarios()) {
        if (!worlds::endless_form_of(*other)) continue;
        const study::judged j = judge_result(*other, v, study::under(m), e);
        if (j.stated && j.is == study::judgement::as_expected) return j;
    }
    return own;
}

// The shortest way to a violation, as explore and replay show one.
void add_way(render::text_page& page, const states_cell& c) {
    study::search how = study::under(c.model);
    const study::saved_finding f = finding_of(*c.of, c.code, how, c.found.result);
    add_violation(page, f, c.found.result, c.judgement, {}, {}, study::detail::normal);
}

void add_cells(render::text_page& page, const std::vector<states_cell>& cells) {
    const scenario* last = nullptr;
    std::string last_code;
    for (const states_cell& c : cells) {
        if (c.of != last) page.line("{}   {}", page.bold(c.of->name), c.of->claim);
        const std::string code =
            c.code.orders_name + (c.code.how == trigger::level ? ", level" : "");
        if (c.of != last || code != last_code) page.add_wrapped("  " + code, 4);
        last = c.of;
        last_code = code;
        page.add_wrapped(fmt::format("    {}  {}  {}", render::padded(sim::graph::name(c.model), 8),
                                     render::padded(word_of(c), 12), remark_on(c)),
                         26);
    }
}

}  // namespace

void states_verification::declare(option_set& options) {
    options.choice("--engine", engine_, {"graph", "states"},
                   "visit every execution, or every state (graph)");
    options.text("--records", records_, "N",
                 "of each producer, or: unbounded; with --engine states");
    options.number("--producers", producers_, 1, worlds::endless_producers_max,
                   "of the endless ring (those of the scenario)");
    options.text("--memory", memory_, "BYTES", "for the states at most: 500M, 8G (4G)");
    options.number("--states", states_, 1, states_most, "stop after so many");
    options.choice("--symmetry", symmetry_, {"on", "off"},
                   "one state for those that are as good as each other (on)");
    options.choice("--store", store_, {"exact", "hash"},
                   "keep states, or 64 bits of a hash of each (exact)");
}

bool states_verification::chosen(const checkpoint_options& checkpoint) const {
    if (engine_ == "states" || is_states_checkpoint(checkpoint.resumed())) return true;
    if (!records_.empty() || producers_ != 0 || !memory_.empty() || states_ != 0 ||
        !symmetry_.empty() || !store_.empty())
        throw user_error(
            "--records, --producers, --memory, --states, --symmetry and --store go with --engine "
            "states");
    return false;
}

worlds::endless_options states_verification::ring_for(const scenario& s) const {
    worlds::endless_options o;
    const worlds::endless_form* const form = worlds::endless_form_of(s);
    if (!form)
        throw user_error("the scenario " + std::string(s.name) +
                         " has no endless form; without --records it is explored as it is");
    o.form = *form;
    o.producers = producers_ != 0 ? static_cast<unsigned>(producers_) : form->producers;
    if (records_ == "unbounded") return o;
    std::uint64_t n = 0;
    const char* end = records_.data() + records_.size();
    const auto read = std::from_chars(records_.data(), end, n);
    if (read.ec != std::errc() || read.ptr != end || n == 0 || n > records_most)
        throw user_error("--records is '" + records_ + "'; it is a number from 1 to " +
                         std::to_string(records_most) + ", or unbounded");
    o.records = n;
    return o;
}

states::exploration_limits states_verification::limits(const graph_command_options& graph) const {
    states::exploration_limits l;
    l.jobs = sim::graph::jobs();
    l.interrupted = &worlds::interrupted;
    l.seconds_max = graph.how(graph.models().front()).graph.seconds_max;
    l.bytes_max = memory_.empty() ? std::min(bytes_default, bytes_of_machine() / 2)
                                  : parse_bytes("--memory", memory_, bytes_least, bytes_most);
    if (states_ != 0) l.states_max = states_;
    l.tell_all_apart = symmetry_ == "off";
    l.hashed = store_ == "hash";
    return l;
}

std::vector<states_verification::cell> states_verification::explored(
    const settings& global, const std::vector<std::string>& names,
    const graph_command_options& graph) const {
    std::vector<cell> cells;
    progress line(global, "verifying");
    for (const scenario* s :
         study::scenarios_named(names.empty() ? std::vector<std::string>{"all"} : names)) {
        if (names.empty() && endless() && !worlds::endless_form_of(*s)) continue;
        const worlds::endless_options ring = endless() ? ring_for(*s) : worlds::endless_options{};
        for (const worlds::variant& stated : graph.variants(*s))
            for (const auto m : graph.models()) {
                if (worlds::interrupted) return cells;
                cell c{s, stated, m, ring.producers, {}, {}, {}};
                // Who asks for a trigger has it.
                if (endless() && !graph.has_trigger())
                    c.code.how = worlds::endless_trigger(*s, stated.how);
                explore(c, ring, limits(graph), line);
                cells.push_back(std::move(c));
            }
    }
    return cells;
}

void states_verification::explore(cell& c, const worlds::endless_options& ring,
                                  const states::exploration_limits& limits, progress& line) const {
    const std::string what =
        fmt::format("{}  {}  {}", c.of->name, c.code.orders_name, sim::graph::name(c.model));
    line.now(what);
    c.refused =
        endless() ? why_not_endless(c.code, c.model) : why_no_states(*c.of, c.code, c.model);
    if (!c.refused.empty()) return;
    worlds::states_options o;
    o.model = c.model;
    o.limits = limits;
    o.progress = [&](const states::exploration_report& r) {
        line.now(fmt::format("{}  {} states, {} waiting, depth {}", what, grouped(r.states),
                             grouped(r.waiting), r.depth));
    };
    c.found = endless() ? explore_endless(c.code, ring, o) : explore_with_states(*c.of, c.code, o);
    c.judgement = endless() ? judge_endless(*c.of, c.code, c.model, c.found.result)
                            : judge_result(*c.of, c.code, study::under(c.model), c.found.result);
}

std::vector<states_verification::cell> states_verification::explored_with_checkpoint(
    const settings& global, const std::vector<std::string>& names,
    const graph_command_options& graph, const checkpoint_options& checkpoint) {
    checkpoint.check(names, graph);
    if (store_ == "hash")
        throw user_error("--checkpoint and --resume need the states; they go with --store exact");
    std::optional<states_checkpoint> file;
    known_problem k;
    if (checkpoint.resumed().empty()) {
        k = one_problem("--checkpoint", names, graph);
        if (endless() && !graph.has_trigger())
            k.code.how = worlds::endless_trigger(*k.of, k.code.how);
        file.emplace(checkpoint.file(),
                     states_problem{problem_of(*k.of, k.code, k.how), records_,
                                    std::to_string(producers_), symmetry_},
                     checkpoint.seconds_between());
    } else {
        if (!engine_.empty() || !records_.empty() || producers_ != 0 || !symmetry_.empty())
            throw user_error(
                "--resume: the file says what is searched; leave out what says it here");
        file.emplace(checkpoint.resumed(), checkpoint.seconds_between());
        const states_problem& p = file->problem();
        k = find_problem(p.of, checkpoint.resumed());
        records_ = p.records;
        producers_ = std::stoull(p.producers);
        symmetry_ = p.symmetry;
    }
    const worlds::endless_options ring = endless() ? ring_for(*k.of) : worlds::endless_options{};
    cell c{k.of, k.code, k.how.graph.model, ring.producers, {}, {}, {}};
    states::exploration_limits limits = this->limits(graph);
    limits.checkpoints = &*file;
    progress line(global, "verifying");
    explore(c, ring, limits, line);
    return {std::move(c)};
}

int states_verification::run(const settings& global, const std::vector<std::string>& names,
                             const graph_command_options& graph,
                             const checkpoint_options& checkpoint) {
    if (const std::string_view option = graph.only_for_executions(); !option.empty())
        throw user_error("--engine states visits every state; " + std::string(option) +
                         " goes with --engine graph");
    if (producers_ != 0 && !endless()) throw user_error("--producers goes with --records");
    const interruptible guard;
    const std::vector<cell> cells = checkpoint.chosen()
                                        ? explored_with_checkpoint(global, names, graph, checkpoint)
                                        : explored(global, names, graph);
    const bool all_refused = !cells.empty() && std::ranges::none_of(cells, [](const cell& c) {
        return c.refused.empty();
    });
    if (all_refused) throw user_error(cells.front().refused);
    if (global.json)
        print_json(cells);
    else
        print_page(global, cells);
    return status_of(cells);
}

void states_verification::print_json(const std::vector<cell>& cells) const {
    ordered_json document{{"schema", "ringsim/verify-states"}, {"version", 1}};
    document["interrupted"] = worlds::interrupted.load();
    document["results"] = ordered_json::array();
    for (const cell& c : cells) document["results"].push_back(to_json(c, records_));
    fmt::print("{}\n", document.dump(2));
}

void states_verification::print_page(const settings& global, const std::vector<cell>& cells) const {
    render::text_page page(global);
    if (!global.quiet) add_cells(page, cells);
    const bool one_variant = std::ranges::all_of(cells, [&](const cell& c) {
        return c.of == cells.front().of && c.code.same_code_as(cells.front().code);
    });
    const auto bad = std::ranges::find_if(
        cells, [](const cell& c) { return c.found.result.result == worlds::verdict::violation; });
    page.add("");
    if (bad != cells.end() && one_variant)
        add_way(page, *bad);
    else
        add_summary(page, cells);
    page.print();
}

void states_verification::add_summary(render::text_page& page,
                                      const std::vector<cell>& cells) const {
    std::size_t hold = 0, violated = 0, open = 0, refused = 0;
    double missed = 0;
    for (const cell& c : cells) {
        refused += !c.refused.empty();
        if (!c.refused.empty()) continue;
        if (c.found.result.result == worlds::verdict::safe) {
            ++hold;
            missed += c.found.states.probability_of_a_miss;
        }
        violated += c.found.result.result == worlds::verdict::violation;
        open += c.found.result.result == worlds::verdict::inconclusive;
    }
    const std::string records = records_ == "unbounded" ? " for every number of records"
                                : endless()             ? " for " + records_ + " records"
                                                        : "";
    const int status = status_of(cells);
    if (worlds::interrupted || status == exit_inconclusive)
        page.add(page.yellow("INCONCLUSIVE"));
    else if (status == exit_unexpected)
        page.add(page.red("UNEXPECTED"));
    else
        page.add(page.green((violated == 0 ? "HOLDS" : "AS EXPECTED") + records));
    if (hold > 0 && missed > 0)
        page.add_wrapped("unless a state was missed: that has a probability of " +
                             rounded_up(missed) + " at most",
                         0);
    page.add_wrapped(fmt::format("{} hold, {} violated, {} inconclusive, {} refused", hold,
                                 violated, open, refused),
                     0);
}

}  // namespace ringsim::scenarios::commands
