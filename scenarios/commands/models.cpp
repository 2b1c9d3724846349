// ringsim models: the memory models, and how accesses become their instructions.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/commands/command.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/study/model_names.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;
namespace graph = sim::graph;

struct source_access {
    std::string_view text;
    language in;
    access kind;
    order how;
};

// As sources spell them; what a mapping does not tell apart is shown once.
constexpr source_access source_accesses[] = {
    {"load relaxed, READ_ONCE()", language::cxx, access::load, order::relaxed},
    {"load acquire", language::cxx, access::load, order::acquire},
    {"smp_load_acquire()", language::kernel, access::load, order::acquire},
    {"load seq_cst", language::cxx, access::load, order::seq_cst},
    {"store relaxed, WRITE_ONCE()", language::cxx, access::store, order::relaxed},
    {"store release", language::cxx, access::store, order::release},
    {"smp_store_release()", language::kernel, access::store, order::release},
    {"store seq_cst", language::cxx, access::store, order::seq_cst},
    {"exchange relaxed", language::cxx, access::rmw, order::relaxed},
    {"exchange acquire", language::cxx, access::rmw, order::acquire},
    {"exchange release", language::cxx, access::rmw, order::release},
    {"exchange acq_rel", language::cxx, access::rmw, order::acq_rel},
    {"exchange seq_cst", language::cxx, access::rmw, order::seq_cst},
    {"xchg()", language::kernel, access::rmw, order::full},
    {"fence acquire", language::cxx, access::fence, order::acquire},
    {"fence release", language::cxx, access::fence, order::release},
    {"fence acq_rel", language::cxx, access::fence, order::acq_rel},
    {"fence seq_cst, smp_mb()", language::cxx, access::fence, order::seq_cst},
};

std::string instructions(graph::model_id m, const graph::mapping& how, const source_access& a) {
    const std::string_view text = row_of(m, how, a.in, a.kind, a.how).text;
    if (text.starts_with('!')) return "refused: " + std::string(text.substr(1));
    return text.empty() ? "nothing" : std::string(text);
}

// The one that is taken unless another is named comes first: armv8-rcpc has its own, and after it
// those of armv8.
std::vector<const graph::mapping*> mappings_of(graph::model_id m) {
    std::vector<const graph::mapping*> found{&graph::default_mapping(m)};
    for (const graph::mapping& one : graph::all_mappings())
        if (&one != found.front() && graph::find_mapping(m, one.name) == &one)
            found.push_back(&one);
    return found;
}

class models_command final : public command {
  public:
    std::string_view name() const override { return "models"; }
    std::string_view summary() const override {
        return "memory models, what they leave out, mappings to instructions";
    }
    std::string_view examples() const override {
        return "Examples:\n"
               "  ringsim models               the models, and the mappings of each\n"
               "  ringsim models riscv,power   these, access by access\n"
               "  ringsim models all --json    everything";
    }
    void declare(option_set& options) override {
        options.operands("MODEL", names_, 1, "which models, access by access (a list of all)");
    }

    int run(const settings& global) override {
        const auto models = study::models_named(names_.empty() ? "all" : names_.front());
        if (global.json) {
            print_json(models);
            return exit_expected;
        }
        render::text_page page(global);
        for (const auto m : models) {
            if (m != models.front() && !names_.empty()) page.add("");
            add_model(page, m);
            if (!names_.empty()) add_table(page, m);
        }
        add_footnotes(page, models);
        page.print();
        return exit_expected;
    }

  private:
    static void add_footnotes(render::text_page& page, const std::vector<graph::model_id>& models) {
        const auto has_star = [](graph::model_id m) { return graph::info(m).dependencies; };
        const auto has_choice = [](graph::model_id m) { return mappings_of(m).size() > 1; };
        const bool star = std::ranges::any_of(models, has_star);
        const bool choice = std::ranges::any_of(models, has_choice);
        if (star || choice) page.add("");
        if (star)
            page.add_wrapped(
                "* knows address, data and control dependencies. Compiled code does not show them: "
                "absent unless the modelled code states them, which makes the model weaker, never "
                "stronger.",
                2);
        if (choice) page.line("--mapping NAME   takes another mapping than a model's first");
    }

    static void add_model(render::text_page& page, graph::model_id m) {
        const graph::model_info& i = graph::info(m);
        constexpr std::size_t indent = 13;
        page.add_wrapped(page.bold(render::padded(graph::name(m), indent - 2)) +
                             (i.dependencies ? "* " : "  ") + std::string(i.summary),
                         indent);
        const std::string blank(indent, ' ');
        page.add_wrapped(blank + "leaves out: " + std::string(i.leaves_out), indent + 2);
        page.add_wrapped(blank + std::string(i.source), indent + 2);
        for (const graph::mapping* one : mappings_of(m)) {
            if (one->summary.empty()) continue;
            page.add_wrapped(blank + "mapping " + std::string(one->name) + ": " +
                                 std::string(one->summary) + " (" + std::string(one->source) + ")",
                             indent + 2);
        }
    }

    // One line an access; of the mappings but the first, what they do differently.
    static void add_table(render::text_page& page, graph::model_id m) {
        const graph::mapping& first = graph::default_mapping(m);
        for (const source_access& a : source_accesses) {
            const std::string usual = instructions(m, first, a);
            page.add_wrapped(fmt::format("  {:<28}  {}", a.text, usual), 32);
            for (const graph::mapping* one : mappings_of(m))
                if (one != &first && instructions(m, *one, a) != usual)
                    page.add_wrapped(
                        fmt::format("  {:<28}  {}: {}", "", one->name, instructions(m, *one, a)),
                        34);
        }
    }

    static void print_json(const std::vector<graph::model_id>& models) {
        ordered_json document{{"schema", "ringsim/models"}, {"version", 1}};
        for (const auto m : models) {
            const graph::model_info& i = graph::info(m);
            ordered_json one{{"name", graph::name(m)},
                             {"summary", i.summary},
                             {"leaves_out", i.leaves_out},
                             {"source", i.source},
                             {"dependencies", i.dependencies}};
            for (const graph::mapping* how : mappings_of(m)) {
                ordered_json table{
                    {"name", how->name}, {"summary", how->summary}, {"source", how->source}};
                for (const source_access& a : source_accesses)
                    table["accesses"][std::string(a.text)] = instructions(m, *how, a);
                one["mappings"].push_back(std::move(table));
            }
            document["models"].push_back(std::move(one));
        }
        fmt::print("{}\n", document.dump(2));
    }

    std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<command> make_models() {
    return std::make_unique<models_command>();
}

}  // namespace ringsim::scenarios::commands
