#include "scenarios/commands/check_options.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/commands/check_reductions.hpp"

namespace ringsim::scenarios::commands {
namespace {

// Calls `f` with the name and the value of each but files and flags: one list for both directions.
template <class Options, class F>
void each_option(Options& o, const F& f) {
    f("model", o.model);
    f("mapping", o.mapping);
    f("at", o.at);
    f("keep-going", o.keep_going);
    f("loop-bound", o.loop_bound);
    f("exit-status", o.exit_status);
    f("races", o.races);
    f("unwritten", o.unwritten);
    f("volatile", o.volatiles);
    f("spurious", o.spurious);
    f("reduce", o.reduce);
    f("allow-unseen", o.allow_unseen);
}

}  // namespace

void check_options::declare_first(option_set& options) {
    options.text("--at", at, "FILE:LINE=ORDER",
                 "another order for a line's accesses; several with commas");
    options.flag("--keep-going", keep_going, "visit every execution, and count those that violate");
}

void check_options::declare_rest(option_set& options) {
    options.number("--loop-bound", loop_bound, 1, 1'000'000, "rounds of a loop at most");
    options.choice("--exit-status", exit_status, {"counts", "ignore"},
                   "whether an exit status other than 0 is a failure (counts)");
    options.choice("--races", races, {"count", "ignore"},
                   "whether a data race is a violation (count)");
    options.choice("--unwritten", unwritten, {"count", "ignore"},
                   "whether the use of memory that was never written is a violation (count)");
    options.choice("--volatile", volatiles, {"relaxed", "plain"},
                   "what volatile accesses are (plain under rc11, else relaxed)");
    options.flag("--spurious", spurious,
                 "weak compare-exchanges fail, and waits wake, without a reason too");
    options.text("--reduce", reduce, "KINDS", reductions_help);
    options.flag("--allow-unseen", allow_unseen, "go on where code cannot be followed");
}

std::string check_options::command(sim::graph::model_id m, const sim::graph::mapping& how,
                                   const graph_search_options& search) const {
    std::string text = "ringsim check";
    for (const std::string& file : files) text += " " + file;
    text += fmt::format(" --model {}", sim::graph::name(m));
    if (&how != &sim::graph::default_mapping(m)) text += fmt::format(" --mapping {}", how.name);
    if (!at.empty()) text += " --at " + at;
    if (loop_bound != 0) text += fmt::format(" --loop-bound {}", loop_bound);
    if (exit_status != "counts") text += " --exit-status " + exit_status;
    if (races != "count") text += " --races " + races;
    if (unwritten != "count") text += " --unwritten " + unwritten;
    if (!volatiles.empty()) text += " --volatile " + volatiles;
    if (spurious) text += " --spurious";
    if (reduce != "all") text += " --reduce " + reduce;
    text += search.words();
    if (allow_unseen) text += " --allow-unseen";
    return text;
}

std::string check_options::rest_of_command() const {
    std::string text = flags.empty() ? "" : " --";
    for (const std::string& flag : flags) text += " " + flag;
    return text;
}

std::string check_options::given() const {
    std::string text;
    const check_options plain;
    const auto before = nlohmann::ordered_json::parse(plain.to_text());
    const auto now = nlohmann::ordered_json::parse(to_text());
    for (const auto& [name, value] : now.items())
        if (name != "model" && name != "mapping" && value != before.at(name))
            text += (text.empty() ? "--" : " --") + name;
    return text;
}

std::string check_options::to_text() const {
    nlohmann::ordered_json json;
    each_option(*this, [&](const char* name, const auto& value) { json[name] = value; });
    return json.dump();
}

void check_options::take_text(const std::string& text) {
    const auto json = nlohmann::ordered_json::parse(text);
    each_option(*this, [&](const char* name, auto& value) { json.at(name).get_to(value); });
}

}  // namespace ringsim::scenarios::commands
