// What the threads of the scenarios do in a ring that runs without end.
#include <algorithm>

#include "scenarios/worlds/endless.hpp"

namespace ringsim::scenarios::worlds {
namespace {

using enum asks_for;
using habit = endless_form::habit;

constexpr habit silent{.wakeup = {none}};
constexpr habit forced{.wakeup = {force}};
constexpr habit never_commits{.keeps = true};

constexpr endless_form forms[] = {
    {.scenario = "lost-wakeup"},
    {.scenario = "lost-wakeup-prod"},
    {.scenario = "publish"},
    {.scenario = "reuse"},
    {.scenario = "full"},
    {.scenario = "wrap"},
    {.scenario = "two-producers", .producers = 2},
    {.scenario = "no-wakeup", .first = {.records = 2, .wakeup = {none, adaptive}}},
    {.scenario = "force-wakeup", .first = {.records = 2, .wakeup = {none, force}}},
    {.scenario = "silent-head", .producers = 2, .first = silent, .silence_is_meant = true},
    {.scenario = "loud-head", .producers = 2, .first = forced, .others = forced},
    {.scenario = "threshold-tail", .first = {.wakeup = {sampled}}},
    {.scenario = "threshold-forced", .first = {.records = 3, .wakeup = {sampled, sampled, force}}},
    {.scenario = "consume-n", .a_look = 1},
    {.scenario = "consume-all"},
    {.scenario = "pending-head", .producers = 2, .first = never_commits},
    {.scenario = "deadline", .first = silent, .waits = waits_by::deadline},
    {.scenario = "polled-by-time", .first = silent, .waits = waits_by::timed_poll},
    {.scenario = "consumed-by-time", .first = silent, .waits = waits_by::timed_look},
};

}  // namespace

const endless_form* endless_form_of(const scenario& s) {
    const auto* const found = std::ranges::find(forms, s.name, &endless_form::scenario);
    return found == std::end(forms) ? nullptr : found;
}

trigger endless_trigger(const scenario& s, trigger stated) {
    return s.waits == wait_kind::never ? trigger::level : stated;
}

}  // namespace ringsim::scenarios::worlds
