// How fast the graph engine is: executions and events a second, memory, and the time to the first
// finding, on the protocol's program under each model. Seconds are processor time of this process.
#include <sys/resource.h>

#include <cstdio>
#include <ctime>

#include "sim/graph/explore.hpp"
#include "tests/graph/protocol_program.hpp"

namespace {

using namespace ringsim;
using tests::protocol_program;
namespace graph = sim::graph;

// Processor time of this process, which other work on the machine disturbs least.
double processor_seconds() {
    return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

struct timed_report {
    graph::exploration_report report;
    double seconds;
};

timed_report explore(graph::model_id m, const tests::protocol_orders& orders, unsigned producers,
                     unsigned records, bool stop_at_first, bool symmetry = false) {
    protocol_program program(m, orders, producers, records);
    graph::observer watcher;
    graph::exploration_limits limits;
    limits.stop_at_first_violation = stop_at_first;
    limits.symmetry = symmetry;
    const double start = processor_seconds();
    auto report = graph::explore_exhaustively(m, program, program.locations(), limits, watcher);
    return {report, processor_seconds() - start};
}

long peak_kilobytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

}  // namespace

int main() {
    std::printf("%-8s %-8s %11s %14s %12s %16s %10s\n", "model", "variant", "executions",
                "executions/s", "events/s", "first finding", "peak");
    double first_rate = 0;
    for (std::size_t m = 0; m < graph::model_count; ++m)
        for (const auto& orders : {tests::protocol_k, tests::protocol_f}) {
            const auto model = static_cast<graph::model_id>(m);
            // The best of several runs: the machine may be doing other things.
            timed_report best = explore(model, orders, 2, 3, false);
            for (int i = 0; i < 4; ++i) {
                const timed_report again = explore(model, orders, 2, 3, false);
                if (again.seconds < best.seconds) best = again;
            }
            const timed_report first = explore(model, orders, 2, 3, true);
            const double rate = static_cast<double>(best.report.executions) / best.seconds;
            if (first_rate == 0) first_rate = rate;
            char finding[32] = "none";
            if (first.report.violating > 0)
                std::snprintf(finding, sizeof finding, "%.1f ms", first.seconds * 1e3);
            std::printf("%-8s %-8s %11lu %14.0f %12.0f %16s %7ld KB   %.2f of the first row\n",
                        graph::name(model).data(), orders.name.data(), best.report.executions, rate,
                        static_cast<double>(best.report.events) / best.seconds, finding,
                        peak_kilobytes(), rate / first_rate);
        }
    std::printf(
        "\n%-8s %-8s %11s %14s   two producers, four records: of producers that do the same\n",
        "model", "variant", "executions", "seconds");
    for (const bool symmetry : {false, true}) {
        const auto model = graph::model_id::rc11;
        const timed_report t = explore(model, tests::protocol_f, 2, 4, false, symmetry);
        std::printf("%-8s %-8s %11lu %14.2f   %s\n", graph::name(model).data(), "F",
                    t.report.executions, t.seconds, symmetry ? "one order" : "every order");
    }
    return 0;
}
