// Looks, in a compiler's assembly, at what is done with the register that a result is returned in,
// on every way that goes on from a call. If it is always written before it is read nobody has
// looked at the result. What is not understood counts as read, which costs executions and no truth:
// a barrier then tells one of its threads that it was the last, and each of them may be that one
// (meeting.cpp).
#include "sim/check/unheeded.hpp"

#include <algorithm>
#include <cstdint>

#include "sim/check/instructions.hpp"

namespace ringsim::sim::check {
namespace {

using std::string_view;

// The parts of %rax that a name can mean.
bool names_result(string_view text) {
    constexpr string_view parts[] = {"%rax", "%eax", "%ax", "%al", "%ah"};
    return std::ranges::any_of(
        parts, [&](string_view name) { return text.find(name) != string_view::npos; });
}

enum class use_of_result : std::uint8_t { none, read, written };

// Of an instruction that goes on to the next one. Only what names its operands is known: many
// others, such as a multiplication or a return, take %rax without a word. To write %eax is to write
// all of %rax: a 32-bit result is extended by zeros (Intel SDM, volume 1, 3.4.1.1). A smaller part
// leaves the rest, and so counts as a read. An xor of a register with itself does not depend on it.
use_of_result use_in(const instruction& i, string_view text) {
    constexpr string_view known[] = {"mov", "lea",  "add", "sub", "cmp", "test", "inc",  "dec",
                                     "and", "or",   "xor", "shl", "shr", "sal",  "sar",  "nop",
                                     "pop", "push", "set", "neg", "not", "cmov", "endbr"};
    const bool is_known =
        std::ranges::any_of(known, [&](string_view name) { return i.name.starts_with(name); });
    const bool copies = i.name.starts_with("movs") && i.operands.size() < 2;
    const bool exchanges = i.name.starts_with("cmpxchg") || i.name.starts_with("cmps");
    if (!is_known || copies || exchanges || !i.prefixes.empty()) return use_of_result::read;
    if (!names_result(text)) return use_of_result::none;
    const bool moves = i.name.starts_with("mov") || i.name.starts_with("lea");
    const string_view to = i.operands.empty() ? string_view{} : i.operands.back();
    const bool whole = (to == "%rax" || to == "%eax") && i.operands.size() == 2;
    if (whole && moves && !names_result(i.operands[0])) return use_of_result::written;
    if (whole && i.name.starts_with("xor") && i.operands[0] == to) return use_of_result::written;
    return use_of_result::read;
}

}  // namespace

bool may_be_unheeded(string_view function) {
    function = function.substr(0, function.find('@'));
    return function == "pthread_barrier_wait" || function == "__VERIFIER_barrier_wait";
}

// Labels that jumps of the same function may have; other functions have names.
unheeded_results::unheeded_results(const std::vector<string_view>& lines) : lines_(lines) {
    for (std::size_t n = 0; n < lines.size(); ++n)
        if (const string_view line = trimmed(lines[n]); line.starts_with(".L"))
            if (line.find(':') + 1 == line.size())
                labels_.emplace(line.substr(0, line.size() - 1), n);
}

// For each call anew: what is seen from one place says nothing of another.
bool unheeded_results::behind(std::size_t line) const {
    std::vector<bool> been(lines_.size());
    return unread_from(line + 1, been);
}

// `been`: lines that are looked at already, on another way.
bool unheeded_results::unread_from(std::size_t line, std::vector<bool>& been) const {
    for (; line < lines_.size(); ++line) {
        if (been[line]) return true;
        been[line] = true;
        // A line with several statements is somebody's own assembly.
        const string_view text = trimmed(lines_[line].substr(0, lines_[line].find('#')));
        if (text.find(';') != string_view::npos) return false;
        if (text.empty() || text.ends_with(':') || text.starts_with('.')) continue;
        const instruction i = take_apart(text);
        // A function of the same file may be known to leave %rax as it is; one that is called by
        // the table of another one's (@PLT) is not: for all that its caller knows it writes %rax.
        // So the result is gone, unless the call itself goes by it.
        if (i.name.starts_with("call")) return text.ends_with("@PLT") && !names_result(text);
        // Both ways of a conditional jump have to leave it unread.
        if (i.name.starts_with('j')) {
            const auto to = i.operands.empty() ? labels_.end() : labels_.find(i.operands[0]);
            if (to == labels_.end() || !unread_from(to->second, been)) return false;
            if (i.name == "jmp") return true;
            continue;
        }
        const use_of_result use = use_in(i, text);
        if (use != use_of_result::none) return use == use_of_result::written;
    }
    return false;
}

}  // namespace ringsim::sim::check
