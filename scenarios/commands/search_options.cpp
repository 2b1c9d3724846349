#include "scenarios/commands/search_options.hpp"

#include <algorithm>

#include "consumer/all.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/model_names.hpp"

namespace ringsim::scenarios::commands {

namespace {
constexpr std::uint64_t iterations_max = 1'000'000'000'000;

std::vector<std::string_view> model_choices() {
    return {std::begin(sim::graph::model_names), std::end(sim::graph::model_names)};
}
}  // namespace

void search_options::declare(option_set& options) {
    options.text("--orders", orders_, "TABLE",
                 "table, SITE=ORDER changes to one, or a file of them (" + default_orders_ + ")");
    options.choice("--trigger", trigger_, {"edge", "level"},
                   "how epoll reports: EPOLLET, or level (edge)");
    code_.declare(options);
    options.choice("--engine", engine_, {"relacy", "graph"},
                   worlds::relacy_available()
                       ? "relacy searches; graph visits every execution (relacy)"
                       : "graph visits every execution (graph)");
    options.choice("--model", model_, model_choices(), "memory model of the graph engine (rc11)");
    options.text("--mapping", mapping_, "MAPPING",
                 "how accesses become instructions: `ringsim models` (the first)");
    options.choice("--scheduler", scheduler_, {"random", "bound", "full"},
                   "scheduler of Relacy (random)");
    graph_.declare(options);
    options.number("--iterations", graph_.executions, 1, iterations_max,
                   "the same as --executions");
}

// What only the other engine has.
void search_options::refuse_mixture() const {
    if (is_graph()) {
        if (!scheduler_.empty())
            throw user_error(
                graph_is_meant()
                    ? "--scheduler is of Relacy; --model, --mapping and --search are of the graph "
                      "engine"
                    : "--scheduler is of Relacy; the graph engine has --search");
        graph_.refuse_idle_seed();
        return;
    }
    const bool random = scheduler_.empty() || scheduler_ == "random";
    if (graph_.seed != 0 && !random)
        throw user_error("--seed goes with --scheduler random, or with --engine graph --search");
    if (!graph_.search.empty())
        throw user_error("--search goes with --engine graph; Relacy has --scheduler");
    if (graph_.stale != sim::graph::no_bound) throw user_error("--stale goes with --engine graph");
    if (graph_.steps != sim::graph::no_bound) throw user_error("--steps goes with --engine graph");
    if (graph_.depth != 0) throw user_error("--depth goes with --engine graph");
    if (!model_.empty())
        throw user_error("--model goes with --engine graph; Relacy's is C++11 as it has it");
    if (!mapping_.empty()) throw user_error("--mapping goes with --engine graph");
    if (graph_.bound != sim::graph::no_bound && scheduler_ != "bound")
        throw user_error("--bound goes with --scheduler bound, or with --engine graph");
}

void code_options::declare(option_set& options) {
    std::vector<std::string_view> versions;
    for (const kernel::version& v : kernel::versions) versions.push_back(v.name);
    options.choice("--kernel", kernel_, versions,
                   "the kernel's version (" + std::string(kernel::described_version.name) + ")");
    options.choice("--bits", bits_, {"8", "16", "32", "64"}, "bits of a position (64)");
    options.text("--consumer", consumer_, "NAME",
                 "which program consumes: libbpf, cilium, libpman, ... (libbpf)");
    options.choice("--wakeup", wakeup_, {"abstract", "full"},
                   "one bit, or irq_work, wait queue and epoll (abstract)");
}

std::string code_options::words() const {
    std::string words;
    if (!kernel_.empty()) words += " kernel=" + kernel_;
    if (!bits_.empty()) words += " bits=" + bits_;
    if (!consumer_.empty()) {
        // Asked here, for whoever reads the words would blame --orders.
        if (!consumer::find_consumer(consumer_)) {
            std::vector<std::string_view> valid;
            for (const auto* c : consumer::consumers::infos) valid.push_back(c->name);
            throw user_error("--consumer: there is no " + in_quotes(consumer_) + "; " +
                             suggestion(consumer_, valid));
        }
        words += " consumer=" + consumer_;
    }
    if (!wakeup_.empty()) words += " wakeup=" + wakeup_;
    return words;
}

bool code_options::only_full_wakeup() const {
    return words() == " wakeup=full";
}

worlds::variant search_options::code() const {
    return study::parse_variant((orders_.empty() ? default_orders_ : orders_) + code_.words(),
                                trigger_ == "level" ? trigger::level : trigger::edge);
}

worlds::variant search_options::code_for(const scenario& s) const {
    const worlds::variant usual = code();
    if (!orders_.empty() || !code_.words().empty() || study::expectation_of(s, usual)) return usual;
    for (const expectation& e : s.expect)
        if (trigger_.empty() || e.how == usual.how) return study::parse_variant(e.orders, e.how);
    return usual;
}

study::search search_options::how() const {
    refuse_mixture();
    study::search how;
    if (is_graph()) how.engine = study::engine_kind::graph;
    how.relacy.scheduler = scheduler_ == "full"    ? worlds::relacy_scheduler::full
                           : scheduler_ == "bound" ? worlds::relacy_scheduler::bound
                                                   : worlds::relacy_scheduler::random;
    how.relacy.iterations = graph_.executions == 0 ? default_iterations_ : graph_.executions;
    how.relacy.seed = graph_.seed;
    if (graph_.bound != sim::graph::no_bound)
        how.relacy.context_bound = static_cast<unsigned>(graph_.bound);
    for (std::size_t i = 0; i < sim::graph::model_count; ++i)
        if (sim::graph::model_names[i] == model_)
            how.graph.model = static_cast<sim::graph::model_id>(i);
    how.graph.mapping = study::mapping_named(mapping_, how.graph.model, {how.graph.model});
    graph_.apply(how.graph);
    return how;
}

study::search search_options::how_of_each() const {
    refuse_mixture();
    search_options each = *this;
    each.graph_.time.clear();
    return each.how();
}

std::string_view search_options::first_of_search() const {
    if (!engine_.empty()) return "--engine";
    if (!model_.empty()) return "--model";
    if (!mapping_.empty()) return "--mapping";
    if (!scheduler_.empty()) return "--scheduler";
    const std::string_view first = graph_.first_given();
    return first == "--time" ? "" : first;  // it is the last that first_given() looks at
}

std::optional<study::search> search_options::thorough() const {
    const bool as_usual = scheduler_.empty() && graph_.executions == 0 && graph_.seed == 0;
    if (!engine_.empty() || is_graph() || !as_usual) return std::nullopt;
    study::search graphs;
    graphs.engine = study::engine_kind::graph;
    return graphs;
}

}  // namespace ringsim::scenarios::commands
