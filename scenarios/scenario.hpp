// A scenario: threads over a ring, a property, and what is expected of it.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "scenarios/world.hpp"

namespace ringsim::scenarios {

struct thread_body {
    std::string_view name;
    void (*run)(world&);
};

// Something that must be reached by at least one execution; otherwise the scenario is vacuous.
struct sometimes_condition {
    std::string_view name;
    bool (*holds)(const outcome&);
};

// Models under which a variant is violated.
enum model_bits : std::uint8_t {
    under_none = 0,
    under_sc = 1,
    under_tso = 2,
    under_rc11 = 4,
    under_weak = under_tso | under_rc11,
    under_all = under_sc | under_tso | under_rc11,
};

// The verdict that a variant must get: `kind` under the models of `under`, safe under the others.
struct expectation {
    std::string_view orders;  // a named table, then SITE=ORDER changes, separated by blanks
    trigger how = trigger::edge;
    std::uint8_t under = under_none;
    sim::violation kind = sim::violation::none;
    // Under rc11, if it is found there as something else: as the data race that comes first.
    sim::violation kind_rc11 = sim::violation::none;
};

struct finding {
    sim::violation kind;
    std::string_view what;
};

struct scenario {
    std::string_view name;
    std::string_view claim;   // what never happens, as one clause
    std::string_view shape;   // litmus shape: SB, MP, ...
    std::string_view source;  // where it was reported, or which rule of the protocol it is
    std::uint32_t ring_bytes = 64;
    void (*setup)(world&) = nullptr;
    std::vector<thread_body> threads{};
    // A property of its own, beside those of scenarios/property.hpp that hold for every scenario.
    std::optional<finding> (*always)(const outcome&) = nullptr;
    std::vector<sometimes_condition> sometimes{};
    std::vector<expectation> expect{};
};

// All scenarios, in the order in which they are best read.
std::span<const scenario* const> all_scenarios();
const scenario* find_scenario(std::string_view name);

}  // namespace ringsim::scenarios
