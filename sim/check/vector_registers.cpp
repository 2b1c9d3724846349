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
bool is_unsaved(string_view operand) {
    return operand.starts_with("%mm") || operand.starts_with("%st");
}

// Copies between memory and a register are on their way, and in no loop's hands.
other_registers used_by(string_view line) {
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
        other_registers& most = stretches_[begin];
        std::size_t at = 0;
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
