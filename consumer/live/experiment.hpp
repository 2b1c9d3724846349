// The experiment of live mode: a producer pinned to one CPU, the consumer pinned to another, and a
// watchdog that counts stalls.
//
// A *stall* is a lost wakeup that was seen: the consumer sleeps in epoll_wait(), the record at
// consumer_pos is committed, and no wakeup came for 100 ms. The watchdog then wakes the consumer
// through an event fd and goes on.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "consumer/live/consumer_loop.hpp"
#include "consumer/live/producer.hpp"

namespace ringsim::consumer::live {

struct experiment_setup {
    live_consumer consumer;
    trigger how = trigger::edge;
    producer_job produce;
    std::uint32_t ring_bytes = 65536;
    std::chrono::nanoseconds duration{};
    std::chrono::nanoseconds pause{};  // of the producer between batches, at most
    int producer_cpu = 0;
    int consumer_cpu = 1;
};

// The first stall, as the watchdog saw it.
struct stall_facts {
    unsigned long consumer_pos = 0;
    unsigned long producer_pos = 0;
    std::uint32_t header = 0;
    std::chrono::milliseconds waited{};
};

struct observation {
    double seconds = 0;
    std::uint64_t records = 0;
    std::uint64_t submitted = 0;
    std::uint64_t dropped = 0;
    std::uint64_t batches = 0;
    std::uint64_t wakeups = 0;
    std::uint64_t idle_wakeups = 0;
    std::uint64_t stalls = 0;
    std::uint64_t gaps = 0;
    std::uint64_t reorderings = 0;
    std::uint64_t torn = 0;
    std::optional<stall_facts> first_stall;
    int producer_error = 0;  // errno of a run that failed; the producer stops there
    int consumer_error = 0;  // errno of a consumer that could not begin
    std::chrono::nanoseconds consumer_time{};  // of a processor, for the consumer's thread

    // Records that are lost, come twice, late or damaged: never right, whatever the orders.
    bool sequence_broken() const { return gaps + reorderings + torn != 0 || records != submitted; }
};

// Runs the experiment. `interrupted` ends it early; `progress`, if given, is called about once a
// second with what is known. Throws refusal if the machine does not allow it.
observation run_experiment(const experiment_setup& setup, const std::atomic<bool>& interrupted,
                           const std::function<void(const observation&)>& progress = {});

}  // namespace ringsim::consumer::live
