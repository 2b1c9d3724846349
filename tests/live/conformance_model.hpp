// What the conformance program does, done to the model.
#pragma once

#include <span>

#include "tests/live/conformance_script.h"
#include "tests/live/plain_ring.hpp"

namespace ringsim::tests {

// The bytes that payloads are copied from.
std::span<const std::byte> fill_bytes();

// Runs the script on the model and writes its results, as the BPF program does.
void run_on_model(plain_ring& rb, conformance_script& script);

// The slots in the order in which `commit_order` commits them.
std::span<const unsigned> slots_in_order(std::uint32_t commit_order);

}  // namespace ringsim::tests
