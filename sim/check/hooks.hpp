// What the hooks in a program's assembly (sim/check/hooks.cpp) share with the code behind them.
//
// A hook stands in front of an instruction, and the compiler knows nothing of it: it leaves general
// and vector registers and the status flags as they were. (Those of the x87 it does not save:
// other_registers.) It uses the stack below the program's, so programs are compiled without a red
// zone. It is given the address in %rdi, and knows all else by its name: there is one hook for each
// kind, size and use of registers that a program has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sim/check/vector_registers.hpp"

namespace ringsim::sim::check {

inline constexpr std::string_view hook_prefix = "ringsim_see.";

enum class see_kind : std::uint8_t {
    read,
    write,
    both,
    lock,
    fence,
    repeated,
    once,
    frame_begins,
    frame_ends,
    scope
};

// What a hook tells the code behind it of the instruction, packed into one number.
struct see_code {
    unsigned size = 0;  // in bytes, of the access; of a string operation, of one of its steps
    see_kind kind = see_kind::read;
    unsigned what = 0;  // which locked operation, fence or string operation
    bool by_hand = false;
    bool flags_dead = false;  // nobody reads the processor's status flags as they are here
    other_registers others = other_registers::none;
    bool computes = false;  // with what it reads; it does not only copy

    constexpr unsigned packed() const {
        return size | static_cast<unsigned>(kind) << 8 | what << 16 | (by_hand ? 1u << 24 : 0u) |
               (flags_dead ? 1u << 25 : 0u) | static_cast<unsigned>(others) << 26 |
               (computes ? 1u << 28 : 0u);
    }
    static constexpr see_code from(unsigned code) {
        return {code & 0xff,           static_cast<see_kind>((code >> 8) & 0xff),
                (code >> 16) & 0xff,   (code >> 24 & 1) != 0,
                (code >> 25 & 1) != 0, static_cast<other_registers>((code >> 26) & 3),
                (code >> 28 & 1) != 0};
    }
    // Whether a thread that comes by may have gone round a loop.
    constexpr bool reads() const { return kind != see_kind::write && kind != see_kind::fence; }
};

// What the calls need, for all files of a program: hooks that are to be defined.
class hook_table {
  public:
    // In the function that is at hand, from now on.
    void others_used(other_registers others) { others_ = others; }
    // The name of a hook; asks for its definition.
    std::string access(std::string_view kind, unsigned size, bool by_hand, bool flags_dead,
                       bool computes);
    std::string locked(std::string_view operation, unsigned size, bool flags_dead);
    std::string fence(std::string_view kind);
    std::string string_operation(std::string_view kind, unsigned size, bool repeated, bool by_hand);
    // In front of a return, behind what moves the stack pointer down from where it was noted, and
    // in front of calls, which are given where the frame begins.
    std::string frame(see_kind kind);
    // Assembly that defines them all.
    std::string definitions() const;

  private:
    std::string asked(see_code code, const std::string& name);

    other_registers others_ = other_registers::none;
    std::map<std::string, see_code> hooks_;
};

// Places in the lists of names in hooks.cpp.
enum class locked_op : std::uint8_t {
    add,
    sub,
    bit_and,
    bit_or,
    bit_xor,
    inc,
    dec,
    xadd,
    cmpxchg,
    xchg,
    bts,
    btr,
    btc
};
enum class seen_fence : std::uint8_t { full, acquire, release, acq_rel, stores };
enum class string_op : std::uint8_t { movs, stos, lods, cmps, scas };

// The registers of the program at a hook.
struct see_frame {
    std::uint64_t rbp, r11, r10, r9, r8, rsi, rdx, rdi, flags, rcx, rax;
    const void* pc;
};
inline const char* stack_pointer(const see_frame& at) {
    return reinterpret_cast<const char*>(&at.pc + 1);
}
// Below it the vector registers are saved, in so many bytes.
inline constexpr std::size_t vectors_room = 288;
inline constexpr std::size_t vectors_bytes = 256;

extern "C" {
// What the running thread's next instructions may touch without being asked: accesses that have
// been reported, and its stack as long as nobody else looks into it.
struct reported_ranges {
    std::uint64_t write_begin, write_size;
    std::uint64_t unwritten_size;  // as write_size, until the first instruction that writes
    std::uint64_t read_begin, read_size;
    std::uint64_t stack_begin, stack_size;
    std::uint64_t unwritten;  // what a frame that begins is filled with, each eight bytes
};
extern reported_ranges ringsim_reported;
}

}  // namespace ringsim::sim::check
