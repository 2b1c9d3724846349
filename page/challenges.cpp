// Tasks for who wants to be the scheduler. A test sees to it that each can be done, and that nobody
// can under the model that it names for that.
#include <algorithm>

#include "page/game.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/model_names.hpp"

namespace ringsim::page {
namespace {

constexpr std::string_view both_read_0 =
    "C both-read-0\n"
    "{}\n"
    "P0(atomic_int *x, atomic_int *y) {\n"
    "  atomic_store_explicit(x, 1, memory_order_release);\n"
    "  int r0 = atomic_load_explicit(y, memory_order_acquire);\n"
    "}\n"
    "P1(atomic_int *x, atomic_int *y) {\n"
    "  atomic_store_explicit(y, 1, memory_order_release);\n"
    "  int r0 = atomic_load_explicit(x, memory_order_acquire);\n"
    "}\n"
    "exists (0:r0=0 /\\ 1:r0=0)\n";

constexpr std::string_view both_read_1 =
    "C both-read-1\n"
    "{}\n"
    "P0(atomic_int *x, atomic_int *y) {\n"
    "  int r0 = atomic_load_explicit(x, memory_order_relaxed);\n"
    "  atomic_store_explicit(y, 1, memory_order_relaxed);\n"
    "}\n"
    "P1(atomic_int *x, atomic_int *y) {\n"
    "  int r0 = atomic_load_explicit(y, memory_order_relaxed);\n"
    "  atomic_store_explicit(x, 1, memory_order_relaxed);\n"
    "}\n"
    "exists (0:r0=1 /\\ 1:r0=1)\n";

constexpr std::string_view old_payload =
    "C old-payload\n"
    "{}\n"
    "P0(atomic_int *payload, atomic_int *header) {\n"
    "  atomic_store_explicit(payload, 1, memory_order_relaxed);\n"
    "  atomic_store_explicit(header, 1, memory_order_relaxed);\n"
    "}\n"
    "P1(atomic_int *payload, atomic_int *header) {\n"
    "  int r0 = atomic_load_explicit(header, memory_order_acquire);\n"
    "  int r1 = atomic_load_explicit(payload, memory_order_relaxed);\n"
    "}\n"
    "exists (1:r0=1 /\\ 1:r1=0)\n";

}  // namespace

const std::vector<challenge>& challenges() {
    static const std::vector<challenge> all{
        {"both-read-0",
         "Each thread stores 1 to its word and then loads the other's. Make both loads read 0.", "",
         "", "x86-tso", sim::violation::none, both_read_0, "sc"},
        {"old-payload",
         "The producer writes the payload and then the header. Make the consumer see the new "
         "header and read the old payload.",
         "", "", "rc11", sim::violation::none, old_payload, "x86-tso"},
        {"both-read-1",
         "Load buffering: each thread loads the other's word and then stores 1 to its own. Make "
         "both loads read 1.",
         "", "", "armv8", sim::violation::none, both_read_1, "x86-tso"},
        {"lose-the-wakeup",
         "Let the consumer fall asleep over a committed record, so that nobody wakes it.",
         "lost-wakeup",
         "libbpf",
         "x86-tso",
         sim::violation::lost_notification,
         {},
         "sc"},
        {"torn-record",
         "The consumer gives the place of its record back by a relaxed store of consumer_pos. Make "
         "it read bytes of the record that is written there next.",
         "reuse",
         "libbpf consumer.store_consumer_pos=relaxed",
         "armv8",
         sim::violation::torn_record,
         {},
         "x86-tso"},
        {"seq-cst-store",
         "The repair that the first patches proposed: a seq_cst store of consumer_pos. Lose the "
         "wakeup all the same, in C++'s model.",
         "lost-wakeup",
         "libbpf consumer.store_consumer_pos=seq_cst",
         "rc11",
         sim::violation::lost_notification,
         {},
         "x86-tso"},
    };
    return all;
}

const challenge* find_challenge(std::string_view name) {
    const auto found = std::ranges::find(challenges(), name, &challenge::name);
    return found == challenges().end() ? nullptr : &*found;
}

std::unique_ptr<game> game_of(const challenge& c) {
    return game_of(c, c.model);
}

std::unique_ptr<game> game_of(const challenge& c, std::string_view model) {
    if (c.scenario.empty())
        return game_of_litmus(std::string(c.name) + ".litmus", std::string(c.litmus), model,
                              "--challenge " + std::string(c.name));
    return game_of(*scenarios::find_scenario(c.scenario), scenarios::study::parse_variant(c.orders),
                   scenarios::study::models_named(model).front(), c.goal);
}

}  // namespace ringsim::page
