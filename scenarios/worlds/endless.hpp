// A ring that runs without end: producers that make records for ever, each of which may stop behind
// any of them, and a consumer that takes, sleeps and wakes for ever.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/worlds/states.hpp"

namespace ringsim::scenarios::worlds {

// What a producer says of a wakeup when it commits.
// `sampled`: a wakeup if a record waits already, none otherwise.
enum class asks_for : std::uint8_t { adaptive, none, force, sampled };

// How the consumer waits: for a wakeup without end, or with a timeout. Behind that it does nothing
// (ring_buffer__poll()), looks all the same (ring_buffer__consume()), or does what its reader does
// whose deadline has passed.
enum class waits_by : std::uint8_t { wakeups, timed_poll, timed_look, deadline };

// What the threads of a scenario do again and again, where nobody says otherwise: the same property
// of the same code.
struct endless_form {
    std::string_view scenario;
    unsigned producers = 1;
    // Records that a producer makes before it may stop, and what it asks for with each.
    struct habit {
        unsigned records = 1;
        std::array<asks_for, 3> wakeup{};
        bool keeps = false;  // reserves one record, and then does nothing for ever

        bool operator==(const habit&) const = default;
    };
    habit first{};
    habit others{};                // of the other producers
    std::uint64_t a_look = ~0ull;  // records that the consumer takes at most before it waits
    waits_by waits = waits_by::wakeups;
    // A record for which nobody wanted a wakeup may wait, if it waits alone.
    bool silence_is_meant = false;
};
inline constexpr unsigned endless_producers_max = 4;

// Nothing, if the scenario is about something that an endless ring does not do.
const endless_form* endless_form_of(const scenario& s);
// How epoll reports there. Where nobody sleeps in the scenario, a level trigger loses no wakeup.
trigger endless_trigger(const scenario& s, trigger stated);

struct endless_options {
    unsigned producers = 1;
    // Attempts of each producer; without a number there is no end of them.
    std::optional<std::uint64_t> records;
    std::uint32_t ring_bytes = 64;
    endless_form form{};
};

// Why there is no endless ring of this variant under the model, as one clause; empty if there is.
std::string why_not_endless(const variant& v, sim::graph::model_id m);

// Throws user_error if there is no such ring.
states_exploration explore_endless(const variant& v, const endless_options& ring,
                                   const states_options& options);

}  // namespace ringsim::scenarios::worlds
