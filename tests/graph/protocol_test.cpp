// The protocol's program against what other checkers count and find on it: GenMC 0.11 (sc, rc11)
// and, for x86-tso, Nidhugg, which like our mapping makes a seq_cst store an xchg.
#include <doctest/doctest.h>

#include "sim/graph/explore.hpp"
#include "tests/graph/protocol_program.hpp"

namespace ringsim::tests {
namespace {

graph::exploration_report explore(graph::model_id m, const protocol_orders& orders,
                                  unsigned producers, unsigned records) {
    protocol_program program(m, orders, producers, records);
    graph::observer watcher;
    return graph::explore_exhaustively(m, program, program.locations(), {}, watcher);
}

struct counted {
    unsigned producers;
    unsigned records;
    // Executions: under sc with either variant, under x86-tso with K and F, under rc11 likewise.
    std::uint64_t sc, tso_k, tso_f, rc11_k, rc11_f;
    std::uint64_t lost;  // of rc11 K's, those that lose a wakeup
};
constexpr std::uint64_t not_stated = ~std::uint64_t{0};
constexpr counted counts[] = {
    {1, 1, 7, 7, 7, 7, 7, 0},
    {1, 2, 100, 109, 100, 113, 100, 10},
    {1, 3, 1702, 2014, 1702, 2118, 1702, 243},
    {1, 4, 29832, 38246, 29832, 40623, 29832, not_stated},
    {2, 1, 7, 7, 7, 7, 7, 0},
    {2, 2, 362, 394, 362, 402, 362, 28},
    {2, 3, 16569, 18806, 16569, 20009, 16569, 1907},
};

// K is what libbpf and the kernel do; the others change the consumer's store and re-check, the
// commit, the producer's look at consumer_pos and its store of producer_pos.
struct verdict_row {
    protocol_orders orders;
    bool lost_tso;
    bool lost_rc11;
};
constexpr order acq = order::acquire;
constexpr order rel = order::release;
constexpr order sc = order::seq_cst;
constexpr verdict_row verdicts[] = {
    {{"K", rel, false, acq, true, true, sc, acq, rel}, true, true},
    {{"SX", sc, false, acq, false, false, sc, acq, rel}, false, true},
    {{"S", sc, false, acq, true, true, sc, acq, rel}, false, true},
    {{"SP", sc, false, acq, true, true, sc, sc, sc}, false, true},
    {{"FX", rel, true, acq, false, false, sc, acq, rel}, false, true},
    {{"FY", rel, true, acq, false, false, sc, sc, rel}, false, true},
    {{"FZ", rel, true, acq, false, false, sc, sc, sc}, false, false},
    {{"F", rel, true, acq, true, true, sc, acq, rel}, false, false},
    {{"F3", rel, true, acq, false, true, sc, acq, rel}, false, false},
    {{"LX", sc, false, sc, false, false, sc, acq, rel}, false, true},
    {{"AY", sc, false, sc, false, false, sc, sc, rel}, false, true},
    {{"A", sc, false, sc, false, false, sc, sc, sc}, false, false},
    {{"L", sc, false, sc, true, true, sc, acq, rel}, false, false},
    {{"R", rel, true, acq, false, false, order::store_release, acq, rel}, true, true},
    {{"RA", sc, false, sc, false, false, order::store_release, sc, sc}, true, true},
};

void check_count(graph::model_id m, const protocol_orders& orders, const counted& row,
                 std::uint64_t executions) {
    const auto report = explore(m, orders, row.producers, row.records);
    INFO(graph::name(m) << " " << orders.name << " P=" << row.producers << " N=" << row.records);
    CHECK(report.end == graph::exploration_end::exhausted);
    CHECK(report.executions == executions);
    if (m == graph::model_id::rc11 && orders.name == "K" && row.lost != not_stated)
        CHECK(report.violating == row.lost);
    if (m == graph::model_id::sc || orders.name == "F") CHECK(report.violating == 0);
}

}  // namespace

TEST_CASE("protocol: random descents estimate the number of executions before the search") {
    protocol_program program(graph::model_id::rc11, verdicts[0].orders, 1, 3);
    graph::observer watcher;
    graph::exploration_limits limits;
    limits.probes = 50'000;
    const auto report = graph::explore_exhaustively(graph::model_id::rc11, program,
                                                    program.locations(), limits, watcher);
    CHECK(report.estimate > 2118 * 0.9);
    CHECK(report.estimate < 2118 * 1.1);
    // The estimate leaves the program as it was.
    CHECK(explore(graph::model_id::rc11, verdicts[0].orders, 1, 3).executions == 2118);
}

TEST_CASE("protocol: the counts of executions of an independent checker") {
    for (const counted& row : counts) {
        check_count(graph::model_id::sc, protocol_k, row, row.sc);
        check_count(graph::model_id::sc, protocol_f, row, row.sc);
        check_count(graph::model_id::x86_tso, protocol_k, row, row.tso_k);
        check_count(graph::model_id::x86_tso, protocol_f, row, row.tso_f);
        check_count(graph::model_id::rc11, protocol_k, row, row.rc11_k);
        check_count(graph::model_id::rc11, protocol_f, row, row.rc11_f);
    }
}

TEST_CASE("protocol: a program of 1295646 executions" * doctest::test_suite("slow")) {
    const counted row{2, 4, 0, 0, 0, 0, 1295646, not_stated};
    check_count(graph::model_id::rc11, protocol_f, row, row.rc11_f);
}

TEST_CASE("protocol: lost wakeups of every variant under sc, x86-tso and rc11") {
    for (const verdict_row& row : verdicts) {
        INFO(row.orders.name);
        CHECK(explore(graph::model_id::sc, row.orders, 1, 2).violating == 0);
        CHECK((explore(graph::model_id::x86_tso, row.orders, 1, 2).violating > 0) == row.lost_tso);
        CHECK((explore(graph::model_id::rc11, row.orders, 1, 2).violating > 0) == row.lost_rc11);
    }
}

}  // namespace ringsim::tests
