// How fast `ringsim check` is: executions a second of the ring buffer's protocol as a C program,
// and of the same protocol written for the engine, under each model. Seconds are processor time;
// neither compiling nor loading is in them.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "sim/check/compile.hpp"
#include "sim/check/runtime.hpp"
#include "sim/graph/explore.hpp"
#include "tests/graph/protocol_program.hpp"

namespace {

using namespace ringsim;
namespace graph = sim::graph;
namespace check = sim::check;

constexpr int runs = 5;  // the best counts: the machine may be doing other things
constexpr unsigned producers = 2;
constexpr unsigned records = 3;

double processor_seconds() {
    return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

struct rate {
    std::uint64_t executions = 0;
    double a_second = 0;
};

template <class F>
rate best_of(F&& explore) {
    rate best;
    for (int i = 0; i < runs; ++i) {
        const double start = processor_seconds();
        best.executions = explore();
        const double spent = processor_seconds() - start;
        best.a_second = std::max(best.a_second, static_cast<double>(best.executions) / spent);
    }
    return best;
}

}  // namespace

int main() {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    check::build_request request;
    request.files = {std::string(root ? root : ".") + "/tests/programs/ringbuf_protocol.c"};
    request.flags = {"-DP=2", "-DN=3"};
    const check::work_directory where;
    const check::image program = check::load(check::build(request, where).path);
    std::printf("%-8s %11s %16s %16s\n", "model", "executions", "check, a second", "engine");
    for (std::size_t m = 0; m < graph::model_count; ++m) {
        const auto model = static_cast<graph::model_id>(m);
        if (model == graph::model_id::lkmm) {
            std::printf("%-8s left out: it is the model of kernel C, and the program is C11's\n",
                        graph::name(model).data());
            continue;
        }
        const rate checked = best_of([&] {
            check::runtime runtime(model, graph::default_mapping(model), program, {});
            graph::observer watcher;
            return runtime.explore({}, watcher).executions;
        });
        const rate native = best_of([&] {
            tests::protocol_program same(model, tests::protocol_k, producers, records);
            graph::observer watcher;
            return graph::explore_exhaustively(model, same, same.locations(), {}, watcher)
                .executions;
        });
        std::printf("%-8s %11lu %16.0f %16.0f   %.2f of it\n", graph::name(model).data(),
                    checked.executions, checked.a_second, native.a_second,
                    checked.a_second / native.a_second);
        if (checked.executions != native.executions) return 1;
    }
    return 0;
}
