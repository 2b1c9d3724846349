#include "scenarios/scenario.hpp"

namespace ringsim::scenarios {

extern const scenario lost_wakeup;
extern const scenario lost_wakeup_prod;
extern const scenario publish;
extern const scenario reuse;
extern const scenario wrap;
extern const scenario discard;
extern const scenario full;
extern const scenario two_producers;
extern const scenario no_wakeup;
extern const scenario force_wakeup;
extern const scenario pending_head;
extern const scenario two_readers;
extern const scenario hostile_long;
extern const scenario hostile_overlay;
extern const scenario wrapped_pending;
extern const scenario wrapped_consumer;

namespace {
const scenario* const scenarios[] = {&lost_wakeup,
                                     &lost_wakeup_prod,
                                     &publish,
                                     &reuse,
                                     &wrap,
                                     &discard,
                                     &full,
                                     &two_producers,
                                     &no_wakeup,
                                     &force_wakeup,
                                     &pending_head,
                                     &two_readers,
                                     &hostile_long,
                                     &hostile_overlay,
                                     &wrapped_pending,
                                     &wrapped_consumer};
}  // namespace

std::span<const scenario* const> all_scenarios() {
    return scenarios;
}

const scenario* find_scenario(std::string_view name) {
    for (const scenario* s : scenarios)
        if (s->name == name) return s;
    return nullptr;
}

}  // namespace ringsim::scenarios
