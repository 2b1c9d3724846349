// Which registers a function may have values in at a hook, read off its assembly line by line. The
// unit is the function, from one `.type` directive to the next: a compiler writes one in front of
// each. That is coarse but safe: a function that uses such a register anywhere counts as one that
// may have something in it everywhere. Two rounds of a loop may then not be known to be alike,
// which costs executions; no two are taken for alike that are not.
#include "sim/check/vector_registers.hpp"

#include <algorithm>
#include <iterator>

#include "sim/check/instructions.hpp"

namespace ringsim::sim::check {
namespace {

using std::string_view;

bool is_vector(string_view operand) {
    return operand.starts_with("%xmm");
}
// The registers of MMX are those of the x87.
bool is_unsaved(string_view operand) {
    return operand.starts_with("%mm") || operand.starts_with("%st");
}

// A mere copy from memory to memory by way of a vector register leaves nothing there that the
// function would use at the next hook but to store it: it does not count. All instructions of the
// x87 begin with an f; so may a label, which is none.
other_registers used_by(string_view line) {
    line = trimmed(line);
    if (const auto n = label_length(line); n != 0) return used_by(line.substr(n));
    const instruction i = take_apart(line);
    const bool x87 = i.name.starts_with('f') && !i.name.starts_with("fence");
    if (x87 || std::ranges::any_of(i.operands, is_unsaved)) return other_registers::unsaved;
    if (std::ranges::none_of(i.operands, is_vector)) return other_registers::none;
    const bool moves = i.name.starts_with("mov") && std::ranges::any_of(i.operands, is_memory);
    return moves ? other_registers::none : other_registers::vectors;
}

}  // namespace

vector_registers::vector_registers(const std::vector<string_view>& lines) {
    std::size_t begin = 0;
    for (std::size_t n = 0; n < lines.size(); ++n) {
        const string_view line = trimmed(lines[n]);
        if (line.starts_with(".type")) begin = n;
        if (line.empty() || line[0] == '.' || line[0] == '#') continue;
        // The enumerators rise with what they ask for, so the greatest one of a function is what it
        // needs.
        other_registers& most = stretches_[begin];
        std::size_t at = 0;
        // Several statements may stand in one line: inline assembly has them.
        do {
            const auto end = std::min(line.find(';', at), line.size());
            most = std::max(most, used_by(line.substr(at, end - at)));
            at = end + 1;
        } while (at < line.size());
    }
}

other_registers vector_registers::used_at(std::size_t line) const {
    const auto after = stretches_.upper_bound(line);
    return after == stretches_.begin() ? other_registers::none : std::prev(after)->second;
}

}  // namespace ringsim::sim::check
