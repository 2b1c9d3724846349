// What a thread of a litmus test does, as code for a small register machine. Front ends for a
// language (C, assembly) produce it, the machine (machine.hpp) runs it on the graph engine.
//
// Registers hold 64-bit integers. An address is such an integer too: address_of() of a location.
//
// One small machine for C and four instruction sets: what differs between them is said in the
// instruction (width, annotation, what a status register gets), so that the machine hardly knows
// the language. Code is made once and interpreted in every execution.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel_model/order.hpp"
#include "sim/graph/event.hpp"

namespace ringsim::sim::litmus {

// A register's number. Named variables (of C, or registers of a machine) come first, from 0, and
// keep their values from one statement to the next; intermediate values come from the top down and
// live as long as one statement or one instruction. A front end refuses a thread in which the two
// meet.
using reg = std::uint16_t;

// Limits of one thread. The first three are sizes of arrays in machine::thread_state, of which
// there is one for each thread, so that nothing is allocated while threads run. Control slots are
// never too few: a slot is open only inside of a statement, and those nest at most nesting_max
// deep.
inline constexpr unsigned registers_max = 128;  // variables and intermediate values
inline constexpr unsigned loops_max = 16;
inline constexpr unsigned control_slots_max = 64;
inline constexpr unsigned instructions_max = 10'000;

// Addresses are numbers that no computation of a test comes to by accident: far above 32 bits,
// below the sign, and no power of two or near one, as what is shifted would be. Neighbours differ
// by 1, not by their size, so that the number of a location can be seen in them. C indexes arrays
// with plain sums for that reason; assembly computes in bytes, which machine::moved() translates.
inline constexpr std::int64_t first_address = 0x2545'f491'4f6c'd000;

constexpr std::int64_t address_of(graph::location_id l) {
    return first_address + l;
}
// Whether a value is an address at which a location may begin. There need not be so many locations:
// label_at() of the machine looks at that.
constexpr bool is_location(std::int64_t value) {
    return value >= first_address && value < first_address + std::int64_t{graph::locations_max};
}

// Where no location begins: inside one, or outside of all. It is so many bytes from the beginning
// of a location, or of the array that begins there. Code may compute it, but not access it.
//
// The number holds both: the location in the upper half, the bytes, shifted to be positive, in the
// lower. So pointer arithmetic that leaves an array and comes back finds its element again.
inline constexpr std::int64_t first_stray = 0x369d'ea0f'0000'0000;
inline constexpr std::int64_t stray_bytes_max = std::int64_t{1} << 31;

constexpr std::int64_t stray_address(graph::location_id l, std::int64_t bytes) {
    return first_stray + (std::int64_t{l} << 32) + bytes + stray_bytes_max;
}
constexpr bool is_stray(std::int64_t value) {
    return value >= first_stray && value < first_stray + (std::int64_t{graph::locations_max} << 32);
}
// What a value must be for machine::moved() and test::position_of().
constexpr bool is_address(std::int64_t value) {
    return is_location(value) || is_stray(value);
}

// Where an instruction stands, for what a jump to a register's value goes by: four bytes to the
// instruction, as Arm has it, and room for more instructions than a thread may have. Code may
// compute with such a number as with any other.
inline constexpr std::int64_t first_code = 0x6b1f'5a2c'0000'0000;
inline constexpr std::int64_t code_of_a_thread = std::int64_t{1} << 20;

constexpr std::int64_t code_address(unsigned thread, std::size_t number) {
    return first_code + thread * code_of_a_thread + 4 * static_cast<std::int64_t>(number);
}
constexpr bool is_code(std::int64_t value) {
    return value >= first_code && value < first_code + code_of_a_thread * (1 << 11);
}
// Keeps all its bits wherever it is kept, for it stands for something else than its number.
constexpr bool is_symbolic(std::int64_t value) {
    return is_address(value) || is_code(value);
}

// How wide an integer is, and whether it has a sign. One bit is a bool. By default an int.
struct width {
    unsigned char bits = 32;
    bool is_signed = true;

    friend constexpr bool operator==(width, width) = default;
};
inline constexpr width whole{64, true};

// A value as an integer of that width holds it, as 64 bits: cut, and then filled up with the sign
// or with zeros. Values are kept in this form everywhere, so that comparing two of one width
// compares the 64 bits. A bool is 1 for everything but 0, as the standard says of a conversion to
// it. An address is symbolic: it keeps its value wherever it is kept, also in 32 bits.
constexpr std::int64_t fit(std::int64_t value, width w) {
    if (w.bits >= 64 || is_symbolic(value)) return value;
    if (w.bits == 1) return value != 0 ? 1 : 0;
    const auto mask = (std::uint64_t{1} << w.bits) - 1;
    const std::uint64_t low = static_cast<std::uint64_t>(value) & mask;
    const bool negative = w.is_signed && (low >> (w.bits - 1)) != 0;
    return static_cast<std::int64_t>(negative ? low | ~mask : low);
}

// The order matters: everything before `jump` computes and has its result in dst;
// has_two_operands() and others ask for ranges. Operands a, b, c, dst and flag are registers.
enum class opcode : std::uint8_t {
    constant,     // dst = value
    move,         // dst = a
    negate,       // dst = -a
    complement,   // dst = ~a
    is_zero,      // dst = !a
    is_negative,  // dst = a < 0
    add,          // dst = a OP b, and so on
    subtract,
    multiply,
    divide,  // a fault if b is 0
    remainder,
    bit_and,
    bit_or,
    bit_xor,
    shift_left,
    shift_right,
    equal,
    unequal,
    less,
    less_or_equal,
    select,           // dst = c ? a : b; c only picks
    jump,             // to `value`
    jump_if_zero,     // to `value` if a is 0
    jump_to,          // to the instruction whose address is in a; loop `value` if it goes back
    control_save,     // the control dependencies so far are kept in the slot `value`
    control_restore,  // and hold again: a branch of C reaches no further than its statement
    loop_enter,       // the loop `value` begins
    loop_turn,        // another turn of the loop `value`: the execution is cut off if it is one too
                      // many
    load,             // dst = *a
    store,            // *a = b
    rmw,              // dst = *a, *a = dst OP b
    compare_exchange,  // dst = *a; if it is b, then *a = c and flag = 1, else flag = 0
    rmw_unless,        // dst = *a; if it is not b, then *a = dst OP c and flag = 1, else flag = 0
    fence,
    lock,      // waits until *a is 0 and makes it 1
    try_lock,  // flag = 1 if it made *a 1 from 0, else 0
    unlock,    // *a = 0
    // The two halves of a read-modify-write made of two instructions, as LDXR and STXR are.
    load_exclusive,   // dst = *a
    store_exclusive,  // *a = b and flag = 0, or flag = 1
};

// What an instruction does with its operands beside computing.
constexpr bool has_two_operands(opcode o) {
    return o >= opcode::add && o <= opcode::select;
}
// Which instructions give back what they read: their dst comes from that read, and nothing else.
constexpr bool sets_dst(opcode o) {
    return o == opcode::load || o == opcode::rmw || o == opcode::compare_exchange ||
           o == opcode::rmw_unless || o == opcode::load_exclusive;
}
// A store-exclusive has a flag too, but what that comes from differs between machines: the machine
// (store_exclusive()) says it itself.
constexpr bool sets_flag(opcode o) {
    return o == opcode::compare_exchange || o == opcode::rmw_unless || o == opcode::try_lock;
}

// Fences by what the source calls them; C11's with their order. The two ends of SRCU's critical
// sections are a load and a store, because srcu_read_lock() returns a value that srcu_read_unlock()
// is given: they carry this kind as a mark (compilation::mark_of()).
enum class fence_kind : std::uint8_t {
    c11,
    mb,
    rmb,
    wmb,
    before_atomic,
    after_atomic,
    after_spinlock,
    after_unlock_lock,
    rcu_read_lock,
    rcu_read_unlock,
    synchronize_rcu,
    srcu_read_lock,
    srcu_read_unlock,
    synchronize_srcu,
    after_srcu_read_unlock,
    // barrier(): a fence in the kernel's model alone, where plain accesses may not be moved across
    // it.
    compiler,
};

// One instruction. Which members count depends on `what`; those that do not are left as they are
// here. `line` is the line of the source, for messages and pictures.
struct instruction {
    opcode what = opcode::constant;
    graph::rmw_op op = graph::rmw_op::none;
    order how = order::plain;      // of an access or a C11 fence
    order failing = order::plain;  // of a compare_exchange or rmw_unless that does not write
    fence_kind fence = fence_kind::c11;
    bool spurious = false;  // a compare_exchange that may fail although it read b
    bool controls = false;  // a jump that makes what comes later depend on it
    bool counted = false;   // of loop_turn: the loop is a `for`, which may go on for long
    // Of assembly: how the model annotates the halves of the access, and what it calls a barrier. C
    // has orders instead, which a mapping translates.
    bool native = false;
    bool returns = false;    // of jump_to: to 0 as well, which is whoever called the thread
    bool no_return = false;  // of an rmw: nobody gets what it read
    bool asks_lock = false;  // of a load: it is spin_is_locked()
    graph::mode read_how = graph::mode::relaxed;
    graph::mode write_how = graph::mode::relaxed;
    std::string_view barrier{};
    // Of CASP, LDXP and STXP, which access two locations at once: which of them. Both are written,
    // or neither.
    enum : unsigned char { alone, first_of_two, second_of_two };
    unsigned char part = alone;
    reg dst = 0;
    reg a = 0;
    reg b = 0;
    reg c = 0;
    reg flag = 0;
    std::int64_t value = 0;
    unsigned line = 0;
    // Of what computes: how wide its result is; of a comparison, a division or a shift also its
    // operands. Of an access: how wide what it reads is.
    width type = whole;
    // Of an access in assembly: its size. One in C is as wide as the location is declared.
    unsigned char bytes = 0;
};

// Whether it gives the register a value. What a store or a jump has in `dst` means nothing.
constexpr bool writes(const instruction& i, reg r) {
    const bool to_dst = i.what <= opcode::select || sets_dst(i.what);
    const bool to_flag = sets_flag(i.what) || i.what == opcode::store_exclusive;
    return (to_dst && i.dst == r) || (to_flag && i.flag == r);
}

// What a front end makes of a thread, for the machine. `variables`, `initial` and `shown_as` have
// the same length and are indexed by register. Jumps have their targets as indices into
// `instructions`; one that is the length ends the thread.
struct thread_code {
    std::vector<instruction> instructions;
    std::vector<std::string> variables;  // the registers that have a name, from 0 on
    std::vector<std::int64_t> initial;   // their values at the start
    std::set<reg> given;                 // those that the initial state names
    std::vector<width> shown_as;
    unsigned loops = 0;
    bool native = false;  // from assembly
    // Where each instruction of the source begins, and, of a thread that jumps to what a register
    // holds, where an address of code leads to (join_code()).
    std::vector<std::size_t> starts;
    std::map<std::int64_t, std::size_t> entries;
};

}  // namespace ringsim::sim::litmus
