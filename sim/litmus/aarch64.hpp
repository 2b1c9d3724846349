// AArch64 in two parts: accesses and barriers (aarch64.cpp), and what computes and jumps
// (aarch64_arithmetic.cpp).
#pragma once

#include <string>
#include <string_view>

#include "sim/litmus/assembly.hpp"

namespace ringsim::sim::litmus::arm {

std::string upper(std::string_view text);

// The last operand of an instruction: a number, a register, or a register that is shifted or
// extended, "W1, LSL #2", "W1, SXTW".
reg take_value(assembler& to, operand_stream& in, unsigned bits);

bool assemble_computation(assembler& to, operand_stream& in, const std::string& name);
bool assemble_jump(assembler& to, operand_stream& in, const std::string& name);

}  // namespace ringsim::sim::litmus::arm
