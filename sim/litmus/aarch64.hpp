// AArch64 in three parts: accesses and barriers (aarch64.cpp), what computes and jumps
// (aarch64_arithmetic.cpp), and what moves parts of a register (aarch64_bits.cpp).
#pragma once

#include <string>
#include <string_view>

#include "sim/litmus/assembly.hpp"

namespace ringsim::sim::litmus::arm {

std::string upper(std::string_view text);

// The last operand of an instruction: a number, a register, or a register that is shifted or
// extended, "W1, LSL #2", "W1, SXTW".
reg take_value(assembler& to, operand_stream& in, unsigned bits);

// The lowest `bits` of a value, of as many bits, turned to the right by a register.
reg rotated_right(assembler& to, reg a, reg by, unsigned bits);

bool assemble_bits(assembler& to, operand_stream& in, const std::string& name);
bool assemble_computation(assembler& to, operand_stream& in, const std::string& name);
bool assemble_jump(assembler& to, operand_stream& in, const std::string& name);

}  // namespace ringsim::sim::litmus::arm
