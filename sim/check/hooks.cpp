// The assembly of the hooks: what stands in front of each instruction that touches memory. Nearly
// always nothing is to be done, which a hook finds out in a few instructions: the address is in a
// stack that is the thread's alone, or the compiler has reported the access.
//
// A hook is called with the address in %rdi, and the program's %rdi in ringsim_see_rdi (one word
// for all threads: no other thread runs before it is read back). The quick path saves three words
// (%rax, %rcx, the flags) and asks ringsim_reported; the slow path saves all other registers that a
// called function may change, and calls ringsim_see() in unreported.cpp. To the program a hook is
// no instruction: it may change no register, no flag, and nothing above the stack pointer.
//
// Flags are saved by lahf and seto: the overflow flag is none of those that lahf takes. To put them
// back, 127 is added to what seto left: that overflows if it was 1; then sahf restores the others
// and does not touch that one. pushf and popf would be much slower. Labels: 9 is the way out, 2 the
// slow path, 1 the next question.
#include "sim/check/hooks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace ringsim::sim::check {
namespace {

using std::string_view;

// Names by which assembly.cpp asks for hooks; their places are the enumerators of hooks.hpp.
constexpr string_view kinds[] = {"read", "write", "both"};
constexpr string_view operations[] = {"add",  "sub",     "and",  "or",  "xor", "inc", "dec",
                                      "xadd", "cmpxchg", "xchg", "bts", "btr", "btc"};
constexpr string_view fences[] = {"full", "acquire", "release", "acq_rel", "stores"};
constexpr string_view strings[] = {"movs", "stos", "lods", "cmps", "scas"};

template <std::size_t N>
unsigned index_in(const string_view (&words)[N], string_view word) {
    return static_cast<unsigned>(std::ranges::find(words, word) - std::begin(words));
}

// Goes to 9 if [%rdi, %rdi + size) is in the range at `offset` of ringsim_reported; otherwise on.
// Unsigned: an address in front of the range is a very large offset.
std::string leave_if_in(unsigned offset, unsigned length, unsigned size) {
    return fmt::format(
        "movq %rdi, %rax\nsubq {0}(%rcx), %rax\ncmpq {1}(%rcx), %rax\njae 1f\n"
        "addq ${2}, %rax\ncmpq {1}(%rcx), %rax\njb 9f\n1:\n",
        offset, length, size - 1);
}

// In the thread's own stack there is nothing to be done (9), unless it computes with what is as it
// was when the frame began (2). Elsewhere: 1.
std::string own_stack(const see_code& code) {
    using r = reported_ranges;
    if (!code.computes) return leave_if_in(offsetof(r, stack_begin), offsetof(r, stack_size), 1);
    std::string text = fmt::format(
        "movq %rdi, %rax\nsubq {0}(%rcx), %rax\ncmpq {1}(%rcx), %rax\njae 1f\n"
        "movq {2}(%rcx), %rax\ntestq %rax, %rax\nje 9f\n",
        offsetof(r, stack_begin), offsetof(r, stack_size), offsetof(r, unwritten));
    if (code.size == 8) return text + "cmpq %rax, (%rdi)\nje 2f\njmp 9f\n1:\n";
    return text +
           "cmpl %eax, (%rdi)\nje 2f\nshrq $32, %rax\ncmpl %eax, (%rdi)\nje 2f\njmp 9f\n1:\n";
}

// First the stack is asked for, and then what has been reported.
std::string quick_path(const std::string& name, const see_code& code) {
    using r = reported_ranges;
    std::string text = "pushq %rax\npushq %rcx\nlahf\nseto %al\npushq %rax\n";
    const bool access = code.kind <= see_kind::both;
    if (access) {
        text += "movq ringsim_reported@GOTPCREL(%rip), %rcx\n";
        text += own_stack(code);
        if (!code.by_hand && code.kind == see_kind::read) {
            // What is about to be written may be read first by the same statement (`x += 1`, a bit
            // field): until the first instruction that writes, a read there belongs to the report
            // of the store. A write uses the report up, so a second read behind it is looked at.
            text += leave_if_in(offsetof(r, read_begin), offsetof(r, read_size), code.size);
            text += leave_if_in(offsetof(r, write_begin), offsetof(r, unwritten_size), code.size);
        } else if (!code.by_hand) {
            text += fmt::format(
                "movq %rdi, %rax\nsubq {0}(%rcx), %rax\ncmpq {1}(%rcx), %rax\njae 1f\n"
                "addq ${2}, %rax\ncmpq {1}(%rcx), %rax\njae 1f\nmovq $0, {3}(%rcx)\njmp 9f\n1:\n",
                offsetof(r, write_begin), offsetof(r, write_size), code.size - 1,
                offsetof(r, unwritten_size));
        }
    } else if (code.kind != see_kind::lock && code.kind != see_kind::scope) {
        // Hooks without an address are called without a word: they put %rdi aside themselves.
        text += "movq %rdi, ringsim_see_rdi(%rip)\n";
    }
    // Up from the program's stack pointer, which is above what is saved here (three words and the
    // return address), to where it was before the frame began: every eight bytes get the value that
    // stands for "never written".
    if (code.kind == see_kind::frame_begins)
        text += fmt::format(
            "movq ringsim_reported@GOTPCREL(%rip), %rcx\nmovq {}(%rcx), %rax\n"
            "movq ringsim_see_top(%rip), %rcx\nleaq 32(%rsp), %rdi\n"
            "1: cmpq %rcx, %rdi\njae 1f\nmovq %rax, (%rdi)\naddq $8, %rdi\njmp 1b\n1:\n",
            offsetof(r, unwritten));
    // Frames are of interest as soon as somebody looks into the thread's stack.
    const bool frame = code.kind >= see_kind::frame_begins;
    if (frame)
        text +=
            fmt::format("movq ringsim_reported@GOTPCREL(%rip), %rcx\ncmpq $0, {}(%rcx)\njne 9f\n",
                        offsetof(r, stack_size));
    // The place in `code` is all that the slow path needs to know of the instruction.
    text += fmt::format("2: movl ${}, %eax\njmp ringsim_see_slow\n", code.packed());
    if (access || frame)
        text +=
            "9: popq %rax\naddb $127, %al\nsahf\npopq %rcx\npopq %rax\n"
            "movq ringsim_see_rdi(%rip), %rdi\nret\n";
    return fmt::format(".type {0},@function\n.hidden {0}\n.globl {0}\n{0}:\n{1}.size {0}, .-{0}\n",
                       name, text);
}

// Saves all that a program may have in registers; what it holds is a see_frame, the last word
// pushed being its first member. The registers that a function keeps for its caller go to
// ringsim_caller, with the program's stack pointer and the return address, for a comparison of the
// thread with itself (caller.hpp). Vector registers are saved without a question: the code behind
// may use them all. The stack is aligned for the call as the ABI wants it; %rbp leads back.
constexpr string_view slow_path = R"(.type ringsim_see_slow,@function
ringsim_see_slow:
pushq ringsim_see_rdi(%rip)
pushq %rdx
pushq %rsi
pushq %r8
pushq %r9
pushq %r10
pushq %r11
pushq %rbp
movq %rsp, %rbp
subq $VECTORS_ROOM, %rsp
andq $-16, %rsp
VECTORS_SAVED
movq ringsim_caller@GOTPCREL(%rip), %rcx
movq %rbx, (%rcx)
movq (%rbp), %rdx
movq %rdx, 8(%rcx)
movq %r12, 16(%rcx)
movq %r13, 24(%rcx)
movq %r14, 32(%rcx)
movq %r15, 40(%rcx)
movq %rbp, 48(%rcx)
movq 88(%rbp), %rdx
movq %rdx, 56(%rcx)
movq %rdi, %rdx
movq %rbp, %rdi
movl %eax, %esi
movq ringsim_see_operand(%rip), %rcx
call ringsim_see@PLT
VECTORS_RESTORED
movq %rbp, %rsp
popq %rbp
popq %r11
popq %r10
popq %r9
popq %r8
popq %rsi
popq %rdx
popq %rdi
popq %rax
addb $127, %al
sahf
popq %rcx
popq %rax
ret
.size ringsim_see_slow, .-ringsim_see_slow
)";

// Those of SSE: instructions with wider registers are refused (instructions.cpp).
constexpr unsigned vector_registers = 16;

// The same with room for the vector registers below the others. movups: the stack need not be
// aligned where a hook is.
std::string slow_path_with_vectors() {
    std::string text(slow_path);
    std::string saved;
    std::string restored;
    for (unsigned i = 0; i < vector_registers; ++i) {
        saved += fmt::format("movups %xmm{}, {}(%rsp)\n", i, 16 * i);
        restored += fmt::format("movups {}(%rsp), %xmm{}\n", 16 * i, i);
    }
    text.replace(text.find("VECTORS_ROOM"), 12, std::to_string(vectors_room));
    text.replace(text.find("VECTORS_SAVED\n"), 14, saved);
    text.replace(text.find("VECTORS_RESTORED\n"), 17, restored);
    return text;
}

}  // namespace

// Each hook is defined once, by its name, which has all that distinguishes it. Only where a thread
// may be compared with itself does it matter what other registers its function uses.
std::string hook_table::asked(see_code code, const std::string& name) {
    constexpr string_view others[] = {"", ".vectors", ".unsaved"};
    if (code.kind < see_kind::frame_begins && code.reads()) code.others = others_;
    const std::string whole = std::string(hook_prefix) + (code.by_hand ? "asm." : "") + name +
                              (code.computes ? ".use" : "") + (code.flags_dead ? ".noflags" : "") +
                              std::string(others[static_cast<unsigned>(code.others)]);
    hooks_.emplace(whole, code);
    return whole;
}
std::string hook_table::access(string_view kind, unsigned size, bool by_hand, bool flags_dead,
                               bool computes) {
    const auto k = static_cast<see_kind>(index_in(kinds, kind));
    return asked({size, k, 0, by_hand, flags_dead, other_registers::none, computes},
                 fmt::format("{}.{}", kind, size));
}
std::string hook_table::locked(string_view operation, unsigned size, bool flags_dead) {
    return asked({size, see_kind::lock, index_in(operations, operation), true, flags_dead},
                 fmt::format("{}.{}", operation, size));
}
std::string hook_table::fence(string_view kind) {
    return asked({0, see_kind::fence, index_in(fences, kind), true}, std::string(kind));
}
std::string hook_table::string_operation(string_view kind, unsigned size, bool repeated,
                                         bool by_hand) {
    return asked(
        {size, repeated ? see_kind::repeated : see_kind::once, index_in(strings, kind), by_hand},
        fmt::format("{}{}.{}", repeated ? "rep." : "", kind, size));
}

std::string hook_table::frame(see_kind kind) {
    constexpr string_view names[] = {"frame_begins", "frame_ends", "scope"};
    return asked(
        {0, kind},
        std::string(
            names[static_cast<unsigned>(kind) - static_cast<unsigned>(see_kind::frame_begins)]));
}

// All hooks of a program stand in one object, hidden: they are called directly. The three words
// that they and their callers share are there, too.
std::string hook_table::definitions() const {
    if (hooks_.empty()) return {};
    std::string text = ".text\n" + slow_path_with_vectors();
    for (const auto& [name, code] : hooks_) text += quick_path(name, code);
    for (const string_view word : {"ringsim_see_rdi", "ringsim_see_operand", "ringsim_see_top"})
        text += fmt::format(
            ".globl {0}\n.hidden {0}\n.bss\n.balign 8\n.size {0}, 8\n{0}: .quad 0\n", word);
    return text;
}

}  // namespace ringsim::sim::check
