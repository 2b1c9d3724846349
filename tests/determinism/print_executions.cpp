// Everything that the graph engine decides, as text: the numbers of executions of every stated
// variant under every model, and each first violation with its schedule and steps. Compared between
// builds by builds_test.sh.
#include <cstdio>
#include <string>

#include "kernel_model/site_table.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/worlds/exploration.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::worlds;

// Of each row; enough to differ in, and few enough for a build without optimisation.
constexpr std::uint64_t executions_max = 100;

// The same few order tables everywhere: the stated variants are named in text, which would take the
// whole command line to read.
struct named_orders {
    const char* name;
    order_table orders;
};
const named_orders tables[] = {
    {"upstream", upstream_orders},
    {"fence", upstream_orders.with(site::consumer_recheck_fence, order::seq_cst)},
    {"relaxed commit", upstream_orders.with(site::commit_xchg_header, order::relaxed)},
};

void print(const sim::trace& t) {
    for (const sim::trace_step& s : t.steps)
        std::printf("    %u %s %s read %llu wrote %llu from %u co %u missed %u\n", s.thread,
                    s.where == site::count_ ? "-" : std::string(name(s.where)).c_str(),
                    s.word.c_str(), static_cast<unsigned long long>(s.read),
                    static_cast<unsigned long long>(s.written), s.reads_from, s.coherence,
                    s.missed);
}

void print(const scenario& s, const named_orders& table, sim::graph::model_id m, bool count) {
    graph_options options;
    options.model = m;
    options.stop_at_first_violation = !count;
    options.executions_max = executions_max;
    options.smallest = !count;
    variant code;
    code.orders_name = table.name;
    code.orders = table.orders;
    const exploration e = explore_with_graph(s, code, options);
    std::printf("%s, %s, %s, %s: %llu + %llu executions, %llu violate, %llu blocked\n",
                std::string(s.name).c_str(), table.name, std::string(name(m)).c_str(),
                count ? "all" : "first", static_cast<unsigned long long>(e.executions),
                static_cast<unsigned long long>(e.ended_early),
                static_cast<unsigned long long>(e.violating),
                static_cast<unsigned long long>(e.blocked));
    if (e.result != verdict::violation) return;
    std::printf("  %s\n  %s\n", e.what.c_str(), e.schedule.c_str());
    print(e.counterexample);
}

// Under the models of hardware and the kernel's, which explore load buffering, a hundred executions
// of these take a minute each, or minutes without optimisation.
bool is_large(const scenario& s) {
    return s.needs.has(need::reserve_offset);
}

// What is explored of the scenario. The way of a wakeup in full is long: under one model.
bool is_explored(const scenario& s, sim::graph::model_id m) {
    using sim::graph::model_id;
    if (s.waits == wait_kind::in_full) return m == model_id::sc;
    return !is_large(s) || m == model_id::sc || m == model_id::x86_tso || m == model_id::rc11;
}

// The smallest violation is looked for by a long search, which without optimisation takes minutes
// under the weakest models: under one of a language, and one of hardware.
void print_both(const scenario& s, const named_orders& table, sim::graph::model_id m) {
    print(s, table, m, true);
    if (m == sim::graph::model_id::rc11 || m == sim::graph::model_id::armv8)
        print(s, table, m, false);
}

}  // namespace
}  // namespace ringsim::tests

int main() {
    using namespace ringsim;
    for (const scenarios::scenario* s : scenarios::all_scenarios())
        for (const tests::named_orders& table : tests::tables)
            for (std::size_t m = 0; m < sim::graph::model_count; ++m)
                if (const auto model = static_cast<sim::graph::model_id>(m);
                    tests::is_explored(*s, model))
                    tests::print_both(*s, table, model);
}
