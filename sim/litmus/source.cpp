// The outer form of a test, which is the same in every language: a header, an initial state in
// braces, the program, and a condition.
//
//   C MP+rel+acq                          the architecture and the name
//   "a line for people"                   the header
//   { int x = 0; int y = 0; }             the initial state
//   P0(int *x, int *y) { ... }            the program: functions, or a table of assembly
//   P1(int *x, int *y) { ... }
//   locations [x;]                        the condition, and what may stand in front of it
//   exists (1:r0=1 /\ 1:r1=0)
//
// Where the program ends cannot be told without looking: it is the first word outside of all braces
// that begins a condition.
#include "sim/litmus/source.hpp"

#include <algorithm>
#include <array>

namespace ringsim::sim::litmus {
namespace {

using std::string_view_literals::operator""sv;

// As in C; what else a name may have in assembly is that parser's own affair (assembly.cpp).
bool is_name_begin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_char(char c) {
    return is_name_begin(c) || is_digit(c);
}

// A place in the text that knows its line. Copies are cheap: to look ahead is to move a copy.
class cursor {
  public:
    explicit cursor(text_part part) : text_(part.text), line_(part.line) {}

    bool at_end() const { return at_ == text_.size(); }
    std::size_t at() const { return at_; }
    unsigned line() const { return line_; }
    char operator*() const { return text_[at_]; }
    // The character as a text, for messages.
    std::string_view here() const { return text_.substr(at_, 1); }
    bool looks_at(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    // The one place that moves, so that no line end is missed.
    void skip(std::size_t n) {
        for (; n > 0 && !at_end(); --n)
            if (text_[at_++] == '\n') ++line_;
    }
    template <class Predicate>
    std::string_view take_while(Predicate&& is) {
        const std::size_t begin = at_;
        while (!at_end() && is(text_[at_])) skip(1);
        return text_.substr(begin, at_ - begin);
    }
    std::string_view from(std::size_t begin) const { return text_.substr(begin, at_ - begin); }

    void skip_blanks() { take_while(is_blank); }
    // A comment, if one begins here. `nested`: whether "(*" begins one.
    bool skip_comment(bool nested) {
        if (looks_at("//")) {
            take_while([](char c) { return c != '\n'; });
            return true;
        }
        if (looks_at("/*")) return skip_to("*/");
        if (nested && looks_at("(*")) {
            skip_nested();
            return true;
        }
        return false;
    }

  private:
    // `begin` is where the comment was opened: of a comment without end, that is the line to show.
    bool skip_to(std::string_view end) {
        const unsigned begin = line_;
        skip(2);
        while (!looks_at(end)) {
            if (at_end()) throw source_error(begin, "the comment has no end");
            skip(1);
        }
        skip(end.size());
        return true;
    }
    // (* comments *) may hold (* others *), as in OCaml, in which herd7 is written.
    void skip_nested() {
        const unsigned begin = line_;
        unsigned depth = 0;
        do {
            if (at_end()) throw source_error(begin, "the comment has no end");
            if (looks_at("(*")) {
                ++depth;
                skip(2);
            } else if (looks_at("*)")) {
                --depth;
                skip(2);
            } else {
                skip(1);
            }
        } while (depth > 0);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    unsigned line_;
};

// Known by their names alone; what is done with each is decided in parse().
constexpr std::array architectures{"C"sv, "AArch64"sv, "X86_64"sv, "X86"sv, "RISCV"sv, "PPC"sv};

// --- Sections ------------------------------------------------------------------------------------

// "C MP+rel+acq": the name may hold more characters than names of C do. Comments may stand before
// it. Returns the name; either of the two is empty if there is none.
std::string_view first_words(cursor& c, sections& s) {
    do c.skip_blanks();
    while (!c.at_end() && c.skip_comment(true));
    s.architecture = c.take_while(is_name_char);
    // The name stands in the line of the architecture.
    c.take_while([](char x) { return x == ' ' || x == '\t'; });
    return c.take_while([](char x) {
        return is_name_char(x) || "/.-+[]:@,&="sv.find(x) != std::string_view::npos;
    });
}

// From the name to the brace that opens the initial state. The header has lines for people and
// other tools, in quotation marks or bare: nothing counts but what dialect_of_header() looks for.
void skip_header(cursor& c, unsigned begin) {
    while (!c.at_end() && *c != '{') {
        if (c.skip_comment(true)) continue;
        // A brace in quotation marks does not begin the initial state. They end with their line:
        // some tests have only the first.
        if (*c == '"') {
            c.skip(1);
            c.take_while([](char x) { return x != '"' && x != '\n'; });
            if (!c.at_end() && *c == '\n') continue;
        }
        c.skip(1);
    }
    if (c.at_end()) throw source_error(begin, "the initial state '{ ... }' is missing");
}

// From the brace behind the header to the one that closes it. Arrays have braces inside. What is
// inside is read later, by parse_init(): here only its end is looked for.
text_part init_of(cursor& c) {
    const unsigned begin = c.line();
    c.skip(1);
    // The part begins behind the brace, in this line.
    text_part part{{}, c.line()};
    const std::size_t from = c.at();
    for (unsigned depth = 1;;) {
        if (c.at_end()) throw source_error(begin, "the initial state has no closing '}'");
        if (c.skip_comment(true)) continue;
        if (*c == '{') ++depth;
        if (*c == '}' && --depth == 0) break;
        c.skip(1);
    }
    part.text = c.from(from);
    c.skip(1);
    return part;
}

// A thread of assembly never begins with one of these words, and in C they stand inside of braces.
// '~' is that of ~exists.
bool opens_condition(const cursor& c) {
    constexpr std::array words{"exists"sv, "forall"sv,   "locations"sv, "filter"sv,
                               "final"sv,  "observed"sv, "Observed"sv};
    if (*c == '~') return true;
    if (!is_name_begin(*c)) return false;
    // Looks at a copy: nothing is taken.
    cursor ahead = c;
    const std::string_view word = ahead.take_while(is_name_char);
    return std::ranges::find(words, word) != words.end();
}

// The functions of the threads: up to the first word of the condition outside of them. In a thread
// of C "(*" begins an expression, outside of them, and in assembly, a comment.
text_part program_of(cursor& c) {
    text_part part{{}, c.line()};
    const std::size_t from = c.at();
    unsigned depth = 0;
    unsigned opened = c.line();
    while (!c.at_end()) {
        if (c.skip_comment(depth == 0)) continue;
        if (depth == 0 && opens_condition(c)) break;
        // For the message if it is never closed.
        if (*c == '{' && depth++ == 0) opened = c.line();
        if (*c == '}') {
            if (depth == 0) throw source_error(c.line(), "a '}' too many");
            --depth;
        }
        // A word as a whole: "exists" must not be found inside of another one.
        if (is_name_begin(*c))
            c.take_while(is_name_char);
        else
            c.skip(1);
    }
    if (depth > 0) throw source_error(opened, "the '{' of this function has no closing '}'");
    part.text = c.from(from);
    return part;
}

// --- Tokens --------------------------------------------------------------------------------------

constexpr std::array c_symbols{"<<="sv, ">>="sv, "..."sv, "=="sv, "!="sv, "<="sv, ">="sv, "&&"sv,
                               "||"sv,  "<<"sv,  ">>"sv,  "++"sv, "--"sv, "+="sv, "-="sv, "*="sv,
                               "/="sv,  "%="sv,  "&="sv,  "|="sv, "^="sv, "->"sv};
constexpr std::array state_symbols{"/\\"sv, "\\/"sv, "=>"sv, "=="sv, "!="sv, "<>"sv};

// The longest symbol that stands here; empty if none does. Longer ones come first in the tables.
std::string_view symbol_at(const cursor& c, language how) {
    constexpr std::string_view single = "{}()[];:,.=<>+-*/%&|^!~?\"'#$";
    const auto longest = [&](const auto& symbols) {
        for (const std::string_view s : symbols)
            if (c.looks_at(s)) return s;
        const std::size_t i = single.find(*c);
        return i == std::string_view::npos ? std::string_view() : single.substr(i, 1);
    };
    return how == language::c ? longest(c_symbols) : longest(state_symbols);
}

// As in C, but octal numbers are refused: the parts of a test do not agree on what a leading 0
// means. In the language of states a minus is a symbol before the number.
token number_at(cursor& c) {
    token t{token_kind::number, {}, c.line(), 0};
    const std::size_t begin = c.at();
    std::uint64_t value = 0;
    bool too_large = false;
    const bool hexadecimal = c.looks_at("0x") || c.looks_at("0X");
    if (hexadecimal) c.skip(2);
    const unsigned base = hexadecimal ? 16 : 10;
    const std::string_view digits = c.take_while(is_name_char);
    std::size_t i = 0;
    for (; i < digits.size(); ++i) {
        // The letter in lower case.
        const char low = static_cast<char>(digits[i] | 0x20);
        unsigned digit = 99;
        if (is_digit(digits[i])) digit = static_cast<unsigned>(digits[i] - '0');
        if (hexadecimal && low >= 'a' && low <= 'f') digit = static_cast<unsigned>(low - 'a') + 10;
        if (digit >= base) break;
        // All digits are taken before it is complained of, so that the message has the whole
        // number.
        too_large = too_large || value > (UINT64_MAX - digit) / base;
        value = value * base + digit;
    }
    t.text = c.from(begin);
    const std::string_view suffix = digits.substr(i);
    // What C allows behind a number; what it means is type_of_number()'s to know.
    constexpr std::array suffixes{""sv,   "u"sv,  "U"sv,  "l"sv,   "L"sv,  "ul"sv,
                                  "UL"sv, "ll"sv, "LL"sv, "ull"sv, "ULL"sv};
    const bool octal = !hexadecimal && digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]);
    if (i == 0 || octal || std::ranges::find(suffixes, suffix) == suffixes.end())
        throw source_error(t.line, quoted(t.text) + " is not a number");
    if (too_large) throw source_error(t.line, "the number " + quoted(t.text) + " is too large");
    t.number = static_cast<std::int64_t>(value);
    return t;
}

}  // namespace

// What a message quotes is of the user's file: it is cut, and what could steer a terminal is
// replaced.
std::string quoted(std::string_view text) {
    constexpr std::size_t most = 40;
    std::string out = "'";
    for (const char c : text.substr(0, most)) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 || byte >= 0x7f ? '?' : c;
    }
    if (text.size() > most) out += "...";
    return out + "'";
}

// The parts are views of `text`, which has to live as long.
sections split(std::string_view text) {
    cursor c({text, 1});
    sections s;
    s.name = first_words(c, s);
    // Some generated tests are called after their file.
    if (s.name.ends_with(".litmus")) s.name.remove_suffix(std::string_view(".litmus").size());
    const unsigned line = c.line();
    if (s.architecture.empty() || s.name.empty())
        throw source_error(line,
                           "no litmus test: it begins with an architecture and a name, 'C MP'");
    if (std::ranges::find(architectures, s.architecture) == architectures.end())
        throw source_error(line, "the architecture " + quoted(s.architecture) +
                                     " is not supported; C, AArch64, X86_64, X86, RISCV and PPC "
                                     "are");
    // Kept for dialect_of_header().
    const std::size_t header = c.at();
    skip_header(c, line);
    s.header = text.substr(header, c.at() - header);
    s.init = init_of(c);
    s.program = program_of(c);
    s.condition.line = c.line();
    s.condition.text = text.substr(c.at());
    return s;
}

// `(* *)` is a comment outside of functions only: inside it is a call with a dereferenced argument.
// The symbols of C and those of states are different languages: "=>" is one symbol in a state, and
// two in C.
std::vector<token> tokens_of(text_part part, language how) {
    std::vector<token> tokens;
    cursor c(part);
    unsigned depth = 0;
    for (;;) {
        c.skip_blanks();
        if (c.at_end()) return tokens;
        if (c.skip_comment(how == language::state || depth == 0)) continue;
        token t{token_kind::symbol, {}, c.line(), 0};
        if (is_name_begin(*c)) {
            t.kind = token_kind::name;
            t.text = c.take_while(is_name_char);
        } else if (is_digit(*c)) {
            t = number_at(c);
        } else if (how == language::state && *c == '"') {  // instr:"NOP"
            const std::size_t begin = c.at();
            c.skip(1);
            c.take_while([](char x) { return x != '"'; });
            c.skip(1);
            t.text = c.from(begin);
        } else {
            t.text = symbol_at(c, how);
            if (t.text.empty())
                throw source_error(t.line,
                                   "the character " + quoted(c.here()) + " makes no sense here");
            c.skip(t.text.size());
            // To know whether a function is open, for "(*".
            if (t.text == "{") ++depth;
            if (t.text == "}" && depth > 0) --depth;
        }
        tokens.push_back(t);
    }
}

token_stream::token_stream(text_part part, language how, std::string what)
    : tokens_(tokens_of(part, how)), what_(std::move(what)) {
    // Where a message about a missing token points.
    end_.line = tokens_.empty() ? part.line : tokens_.back().line;
}

const token& token_stream::peek(unsigned ahead) const {
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : end_;
}

token token_stream::next() {
    // At the end it stays there: a parser that asks on and on gets `end`, and reports it.
    const token t = peek();
    if (at_ < tokens_.size()) ++at_;
    return t;
}

bool token_stream::is(std::string_view text, unsigned ahead) const {
    return peek(ahead).kind != token_kind::end && peek(ahead).text == text;
}

// A symbol or a name, by its text alone: no name looks like a symbol.
bool token_stream::accept(std::string_view text) {
    if (!is(text)) return false;
    ++at_;
    return true;
}

void token_stream::expect(std::string_view text) {
    if (!accept(text)) fail("expected " + quoted(text));
}

// `what` is for the message, and is what the grammar has here: "expected a memory order before
// ...".
token token_stream::expect_name(std::string_view what) {
    if (peek().kind != token_kind::name) fail("expected " + std::string(what));
    return next();
}

// The sign is taken as part of it, wherever a number is expected.
std::int64_t token_stream::expect_number(std::string_view what) {
    const bool negative = accept("-");
    if (peek().kind != token_kind::number) fail("expected " + std::string(what));
    const std::int64_t n = next().number;
    return negative ? -n : n;
}

// These begin like a location and are none: better refused by name than read as something else.
void refuse_what_is_no_place(const token_stream& tokens) {
    const token& first = tokens.peek();
    if (tokens.is("(") && tokens.is(":", 2))
        throw source_error(first.line,
                           "page tables and physical addresses are not supported: " +
                               quoted("(" + std::string(tokens.peek(1).text) + ":...)"));
    if (first.kind != token_kind::name) return;
    const std::string named = std::string(first.text);
    if (tokens.is("(", 1)) {
        if (first.text == "ATOMIC_INIT" || first.text == "fault" || first.text == "Fault") return;
        throw source_error(first.line, "page tables and physical addresses are not supported: " +
                                           quoted(named + "(...)"));
    }
    if (!tokens.is(":", 1)) return;
    const std::string both = named + ":" + std::string(tokens.peek(2).text);
    if (first.text == "instr" || first.text == "label")
        throw source_error(first.line, "code as data is not supported: " + quoted(both));
    // "P1:r0" is a place after all.
    const bool thread = first.text.size() > 1 && first.text[0] == 'P' && is_digit(first.text[1]);
    if (!thread) throw source_error(first.line, "memory tags are not supported: " + quoted(both));
}

// Each message says in which line, and before which token: that is where a reader has to look.
void token_stream::fail(const std::string& what) const {
    const std::string where = at_end() ? "at the end of " + what_ : "before " + quoted(peek().text);
    throw source_error(line(), what + " " + where);
}

}  // namespace ringsim::sim::litmus
