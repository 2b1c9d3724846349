#include "page/api.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "consumer/all.hpp"
#include "consumer/order_tables.hpp"
#include "kernel_model/version.hpp"
#include "page/game.hpp"
#include "page/hidden.hpp"
#include "page/of_finding.hpp"
#include "page/position_json.hpp"
#include "page/stepping_process.hpp"
#include "page/tell.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/study/model_names.hpp"
#include "scenarios/study/site_use.hpp"
#include "sim/litmus/run.hpp"

namespace ringsim::page {
namespace {

using namespace scenarios;  // NOLINT: the page asks for what they do
using nlohmann::ordered_json;

// Of one exploration: somebody waits for it.
constexpr std::uint64_t executions_max = 200'000;
constexpr double seconds_max = 2;

// What offer() was given, with the models under which each can be stepped through; its own first.
struct offered {
    offered_file file;
    std::vector<std::string_view> models;
};
std::vector<offered> offered_files;

std::vector<std::string_view> models_of(const offered_file& f) {
    using sim::graph::model_id;
    std::vector<std::string_view> models;
    const auto add = [&](model_id m) {
        if (std::ranges::find(models, sim::graph::name(m)) == models.end())
            models.push_back(sim::graph::name(m));
    };
    if (is_program(f.name)) {
        add(model_id::rc11);
        for (std::size_t m = 0; m < sim::graph::model_count; ++m)
            if (static_cast<model_id>(m) != model_id::lkmm) add(static_cast<model_id>(m));
        return models;
    }
    try {
        const sim::litmus::test t = sim::litmus::parse(f.text);
        add(sim::litmus::default_model(t.language));
        for (std::size_t m = 0; m < sim::graph::model_count; ++m)
            if (sim::litmus::judges(static_cast<model_id>(m), t.language))
                add(static_cast<model_id>(m));
    } catch (const sim::litmus::source_error& e) {
        throw user_error(f.name + ":" + std::to_string(e.line) + ": " + e.what());
    }
    return models;
}

std::string text_of(const ordered_json& j, const char* key, const std::string& otherwise = "") {
    if (!j.contains(key)) return otherwise;
    if (!j.at(key).is_string()) throw user_error(std::string(key) + " is not a string");
    return j.at(key).get<std::string>();
}

const scenario& scenario_of(const ordered_json& j) {
    return *study::scenarios_named({text_of(j, "scenario", "lost-wakeup")}).front();
}

template <class Range, class Name>
std::string known(const Range& all, const std::string& wanted, const char* key, Name name) {
    std::vector<std::string_view> names;
    for (const auto& one : all) {
        if (name(one) == wanted) return wanted;
        names.push_back(name(one));
    }
    throw user_error(std::string(key) + ": there is no " + in_quotes(wanted) + "; " +
                     suggestion(wanted, names));
}

std::string table_of(const ordered_json& j) {
    const std::string wanted = text_of(j, "table", "libbpf");
    if (consumer::find_order_table(wanted)) return wanted;
    throw user_error("table: there is no " + in_quotes(wanted) + "; " +
                     suggestion(wanted, study::table_names()));
}

// The variant by its parts. They are put together here, from names that are known: the text of an
// order table could name a file.
worlds::variant variant_of(const ordered_json& j) {
    std::string text = table_of(j);
    const ordered_json changes = j.value("changes", ordered_json::object());
    if (!changes.is_object()) throw user_error("changes is not an object");
    for (const auto& [key, value] : changes.items()) {
        const auto at = parse_site(key);
        if (!at) throw user_error("changes: there is no site " + in_quotes(key));
        const auto how = parse_order(value.is_string() ? value.get<std::string>() : "");
        if (!how || !info(*at).orders.contains(*how))
            throw user_error("changes: " + key + " has an order that makes no sense there");
        text += " " + key + "=" + std::string(name(*how));
    }
    if (const std::string c = text_of(j, "consumer"); !c.empty())
        text += " consumer=" + known(consumer::consumers::infos, c, "consumer",
                                     [](const auto* i) { return i->name; });
    if (const std::string k = text_of(j, "kernel"); !k.empty())
        text +=
            " kernel=" + known(kernel::versions, k, "kernel", [](const auto& v) { return v.name; });
    const std::string how = text_of(j, "trigger", "edge");
    if (how != "edge" && how != "level") throw user_error("trigger is neither edge nor level");
    return study::parse_variant(text, how == "level" ? trigger::level : trigger::edge);
}

sim::graph::model_id model_of(const ordered_json& j) {
    const auto models = study::models_named(text_of(j, "model", "x86-tso"));
    if (models.size() != 1) throw user_error("model names more than one");
    return models.front();
}

study::search limited(sim::graph::model_id m) {
    study::search how = study::under(m);
    how.graph.executions_max = executions_max;
    how.graph.seconds_max = seconds_max;
    how.graph.stop_at_first_violation = true;
    return how;
}

// --- what can be chosen --------------------------------------------------------------------------

ordered_json catalogue(const ordered_json&) {
    ordered_json out;
    out["scenarios"] = ordered_json::array();
    for (const scenario* s : all_scenarios()) {
        ordered_json stated = ordered_json::array();
        for (const expectation& e : s->expect)
            stated.push_back({{"orders", e.orders}, {"trigger", study::name(e.how)}});
        out["scenarios"].push_back({{"name", s->name}, {"claim", s->claim}, {"stated", stated}});
    }
    out["tables"] = ordered_json::array();
    for (const auto& t : consumer::order_tables)
        out["tables"].push_back({{"name", t.name}, {"summary", t.summary}});
    for (const auto& t : consumer::modelled_order_tables)
        out["tables"].push_back({{"name", t.name}, {"summary", t.summary}});
    out["consumers"] = ordered_json::array();
    for (const auto* c : consumer::consumers::infos) out["consumers"].push_back(c->name);
    out["kernels"] = ordered_json::array();
    for (const auto& v : kernel::versions) out["kernels"].push_back(v.name);
    out["models"] = sim::graph::model_names;
    out["challenges"] = ordered_json::array();
    for (const challenge& c : challenges())
        out["challenges"].push_back({{"name", c.name}, {"task", c.task}, {"model", c.model}});
    out["files"] = ordered_json::array();
    for (const offered& o : offered_files)
        out["files"].push_back({{"name", o.file.name}, {"models", o.models}});
    return out;
}

ordered_json sites_of(const scenario& s, const worlds::variant& v) {
    ordered_json sites = ordered_json::array();
    for (const site_info& row : site_table) {
        std::vector<std::string_view> orders;
        for (std::size_t o = 0; o < order_count; ++o)
            if (row.orders.contains(static_cast<order>(o)))
                orders.push_back(name(static_cast<order>(o)));
        if (orders.size() < 2 || !study::takes_part(s, v, row.is)) continue;
        sites.push_back({{"name", row.name},
                         {"function", study::made_by(row.is, v).function},
                         {"access", name(row.kind)},
                         {"pairs_with", row.pairs_with},
                         {"order", name(v.orders[row.is])},
                         {"orders", orders}});
    }
    return sites;
}

// --- verdicts ------------------------------------------------------------------------------------

ordered_json verdicts(const ordered_json& j) {
    const scenario& s = scenario_of(j);
    const worlds::variant v = variant_of(j);
    ordered_json out{
        {"scenario", s.name}, {"orders", v.orders_name}, {"trigger", study::name(v.how)}};
    out["sites"] = sites_of(s, v);
    out["verdicts"] = ordered_json::array();
    for (std::size_t m = 0; m < sim::graph::model_count; ++m) {
        study::search how = limited(static_cast<sim::graph::model_id>(m));
        how.graph.smallest = false;
        ordered_json one{{"model", how.model_name()}};
        if (const std::string why = refusal(v, how); !why.empty()) {
            one["verdict"] = "NOT EXPRESSED";
            one["what"] = why;
        } else {
            const worlds::exploration e = explore(s, v, how);
            one["verdict"] = render::verdict_word(e);
            one["what"] =
                e.result == worlds::verdict::violation ? std::string(name(e.kind)) : e.what;
            one["executions"] = e.executions;
        }
        out["verdicts"].push_back(one);
    }
    return out;
}

ordered_json counterexample(const ordered_json& j) {
    const scenario& s = scenario_of(j);
    const worlds::variant v = variant_of(j);
    const study::search how = limited(model_of(j));
    if (const std::string why = refusal(v, how); !why.empty()) throw user_error(why);
    const worlds::exploration e = explore(s, v, how);
    ordered_json out{{"verdict", render::verdict_word(e)}, {"execution", nullptr}};
    if (e.result != worlds::verdict::violation) return out;
    const study::saved_finding f = finding_of(s, v, how, e);
    out["execution"] = ordered_json::parse(to_json(told(f, "", {})));
    return out;
}

// --- be the scheduler ----------------------------------------------------------------------------

const offered& offered_of(const std::string& wanted) {
    (void)known(offered_files, wanted, "file",
                [](const offered& o) -> std::string_view { return o.file.name; });
    return *std::ranges::find_if(offered_files,
                                 [&](const offered& one) { return one.file.name == wanted; });
}

std::string model_of_file(const offered& o, const ordered_json& j) {
    return known(o.models, text_of(j, "model", std::string(o.models.front())), "model",
                 [](std::string_view m) { return m; });
}

// What there is to reach in a scenario. It is asked at each step of a run, and found at its first.
struct goal_of_scenario {
    std::string of;
    sim::violation what = sim::violation::none;
};
goal_of_scenario goal;

std::unique_ptr<game> game_of_scenario(const ordered_json& j) {
    const scenario& s = scenario_of(j);
    const worlds::variant v = variant_of(j);
    const sim::graph::model_id m = model_of(j);
    ordered_json whole = j;
    for (const char* key : {"turns", "hint"}) whole.erase(key);
    const std::string of = whole.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    if (goal.of != of) goal = {of, to_be_found(s, v, m)};
    return game_of(s, v, m, goal.what);
}

std::unique_ptr<game> game_of_request(const ordered_json& j) {
    if (const std::string file = text_of(j, "file"); !file.empty()) {
        const offered& o = offered_of(file);
        return game_of_litmus(file, o.file.text, model_of_file(o, j));
    }
    const std::string task = text_of(j, "challenge");
    if (task.empty()) return game_of_scenario(j);
    const challenge* c = find_challenge(task);
    if (!c) throw user_error("challenge: there is no " + in_quotes(task));
    return j.contains("model") ? game_of(*c, sim::graph::name(model_of(j))) : game_of(*c);
}

// The program that is stepped through at the moment, in its process.
struct running_program {
    std::string file;
    std::string model;
    std::filesystem::file_time_type written;
    std::unique_ptr<stepping_process> process;
};
running_program running;

// Its process is kept from step to step: the first step compiles and explores it.
ordered_json step_of_program(const offered& o, const ordered_json& j) {
    const std::string model = model_of_file(o, j);
    ordered_json request{{"turns", j.value("turns", ordered_json::array())},
                         {"hint", j.value("hint", ordered_json(false))}};
    (void)turns_of(request);
    std::error_code none;
    const auto written = std::filesystem::last_write_time(o.file.name, none);
    if (!running.process || running.file != o.file.name || running.model != model ||
        running.written != written) {
        running = {};
        std::vector<std::string> words{"step", "--json", o.file.name, "--model", model};
        if (!o.file.flags.empty()) words.emplace_back("--");
        words.insert(words.end(), o.file.flags.begin(), o.file.flags.end());
        running = {o.file.name, model, written, std::make_unique<stepping_process>(words)};
    }
    try {
        ordered_json out = ordered_json::parse(running.process->ask(request.dump()));
        if (out.contains("error")) throw user_error(out.at("error").get<std::string>());
        return out;
    } catch (const user_error& e) {
        // Turns that are none leave it as it was; whatever else is wrong, the next one begins anew.
        if (!std::string_view(e.what()).starts_with("turns")) running = {};
        throw;
    }
}

ordered_json step(const ordered_json& j) {
    if (const std::string file = text_of(j, "file"); is_program(file))
        return step_of_program(offered_of(file), j);
    return position_of(*game_of_request(j), j);
}

answer of(int status, ordered_json body) {
    ordered_json whole{{"schema", "ringsim/api"}, {"version", api_version}};
    whole.update(body);
    return {status, whole.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n"};
}

}  // namespace

void offer(std::vector<offered_file> files) {
    std::vector<offered> all;
    for (offered_file& f : files) {
        const auto models = models_of(f);
        all.push_back({std::move(f), models});
    }
    running = {};
    offered_files = std::move(all);
}

answer answer_to(std::string_view what, const std::string& body) {
    using handler = ordered_json (*)(const ordered_json&);
    static const std::map<std::string_view, handler> handlers{{"catalogue", catalogue},
                                                              {"verdicts", verdicts},
                                                              {"counterexample", counterexample},
                                                              {"step", step}};
    const auto found = handlers.find(what);
    if (found == handlers.end()) return of(404, {{"error", "there is no such request"}});
    try {
        if (body.size() > request_bytes_max) throw user_error("the request is too large");
        const ordered_json j =
            body.empty() ? ordered_json::object() : ordered_json::parse(body, nullptr, false);
        if (!j.is_object()) throw user_error("the request is no JSON object");
        return of(200, found->second(j));
    } catch (const user_error& e) {
        return of(400, {{"error", e.what()}});
    } catch (const machine_error& e) {
        return of(400, {{"error", e.what()}});
    }
}

}  // namespace ringsim::page
