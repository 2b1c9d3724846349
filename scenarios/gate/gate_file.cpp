// A gate file, read: TOML, by toml++. Everything is checked before anything is explored.
#include "scenarios/gate/toml_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>

#include "consumer/order_tables.hpp"
#include "scenarios/gate/gate.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/model_names.hpp"
#include "scenarios/study/scenario_names.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::gate {
namespace {

namespace graph = sim::graph;
using names = toml_source::names;

constexpr std::size_t items_max = 100'000;

class gate_reader : toml_source {
  public:
    explicit gate_reader(const std::string& file) : toml_source(file) { gate_.file = file; }

    gate read() {
        const toml::table root = parsed();
        if (root.empty()) fail(1, "is empty: a gate needs a [[check]] or a [[compare]]");
        known_keys(root, "a gate",
                   {"tables", "check", "compare", "upstream", "models", "trigger", "mapping",
                    "junit", "seconds"});
        take_defaults(root);
        take_tables(root);
        each_section(root, "check",
                     [&](const toml::table& t, const std::string& name) { take_check(t, name); });
        each_section(root, "compare", [&](const toml::table& t, const std::string& name) {
            take_comparison(t, name);
        });
        each_section(root, "upstream", [&](const toml::table& t, const std::string& name) {
            take_upstream(t, name);
        });
        if (gate_.items.empty())
            fail(1, "nothing to do: a gate needs a [[check]], a [[compare]] or an [[upstream]]");
        return std::move(gate_);
    }

  private:
    // --- what holds for all checks, unless one says otherwise ----------------------------------

    struct settings_of_check {
        std::vector<graph::model_id> models{graph::model_id::rc11};
        bool every_model = false;  // models that cannot express a variant are left out
        trigger how = trigger::edge;
        std::string mapping;  // of the models that have it
    };

    void take_settings(const toml::table& t, settings_of_check& to) const {
        if (const toml::node* node = t.get("models")) {
            std::string list;
            to.every_model = false;
            for (const auto& [text, line] : texts_at(*node, "models")) {
                at_line(line, [&given = text] { return study::models_named(given); });
                to.every_model = to.every_model || text == "all";
                list += (list.empty() ? "" : ",") + text;
            }
            to.models = study::models_named(list);
        }
        if (const toml::node* node = t.get("trigger")) {
            const std::string text = text_at(*node, "trigger");
            if (text != "edge" && text != "level")
                fail(line_of(*node), "trigger: " + in_quotes(text) + " is not one of: edge, level");
            to.how = text == "level" ? trigger::level : trigger::edge;
        }
        if (const toml::node* node = t.get("mapping")) {
            to.mapping = text_at(*node, "mapping");
            at_line(line_of(*node),
                    [&] { return study::mapping_named(to.mapping, to.models.front(), to.models); });
        }
    }

    void take_defaults(const toml::table& root) {
        take_settings(root, defaults_);
        if (const toml::node* node = root.get("junit")) {
            const std::filesystem::path junit = text_at(*node, "junit");
            const auto beside = std::filesystem::path(gate_.file).parent_path();
            gate_.junit = (junit.is_absolute() ? junit : beside / junit).string();
        }
        if (const toml::node* node = root.get("seconds")) {
            const auto value = node->value_exact<std::int64_t>();
            if (!value || *value < 1 || *value > 1'000'000)
                fail(line_of(*node), "seconds: takes a whole number from 1 to 1000000");
            seconds_ = static_cast<double>(*value);
        }
    }

    // --- order tables --------------------------------------------------------------------------

    void take_tables(const toml::table& root) {
        const toml::node* node = root.get("tables");
        if (!node) return;
        const auto* tables = node->as_table();
        if (!tables)
            fail(line_of(*node),
                 fmt::format("tables: is {}; begin a section [tables]", type_text(*node)));
        for (const auto& [key, value] : *tables) {
            const std::string name(key.str());
            const unsigned line = key.source().begin.line;
            if (consumer::find_order_table(name))
                fail(line, in_quotes(name) + " is a table already; choose another name");
            std::string text;
            if (const auto* changes = value.as_table())
                text = table_text(*changes);
            else
                text = beside_gate(text_at(value, name));
            at_line(line, [&] { return study::parse_variant(text); });
            tables_[name] = text;
        }
    }

    static names built_in_tables() {
        names all;
        for (const auto& t : consumer::order_tables) all.push_back(t.name);
        for (const auto& t : consumer::modelled_order_tables) all.push_back(t.name);
        return all;
    }

    // A table as a TOML table: base, then SITE = ORDER; dotted sites are tables in tables.
    std::string table_text(const toml::table& changes) const {
        std::string base = "libbpf";
        if (const toml::node* node = changes.get("base")) {
            base = text_at(*node, "base");
            at_line(line_of(*node), [&] { return study::parse_variant(base); });
        }
        std::string text;
        add_changes(changes, "", text);
        return base + text;
    }
    void add_changes(const toml::table& t, const std::string& prefix, std::string& text) const {
        for (const auto& [key, node] : t) {
            const std::string site = prefix + std::string(key.str());
            if (site == "base") continue;
            if (const auto* deeper = node.as_table()) {
                add_changes(*deeper, site + ".", text);
                continue;
            }
            const std::string change = site + "=" + text_at(node, site);
            at_line(key.source().begin.line, [&] { return study::parse_variant(change); });
            text += " " + change;
        }
    }

    // A file of changes is looked for beside the gate file.
    std::string beside_gate(const std::string& text) const {
        namespace fs = std::filesystem;
        const std::string first = text.substr(0, text.find_first_of(" ,\t"));
        if (first.empty() || first.find('=') != std::string::npos) return text;
        if (consumer::find_order_table(first)) return text;
        const fs::path file = fs::path(gate_.file).parent_path() / first;
        std::error_code error;
        return fs::is_regular_file(file, error) ? file.string() + text.substr(first.size()) : text;
    }

    // What a check names: a table of the file, or words as the command line takes them.
    std::string table_named(const std::string& name, unsigned line) const {
        if (const auto found = tables_.find(name); found != tables_.end()) return found->second;
        if (name.find_first_of("= \t") == std::string::npos && !consumer::find_order_table(name)) {
            names valid = built_in_tables();
            for (const auto& [own, text] : tables_) valid.push_back(own);
            if (std::ranges::find(valid, name) == valid.end())
                fail(line, "there is no table " + in_quotes(name) + "; " + suggestion(name, valid));
        }
        return name;
    }

    // --- checks --------------------------------------------------------------------------------

    template <class Take>
    void each_section(const toml::table& root, std::string_view key, Take take) const {
        const toml::node* node = root.get(key);
        if (!node) return;
        const auto* list = node->as_array();
        if (!list) fail(line_of(*node), fmt::format("{0}: begin each one with [[{0}]]", key));
        std::size_t number = 0;
        for (const toml::node& one : *list) {
            const auto* section = one.as_table();
            if (!section) fail(line_of(one), fmt::format("{0}: begin each one with [[{0}]]", key));
            std::string name = fmt::format("{} {}", key, ++number);
            if (const toml::node* given = section->get("name")) name = text_at(*given, "name");
            take(*section, name);
        }
    }

    const toml::node& needed(const toml::table& t, std::string_view key,
                             std::string_view what) const {
        if (const toml::node* node = t.get(key)) return *node;
        fail(line_of(t), fmt::format("this {} says no {}", what, key));
    }

    struct chosen_scenario {
        const scenario* of;
        std::string text;
        std::string words;
        bool every;
        unsigned line;
    };
    std::vector<chosen_scenario> scenarios_of(const toml::table& t, std::string_view what) const {
        const bool one = t.get("scenario") != nullptr;
        if (one && t.get("scenarios"))
            fail(line_of(*t.get("scenario")), "scenario and scenarios are the same; give one");
        std::vector<chosen_scenario> chosen;
        const std::string_view key = one ? "scenario" : "scenarios";
        for (const auto& [text, line] : texts_at(needed(t, key, what), key)) {
            const std::string name = text.substr(0, text.find_first_of(" \t/"));
            std::string words = text.substr(name.size());
            std::ranges::replace(words, '/', ' ');
            for (const scenario* s : at_line(line, [&] { return study::scenarios_named({name}); }))
                chosen.push_back({s, std::string(s->name) + words, words, name == "all", line});
        }
        return chosen;
    }

    void take_check(const toml::table& t, const std::string& name) {
        known_keys(t, "a check",
                   {"name", "table", "tables", "scenario", "scenarios", "models", "trigger",
                    "mapping", "expect", "executions"});
        settings_of_check settings = defaults_;
        take_settings(t, settings);
        if (t.get("table") && t.get("tables"))
            fail(line_of(*t.get("table")), "table and tables are the same; give one");
        const std::string_view key = t.get("tables") ? "tables" : "table";
        const auto chosen = scenarios_of(t, "check");
        for (const auto& [table, line] : texts_at(needed(t, key, "check"), key)) {
            const std::string text = table_named(table, line);
            for (const chosen_scenario& s : chosen)
                for (const graph::model_id m : settings.models) {
                    gate_item item = item_of(t, name, settings, s, m);
                    item.table = table;
                    item.code = at_line(s.words.empty() ? line : s.line, [&] {
                        return study::parse_variant(text + s.words, settings.how);
                    });
                    item.wanted = wanted_under(t, m);
                    item.count = count_under(t, m);
                    if (item.count) check_count(t, item);
                    add(std::move(item), s, settings);
                }
        }
    }

    void take_comparison(const toml::table& t, const std::string& name) {
        known_keys(t, "a comparison",
                   {"name", "old", "new", "scenario", "scenarios", "models", "trigger", "mapping",
                    "expect"});
        settings_of_check settings = defaults_;
        take_settings(t, settings);
        const toml::node& old_node = needed(t, "old", "comparison");
        const toml::node& new_node = needed(t, "new", "comparison");
        const std::string old_name = text_at(old_node, "old");
        const std::string new_name = text_at(new_node, "new");
        const std::string old_text = table_named(old_name, line_of(old_node));
        const std::string new_text = table_named(new_name, line_of(new_node));
        for (const chosen_scenario& s : scenarios_of(t, "comparison"))
            for (const graph::model_id m : settings.models) {
                gate_item item = item_of(t, name, settings, s, m);
                item.table = old_name + " -> " + new_name;
                const auto parsed = [&](const std::string& text, const toml::node& node) {
                    return at_line(s.words.empty() ? line_of(node) : s.line, [&] {
                        return study::parse_variant(text + s.words, settings.how);
                    });
                };
                item.old = parsed(old_text, old_node);
                item.code = parsed(new_text, new_node);
                item.wanted.is = wanted_verdict::verdict_kind::no_more;
                if (const toml::node* node = t.get("expect"))
                    item.wanted.is = comparison_wanted(*node);
                add(std::move(item), s, settings);
            }
    }

    // --- the user's own files of the kernel and libbpf -----------------------------------------

    // `~/` is the user's home, and what is not absolute stands beside the gate.
    std::string path_of(const toml::node& node, std::string_view key) const {
        const std::string text = text_at(node, key);
        if (text.starts_with("debian:") || text.starts_with("/")) return text;
        const char* home = std::getenv("HOME");
        if (text.starts_with("~/") && home) return home + text.substr(1);
        return (std::filesystem::path(gate_.file).parent_path() / text).string();
    }

    void take_upstream(const toml::table& t, const std::string& name) {
        known_keys(t, "an upstream section",
                   {"name", "linux", "libbpf", "patch", "after", "after-libbpf", "scenario",
                    "scenarios", "models", "trigger", "expect"});
        settings_of_check settings = defaults_;
        take_settings(t, settings);
        std::vector<std::string> options{"--trigger",
                                         settings.how == trigger::edge ? "edge" : "level"};
        std::string files = text_at(needed(t, "linux", "upstream section"), "linux");
        bool compares = false;
        for (const char* key : {"linux", "libbpf", "patch", "after", "after-libbpf"}) {
            const toml::node* node = t.get(key);
            if (!node) continue;
            options.insert(options.end(), {std::string("--") + key, path_of(*node, key)});
            if (std::string_view(key) == "linux" || std::string_view(key) == "libbpf") continue;
            files += " -> " + text_at(*node, key);
            compares = true;
        }
        for (const chosen_scenario& s : scenarios_of(t, "upstream section")) {
            if (s.every) fail(s.line, "scenarios: name them; not all can be run on these files");
            if (!s.words.empty())
                fail(s.line,
                     "scenarios: the files are what they are, and take "
                     "no words behind " +
                         in_quotes(s.of->name));
            for (const graph::model_id m : settings.models) {
                gate_item item = item_of(t, name, settings, s, m);
                item.table = files;
                item.code.orders_name = files;
                item.upstream = options;
                item.wanted.is = wanted_verdict::verdict_kind::no_more;
                if (!compares)
                    item.wanted = wanted_under(t, m);
                else if (const toml::node* node = t.get("expect"))
                    item.wanted.is = comparison_wanted(*node);
                if (gate_.items.size() == items_max)
                    fail(item.line, fmt::format("more than {} explorations", items_max));
                gate_.items.push_back(std::move(item));
            }
        }
    }

    wanted_verdict::verdict_kind comparison_wanted(const toml::node& node) const {
        const std::string text = text_at(node, "expect");
        if (text == "more") return wanted_verdict::verdict_kind::more;
        if (text == "no more") return wanted_verdict::verdict_kind::no_more;
        fail(line_of(node), "expect: " + in_quotes(text) + " is not one of: no more, more");
    }

    gate_item item_of(const toml::table& t, const std::string& name,
                      const settings_of_check& settings, const chosen_scenario& s,
                      graph::model_id m) const {
        gate_item item;
        item.check = name;
        item.line = line_of(t);
        item.of = s.of;
        item.scenario_text = s.text;
        item.how = study::under(m);
        item.how.graph.mapping =
            study::mapping_named(settings.mapping, m, study::models_named("all"));
        item.how.graph.seconds_max = seconds_;
        return item;
    }

    // Takes what can be explored. A scenario of `all` that does not go with the variant is left
    // out, one that was named is an error; likewise a model that cannot express the variant.
    void add(gate_item item, const chosen_scenario& s, const settings_of_check& settings) {
        for (const worlds::variant* v : {&item.code, item.old ? &*item.old : &item.code}) {
            if (const std::string why = why_not(*item.of, *v); !why.empty()) {
                if (s.every) return;
                fail(s.line, fmt::format("the scenario {} {}", item.of->name, why));
            }
            if (const std::string why = refusal(*v, item.how); !why.empty()) {
                if (!settings.every_model) fail(item.line, why);
                if (std::ranges::find(gate_.left_out, why) == gate_.left_out.end())
                    gate_.left_out.push_back(why);
                return;
            }
        }
        if (gate_.items.size() == items_max)
            fail(item.line, fmt::format("more than {} explorations", items_max));
        gate_.items.push_back(std::move(item));
    }

    // --- what is expected ----------------------------------------------------------------------

    // A value that may differ by model: { rc11 = ..., sc = ... }. nullptr: nothing is said.
    const toml::node* under_model(const toml::table& t, std::string_view key,
                                  graph::model_id m) const {
        const toml::node* node = t.get(key);
        const auto* by_model = node ? node->as_table() : nullptr;
        if (!by_model) return node;
        names valid(std::begin(graph::model_names), std::end(graph::model_names));
        valid.emplace_back("others");
        known_keys(*by_model, fmt::format("{}, which are models", key), valid);
        if (const toml::node* one = by_model->get(graph::name(m))) return one;
        return by_model->get("others");
    }

    wanted_verdict wanted_under(const toml::table& t, graph::model_id m) const {
        const toml::node* node = under_model(t, "expect", m);
        if (!node) {
            if (const toml::node* all = t.get("expect"))
                fail(line_of(*all), fmt::format("expect: says nothing of {}; `others = ...` does",
                                                graph::name(m)));
            fail(line_of(t), "this check says no expect: \"holds\", or which violation");
        }
        const std::string text = text_at(*node, "expect");
        using enum wanted_verdict::verdict_kind;
        if (text == "holds") return {holds, sim::violation::none};
        if (text == "violated") return {violated, sim::violation::none};
        names valid{"holds", "violated"};
        for (std::size_t k = 1; k < static_cast<std::size_t>(sim::violation::count_); ++k) {
            valid.push_back(sim::name(static_cast<sim::violation>(k)));
            if (valid.back() == text) return {violated, static_cast<sim::violation>(k)};
        }
        fail(line_of(*node),
             "expect: " + in_quotes(text) + " is no verdict; " + suggestion(text, valid));
    }

    // A count that contradicts the verdict beside it can never come out.
    void check_count(const toml::table& t, const gate_item& item) const {
        const auto [executions, violating] = *item.count;
        const bool violated = item.wanted.is == wanted_verdict::verdict_kind::violated;
        if (violated == (violating > 0)) return;
        fail(line_of(*t.get("executions")),
             violated
                 ? fmt::format("executions: {0} means that all hold, but expect says {1}; if K of "
                               "them violate it is \"K of {0}\"",
                               executions, to_text(item.wanted))
                 : fmt::format("executions: \"{0} of {1}\" has violations, but expect says holds; "
                               "if all hold it is {1}",
                               violating, executions));
    }

    // 113, or "10 of 113" if ten of them violate.
    std::optional<study::execution_count> count_under(const toml::table& t,
                                                      graph::model_id m) const {
        const toml::node* node = under_model(t, "executions", m);
        if (!node) return std::nullopt;
        if (const auto number = node->value_exact<std::int64_t>(); number && *number >= 0)
            return study::execution_count{static_cast<std::uint64_t>(*number), 0};
        if (const auto* given = node->as_string()) {
            const std::string text = given->get();
            constexpr std::string_view between = " of ";
            study::execution_count c;
            const auto at = text.find(between);
            const auto number = [](std::string_view digits, std::uint64_t& to) {
                const auto r = std::from_chars(digits.data(), digits.data() + digits.size(), to);
                return !digits.empty() && r.ec == std::errc{} &&
                       r.ptr == digits.data() + digits.size();
            };
            if (at != std::string::npos &&
                number(std::string_view(text).substr(0, at), c.violating) &&
                number(std::string_view(text).substr(at + between.size()), c.executions) &&
                c.violating <= c.executions)
                return c;
        }
        std::string given(type_text(*node));
        if (const auto number = node->value_exact<std::int64_t>()) given = std::to_string(*number);
        if (node->is_string()) given = in_quotes(node->as_string()->get());
        fail(line_of(*node),
             "executions: takes a number, 113, or \"10 of 113\" if ten of them "
             "violate; not " +
                 given);
    }

    gate gate_;
    settings_of_check defaults_;
    std::map<std::string, std::string> tables_;  // the words that each stands for
    double seconds_ = 600;
};

}  // namespace

gate read_gate(const std::string& file) {
    return gate_reader(file).read();
}

}  // namespace ringsim::scenarios::gate
