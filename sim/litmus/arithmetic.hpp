// The instructions that compute.
#pragma once

#include <cstdint>

#include "sim/litmus/code.hpp"

namespace ringsim::sim::litmus {

struct computed {
    std::int64_t value = 0;
    const char* fault = nullptr;  // why there is no value: "divides by 0"
};

// What an instruction before opcode::jump makes of its operands.
computed evaluate(const instruction& i, std::int64_t a, std::int64_t b);

}  // namespace ringsim::sim::litmus
