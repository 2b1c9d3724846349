// The protocol's program, whole, under the models of hardware and of the kernel: which variants
// lose a wakeup. Other checkers have these models for programs of two accesses a thread only; what
// herd7 7.58 says of those is in verdict_tables.hpp, and the whole must not disagree with its core.
#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "sim/graph/explore.hpp"
#include "tests/graph/protocol_program.hpp"

namespace ringsim::tests {
namespace {

// Each fence; exchange; fence is C++'s rendering of the kernel's xchg(): that itself.
protocol_orders with_kernels_xchg(protocol_orders o) {
    if (!o.fence_before_commit || !o.fence_after_commit) return o;
    o.fence_before_commit = o.fence_after_commit = false;
    o.commit = order::full;
    return o;
}

struct machine {
    graph::model_id model;
    std::string_view mapping;
    // By variant: Y it loses a wakeup, n it does not, - the model has no such order.
    std::string_view lost;
};
using enum graph::model_id;
// clang-format off
constexpr machine machines[] = {
    //                            K SX S SP FX FY FZ F F3 LX AY A L R RA
    {armv8, "lse",               "n n  n n  n  n  n  n n  n  n  n n n n"},
    {armv8, "llsc",              "n n  n n  n  n  n  n n  n  n  n n n n"},
    // Release: dmb; str. Acquire: ldr; dmb. Nothing orders the one before the other, in R not even
    // behind the commit.
    {armv8, "libbpf-github",     "Y Y  Y Y  n  n  n  n n  n  n  n n Y Y"},
    {armv8_rcpc, "lse",          "Y Y  Y Y  n  n  n  n n  n  n  n n Y n"},
    // An exchange by ldaxr and stlxr does not order its store before a later ldapr.
    {armv8_rcpc, "llsc",         "Y Y  Y Y  Y  n  n  n n  Y  n  n n Y n"},
    {riscv, "classic",           "Y Y  Y Y  n  n  n  n n  n  n  n n Y n"},
    {riscv, "trailing",          "Y n  n n  n  n  n  n n  n  n  n n Y n"},
    // A store is an exchange that acquires, so even R's commit is ordered.
    {riscv, "gcc-12",            "n n  n n  n  n  n  n n  n  n  n n n n"},
    {riscv, "llsc",              "Y Y  Y Y  Y  n  n  n n  Y  n  n n Y n"},
    {power, "leading",           "Y Y  Y Y  Y  n  n  n n  Y  n  n n Y n"},
    {lkmm, "kernel",             "Y -  - -  -  -  -  n -  -  -  - - Y -"},
};
// clang-format on

// One letter for one exploration, as above.
char verdict(const machine& on, const protocol_orders& orders) {
    const graph::mapping* how = graph::find_mapping(on.model, on.mapping);
    REQUIRE(how != nullptr);
    protocol_program program(*how, on.model, orders, 1, 2);
    if (!program.refused().empty()) return '-';
    graph::observer watcher;
    const auto report =
        graph::explore_exhaustively(on.model, program, program.locations(), {}, watcher);
    CHECK(report.end == graph::exploration_end::exhausted);
    CHECK(report.executions > 0);
    return report.violating > 0 ? 'Y' : 'n';
}

}  // namespace

TEST_CASE("protocol: lost wakeups of every variant under hardware and the kernel's model") {
    for (const machine& on : machines) {
        std::string expected(on.lost);
        std::erase(expected, ' ');
        std::string as_cxx;
        std::string as_kernel;
        for (const protocol_orders& orders : protocol_variants()) {
            as_cxx += verdict(on, orders);
            as_kernel += verdict(on, with_kernels_xchg(orders));
        }
        INFO(graph::name(on.model) << " " << on.mapping);
        CHECK(as_kernel == expected);
        // The kernel has no seq_cst exchange: all but the commit by a release store are refused.
        CHECK(as_cxx == (on.model == lkmm ? "-------------Y-" : expected));
    }
}

TEST_CASE("protocol: every mapping of hardware and of the kernel is among those") {
    std::size_t rows = 0;
    for (const graph::mapping& how : graph::all_mappings()) {
        if (how.model == sc || how.model == x86_tso || how.model == rc11) continue;
        ++rows;
        CHECK_MESSAGE(
            std::ranges::any_of(
                machines,
                [&](const machine& on) { return on.model == how.model && on.mapping == how.name; }),
            how.name);
    }
    CHECK(rows + 1 == std::size(machines));  // armv8-rcpc has armv8's llsc as well
}

}  // namespace ringsim::tests
