// A litmus test as a program to step through.
#pragma once

#include <string>

#include "page/game.hpp"
#include "page/stepping.hpp"
#include "sim/litmus/machine.hpp"
#include "sim/litmus/report.hpp"

namespace ringsim::tests {

class litmus_program final : public sim::litmus::machine::listener {
  public:
    litmus_program(const std::string& text, sim::graph::model_id m)
        : test(sim::litmus::parse(text)),
          machine(test, m, sim::graph::default_mapping(m), {}),
          steps(m, machine, machine.locations()) {
        machine.listen(*this);
        steps.ask_whether_it_counts([this] { return counts; });
    }
    void ended(const sim::litmus::machine::ending& e) override {
        counts = !e.does_not_count;
        std::vector<std::int64_t> values;
        for (const auto& o : test.asks.observed) values.push_back(machine.value_of(o));
        state = sim::litmus::state_text(test, values);
    }

    sim::litmus::test test;
    sim::litmus::machine machine;
    page::stepper steps;
    std::string state;  // of the last walk
    bool counts = true;
};

inline const std::string store_buffering =
    "C store-buffering\n"
    "{}\n"
    "P0(atomic_int *x, atomic_int *y) {\n"
    "  atomic_store_explicit(x, 1, memory_order_relaxed);\n"
    "  int r0 = atomic_load_explicit(y, memory_order_relaxed);\n"
    "}\n"
    "P1(atomic_int *x, atomic_int *y) {\n"
    "  atomic_store_explicit(y, 1, memory_order_relaxed);\n"
    "  int r0 = atomic_load_explicit(x, memory_order_relaxed);\n"
    "}\n"
    "exists (0:r0=0 /\\ 1:r0=0)\n";

// Each thread loads the other's word and then stores to its own.
inline const std::string load_buffering{page::find_challenge("both-read-1")->litmus};

inline const std::string message_passing =
    "C message-passing\n"
    "{}\n"
    "P0(atomic_int *x, atomic_int *y) {\n"
    "  atomic_store_explicit(x, 1, memory_order_relaxed);\n"
    "  atomic_store_explicit(y, 1, memory_order_release);\n"
    "}\n"
    "P1(atomic_int *x, atomic_int *y) {\n"
    "  int r0 = atomic_load_explicit(y, memory_order_acquire);\n"
    "  int r1 = atomic_load_explicit(x, memory_order_relaxed);\n"
    "}\n"
    "exists (1:r0=1 /\\ 1:r1=0)\n";

}  // namespace ringsim::tests
