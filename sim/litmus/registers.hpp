// The registers of the assembly dialects: their names, and in which order results list them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// What a name in assembly stands for. Several names may stand for one register: W1 for the lower
// half of X1, a0 for x10. `name` is the key under which the assembler keeps it.
struct register_name {
    std::string name;        // as herd7 shows it: X1 for W1, rax for EAX, x10 for a0
    unsigned rank = 0;       // its place among the registers
    unsigned bits = 64;      // of the name that was used: 32 for W1
    bool is_zero = false;    // reads as 0 and forgets what is written: XZR, x0
    bool is_operand = true;  // not x86's rip and cs, which only states name
};

// What `name` is in a dialect, or nothing. Upper and lower case are the same. A symbolic register,
// %name, is one in every dialect but those of x86, where '%' stands before every register.
std::optional<register_name> find_register(dialect d, std::string_view name);

}  // namespace ringsim::sim::litmus
