// AArch64 in three parts: accesses and barriers (aarch64.cpp), what computes and jumps
// (aarch64_arithmetic.cpp), and what moves parts of a register (aarch64_bits.cpp).
//
// Source for what instructions do: Arm Architecture Reference Manual for A-profile, C6 (base
// instructions). Registers are kept as 64 bits; one that is named as a half is cut when it is read
// and again when the instruction is over (assembler::end()), so that what computes can work on 64
// bits as long as lower bits do not depend on upper ones.
#pragma once

#include <string>
#include <string_view>

#include "sim/litmus/assembly.hpp"

namespace ringsim::sim::litmus::arm {

// Instructions may be written in either case; the tables are in capitals.
std::string upper(std::string_view text);

// The last operand of an instruction: a number, a register, or a register that is shifted or
// extended, "W1, LSL #2", "W1, SXTW". `bits`: how wide the instruction works.
reg take_value(assembler& to, operand_stream& in, unsigned bits);

// The lowest `bits` of a value, of as many bits, turned to the right by a register. `by` is less
// than `bits`.
reg rotated_right(assembler& to, reg a, reg by, unsigned bits);

// Each of them takes an instruction of its kind, of which the name has been taken already, and
// emits its code; false, with nothing taken, if the name is none of its own. They throw
// source_error for operands that make no sense.
bool assemble_bits(assembler& to, operand_stream& in, const std::string& name);
bool assemble_computation(assembler& to, operand_stream& in, const std::string& name);
bool assemble_jump(assembler& to, operand_stream& in, const std::string& name);

}  // namespace ringsim::sim::litmus::arm
