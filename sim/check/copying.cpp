// GCC reports the two halves of a structure's copy as a write, then a read, and copies then. So a
// read that is reported right after a write of the same size, with nothing but the preparation of
// the call in between, comes before it.
#include <cstring>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

constexpr std::ptrdiff_t call_bytes_max = 48;

// The length of an x86-64 instruction that only sets a register: mov or lea into one. 0: another.
unsigned register_set_length(const unsigned char* at) {
    if ((at[0] & 0xf8) == 0xb8) return 5;  // mov $imm32, reg
    const unsigned rex = (at[0] & 0xf0) == 0x40 ? 1 : 0;
    const unsigned char op = at[rex];
    const unsigned char modrm = at[rex + 1];
    const unsigned mod = modrm >> 6;
    const unsigned rm = modrm & 7;
    if (op == 0x89 && mod != 3) return 0;  // a store
    if (op != 0x89 && op != 0x8b && op != 0x8d) return 0;
    unsigned length = rex + 2;
    if (mod == 3) return length;
    if (rm == 4) ++length;  // SIB
    if (mod == 1) return length + 1;
    if (mod == 2 || (mod == 0 && rm == 5)) return length + 4;
    return length;
}

}  // namespace

bool runtime::is_copy(const void* write_pc, const void* read_pc) const {
    if (!in_program(write_pc) || !in_program(read_pc)) return false;
    const auto* at = static_cast<const unsigned char*>(write_pc);
    const auto* const end = static_cast<const unsigned char*>(read_pc);
    if (end <= at || end - at > call_bytes_max) return false;
    while (at < end) {
        if (at[0] == 0xe8) return at + 5 == end;
        if (at[0] == 0xff && at[1] == 0x15) return at + 6 == end;
        const unsigned length = register_set_length(at);
        if (length == 0) return false;
        at += length;
    }
    return false;
}

}  // namespace ringsim::sim::check
