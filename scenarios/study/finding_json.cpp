// The JSON form of a finding. Reading is strict: what a file must hold is checked here, once, so
// that everything behind can rely on it.
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "kernel_model/site_table.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/finding.hpp"

namespace ringsim::scenarios::study {
namespace {

using nlohmann::ordered_json;

// In the order of sim::step_kind. Words of a format that is stored: they do not change with the
// names in the code.
constexpr std::array<std::string_view, static_cast<std::size_t>(sim::step_kind::count_)> kinds{
    "load", "store", "rmw", "fence", "lock", "unlock", "set", "take", "asleep", "stuck"};
// A file with more was not written by this program.
constexpr std::size_t steps_max = 100'000;

ordered_json step_json(const sim::trace_step& s, std::size_t number) {
    ordered_json j;
    j["step"] = number;
    j["thread"] = s.thread;
    j["kind"] = kinds[static_cast<std::size_t>(s.kind)];
    j["site"] = s.where == site::count_ ? "" : std::string(name(s.where));
    j["order"] = name(s.how);
    j["word"] = s.word;
    j["note"] = s.note;
    j["read"] = s.read;
    j["written"] = s.written;
    j["reads_from"] = s.reads_from;
    j["coherence"] = s.coherence;
    j["missed"] = s.missed;
    j["location"] = s.location;
    return j;
}

// One line a step, so that a person can read it and a diff shows which step changed.
std::string steps_text(std::string_view key, const std::vector<sim::trace_step>& steps) {
    std::string text = ",\n \"" + std::string(key) + "\": [";
    for (std::size_t i = 0; i < steps.size(); ++i)
        text += (i == 0 ? "\n  " : ",\n  ") + step_json(steps[i], i + 1).dump();
    return text + (steps.empty() ? "]" : "\n ]");
}

// What is wrong with a file; the caller adds which file.
struct malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Each of these throws malformed, and names the field.
const ordered_json& field(const ordered_json& j, const char* key) {
    if (!j.is_object() || !j.contains(key)) throw malformed(std::string("lacks \"") + key + "\"");
    return j.at(key);
}

std::string text_field(const ordered_json& j, const char* key) {
    const ordered_json& value = field(j, key);
    if (!value.is_string()) throw malformed(std::string("\"") + key + "\" is not a string");
    return value.get<std::string>();
}

// No sign, no fraction: JSON has one kind of number, this format has none below 0.
std::uint64_t number_field(const ordered_json& j, const char* key, std::uint64_t max = UINT64_MAX) {
    const ordered_json& value = field(j, key);
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > max)
        throw malformed(std::string("\"") + key + "\" is not a number from 0 to " +
                        std::to_string(max));
    return value.get<std::uint64_t>();
}

// A word that `parse` knows, such as an order or a kind.
template <class T>
T named_field(const ordered_json& j, const char* key, std::optional<T> (*parse)(std::string_view)) {
    const std::string text = text_field(j, key);
    if (const auto value = parse(text)) return *value;
    throw malformed(std::string("\"") + key + "\" has the unknown value " + in_quotes(text));
}

std::optional<sim::step_kind> parse_kind(std::string_view text) {
    for (std::size_t i = 0; i < kinds.size(); ++i)
        if (kinds[i] == text) return static_cast<sim::step_kind>(i);
    return std::nullopt;
}
// A step without a site has an empty one.
std::optional<site> parse_step_site(std::string_view text) {
    return text.empty() ? site::count_ : parse_site(text);
}
std::optional<sim::violation> parse_violation(std::string_view text) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(sim::violation::count_); ++i)
        if (name(static_cast<sim::violation>(i)) == text) return static_cast<sim::violation>(i);
    return std::nullopt;
}
using cure = worlds::exploration::cure;
constexpr std::string_view might_forbid_it = "might forbid it";
constexpr std::string_view cannot_forbid_it = "cannot forbid it";
std::optional<cure> parse_cure(std::string_view text) {
    if (text == might_forbid_it) return cure::dependency;
    if (text == cannot_forbid_it) return cure::none;
    return std::nullopt;
}
std::optional<trigger> parse_trigger(std::string_view text) {
    if (text == name(trigger::level)) return trigger::level;
    if (text == name(trigger::edge)) return trigger::edge;
    return std::nullopt;
}
std::optional<worlds::relacy_scheduler> parse_scheduler(std::string_view text) {
    for (const auto s : {worlds::relacy_scheduler::random, worlds::relacy_scheduler::bound,
                         worlds::relacy_scheduler::full})
        if (name(s) == text) return s;
    return std::nullopt;
}
std::optional<sim::graph::model_id> parse_model(std::string_view text) {
    for (std::size_t i = 0; i < sim::graph::model_count; ++i)
        if (sim::graph::model_names[i] == text) return static_cast<sim::graph::model_id>(i);
    return std::nullopt;
}

std::vector<sim::trace_step> read_steps(const ordered_json& j, const char* key,
                                        std::size_t threads) {
    const ordered_json& all = field(j, key);
    if (!all.is_array()) throw malformed(std::string("\"") + key + "\" is not a list");
    if (all.size() > steps_max) throw malformed(std::string("\"") + key + "\" has too many steps");
    std::vector<sim::trace_step> steps;
    for (const ordered_json& one : all) {
        if (number_field(one, "step") != steps.size() + 1)
            throw malformed("the steps are not numbered 1, 2, ...");
        sim::trace_step s;
        s.thread = static_cast<std::uint8_t>(number_field(one, "thread", threads - 1));
        s.kind = named_field(one, "kind", parse_kind);
        s.where = named_field(one, "site", parse_step_site);
        s.how = named_field(one, "order", parse_order);
        s.word = text_field(one, "word");
        s.note = number_field(one, "note");
        s.read = number_field(one, "read");
        s.written = number_field(one, "written");
        s.reads_from = static_cast<std::uint32_t>(number_field(one, "reads_from", all.size()));
        s.coherence = static_cast<std::uint32_t>(number_field(one, "coherence", UINT32_MAX));
        s.missed = static_cast<std::uint32_t>(number_field(one, "missed", all.size()));
        s.location = static_cast<std::uint32_t>(number_field(one, "location", UINT32_MAX));
        steps.push_back(std::move(s));
    }
    return steps;
}

order_table read_orders(const ordered_json& j) {
    order_table table = upstream_orders;
    std::array<bool, site_count> given{};
    const ordered_json& orders = field(j, "orders");
    if (!orders.is_object()) throw malformed("\"orders\" is not an object");
    for (const auto& [key, value] : orders.items()) {
        const auto s = parse_site(key);
        if (!s) throw malformed("there is no site " + in_quotes(key));
        const auto o = parse_order(value.is_string() ? value.get<std::string>() : std::string());
        if (!o || !info(*s).orders.contains(*o))
            throw malformed("\"" + key + "\" has an order that makes no sense there");
        table = table.with(*s, *o);
        given[static_cast<std::size_t>(*s)] = true;
    }
    for (std::size_t i = 0; i < site_count; ++i)
        if (!given[i]) throw malformed("lacks an order for " + std::string(site_table[i].name));
    return table;
}

void check_schema(const ordered_json& j) {
    const std::string schema = text_field(j, "schema");
    if (schema != finding_schema)
        throw malformed("has the schema " + in_quotes(schema) + ", not '" +
                        std::string(finding_schema) + "'");
    const std::uint64_t version = number_field(j, "version");
    if (version != finding_version)
        throw malformed("has version " + std::to_string(version) + " of the schema; this program" +
                        " reads version " + std::to_string(finding_version));
}

// The name is what the user reads, and what the next command is made of.
void check_orders_name(const worlds::variant& v) {
    try {
        if (parse_variant(v.orders_name, v.how).same_code_as(v)) return;
    } catch (const user_error&) {
    }
    throw malformed("\"orders_name\" is " + in_quotes(v.orders_name) +
                    ", which does not say the orders that follow it");
}

search read_search(const ordered_json& j) {
    search how;
    const std::string engine = text_field(j, "engine");
    if (engine == name(engine_kind::graph)) {
        how.engine = engine_kind::graph;
        how.graph.model = named_field(j, "model", parse_model);
        if (!j.contains("mapping")) return how;
        const std::string mapping = text_field(j, "mapping");
        how.graph.mapping = sim::graph::find_mapping(how.graph.model, mapping);
        if (!how.graph.mapping)
            throw malformed("has the mapping " + in_quotes(mapping) + ", which is none of " +
                            std::string(how.model_name()));
        return how;
    }
    if (engine != name(engine_kind::relacy))
        throw malformed("comes from the unknown engine " + in_quotes(engine));
    const ordered_json& s = field(j, "search");
    how.relacy.scheduler = named_field(s, "scheduler", parse_scheduler);
    how.relacy.iterations = number_field(s, "iterations");
    how.relacy.seed = number_field(s, "seed");
    how.relacy.context_bound = static_cast<unsigned>(number_field(s, "bound", UINT32_MAX));
    return how;
}

// Field by field, in the order of to_json(). Numbers of steps and threads are compared with what
// there is, since everything behind uses them as indices.
saved_finding read(const ordered_json& j) {
    check_schema(j);
    saved_finding f;
    f.program = text_field(j, "program");
    f.kernel = text_field(j, "kernel");
    f.scenario = text_field(j, "scenario");
    const scenario* s = find_scenario(f.scenario);
    if (!s)
        throw malformed("is of the scenario " + in_quotes(f.scenario) +
                        ", which this program does not have");
    f.code.orders = read_orders(j);
    f.code.orders_name = text_field(j, "orders_name");
    f.code.how = named_field(j, "trigger", parse_trigger);
    adopt_features(f.code);
    check_orders_name(f.code);
    if (f.kernel != f.code.release->name)
        throw malformed("\"kernel\" is " + in_quotes(f.kernel) + ", but \"orders_name\" says " +
                        std::string(f.code.release->name));
    f.how = read_search(j);
    f.schedule = text_field(j, "schedule");
    f.execution = number_field(j, "execution");

    sim::trace& t = f.counterexample;
    const ordered_json& threads = field(j, "threads");
    if (!threads.is_array() || threads.size() != s->threads.size())
        throw malformed("does not have the threads of " + f.scenario);
    for (std::size_t i = 0; i < threads.size(); ++i) {
        t.threads.emplace_back(s->threads[i].name);
        if (threads[i] != s->threads[i].name)
            throw malformed("does not have the threads of " + f.scenario);
    }
    t.setup = read_steps(j, "setup", sim::threads_max);
    t.steps = read_steps(j, "steps", t.threads.size());
    const ordered_json& violation = field(j, "violation");
    t.kind = named_field(violation, "kind", parse_violation);
    t.what = text_field(violation, "what");
    t.at_step = static_cast<std::uint32_t>(number_field(violation, "step", t.steps.size()));
    if (violation.contains("races_with"))
        t.races_with =
            static_cast<std::uint32_t>(number_field(violation, "races_with", t.steps.size()));
    if (violation.contains("dependency"))
        f.by_dependency = named_field(violation, "dependency", parse_cure);
    // Last, for the id is made of all the rest.
    if (text_field(j, "id") != f.id())
        throw malformed("was changed: its id does not fit its content");
    return f;
}

}  // namespace

std::string to_json(const saved_finding& f) {
    ordered_json j;
    j["schema"] = finding_schema;
    j["version"] = finding_version;
    j["id"] = f.id();
    j["program"] = f.program;
    j["kernel"] = f.kernel;
    j["scenario"] = f.scenario;
    j["orders_name"] = f.code.orders_name;
    for (std::size_t i = 0; i < site_count; ++i)
        j["orders"][std::string(site_table[i].name)] = name(f.code.orders.orders[i]);
    j["trigger"] = name(f.code.how);
    j["engine"] = name(f.how.engine);
    j["model"] = f.how.model_name();
    if (f.how.engine == engine_kind::graph && f.how.graph.mapping)
        j["mapping"] = f.how.graph.mapping->name;
    if (f.how.engine == engine_kind::relacy)
        j["search"] = {{"scheduler", name(f.how.relacy.scheduler)},
                       {"iterations", f.how.relacy.iterations},
                       {"seed", f.how.relacy.seed},
                       {"bound", f.how.relacy.context_bound}};
    j["schedule"] = f.schedule;
    j["execution"] = f.execution;
    j["violation"] = {{"kind", name(f.counterexample.kind)},
                      {"what", f.counterexample.what},
                      {"step", f.counterexample.at_step}};
    if (f.counterexample.races_with != 0)
        j["violation"]["races_with"] = f.counterexample.races_with;
    if (f.by_dependency != cure::not_looked_for)
        j["violation"]["dependency"] =
            f.by_dependency == cure::dependency ? might_forbid_it : cannot_forbid_it;
    j["threads"] = f.counterexample.threads;
    std::string text = j.dump(1);
    text.resize(text.rfind('\n'));  // before the closing brace
    return text + steps_text("setup", f.counterexample.setup) +
           steps_text("steps", f.counterexample.steps) + "\n}\n";
}

namespace {

constexpr unsigned nesting_max = 8;

// What a trace says is printed: nothing in it may steer the terminal.
void refuse_control_characters(const ordered_json& j, const std::string& name, unsigned depth = 0) {
    if (depth > nesting_max) throw malformed("is nested too deeply");
    if (j.is_string()) {
        for (const char c : j.get_ref<const std::string&>())
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                throw malformed("has a control character in " + in_quotes(name));
    }
    if (!j.is_structured()) return;
    for (const auto& [key, value] : j.items()) {
        if (j.is_object()) refuse_control_characters(ordered_json(key), "a name", depth + 1);
        refuse_control_characters(value, j.is_object() ? key : name, depth + 1);
    }
}

}  // namespace

saved_finding finding_from_json(const std::string& text, const std::string& where) {
    const ordered_json j = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (j.is_discarded())
        throw user_error(where +
                         ": is not JSON, or was cut short; `ringsim explore` writes traces");
    try {
        refuse_control_characters(j, "it");
        return read(j);
    } catch (const malformed& e) {
        throw user_error(where + ": is no trace of ringsim: " + e.what());
    }
}

}  // namespace ringsim::scenarios::study
