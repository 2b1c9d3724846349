// The steady state of an exploration allocates nothing: every allocation of the program is counted.
#include <doctest/doctest.h>

#include <cstdlib>
#include <new>

#include "sim/graph/explore.hpp"
#include "tests/graph/protocol_program.hpp"

namespace {
std::uint64_t allocations = 0;
}

void* operator new(std::size_t size) {
    ++allocations;
    if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept {
    std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
    std::free(p);
}

namespace ringsim::tests {
namespace {

// Of an exploration that ends after `executions`.
std::uint64_t allocations_of(graph::model_id m, std::uint64_t executions) {
    protocol_program program(m, protocol_f, 2, 4);
    graph::observer watcher;
    graph::exploration_limits limits;
    limits.executions_max = executions;
    const std::uint64_t before = allocations;
    const auto report =
        graph::explore_exhaustively(m, program, program.locations(), limits, watcher);
    REQUIRE(report.executions == executions);
    return allocations - before;
}

}  // namespace

TEST_CASE("engine: ten thousand executions more allocate next to nothing") {
    for (std::size_t i = 0; i < graph::model_count; ++i) {
        const auto m = static_cast<graph::model_id>(i);
        INFO(graph::name(m));
        const std::uint64_t few = allocations_of(m, 1'000);
        const std::uint64_t many = allocations_of(m, 11'000);
        CHECK(few > 0);  // the counting works
        // Graphs that wait to be explored are kept and used again: a new one is made only where
        // more wait than ever before.
        CHECK(many - few < 100);
    }
}

}  // namespace ringsim::tests
