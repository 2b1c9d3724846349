// A scenario of one's own, in a program of one's own: every command of ringsim knows it.
//
//   c++ -std=c++20 own_scenario.cpp $(pkg-config --cflags --libs ringsim) -o own_scenario
//   ./own_scenario verify two-in-a-row --model all
//   ./own_scenario explore two-in-a-row --engine graph --orders consumer.load_header=relaxed
//
//   cpu0: bpf_ringbuf_output(A), (B)       user: ring_buffer__consume(), twice
//
// Message passing, two records deep: whoever takes B has taken A before, both whole.
#include <exception>
#include <iostream>

#include "scenarios/commands/command.hpp"
#include "scenarios/registry.hpp"
#include "scenarios/scenario.hpp"

namespace {

using namespace ringsim;
using scenarios::outcome;
using scenarios::world;

const scenarios::scenario two_in_a_row{
    .name = "two-in-a-row",
    .claim = "two records arrive whole and in order",
    .shape = "MP",
    .source = "an example of a scenario outside of ringsim",
    .ring_bytes = 64,
    .threads =
        {
            {"cpu0",
             [](world& w) {
                 w.produce(0xA);
                 w.produce(0xB);
             }},
            {"user",
             [](world& w) {
                 w.ring_buffer__consume();
                 w.ring_buffer__consume();
             }},
        },
    .sometimes =
        {
            {"user took both", [](const outcome& o) { return o.threads[1].taken_count == 2; }},
            {"user took nothing", [](const outcome& o) { return o.threads[1].taken_count == 0; }},
        },
    .expect =
        {
            {"libbpf", trigger::edge},
            {"libbpf consumer.load_header=relaxed", trigger::edge, scenarios::under_rc11,
             sim::violation::data_race},
        },
};

}  // namespace

int main(int argc, char** argv) try {
    scenarios::add_scenario(two_in_a_row);
    return scenarios::run_command_line(argc, argv);
} catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 70;
}
