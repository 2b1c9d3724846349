// Names of registers, in the four instruction sets. The rank is the order in which herd7 lists
// registers in a state, which is not the order of their names: X10 comes behind X9.
//
// A key is made of each name (register_name::name), under which the assembler keeps the one
// register that all names of it mean; the width that the name stands for goes beside it. So the
// tables here are all that knows of halves and aliases.
#include "sim/litmus/registers.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace ringsim::sim::litmus {
namespace {

using std::string_view_literals::operator""sv;

// Symbolic registers come behind all that a machine has.
constexpr unsigned symbolic_rank = 1000;

// Names of registers are the same in either case.
std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

// The number behind a prefix of letters, if it is at most `most` and written as usual: x01 is no
// register.
std::optional<unsigned> number_in(std::string_view digits, unsigned most) {
    if (digits.empty() || digits.size() > 2 || (digits.size() == 2 && digits[0] == '0')) return {};
    unsigned n = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return {};
        n = n * 10 + static_cast<unsigned>(c - '0');
    }
    return n <= most ? std::optional(n) : std::nullopt;
}

// 31 is not a number of a register here: in the encoding it is XZR or SP, by instruction, and both
// have names of their own.
std::optional<register_name> aarch64(const std::string& name) {
    if (name == "xzr" || name == "wzr")
        return register_name{"XZR", 0, name[0] == 'x' ? 64u : 32u, true};
    if (name == "sp" || name == "wsp") return register_name{"SP", 32, name[0] == 's' ? 64u : 32u};
    if (name[0] != 'x' && name[0] != 'w') return {};
    const auto n = number_in(std::string_view(name).substr(1), 30);
    if (!n) return {};
    return register_name{"X" + std::to_string(*n), *n + 1, name[0] == 'x' ? 64u : 32u};
}

// The first eight have older names for their parts: eax, ax and al, esi, si and sil; the others
// have them with a letter, r8d, r8w and r8b. The upper half of ax, ah, is not supported.
constexpr std::array x86_64_names{"rax"sv, "rbx"sv, "rcx"sv, "rdx"sv, "rsi"sv, "rdi"sv,
                                  "rbp"sv, "rsp"sv, "r8"sv,  "r9"sv,  "r10"sv, "r11"sv,
                                  "r12"sv, "r13"sv, "r14"sv, "r15"sv};

// Registers that are there and that no instruction here has for an operand.
constexpr std::array x86_64_others{"rip"sv, "cs"sv, "ds"sv, "es"sv, "ss"sv, "fs"sv, "gs"sv};

// The whole register of a part, and how many bits the part has.
std::pair<std::string, unsigned> x86_whole(const std::string& name) {
    if (name[0] == 'r') {
        const auto letter = "dwb"sv.find(name.back());
        const bool numbered = name.size() > 2 && name[1] >= '0' && name[1] <= '9';
        if (!numbered || letter == std::string_view::npos) return {name, 64};
        return {name.substr(0, name.size() - 1), 32u >> letter};
    }
    if (name.size() == 3 && name[0] == 'e') return {"r" + name.substr(1), 32};
    if (name.size() == 2 && name[1] != 'l') return {"r" + name, 16};
    // al is of rax, sil of rsi.
    if (name.size() == 2) return {"r" + name.substr(0, 1) + "x", 8};
    if (name.ends_with('l')) return {"r" + name.substr(0, 2), 8};
    return {name, 64};
}

// `wide`: X86_64. An unknown name gets a whole that is in no table.
std::optional<register_name> x86(const std::string& name, bool wide) {
    const auto other = std::ranges::find(x86_64_others, name);
    if (wide && other != x86_64_others.end())
        return register_name{
            name, static_cast<unsigned>(x86_64_names.size() + (other - x86_64_others.begin())), 64,
            false, false};
    const auto [full, bits] = x86_whole(name);
    const auto found = std::ranges::find(x86_64_names, full);
    if (found == x86_64_names.end()) return {};
    const auto rank = static_cast<unsigned>(found - x86_64_names.begin());
    // X86 has no registers of 64 bits, and herd7 shows its names in capitals.
    if (wide) return register_name{full, rank, bits};
    if (bits != 32 || rank > 7) return {};
    std::string shown = name;
    for (char& c : shown) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return register_name{shown, rank, 32};
}

// The names of the calling convention, in the order of their numbers. (fp, which is s0, is not
// used.)
constexpr std::array riscv_names{
    "zero"sv, "ra"sv, "sp"sv, "gp"sv, "tp"sv,  "t0"sv,  "t1"sv, "t2"sv, "s0"sv, "s1"sv, "a0"sv,
    "a1"sv,   "a2"sv, "a3"sv, "a4"sv, "a5"sv,  "a6"sv,  "a7"sv, "s2"sv, "s3"sv, "s4"sv, "s5"sv,
    "s6"sv,   "s7"sv, "s8"sv, "s9"sv, "s10"sv, "s11"sv, "t3"sv, "t4"sv, "t5"sv, "t6"sv};

// x10 and a0 are one.
std::optional<register_name> riscv(const std::string& name) {
    std::optional<unsigned> n;
    if (name[0] == 'x') n = number_in(std::string_view(name).substr(1), 31);
    const auto found = std::ranges::find(riscv_names, name);
    if (found != riscv_names.end()) n = static_cast<unsigned>(found - riscv_names.begin());
    if (!n) return {};
    return register_name{"x" + std::to_string(*n), *n, 64, *n == 0};
}

// r0 is a register like any other here; where an instruction takes it for 0, that is the
// instruction's to say.
std::optional<register_name> ppc(const std::string& name) {
    if (name[0] != 'r') return {};
    const auto n = number_in(std::string_view(name).substr(1), 31);
    if (!n) return {};
    return register_name{"r" + std::to_string(*n), *n, 64};
}

}  // namespace

// Symbolic registers first, in the dialects that have them: a test may name its registers %x and
// leave it to the tool to find real ones.
std::optional<register_name> find_register(dialect d, std::string_view name) {
    if (name.size() < 2) return {};
    const bool x86_register = d == dialect::x86_64 || d == dialect::x86;
    // W%x is the lower half of %x.
    if (d == dialect::aarch64 && (name.starts_with("X%") || name.starts_with("W%")))
        return register_name{std::string(name.substr(1)), symbolic_rank,
                             name[0] == 'X' ? 64u : 32u};
    if (name[0] == '%' && !x86_register) return register_name{std::string(name), symbolic_rank, 64};
    if (x86_register && name[0] == '%') name.remove_prefix(1);
    const std::string low = lowered(name);
    switch (d) {
        case dialect::aarch64:
            return aarch64(low);
        case dialect::x86_64:
        case dialect::x86:
            return x86(low, d == dialect::x86_64);
        case dialect::riscv:
            return riscv(low);
        case dialect::ppc:
            return ppc(low);
        default:
            return {};
    }
}

}  // namespace ringsim::sim::litmus
