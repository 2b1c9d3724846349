// Every order that nobody needs has its reason, and no reason is given for one that is needed.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "kernel_model/site_table.hpp"
#include "scenarios/study/idle_orders.hpp"
#include "sim/graph/mapping.hpp"
#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

#define NEEDS_PROGRAM \
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it")

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::study;
using nlohmann::json;

// The order of every site weakened under every model, with the table that an edge needs.
const json& full_matrix() {
    static const json matrix = json::parse(run_ringsim("matrix --models all --json").out);
    return matrix;
}

const json* mutant_of(const idle_order& row) {
    for (const json& m : full_matrix()["mutants"])
        if (m["site"] == name(row.where) && m["to"] == name(row.weakened_to)) return &m;
    return nullptr;
}

}  // namespace

TEST_SUITE_BEGIN("slow");

TEST_CASE("idle: whatever nobody needs has a reason") {
    NEEDS_PROGRAM;
    for (const json& m : full_matrix()["mutants"])
        for (const auto& [model, cell] : m["models"].items()) {
            const bool idle = cell["needed_by"].empty() && cell["held"] > 0;
            CAPTURE(m["site"].get<std::string>());
            CAPTURE(m["to"].get<std::string>());
            const std::string& under = model;  // clang 14 captures no structured binding
            CAPTURE(under);
            CHECK(cell.contains("why_nobody") == idle);
        }
}

TEST_CASE("idle: no reason is given for what is needed") {
    NEEDS_PROGRAM;
    for (const idle_order& row : idle_orders()) {
        CAPTURE(name(row.where));
        CAPTURE(name(row.weakened_to));
        const json* m = mutant_of(row);
        REQUIRE(m);
        for (std::size_t i = 0; i < sim::graph::model_count; ++i) {
            if (!((row.under >> i) & 1)) continue;
            const std::string model(sim::graph::model_names[i]);
            CAPTURE(model);
            const json& cell = (*m)["models"][model];
            const bool refused = cell["refused"];
            CHECK((refused || cell["needed_by"].empty()));
        }
    }
}

TEST_SUITE_END();

}  // namespace ringsim::tests
