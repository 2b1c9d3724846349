// The conformance check: one sequence of steps, done to two rings of the running kernel and to the
// model in one thread; after each step everything that can be seen of the two must be the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/live/conformance_script.h"
#include "tests/live/plain_ring.hpp"

namespace ringsim::tests {

enum class step_kind : std::uint8_t {
    run,      // a run of the BPF program
    consume,  // ringbuf_process_ring() with a bound and a callback that may fail
    wait,     // epoll_wait() on sets that watch one ring, or both, by level, by edge, oneshot
    rearm,    // EPOLL_CTL_MOD of the oneshot one
    move,     // userspace writes an arbitrary consumer_pos, a run follows, and it is put right
};

struct step {
    step_kind kind = step_kind::run;
    unsigned ring = 0;                     // of the two: run, consume, move
    conformance_script script{};           // run, move
    std::uint64_t samples_max = 0;         // consume
    std::int64_t fail_at = -1;             // consume: the sample whose callback fails, if any
    std::int64_t consumer_pos_offset = 0;  // move: from producer_pos

    // Operations in it: reserves, commits, outputs, consumes, waits.
    unsigned operations() const;
    std::string text() const;
};

// Steps on two fresh rings of a size.
struct sequence {
    std::uint32_t ring_bytes = 4096;
    ring_mode mode = ring_mode::usual;
    std::vector<step> steps;

    std::uint64_t operations() const;
    std::string text() const;
};

// How long a report of epoll that the model expects may take: an interrupt brings it.
using patience = std::chrono::milliseconds;

// Does the steps to rings of the running kernel and to models with `broken`. Empty if they agree
// throughout, else what differs: "producer_pos: kernel 24, model 32".
std::string compare(const sequence& steps, mutant broken, patience wait);

// Why this machine cannot run the check; empty if it can.
std::string why_conformance_cannot_run(ring_mode mode = ring_mode::usual);

}  // namespace ringsim::tests
