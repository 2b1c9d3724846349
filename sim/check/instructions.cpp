// What an instruction does to memory, by its name and operands, in AT&T syntax: sources first, the
// destination last, a size in a suffix (b, w, l, q) or in the registers. The lists say what is
// known. What is not in them is told as unknown, and the program is refused or the place is listed:
// to be wrong about an instruction would be to miss an access.
//
// Source: Intel's Software Developer's Manual, volume 2, and the GNU assembler's manual for names.
// Barriers of other machines have names here, too: a program may have them in inline assembly, and
// they are left out when it is assembled (assembly.cpp).
#include "sim/check/instructions.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <span>

namespace ringsim::sim::check {
namespace {

using std::string_view;

using name_list = std::span<const string_view>;

// The lists are short, and a search from the front is as fast as any.
bool among(name_list list, string_view word) {
    return std::ranges::find(list, word) != list.end();
}

// Some stand alone in a line of inline assembly, in front of the statement that they belong to.
constexpr string_view prefix_words[] = {"lock",  "rep",     "repe", "repz",   "repne",
                                        "repnz", "notrack", "bnd",  "data16", "rex64"};

// --- names ---------------------------------------------------------------------------------------
// With a suffix b, w, l or q, or without one and a register that says the size. Those that read
// their last operand and write it:
constexpr string_view changing[] = {"add",  "sub",     "and",  "or",  "xor", "adc",  "sbb",
                                    "inc",  "dec",     "neg",  "not", "shl", "sal",  "shr",
                                    "sar",  "rol",     "ror",  "rcl", "rcr", "shld", "shrd",
                                    "xadd", "cmpxchg", "xchg", "bts", "btr", "btc"};
// Those that read and change registers or flags only; a jump and a call may read their target's
// address from memory.
constexpr string_view reading[] = {
    "cmp",   "test",  "imul", "mul",   "div",  "idiv", "bt",     "push", "bsf",   "bsr",  "popcnt",
    "lzcnt", "tzcnt", "andn", "bextr", "blsi", "blsr", "blsmsk", "bzhi", "sarx",  "shlx", "shrx",
    "rorx",  "mulx",  "pdep", "pext",  "call", "jmp",  "adcx",   "adox", "crc32", "ret"};
// Those that only write their last operand.
constexpr string_view moving[] = {"mov", "movabs", "movbe", "pop"};

// Nothing of memory, whatever the operand looks like.
constexpr string_view harmless[] = {
    "nop",        "lea",   "prefetcht0", "prefetcht1", "prefetcht2", "prefetchnta", "prefetchw",
    "ud2",        "pause", "endbr64",    "endbr32",    "leave",      "enter",       "cld",
    "cltq",       "cqto",  "cltd",       "cwtl",       "cbtw",       "cwtd",        "clflush",
    "clflushopt", "clwb",  "yield",      "hint",       "int3"};
// Values that differ from run to run: an exploration repeats a thread, which must do the same
// again.
constexpr string_view undetermined[] = {"rdtsc", "rdtscp", "rdrand",   "rdseed",
                                        "rdpmc", "rdpid",  "rdfsbase", "rdgsbase"};
// What leaves the program, or changes what instructions mean: std turns string operations round.
constexpr string_view privileged[] = {"syscall", "sysenter", "int",      "hlt",   "cli",
                                      "sti",     "in",       "out",      "ins",   "outs",
                                      "iret",    "vmcall",   "xbegin",   "xend",  "xabort",
                                      "std",     "wrfsbase", "wrgsbase", "swapgs"};

// What they touch stands in no operand.
constexpr string_view hidden[] = {"xlat",   "xlatb",     "maskmovq", "maskmovdqu",
                                  "clzero", "movdir64b", "enqcmd",   "enqcmds"};

struct sized_name {
    string_view name;
    unsigned size;
};
// Vector instructions that touch less than their register holds.
constexpr sized_name small_vector[] = {
    {"movss", 4},       {"addss", 4},       {"subss", 4},       {"mulss", 4},
    {"divss", 4},       {"sqrtss", 4},      {"minss", 4},       {"maxss", 4},
    {"ucomiss", 4},     {"comiss", 4},      {"cvtss2sd", 4},    {"cvtss2si", 4},
    {"cvtss2sil", 4},   {"cvtss2siq", 4},   {"cvttss2si", 4},   {"cvttss2sil", 4},
    {"cvttss2siq", 4},  {"cvtsi2ss", 4},    {"cvtsi2sd", 4},    {"cvtsi2ssl", 4},
    {"cvtsi2sdl", 4},   {"movd", 4},        {"rsqrtss", 4},     {"rcpss", 4},
    {"insertps", 4},    {"extractps", 4},   {"pinsrd", 4},      {"pextrd", 4},
    {"roundss", 4},     {"movsd", 8},       {"addsd", 8},       {"subsd", 8},
    {"mulsd", 8},       {"divsd", 8},       {"sqrtsd", 8},      {"minsd", 8},
    {"maxsd", 8},       {"ucomisd", 8},     {"comisd", 8},      {"cvtsd2ss", 8},
    {"cvtsd2si", 8},    {"cvtsd2sil", 8},   {"cvtsd2siq", 8},   {"cvttsd2si", 8},
    {"cvttsd2sil", 8},  {"cvttsd2siq", 8},  {"cvtsi2ssq", 8},   {"cvtsi2sdq", 8},
    {"movq", 8},        {"movlps", 8},      {"movhps", 8},      {"movlpd", 8},
    {"movhpd", 8},      {"movddup", 8},     {"pinsrq", 8},      {"pextrq", 8},
    {"cvtps2pd", 8},    {"cvtdq2pd", 8},    {"roundsd", 8},     {"pmovzxbw", 8},
    {"pmovsxbw", 8},    {"pmovzxwd", 8},    {"pmovsxwd", 8},    {"pmovzxdq", 8},
    {"pmovsxdq", 8},    {"pmovzxbd", 4},    {"pmovsxbd", 4},    {"pmovzxwq", 4},
    {"pmovsxwq", 4},    {"pmovzxbq", 2},    {"pmovsxbq", 2},    {"pinsrw", 2},
    {"pextrw", 2},      {"pinsrb", 1},      {"pextrb", 1},      {"ldmxcsr", 4},
    {"stmxcsr", 4},     {"fldcw", 2},       {"fnstcw", 2},      {"fstcw", 2},
    {"fnstsw", 2},      {"fnstenv", 28},    {"fstenv", 28},     {"fldenv", 28},
    {"broadcastss", 4}, {"broadcastsd", 8}, {"pbroadcastd", 4}, {"pbroadcastq", 8},
    {"pbroadcastw", 2}, {"pbroadcastb", 1}, {"cmpss", 4},       {"cmpsd", 8}};

// As they are for integers; the x87 has its own (floating()).
unsigned suffix_size(char c) {
    switch (c) {
        case 'b':
            return 1;
        case 'w':
            return 2;
        case 'l':
            return 4;
        case 'q':
            return 8;
        default:
            return 0;
    }
}

// The size that the first register operand says.
unsigned size_of_registers(const instruction& i) {
    for (const string_view o : i.operands)
        if (const unsigned n = register_size(o); n != 0) return n;
    return 0;
}

// The name with its suffix taken away, if it is one of `list`; the size that both say. 0 if it is
// one and the size is not known from it; nothing if it is none.
std::optional<unsigned> general(name_list list, const instruction& i) {
    if (among(list, i.name)) {
        if (i.name == "push" || i.name == "pop" || i.name == "call" || i.name == "jmp") return 8;
        return size_of_registers(i);
    }
    if (i.name.empty()) return std::nullopt;
    const unsigned size = suffix_size(i.name.back());
    if (size != 0 && among(list, i.name.substr(0, i.name.size() - 1))) return size;
    return std::nullopt;
}

// movzbl, movswq, movslq: two sizes, the first of which is the source's, and that may be memory.
// Five or six letters: the name of the second size may be left to the register.
std::optional<unsigned> extending(string_view name) {
    for (const string_view way : {"movz", "movs"})
        if (name.starts_with(way) && (name.size() == 6 || name.size() == 5))
            if (const unsigned n = suffix_size(name[4]); n != 0) return n;
    return std::nullopt;
}

// Of the x87: s is a number of 4 bytes, or an integer of 2; l one of 8, or an integer of 4; ll and
// q of 8; t of 10.
std::optional<unsigned> floating(string_view name) {
    if (name.size() < 3 || name[0] != 'f') return std::nullopt;
    const bool integer = name.starts_with("fi");
    if (name.ends_with("ll")) return 8;
    switch (name.back()) {
        case 's':
            return integer ? 2 : 4;
        case 'l':
            return integer ? 4 : 8;
        case 'q':
            return 8;
        case 't':
            return 10;
        default:
            return std::nullopt;
    }
}

// Those whose last operand is written and not read. popcnt begins like pop.
bool stores_last(string_view name) {
    for (const string_view p : {"mov", "vmov", "set", "fst", "fist", "fnst", "pextr", "vpextr",
                                "stmxcsr", "vstmxcsr", "extractps", "vextract", "pop"})
        if (name.starts_with(p)) return name != "popcnt" && !name.starts_with("popcnt");
    return false;
}

// Of the operand that is memory.
memory_access::kind_t kind_of(const instruction& i, std::size_t operand) {
    const string_view name = i.name;
    const bool last = operand + 1 == i.operands.size();
    if (name.starts_with("xchg")) return memory_access::both;
    if (!last) return memory_access::read;
    if (general(changing, i)) return memory_access::both;
    if (stores_last(name)) return memory_access::write;
    return memory_access::read;
}

// What the operand that is memory has, in bytes. 0 if it is not known: then nobody guesses, and the
// instruction is one whose effect is unknown. The most special names come first, because some begin
// like others.
unsigned size_of(const instruction& i) {
    const string_view name = i.name;
    if (const auto n = extending(name)) return *n;
    // `movq` and `movsd` are of both worlds; the registers say which.
    const unsigned registers = size_of_registers(i);
    const bool vector = registers >= 16;
    const string_view bare = name.starts_with("v") ? name.substr(1) : name;
    const auto small = std::ranges::find(small_vector, bare, &sized_name::name);
    const bool is_small = small != std::end(small_vector);
    if (is_small && (vector || !general(moving, i))) return small->size;
    if (vector) return registers;
    for (const name_list list : {name_list(changing), name_list(reading), name_list(moving)})
        if (const auto n = general(list, i)) return *n;
    // A condition is one byte; cmov has a suffix, or the size of its register.
    if (name.starts_with("set")) return 1;
    if (name.starts_with("cmov")) return registers != 0 ? registers : suffix_size(name.back());
    if (const auto n = floating(name)) return *n;
    return 0;
}

}  // namespace

string_view trimmed(string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

bool is_prefix(string_view word) {
    return among(prefix_words, word);
}

// Prefixes in front of the name, each a word of its own.
bool instruction::has_prefix(string_view p) const {
    return among(prefixes, p);
}

// One that moves or compares by %rsi and %rdi, and with a prefix as often as %rcx says. Assembly
// writes it with its operands or without.
bool instruction::is_string_operation() const {
    constexpr string_view bases[] = {"movs", "stos", "lods", "cmps", "scas"};
    if (name.size() != 5 || suffix_size(name[4]) == 0 || !among(bases, name.substr(0, 4)))
        return false;
    // With operands of another kind, `movsl` extends a sign.
    return operands.empty() || name.starts_with("lods") ||
           std::ranges::any_of(operands, [](string_view o) { return o.starts_with("%es:"); });
}

namespace {

// Names of labels, directives, instructions and registers are made of these.
bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '$';
}
std::size_t end_of_word(string_view text, std::size_t at) {
    while (at < text.size() && is_word(text[at])) ++at;
    return at;
}
void to_small(std::string& text, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
        text[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
}

}  // namespace

std::size_t label_length(string_view statement) {
    const std::size_t end = end_of_word(statement, 0);
    return end < statement.size() && statement[end] == ':' ? end + 1 : 0;
}

namespace {

// Of one statement: prefixes and the name, which are no label and have no value assigned to them;
// and what stands behind each `%`.
void statement_to_small(std::string& text, std::size_t begin, std::size_t end) {
    const string_view whole = string_view(text).substr(0, end);
    const auto behind_blanks = [&](std::size_t at) {
        return std::min(whole.find_first_not_of(" \t", at), end);
    };
    std::size_t at = behind_blanks(begin);
    while (const std::size_t n = label_length(whole.substr(at))) at = behind_blanks(at + n);
    if (at < end && text[at] == '.') return;  // a directive
    for (bool prefix = true; prefix;) {
        const std::size_t word = at;
        at = end_of_word(whole, word);
        if (const auto behind = behind_blanks(at); behind < end && text[behind] == '=') return;
        to_small(text, word, at);
        prefix = is_prefix(whole.substr(word, at - word));
        if (prefix) at = behind_blanks(at);
    }
    while (at < end) {
        const std::size_t name = std::min(whole.find('%', at), end);
        at = end_of_word(whole, std::min(name + 1, end));
        to_small(text, name, at);
    }
}

}  // namespace

std::string in_small_letters(string_view assembly, bool by_hand) {
    std::string text(assembly);
    bool here = by_hand;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const string_view line = trimmed(string_view(text).substr(begin, end - begin));
        if (line.starts_with("#APP")) here = true;
        if (line.starts_with("#NO_APP")) here = by_hand;
        // A string may have anything in it, and only directives have one.
        if (here && !line.starts_with('#') && line.find('"') == string_view::npos)
            for (std::size_t at = begin; at < end;) {
                const std::size_t until = std::min(text.find(';', at), end);
                statement_to_small(text, at, until);
                at = until + 1;
            }
        begin = end + 1;
    }
    return text;
}

// Prefixes, name, operands: at commas that are in no parentheses, as in 8(%rax,%rbx,4), nor in
// braces, as in {%k1}.
instruction take_apart(string_view statement) {
    instruction i;
    statement = trimmed(statement);
    for (;;) {
        const auto end = statement.find_first_of(" \t");
        const string_view word = statement.substr(0, end);
        statement = end == string_view::npos ? string_view{} : trimmed(statement.substr(end));
        if (!is_prefix(word)) {
            i.name = word;
            break;
        }
        i.prefixes.push_back(word);
        if (statement.empty()) break;
    }
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= statement.size() && !statement.empty(); ++at) {
        const char c = at < statement.size() ? statement[at] : ',';
        if (c == '(' || c == '{') ++depth;
        if (c == ')' || c == '}') --depth;
        if (c != ',' || depth > 0) continue;
        i.operands.push_back(trimmed(statement.substr(begin, at - begin)));
        begin = at + 1;
    }
    return i;
}

// By their names. %r8 to %r15 have letters for parts; %r in front of a letter is of 8 bytes.
unsigned register_size(string_view o) {
    if (o.empty() || o[0] != '%') return 0;
    o.remove_prefix(1);
    if (o.starts_with("xmm")) return 16;
    if (o.starts_with("ymm")) return 32;
    if (o.starts_with("zmm")) return 64;
    if (o.starts_with("mm")) return 8;
    if (o.starts_with("st")) return 10;
    if (o == "ah" || o == "bh" || o == "ch" || o == "dh" || o.ends_with('l')) return 1;
    if (o[0] == 'e') return 4;
    if (o[0] == 'r') {
        if (o.size() > 1 && o[1] >= '0' && o[1] <= '9') {
            if (o.back() == 'd') return 4;
            if (o.back() == 'w') return 2;
            if (o.back() == 'b') return 1;
        }
        return 8;
    }
    return o.size() == 2 ? 2 : 0;
}

// %ah and its like are the second byte of a register: there is no register of which they are the
// low part.
std::string whole_register(string_view o) {
    const unsigned size = register_size(o);
    if (size == 0 || size > 8 || o.starts_with("%mm")) return {};
    o.remove_prefix(1);
    if (o[0] == 'r') {
        if (size == 8) return "%" + std::string(o);
        return "%" + std::string(o.substr(0, o.size() - 1));
    }
    if (o == "ah" || o == "bh" || o == "ch" || o == "dh") return {};
    if (o[0] == 'e') o.remove_prefix(1);
    if (size == 1) o.remove_suffix(1);
    std::string name(o);
    if (name.size() == 1) name += 'x';  // of al: a, which is ax
    return "%r" + name;
}

// Where the next use of the flags is a write of all of them, their values at a hook mean nothing,
// and a thread is compared with itself without them. inc and dec keep the carry, and a shift by 0
// keeps all: these are not in the list.
flag_use flag_use_of(const instruction& i) {
    // A call leaves nothing in them that its caller may read, nor does a function that returns.
    constexpr string_view setting[] = {"add",  "sub", "and",     "or",   "xor", "cmp",
                                       "test", "neg", "cmpxchg", "xadd", "mul", "imul",
                                       "bsf",  "bsr", "call",    "ret"};
    constexpr string_view keeping[] = {"mov",  "movabs", "push", "pop",  "lea",  "xchg", "not",
                                       "cltq", "cqto",   "cltd", "cwtl", "cbtw", "nop",  "bswap"};
    const string_view name = i.name;
    if (name == "jmp" || name.starts_with("pushf") || name.starts_with("popf"))
        return flag_use::unknown;
    if (name.starts_with("ucomis") || name.starts_with("comis")) return flag_use::set;
    if (general(setting, i)) return flag_use::set;
    if (general(keeping, i) || extending(name) || name == "pause") return flag_use::none;
    if (name.starts_with("j") || name.starts_with("set") || name.starts_with("cmov"))
        return flag_use::read;
    return flag_use::unknown;
}

// In C's words, as the name of a hook. What has no name there takes the next stronger one.
string_view barrier_order(const instruction& i) {
    const string_view first = i.operands.empty() ? string_view{} : i.operands[0];
    const string_view name = i.name;
    if (name == "mfence" || name == "sync" || name == "hwsync" || name == "msync") return "full";
    // Intel SDM, volume 3, 8.3: all stores in front are in memory before anything behind begins.
    if (name == "cpuid" || name == "serialize") return "full";
    // On x86-64 these order nothing that is not ordered anyway.
    if (name == "lfence") return "acquire";
    if (name == "sfence") return "stores";
    if (name == "lwsync") return "acq_rel";
    if (name == "eieio") return "stores";
    if (name == "dmb" || name == "dsb") {
        if (first.ends_with("ld")) return "acquire";
        if (first.ends_with("st")) return "stores";
        return "full";
    }
    if (name == "fence.tso") return "acq_rel";
    if (name == "fence") {
        if (i.operands.size() < 2) return "full";
        const string_view second = i.operands[1];
        // RISC-V: which accesses in front are ordered before which behind. Only what orders writes
        // before reads is full; nothing of writes in front is an acquire; reads and writes before
        // writes a release.
        const bool from_reads = first.find('r') != string_view::npos;
        const bool from_writes = first.find('w') != string_view::npos;
        const bool to_reads = second.find('r') != string_view::npos;
        const bool to_writes = second.find('w') != string_view::npos;
        if (from_writes && to_reads) return "full";
        if (!from_writes) return "acquire";
        return from_reads && to_writes ? "release" : "stores";
    }
    return {};
}

// The name without its suffix; empty for an operation that no hook knows.
string_view locked_operation(string_view name) {
    constexpr string_view known[] = {"add",  "sub",     "and",  "or",  "xor", "inc", "dec",
                                     "xadd", "cmpxchg", "xchg", "bts", "btr", "btc"};
    for (const string_view k : known)
        if (name == k ||
            (name.size() == k.size() + 1 && name.starts_with(k) && suffix_size(name.back()) != 0))
            return k;
    return {};
}

// The order of questions matters: barriers and what is refused first, then string operations, whose
// operands are implied, then what never touches memory, and then operands. Of two operands at most
// one is memory.
instruction_effect effect_of(const instruction& i) {
    if (i.name.empty()) return {};
    if (!barrier_order(i).empty()) return {effect::barrier, {}, {}};
    if (among(undetermined, i.name))
        return {effect::unknown, {}, "its value is another one each time"};
    if (among(privileged, i.name)) return {effect::unknown, {}, "it is not modelled"};
    if (among(hidden, i.name)) return {effect::unknown, {}, "what it does to memory is not known"};
    if (i.name.starts_with("movnt") && !i.name.starts_with("movntdqa"))
        return {effect::unknown, {}, "no model has stores that pass by the cache"};
    for (const string_view o : i.operands)
        if (register_size(o) > 16)
            return {effect::unknown, {}, "registers of more than 16 bytes are not followed"};
    if (i.is_string_operation()) return {effect::copying, {}, {}};
    for (const string_view h : harmless)
        if (i.name.starts_with(h) && (h != "lea" || i.name.size() <= 5)) return {};
    const bool jumps = i.name[0] == 'j' || i.name.starts_with("call") || i.name.starts_with("loop");
    for (std::size_t n = 0; n < i.operands.size(); ++n) {
        string_view operand = i.operands[n];
        if (jumps) {
            if (operand[0] != '*') continue;
            operand.remove_prefix(1);
        }
        if (!is_memory(operand)) continue;
        // The segment of thread-local data: no other thread has its address from this instruction.
        if (operand.find("%fs:") != string_view::npos) continue;  // the thread's own
        if (operand.find('@') != string_view::npos &&
            operand.find("@GOTOFF") == string_view::npos &&
            operand.find("@dtpoff") == string_view::npos &&
            operand.find("@DTPOFF") == string_view::npos)
            continue;                             // of the linker's tables, which are constant
        if (operand.starts_with(".L")) continue;  // a constant of the compiler
        memory_access a{kind_of(i, n), size_of(i), operand};
        if (a.size == 0) return {effect::unknown, {}, "what it does to memory is not known"};
        const bool locked = i.has_prefix("lock") || i.name.starts_with("xchg");
        if (!locked) return {effect::access, a, {}};
        // Those of 8 and 16 bytes compare with a pair of registers.
        if (locked_operation(i.name).empty() || i.name.starts_with("cmpxchg8b") ||
            i.name.starts_with("cmpxchg16b"))
            return {effect::unknown, {}, "this locked instruction is not modelled"};
        return {effect::locked, a, {}};
    }
    return {};
}

}  // namespace ringsim::sim::check
