// Reads a compiler's assembly line by line and writes it again with calls of hooks in it: a filter.
// Directives, labels and instructions stay as they are and in their order, so debug information and
// unwinding stay right. What a line needs to know of others (whether the flags are read later,
// whether the frame is anybody else's, whether a result is looked at) is found out in front.
//
// Two kinds of code come by: a compiler's, with -fsanitize=thread, whose reports are trusted, and
// what a person wrote, inline or in a file of its own (`by_hand`), of which nothing has been
// reported and nothing may be guessed.
#include "sim/check/assembly.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "sim/check/frame_address.hpp"
#include "sim/check/instructions.hpp"
#include "sim/check/unheeded.hpp"
#include "sim/check/vector_registers.hpp"

namespace ringsim::sim::check {
namespace {

using std::string_view;

// Up to a comment that is not in a string. A line that is nothing but one may be a note of the
// compiler: see rewriter::note().
string_view without_comment(string_view line) {
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\')
            ++i;
        else if (line[i] == '"')
            quoted = !quoted;
        else if (line[i] == '#' && !quoted)
            return line.substr(0, i);
    }
    return line;
}

// Takes it off the text, with spaces in front of it; 0 if there is none.
unsigned number_at(string_view& text) {
    text = trimmed(text);
    unsigned n = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), n).ptr;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return n;
}

// The words between quotation marks, without these. Marks that are escaped are not looked for:
// names of files and flags have none.
std::vector<string_view> quoted_words(string_view text) {
    std::vector<string_view> found;
    for (auto at = text.find('"'); at != string_view::npos; at = text.find('"', at)) {
        const auto end = text.find('"', at + 1);
        if (end == string_view::npos) break;
        found.push_back(text.substr(at + 1, end - at - 1));
        at = end + 1;
    }
    return found;
}

// Functions whose frame nobody else can point to: what they find there is theirs alone. As long as
// no address in the frame is computed (lea) and the stack pointer is copied nowhere but into %rbp,
// every access to the frame is by an operand relative to one of the two, and needs no hook. Before
// the first function and between two the frame counts as open.
class closed_frames {
  public:
    explicit closed_frames(const std::vector<string_view>& lines) {
        // `begin` is the line at which the function at hand begins.
        std::size_t begin = 0;
        bool open = true;
        bool by_base = false;
        bool indexed = false;
        for (std::size_t n = 0; n < lines.size(); ++n) {
            const string_view line = trimmed(without_comment(lines[n]));
            if (line.starts_with(".type")) {
                begin = n;
                open = by_base = indexed = false;
            } else if (line.starts_with(".size")) {
                if (!open) frames_[begin] = {n, by_base, indexed};
                open = true;
            } else if (line == "movq\t%rsp, %rbp") {
                by_base = true;
            } else if (gives_away(line)) {
                open = true;
            } else if (line.find("(%rsp,") != string_view::npos ||
                       line.find("(%rbp,") != string_view::npos) {
                indexed = true;
            }
        }
    }
    // The register that such frames are reached by, at this line; empty: the frame is open.
    string_view frame_at(std::size_t line) const {
        auto after = frames_.upper_bound(line);
        if (after == frames_.begin() || line >= std::prev(after)->second.end) return {};
        return std::prev(after)->second.by_base ? "(%rbp)" : "(%rsp)";
    }
    // Whether such a frame has an array, which may be unwritten in parts.
    bool indexed_at(std::size_t line) const {
        auto after = frames_.upper_bound(line);
        return after != frames_.begin() && line < std::prev(after)->second.end &&
               std::prev(after)->second.indexed;
    }

  private:
    // What lets an address in the frame out of the two registers: lea of an operand there, or a
    // copy of one of them into another register or into memory. To push one of the two, to set up a
    // frame and to leave it are no such copies.
    static bool gives_away(string_view line) {
        const instruction i = take_apart(line);
        if (i.operands.empty()) return false;
        const string_view from = i.operands[0];
        if (i.name.starts_with("lea"))
            return from.find("(%rsp") != string_view::npos ||
                   from.find("(%rbp") != string_view::npos;
        return (from == "%rsp" || from == "%rbp") && i.operands.back() != "%rsp" &&
               !(from == "%rsp" && i.operands.back() == "%rbp") && !i.name.starts_with("push") &&
               !i.name.starts_with("pop");
    }
    // From a function's .type to `end`, the line of its .size.
    struct frame {
        std::size_t end;
        bool by_base;  // %rbp is not a register like any other
        bool indexed;
    };
    std::map<std::size_t, frame> frames_;
};

// clang and rustc report no read-modify-write for which there is no entry point, as fetch_max():
// what they make of it is a load, and a locked compare-exchange until that succeeds. The load is of
// an atomic operation.
class unreported_changes {
  public:
    explicit unreported_changes(const std::vector<string_view>& lines) {
        constexpr std::size_t near = 32;
        for (std::size_t n = 0; n < lines.size(); ++n) {
            if (lines[n].find("cmpxchg") == string_view::npos) continue;
            const instruction i = take_apart(trimmed(without_comment(lines[n])));
            if (!i.has_prefix("lock") || i.operands.size() != 2) continue;
            for (std::size_t at = n; at > 0 && n - at < near; --at)
                if (loads(lines[at - 1], i.operands[1])) {
                    loads_.insert(at - 1);
                    break;
                }
        }
    }
    bool loaded_at(std::size_t line) const { return loads_.contains(line); }

  private:
    static bool loads(string_view line, string_view operand) {
        const instruction i = take_apart(trimmed(without_comment(line)));
        return i.name.starts_with("mov") && i.operands.size() == 2 && i.operands[0] == operand &&
               whole_register(i.operands[1]) == "%rax";
    }
    std::set<std::size_t> loads_;
};

// Whether the status flags, as they are in front of an instruction, are never read. Where that is
// not easily seen, they are. Only ways without a branch are followed, for at most 64 instructions;
// a conditional jump reads the flags anyway.
class status_flags {
  public:
    explicit status_flags(const std::vector<string_view>& lines) : lines_(lines) {
        for (std::size_t n = 0; n < lines.size(); ++n)
            if (const string_view line = trimmed(lines[n]); line.starts_with(".L"))
                if (const auto length = label_length(line); length != 0)
                    labels_.emplace(line.substr(0, length - 1), n);
    }
    // In front of `first`, which is in line `n`.
    bool dead_at(const instruction& first, std::size_t n) const {
        flag_use use = flag_use_of(first);
        for (unsigned steps = 0; steps < 64 && use == flag_use::none && ++n < lines_.size();
             ++steps) {
            const string_view line = trimmed(without_comment(lines_[n]));
            if (line.find(';') != string_view::npos) return false;
            if (line.empty() || line[0] == '.' || label_length(line) == line.size()) continue;
            const instruction i = take_apart(line);
            use = flag_use_of(i);
            if (i.name != "jmp" || i.operands.empty()) continue;
            const auto to = labels_.find(i.operands[0]);
            if (to == labels_.end()) return false;
            n = to->second;
            use = flag_use::none;
        }
        return use == flag_use::set;
    }

  private:
    const std::vector<string_view>& lines_;
    // Labels of the compiler (.L...), by the line that they stand in.
    std::map<string_view, std::size_t> labels_;
};

// Bytes that are written among instructions are instructions: it cannot be known what they do. But
// one, the way that the kernel writes `pause`, is known: F3 90 is its code.
bool is_data(string_view directive) {
    constexpr string_view known[] = {".byte",  ".2byte", ".4byte",  ".8byte", ".word",   ".value",
                                     ".short", ".hword", ".long",   ".int",   ".quad",   ".octa",
                                     ".ascii", ".asciz", ".string", ".float", ".double", ".insn"};
    return std::ranges::find(known, directive) != std::end(known);
}
bool is_pause(string_view code) {
    std::string bare(code);
    std::erase_if(bare, [](char c) { return c == ' ' || c == '\t'; });
    return bare == ".byte0xf3,0x90";
}

// The section that a line is for: as the assembler keeps it, with .previous for the one before and
// a stack of those that were pushed. A section is code if its flags have an x; the flags are the
// first quoted word.
class sections {
  public:
    bool is_code() const { return now_; }
    // .previous swaps, so that two of them lead back. A name that is not known is code if it begins
    // as .text does, as -ffunction-sections names them.
    void directive(string_view name, string_view rest) {
        const bool pushes = name == ".pushsection";
        if (pushes) pushed_.push_back(now_);
        if (name == ".popsection" && !pushed_.empty()) {
            now_ = pushed_.back();
            pushed_.pop_back();
        } else if (name == ".previous") {
            std::swap(now_, before_);
        } else if (name == ".text" || name == ".data" || name == ".bss") {
            before_ = std::exchange(now_, name == ".text");
        } else if (pushes || name == ".section") {
            const auto words = quoted_words(rest);
            const bool code = trimmed(rest).starts_with(".text") ||
                              (!words.empty() && words[0].find('x') != string_view::npos);
            before_ = std::exchange(now_, code);
        }
    }

  private:
    std::vector<bool> pushed_;
    bool now_ = true;
    bool before_ = true;
};

// The pass itself. It keeps the place in the source, for messages, and prefixes that stood alone.
// The lines stay as they were read: the classes above hold views of them.
class rewriter {
  public:
    rewriter(string_view text, const std::string& file, bool by_hand, hook_table& hooks)
        : hooks_(hooks), file_(file), by_hand_(by_hand), all_by_hand_(by_hand) {
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find('\n', at), text.size());
            lines_.push_back(text.substr(at, end - at));
            at = end + 1;
        }
    }

    // What a line means depends on others, before and behind it: that is found out for all lines
    // first, and looked up at each.
    seen_assembly run() {
        const closed_frames closed(lines_);
        const status_flags flags(lines_);
        const unheeded_results results(lines_);
        const vector_registers others(lines_);
        const unreported_changes changes(lines_);
        flags_ = &flags;
        changes_ = &changes;
        results_ = &results;
        out_.text.reserve(lines_.size() * 48);
        for (std::size_t n = 0; n < lines_.size(); ++n) {
            frame_ = closed.frame_at(n);
            indexed_ = closed.indexed_at(n);
            hooks_.others_used(others.used_at(n));
            number_ = n;
            if (all_by_hand_) ++line_;
            rewrite(lines_[n]);
        }
        return std::move(out_);
    }

  private:
    void put(string_view line) { out_.text.append(line).push_back('\n'); }

    void rewrite(string_view line) {
        const string_view bare = trimmed(line);
        if (bare.starts_with('#')) return note(line, bare);
        const string_view code = trimmed(without_comment(bare));
        if (code.empty()) return put(line);
        if (code.find(';') != string_view::npos && code.find('"') == string_view::npos)
            return each_statement(code);
        statement(code, line);
    }

    // #APP and #NO_APP around inline assembly, and its place: # 12 "file.c" 1
    void note(string_view line, string_view bare) {
        if (bare.starts_with("#APP")) by_hand_ = true;
        if (bare.starts_with("#NO_APP")) by_hand_ = all_by_hand_;
        string_view rest = bare.substr(1);
        const unsigned n = number_at(rest);
        const auto words = quoted_words(rest);
        if (by_hand_ && n != 0 && !words.empty() && !words[0].empty()) {
            line_ = all_by_hand_ ? n - 1 : n;  // of the next line
            file_ = words[0];
        }
        put(line);
    }

    // Inline assembly puts several statements in a line. One with a string may have semicolons in
    // it, and is left as it is.
    void each_statement(string_view code) {
        for (std::size_t at = 0; at <= code.size();) {
            const auto end = std::min(code.find(';', at), code.size());
            if (const string_view one = trimmed(code.substr(at, end - at)); !one.empty())
                statement(one, one);
            at = end + 1;
        }
    }

    // `line`: to be put as it is, if nothing has to be done. Labels in front are taken off one by
    // one.
    void statement(string_view code, string_view line) {
        if (const auto n = label_length(code); n != 0) {
            put(code.substr(0, n));
            code = line = trimmed(code.substr(n));
            if (code.empty()) return;
            return statement(code, line);
        }
        if (code[0] == '.') return directive(code, line);
        if (is_prefix(code)) {  // of the next statement: `lock; addl ...`
            waiting_ += std::string(code) + " ";
            return;
        }
        const std::string whole = waiting_ + std::string(code);
        if (!waiting_.empty()) line = whole;
        waiting_.clear();
        if (instruction_seen(take_apart(whole), whole)) put(line);
    }

    // A directive is always kept; here it is only read.
    void directive(string_view code, string_view line) {
        put(line);
        string_view rest =
            code.substr(code.find_first_of(" \t") == string_view::npos ? code.size()
                                                                       : code.find_first_of(" \t"));
        const string_view name = code.substr(0, code.size() - rest.size());
        section_.directive(name, rest);
        if (code.starts_with(".file")) {
            const unsigned n = number_at(rest);
            const auto words = quoted_words(rest);
            if (words.empty()) return;
            const std::string name(words.size() > 1 ? words[1] : words[0]);
            files_[n] = words.size() > 1 && !name.starts_with('/')
                            ? std::string(words[0]) + "/" + name
                            : name;
        } else if (code.starts_with(".loc") && !code.starts_with(".local")) {
            file_ = files_[number_at(rest)];
            line_ = number_at(rest);
        } else if (code.starts_with(".cfi_")) {
            frame_address_.directive(name, rest);
        } else if (by_hand_ && (code.starts_with(".macro") || code.starts_with(".rept") ||
                                code.starts_with(".irp") || code.starts_with(".intel_syntax") ||
                                code.starts_with(".include") || code.starts_with(".incbin") ||
                                (section_.is_code() && is_data(name) && !is_pause(code)))) {
            // Only by hand: what a compiler writes is known not to be code.
            unseen(code, "what it stands for is not followed");
        }
    }

    // A place that is not followed. The caller decides what becomes of it: translate() refuses the
    // program, or the user allows it.
    void unseen(string_view text, std::string why) {
        out_.unseen.push_back({file_, line_, std::string(text), std::move(why)});
    }

    // Calls what tells of the instruction. False: the instruction itself is to be left out, or has
    // been put already.
    bool instruction_seen(const instruction& i, const std::string& whole) {
        if (open_frame() && (i.name == "ret" || i.name == "retq"))
            call(hooks_.frame(see_kind::frame_ends));
        // The old stack pointer is noted in front, the hook comes behind: it fills what lies
        // between the two.
        if ((open_frame() || (indexed_ && !by_hand_)) && makes_room(i)) {
            put("\tmovq\t%rsp, ringsim_see_top(%rip)");
            put("\t" + whole);
            call(hooks_.frame(see_kind::frame_begins));
            return false;
        }
        // Where a thread is told what it does, it is told which of its variables are alive. What
        // asks for a thread's own variables is left as it is: the linker looks for it.
        if (const std::string frame = frame_address_.operand();
            open_frame() && !frame.empty() && i.name.starts_with("call") && !i.operands.empty() &&
            i.operands[0].find("__tls_get_addr") == string_view::npos)
            at_address(frame, hooks_.frame(see_kind::scope));
        if (is_unheeded(i)) {
            // Where it goes on behind the call is what the runtime will see as the place: so that
            // is what is noted in front of it (ringsim_unheeded, meeting.hpp). %r10 and %r11 are
            // free in front of a call.
            const std::string behind = ".Lringsim_behind" + std::to_string(number_);
            put("\tleaq\t" + behind + "(%rip), %r11");
            put("\tmovq\tringsim_unheeded@GOTPCREL(%rip), %r10");
            put("\tmovq\t%r11, (%r10)");
            put("\t" + whole);
            put(behind + ":");
            return false;
        }
        // What the instruction does to memory decides now. True: it is put behind what was called
        // for it.
        const instruction_effect e = effect_of(i);
        switch (e.what) {
            case effect::nothing:
                // Barriers of other machines and their hints are not assembled: here they have no
                // meaning.
                return !by_hand_ || (i.name != "yield" && i.name != "hint");
            case effect::access:
                access(i, e.accessed);
                return true;
            case effect::locked:
                locked(i, e.accessed);
                return true;
            case effect::barrier:
                // The event is the barrier. The instruction would order nothing in a process of one
                // thread; but one has results.
                call(hooks_.fence(barrier_order(i)));
                return i.name == "cpuid";
            case effect::copying:
                put("\tcall\t" + hooks_.string_operation(i.name.substr(0, 4), size_of_string(i),
                                                         !i.prefixes.empty(), by_hand_));
                return true;
            default:
                unseen(whole, e.why);
                return true;
        }
    }

    // Whether it is a call whose result nobody looks at, where that matters to the function.
    bool is_unheeded(const instruction& i) const {
        return i.name.starts_with("call") && !i.operands.empty() && !by_hand_ &&
               may_be_unheeded(i.operands[0]) && lines_[number_].find(';') == string_view::npos &&
               results_->behind(number_);
    }

    // A compiler's function whose frame others may point to.
    bool open_frame() const { return frame_.empty() && !by_hand_; }
    // On the stack, for variables: sub and lea make it larger, `and` aligns it. push %rax is a
    // compiler's short way to make room for 8 bytes.
    static bool makes_room(const instruction& i) {
        if (i.operands.empty()) return false;
        const bool moves =
            i.name.starts_with("sub") || i.name.starts_with("and") || i.name.starts_with("lea");
        return (moves && i.operands.back() == "%rsp") ||
               (i.name.starts_with("push") && i.operands[0] == "%rax");
    }

    // The letter behind the four of its name, as in movsb.
    static unsigned size_of_string(const instruction& i) {
        const char c = i.name[4];
        return c == 'b' ? 1 : c == 'w' ? 2 : c == 'l' ? 4 : 8;
    }

    // Where several statements stand in a line it is not known which comes next, and the flags
    // count as read.
    bool no_flags(const instruction& i) const {
        return lines_[number_].find(';') == string_view::npos && flags_->dead_at(i, number_);
    }

    // Arithmetic and comparisons in 4 and 8 bytes: there a value is used. Not what moves values: it
    // may copy what nobody has written. What makes or changes a bit field reads its neighbours.
    static bool computes(const instruction& i, const memory_access& a) {
        constexpr string_view names[] = {"cmpl", "cmpq", "testl", "testq", "addl",
                                         "addq", "subl", "subq",  "imull", "imulq"};
        return a.kind == memory_access::read && (a.size == 4 || a.size == 8) &&
               std::ranges::find(names, i.name) != std::end(names);
    }

    // Puts a hook in front for one access, if it needs one.
    void access(const instruction& i, const memory_access& a) {
        if (a.kind == memory_access::none) return;
        // Such an access is to a variable of the function's own that nobody else can point to.
        const bool own_frame =
            !frame_.empty() && (a.operand.ends_with("(%rsp)") || a.operand.ends_with(frame_));
        // What is stored near the stack pointer may be an argument, to which its function points.
        const bool argument = a.kind == memory_access::write && a.operand.ends_with("(%rsp)");
        if (own_frame && !argument && !by_hand_) return;
        constexpr string_view kinds[] = {"read", "write", "both"};
        const bool atomic = by_hand_ || changes_->loaded_at(number_);
        at_address(
            a.operand,
            hooks_.access(kinds[a.kind], a.size, atomic, no_flags(i), !atomic && computes(i, a)),
            number_of_bit(i), a.size);
    }
    // A locked instruction is made one atomic event, of which the operand must be at hand: it is
    // put aside as 8 bytes, in a word that the hook reads. The instruction stays: behind the event
    // it finds the value in memory that the event has read, and computes registers and flags from
    // it (seen_locked(), unreported.cpp).
    void locked(const instruction& i, const memory_access& a) {
        const string_view operation = locked_operation(i.name);
        // The cheapest full barrier of x86-64: it changes nothing, and touches the stack only.
        const bool nothing_changes =
            (operation == "add" || operation == "or" || operation == "xor" || operation == "sub") &&
            i.operands[0] == "$0" && a.operand.ends_with("(%rsp)");
        if (nothing_changes) return call(hooks_.fence("full"));
        std::string with = "$1";
        if (operation != "inc" && operation != "dec") {
            with = i.operands[0] == a.operand ? i.operands[1] : i.operands[0];
            if (with[0] != '$') with = whole_register(with);
        }
        if (with.empty()) return unseen(whole_of(i), "this locked instruction is not modelled");
        if (!by_hand_) tell_order(whole_of(i));
        put("\tmovq\t" + with + ", ringsim_see_operand(%rip)");
        at_address(a.operand, hooks_.locked(operation, a.size, no_flags(i)), number_of_bit(i),
                   a.size);
    }

    // Once for each place: the function may be a template.
    void tell_order(const std::string& text) {
        const auto here = [&](const unseen_place& at) {
            return at.file == file_ && at.line == line_;
        };
        if (std::ranges::none_of(out_.told, here))
            out_.told.push_back({file_, line_, text,
                                 "the compiler does not tell its order: seq_cst is taken for it"});
    }

    static std::string whole_of(const instruction& i) {
        std::string text(i.name);
        for (const string_view o : i.operands) text += " " + std::string(o);
        return text;
    }

    void call(const std::string& hook) { put("\tcall\t" + hook); }

    // The program's %rdi is put aside, and the address put there by the processor: the operand is
    // as the program writes it. An address that is a mere number is of no variable: it is left to
    // crash. `bit`: see number_of_bit().
    void at_address(string_view operand, const std::string& hook, string_view bit = {},
                    unsigned size = 0) {
        if (operand.find("%rsp") == string_view::npos && operand.find('(') == string_view::npos &&
            operand.find_first_not_of("0123456789abcdefx-") == string_view::npos)
            return;  // a constant address
        put("\tmovq\t%rdi, ringsim_see_rdi(%rip)");
        put("\tleaq\t" + std::string(operand) + ", %rdi");
        if (!bit.empty()) to_word_of(bit, size);
        put("\tcall\t" + hook);
    }

    // A register that says which bit bt, bts, btr or btc mean: it counts from the operand's first
    // one, in both directions and as far as the register goes. Empty: the bit is in the operand.
    static string_view number_of_bit(const instruction& i) {
        const bool of_bit = i.name.starts_with("bt") && i.operands.size() == 2;
        return of_bit && i.operands[0].starts_with('%') ? i.operands[0] : string_view{};
    }

    // From the operand in %rdi to the word that the bit is in, with no flag changed.
    void to_word_of(string_view bit, unsigned size) {
        const std::string whole = whole_register(bit);
        put("\tpushfq\n\tpushq\t%rax");
        put("\tmovq\t" + (whole == "%rdi" ? "ringsim_see_rdi(%rip)" : whole) + ", %rax");
        if (size <= 4) put(size == 2 ? "\tcwtl\n\tcltq" : "\tcltq");
        put("\tsarq\t$" + std::to_string(std::countr_zero(8 * size)) + ", %rax");
        put("\tleaq\t(%rdi,%rax," + std::to_string(size) + "), %rdi");
        put("\tpopq\t%rax\n\tpopfq");
    }

    hook_table& hooks_;
    std::vector<string_view> lines_;
    std::size_t number_ = 0;  // of the line at hand
    const status_flags* flags_ = nullptr;
    const unheeded_results* results_ = nullptr;
    const unreported_changes* changes_ = nullptr;
    seen_assembly out_;
    std::map<unsigned, std::string> files_;
    std::string file_;
    unsigned line_ = 0;
    std::string waiting_;  // prefixes that stood alone
    bool by_hand_;
    bool all_by_hand_;
    string_view frame_;     // see closed_frames
    bool indexed_ = false;  // likewise
    frame_address frame_address_;
    sections section_;
};

}  // namespace

seen_assembly make_seen(string_view text, const std::string& file, bool written_by_hand,
                        hook_table& hooks) {
    return rewriter(in_small_letters(text, written_by_hand), file, written_by_hand, hooks).run();
}

}  // namespace ringsim::sim::check
