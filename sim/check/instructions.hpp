// What x86-64 instructions, in the assembler syntax that compilers write, do to memory.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringsim::sim::check {

// One instruction, taken apart.
struct instruction {
    std::vector<std::string_view> prefixes;
    std::string_view name;
    std::vector<std::string_view> operands;

    bool has_prefix(std::string_view p) const;
    bool is_string_operation() const;  // movs, stos and the like: their operands are implied
};

// Of a line of assembly, or a part of one: without blanks around it.
std::string_view trimmed(std::string_view text);

// A label in front: its length with the colon; 0: there is none. A colon may also be of a segment,
// as in %fs:0.
std::size_t label_length(std::string_view statement);

// Assembly whose instructions, prefixes and registers are in small letters, as all of ours know
// them, also where a person wrote MFENCE or %EAX: in inline assembly, or everywhere if it is
// `by_hand`. To the assembler it is the same.
std::string in_small_letters(std::string_view assembly, bool by_hand);

instruction take_apart(std::string_view statement);
bool is_prefix(std::string_view word);

struct memory_access {
    enum kind_t { read, write, both, none } kind = none;
    unsigned size = 0;
    std::string_view operand;
};

enum class effect : std::uint8_t {
    nothing,  // no memory, or memory that no thread shares
    access,   // as `accessed` says
    locked,   // a read-modify-write in one
    barrier,  // orders accesses: see barrier_order()
    copying,  // a string operation
    unknown,  // may be anything
};
struct instruction_effect {
    effect what = effect::nothing;
    memory_access accessed;
    std::string why;  // of unknown, one clause
};

instruction_effect effect_of(const instruction& i);

// Of the status flags: whether they are read, or all of them set without being read.
enum class flag_use : std::uint8_t { none, read, set, unknown };
flag_use flag_use_of(const instruction& i);

// What a barrier instruction of any machine orders, as the name of a hook: "full", "acquire",
// "release", "acq_rel", "stores" or "nothing"; empty: it is no barrier.
std::string_view barrier_order(const instruction& i);

// Of a locked instruction: what it makes of the word, as the name of a hook; empty: not modelled.
std::string_view locked_operation(std::string_view name);

// Size in bytes of a register operand; 0: it is none.
unsigned register_size(std::string_view operand);
// The whole register of a part of it: %rax of %al. Empty: of no general register.
std::string whole_register(std::string_view operand);

inline bool is_memory(std::string_view operand) {
    return !operand.empty() && operand[0] != '%' && operand[0] != '$';
}

}  // namespace ringsim::sim::check
