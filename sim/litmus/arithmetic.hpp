// The instructions that compute: the one place that says what an operation of the machine is worth.
// machine.cpp uses it for values that are there, exclusive.cpp for those of a path that is followed
// ahead, and the two have to agree.
#pragma once

#include <cstdint>

#include "sim/litmus/code.hpp"

namespace ringsim::sim::litmus {

// Signed arithmetic wraps around, as unsigned does.
inline std::uint64_t bits_of(std::int64_t v) {
    return static_cast<std::uint64_t>(v);
}
inline std::int64_t signed_of(std::uint64_t v) {
    return static_cast<std::int64_t>(v);
}

struct computed {
    std::int64_t value = 0;
    const char* fault = nullptr;  // why there is no value: "divides by 0"
};

// What an instruction before opcode::jump makes of its operands; opcode::select is the caller's,
// for its third operand decides. Operands are as fit() left them. The result is cut to i.type,
// unless an operand is an address, whose bits have no meaning that could be cut.
computed evaluate(const instruction& i, std::int64_t a, std::int64_t b);

}  // namespace ringsim::sim::litmus
