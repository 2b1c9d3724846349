// ringsim list: scenarios, order tables, sites, dependencies.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "consumer/order_tables.hpp"
#include "kernel_model/dependency.hpp"
#include "kernel_model/site_table.hpp"
#include "kernel_model/version.hpp"
#include "scenarios/commands/command.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;

// The models of an expectation.
std::vector<std::string_view> models_of(std::uint16_t under) {
    std::vector<std::string_view> names;
    for (std::size_t m = 0; m < sim::graph::model_count; ++m)
        if ((under >> m) & 1) names.push_back(sim::graph::model_names[m]);
    return names;
}

std::string verdict_text(const expectation& e) {
    if (e.under == under_none) return "safe";
    const std::string kind(name(e.kind));
    if (e.under == under_all) return kind;
    return kind + " (" + joined(models_of(e.under)) + ")";
}

void print_scenarios(const settings& global) {
    render::text_page page(global);
    for (const scenario* s : all_scenarios()) {
        page.line("{}   {}   [{}]", page.bold(s->name), s->claim, s->shape);
        for (const expectation& e : s->expect)
            page.line("    {:<36}  {:<6}  {}", e.orders, study::name(e.how), verdict_text(e));
    }
    page.line("");
    page.line("ringsim explore NAME   explores one; the verdicts are those that the tests expect");
    page.print();
}

// Of the column of a table: room for its name and for an order, and a space behind it.
std::size_t column_width(std::string_view table) {
    return std::max<std::size_t>(table.size(), 7) + 2;
}

// The orders of the tables, where one of them differs from upstream's.
void add_differences(render::text_page& page, std::span<const consumer::named_order_table> tables) {
    std::string head = fmt::format("{:<36}  {:<8}  ", "site", "upstream");
    for (const auto& t : tables)
        if (t.orders != upstream_orders)
            head += fmt::format("{:<{}}", t.name, column_width(t.name));
    page.line("{}", head);
    for (std::size_t i = 0; i < site_count; ++i) {
        const auto s = static_cast<site>(i);
        const bool differs = std::ranges::any_of(
            tables, [&](const auto& t) { return t.orders[s] != upstream_orders[s]; });
        if (!differs) continue;
        std::string row = fmt::format("{:<36}  {:<8}  ", name(s), name(upstream_orders[s]));
        for (const auto& t : tables)
            if (t.orders != upstream_orders)
                row += fmt::format(
                    "{:<{}}",
                    t.orders[s] == upstream_orders[s] ? std::string_view(".") : name(t.orders[s]),
                    column_width(t.name));
        page.line("{}", row);
    }
}

void print_tables(const settings& global) {
    constexpr std::size_t name_width = 11;
    render::text_page page(global);
    for (const auto& t : consumer::order_tables)
        page.line("{:<{}}  {}", t.name, name_width, t.summary);
    page.line("");
    add_differences(page, consumer::order_tables);
    page.line("");
    page.line("For explorations alone; ringsim live has no consumer with these:");
    page.line("");
    for (const auto& t : consumer::modelled_order_tables)
        page.line("{:<{}}  {}", t.name, name_width, t.summary);
    page.line("");
    add_differences(page, consumer::modelled_order_tables);
    page.line("");
    page.line(
        "ringsim explore --orders \"fenced recheck_fence=acq_rel\"   a table, and changes to it");
    page.print();
}

std::vector<std::string_view> orders_at(site s) {
    std::vector<std::string_view> names;
    for (std::size_t o = 0; o < order_count; ++o)
        if (info(s).orders.contains(static_cast<order>(o))) names.push_back(order_names[o]);
    return names;
}

void print_sites(const settings& global) {
    constexpr std::size_t orders_column = 57;
    render::text_page page(global);
    std::string_view function;
    for (std::size_t i = 0; i < site_count; ++i) {
        const auto s = static_cast<site>(i);
        if (info(s).function != function) page.line("{}", page.bold(info(s).function));
        function = info(s).function;
        page.add_wrapped(fmt::format("  {:<36}  {:<5}  {:<8}  {}", name(s), name(info(s).kind),
                                     name(info(s).initial), joined(orders_at(s), " ")),
                         orders_column);
    }
    page.line("");
    page.line("site, kind of access, upstream order (Linux {}), orders that make sense there.",
              kernel::described_version.name);
    page.line("The last part of a name will do where it is unique: --orders recheck_fence=seq_cst");
    page.print();
}

// The loads that a dependency begins with.
std::vector<std::string_view> loads_of(const dependency_info& d) {
    std::vector<std::string_view> names;
    for (const site s : d.from)
        if (s != site::count_) names.push_back(name(s));
    return names;
}

void print_dependencies(const settings& global) {
    constexpr std::size_t loads_column = 6;
    render::text_page page(global);
    std::string_view function;
    for (const dependency_info& d : dependency_table) {
        if (d.function != function) page.line("{}", page.bold(d.function));
        function = d.function;
        page.line("  {:<34}  {:<7}  {}", d.name, name(d.kind), d.line);
        page.add_wrapped(
            fmt::format("      {} -> {}", joined(loads_of(d)),
                        d.to == site::count_ ? std::string_view("all behind it") : name(d.to)),
            loads_column);
    }
    page.line("");
    page.line("What a compiler must keep; armv8, riscv, power and lkmm count on it.");
    page.line("To see what one is good for: --orders \"libbpf without=consumer.busy_check\"");
    page.print();
}

ordered_json dependencies_json() {
    ordered_json all = ordered_json::array();
    for (const dependency_info& d : dependency_table) {
        ordered_json j{{"name", d.name},
                       {"function", d.function},
                       {"line", d.line},
                       {"kind", name(d.kind)},
                       {"from", loads_of(d)}};
        if (d.to != site::count_) j["to"] = name(d.to);
        all.push_back(std::move(j));
    }
    return all;
}

ordered_json scenarios_json() {
    ordered_json all = ordered_json::array();
    for (const scenario* s : all_scenarios()) {
        ordered_json j{{"name", s->name},
                       {"claim", s->claim},
                       {"shape", s->shape},
                       {"source", s->source},
                       {"ring_bytes", s->ring_bytes}};
        for (const thread_body& t : s->threads) j["threads"].push_back(t.name);
        j["sometimes"] = ordered_json::array();
        for (const sometimes_condition& c : s->sometimes) j["sometimes"].push_back(c.name);
        j["expect"] = ordered_json::array();
        for (const expectation& e : s->expect)
            j["expect"].push_back({{"orders", e.orders},
                                   {"trigger", study::name(e.how)},
                                   {"violated_under", models_of(e.under)},
                                   {"kind", name(e.kind)}});
        all.push_back(std::move(j));
    }
    return all;
}

// `live`: whether live mode has a consumer with these orders.
void add_tables(ordered_json& all, std::span<const consumer::named_order_table> tables, bool live) {
    for (const auto& t : tables) {
        ordered_json j{{"name", t.name}, {"summary", t.summary}, {"live", live}};
        for (std::size_t i = 0; i < site_count; ++i)
            j["orders"][std::string(site_table[i].name)] = name(t.orders.orders[i]);
        all.push_back(std::move(j));
    }
}

ordered_json tables_json() {
    ordered_json all = ordered_json::array();
    add_tables(all, consumer::order_tables, /*live=*/true);
    add_tables(all, consumer::modelled_order_tables, /*live=*/false);
    return all;
}

ordered_json sites_json() {
    ordered_json all = ordered_json::array();
    for (std::size_t i = 0; i < site_count; ++i) {
        const site_info& s = site_table[i];
        all.push_back({{"name", s.name},
                       {"function", s.function},
                       {"word", name(s.word)},
                       {"access", name(s.kind)},
                       {"upstream", name(s.initial)},
                       {"orders", orders_at(static_cast<site>(i))},
                       {"pairs_with", s.pairs_with}});
    }
    return all;
}

class list_command final : public command {
  public:
    std::string_view name() const override { return "list"; }
    std::string_view summary() const override {
        return "scenarios with their verdicts; order tables; sites; dependencies";
    }
    std::string_view examples() const override {
        return "Examples:\n"
               "  ringsim list               what can be explored, and the expected verdicts\n"
               "  ringsim list orders        the named order tables, and how they differ\n"
               "  ringsim list sites --json  every access, its orders, and what it pairs with\n"
               "  ringsim list dependencies  which access depends on which load";
    }
    void declare(option_set& options) override {
        options.operands("scenarios|orders|sites|dependencies", what_, 1,
                         "what to list (scenarios)");
    }
    int run(const settings& global) override {
        const std::string what = what_.empty() ? "scenarios" : what_.front();
        const std::vector<std::string_view> valid{"scenarios", "orders", "sites", "dependencies"};
        if (std::ranges::find(valid, what) == valid.end())
            throw user_error("list: " + in_quotes(what) + " cannot be listed; " +
                             suggestion(what, valid));
        if (global.json) {
            ordered_json document{{"schema", "ringsim/list"}, {"version", 1}};
            document[what] = what == "scenarios" ? scenarios_json()
                             : what == "orders"  ? tables_json()
                             : what == "sites"   ? sites_json()
                                                 : dependencies_json();
            fmt::print("{}\n", document.dump(2));
        } else if (what == "scenarios") {
            print_scenarios(global);
        } else if (what == "orders") {
            print_tables(global);
        } else if (what == "sites") {
            print_sites(global);
        } else {
            print_dependencies(global);
        }
        return exit_expected;
    }

  private:
    std::vector<std::string> what_;
};

}  // namespace

std::unique_ptr<command> make_list() {
    return std::make_unique<list_command>();
}

}  // namespace ringsim::scenarios::commands
