#include "scenarios/commands/descriptions.hpp"

#include <algorithm>

#include "consumer/order_tables.hpp"
#include "kernel_model/site_table.hpp"
#include "scenarios/commands/all_commands.hpp"
#include "scenarios/scenario.hpp"
#include "sim/graph/mapping.hpp"

namespace ringsim::scenarios::commands {
namespace {

using strings = std::vector<std::string>;

strings scenario_names() {
    strings names;
    for (const scenario* s : all_scenarios()) names.emplace_back(s->name);
    return names;
}

strings table_names() {
    strings names;
    for (const auto& t : consumer::order_tables) names.emplace_back(t.name);
    for (const auto& t : consumer::modelled_order_tables) names.emplace_back(t.name);
    return names;
}

strings mapping_names() {
    strings names;
    for (const sim::graph::mapping& m : sim::graph::all_mappings())
        if (std::ranges::find(names, m.name) == names.end()) names.emplace_back(m.name);
    return names;
}

void append(strings& to, const strings& more) {
    to.insert(to.end(), more.begin(), more.end());
}

// What a placeholder stands for; several of them may be in one text.
strings values_of(std::string_view placeholder) {
    const auto has = [&](std::string_view word) {
        return placeholder.find(word) != std::string_view::npos;
    };
    strings values;
    if (has("SCENARIO")) append(values, scenario_names());
    if (has("SCENARIO ...") || has("[SCENARIO]")) values.emplace_back("all");
    if (has("TABLE")) append(values, table_names());
    if (placeholder == "TABLE")  // or changes to libbpf's
        for (const std::string& site : site_names()) values.push_back(site + "=");
    if (has("SITE")) append(values, site_names());
    if (has("SITES")) append(values, {"consumer", "kernel", "both"});
    if (has("MODEL") || has("M,M")) {
        for (const auto name : sim::graph::model_names) values.emplace_back(name);
        if (!has("MODEL") || has("MODELS")) values.emplace_back("all");
    }
    if (has("MAPPING")) append(values, mapping_names());
    return values;
}

bool stands_for_path(std::string_view placeholder) {
    return placeholder.find("FILE") != std::string_view::npos || placeholder == "DIR" ||
           placeholder == "PATH" || placeholder == "TREE";
}

// "scenarios|orders|sites" as three words; nothing if it is no list of words to choose from.
strings choices_in(std::string_view placeholder) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '|' || c == '-'; };
    strings words;
    if (!std::ranges::all_of(placeholder, is_letter)) return words;
    while (!placeholder.empty()) {
        const auto end = std::min(placeholder.find('|'), placeholder.size());
        words.emplace_back(placeholder.substr(0, end));
        placeholder.remove_prefix(std::min(end + 1, placeholder.size()));
    }
    return words;
}

// Takes down what is declared.
class description final : public option_set {
  public:
    description(std::vector<described_option>& options, std::vector<described_option>& operands)
        : options_(options), operands_(operands) {}

    void text(std::string_view option, std::string&, std::string_view placeholder,
              std::string_view help) override {
        options_.push_back({std::string(option), std::string(placeholder), std::string(help),
                            option == "--model" && placeholder == "NAME" ? values_of("MODEL")
                                                                         : values_of(placeholder),
                            stands_for_path(placeholder)});
    }
    void number(std::string_view option, std::uint64_t&, std::uint64_t, std::uint64_t,
                std::string_view help) override {
        options_.push_back({std::string(option), "N", std::string(help), {}, false});
    }
    void choice(std::string_view option, std::string&, std::vector<std::string_view> valid,
                std::string_view help) override {
        described_option o{std::string(option), "", std::string(help), {}, false};
        for (const std::string_view v : valid) {
            o.values.emplace_back(v);
            o.placeholder += (o.placeholder.empty() ? "" : "|") + std::string(v);
        }
        options_.push_back(std::move(o));
    }
    void flag(std::string_view option, bool&, std::string_view help) override {
        options_.push_back({std::string(option), "", std::string(help), {}, false});
    }
    void operands(std::string_view placeholder, std::vector<std::string>&, std::size_t max,
                  std::string_view help) override {
        const std::string shown = std::string(placeholder) + (max > 1 ? " ..." : "");
        strings values = choices_in(placeholder);
        if (values.empty()) values = values_of(shown);
        operands_.push_back(
            {"", shown, std::string(help), std::move(values), stands_for_path(placeholder)});
    }

  private:
    std::vector<described_option>& options_;
    std::vector<described_option>& operands_;
};

}  // namespace

std::vector<std::string> site_names() {
    strings names;
    for (const site_info& row : site_table) names.emplace_back(name(row.is));
    return names;
}

std::vector<std::string> names_of_orders() {
    return {std::begin(order_names), std::end(order_names)};
}

std::vector<described_command> describe_commands() {
    std::vector<described_command> all;
    for (const auto& c : make_all_commands()) {
        described_command d{
            std::string(c->name()), std::string(c->summary()), std::string(c->examples()), {}, {}};
        description taken_down(d.options, d.operands);
        c->declare(taken_down);
        all.push_back(std::move(d));
    }
    return all;
}

std::vector<described_option> describe_global() {
    std::vector<described_option> options, none;
    description taken_down(options, none);
    settings global;
    declare_global(taken_down, global);
    return options;
}

}  // namespace ringsim::scenarios::commands
