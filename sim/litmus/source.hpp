// The text of a litmus test: its sections and their tokens.
//
//   C NAME                 architecture and name, then lines that do not matter here
//   { x=0; int y=1; }      the initial state
//   P0(int *x) { ... }     one function for each thread
//   exists (0:r0=1)        locations, filter, condition
//
// Comments are (* *), // and /* */; inside a function "(*" begins an expression.
//
// Everything here is a view into the text that split() was given: the text has to live as long as
// sections, tokens and streams of them. What a `test` keeps is copied.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ringsim::sim::litmus {

inline bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}
inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Larger files are refused before they are looked at.
inline constexpr std::size_t file_bytes_max = 1u << 20;

// The only way in which a test is refused. `what` is one clause without a capital and without a
// full stop, which a caller puts behind the name of the file and the line; lines count from 1.
struct source_error : std::runtime_error {
    source_error(unsigned at, const std::string& what) : std::runtime_error(what), line(at) {}
    unsigned line;
};

// A part of the text, and the line that it begins in.
struct text_part {
    std::string_view text;
    unsigned line = 1;
};

// The text in its parts, none of which is understood yet.
struct sections {
    std::string_view architecture;
    std::string_view name;
    std::string_view header;  // what stands between the name and the initial state
    text_part init;           // without the braces
    text_part program;
    text_part condition;  // locations, filter and condition; may be empty
};

// Throws source_error if a section is missing, a brace or comment is not closed, or the
// architecture is not one that is supported.
sections split(std::string_view text);

enum class token_kind : std::uint8_t { name, number, symbol, end };

// `number` is the value of a number, without its sign: a minus is a symbol of its own. Numbers from
// 2^63 on are there as the negative number with the same bits.
struct token {
    token_kind kind = token_kind::end;
    std::string_view text;
    unsigned line = 1;
    std::int64_t number = 0;
};

// In which language a part is written: C, or herd7's for states and conditions. They differ in
// their symbols ("/\" is none in C), and in what "(*" means.
enum class language : std::uint8_t { c, state };

// All of them at once: a test is short, and parsers look several tokens ahead. Throws source_error
// for a character or a number that makes no sense.
std::vector<token> tokens_of(text_part part, language how);

// Reads tokens one after the other. Past the last one stands a token of kind `end`.
class token_stream {
  public:
    // `what`: how the part is called in messages: "the initial state".
    token_stream(text_part part, language how, std::string what);

    const token& peek(unsigned ahead = 0) const;
    token next();
    bool at_end() const { return peek().kind == token_kind::end; }
    // Whether the token so many places ahead is spelled so. Never true at the end.
    bool is(std::string_view text, unsigned ahead = 0) const;
    // Takes the token if it is `text`.
    bool accept(std::string_view text);
    // Takes it or throws: "expected ';' before 'x'".
    void expect(std::string_view text);
    token expect_name(std::string_view what);
    // A number, maybe with a minus sign before it.
    std::int64_t expect_number(std::string_view what);
    unsigned line() const { return peek().line; }
    // Throws source_error at the next token: "WHAT before 'x'".
    [[noreturn]] void fail(const std::string& what) const;

  private:
    std::vector<token> tokens_;
    std::size_t at_ = 0;
    token end_;
    std::string what_;
};

// Throws source_error if what stands next is one of herd7's constructs that are not supported,
// naming it: PTE(x), x:red, P1:L0, instr:"NOP".
void refuse_what_is_no_place(const token_stream& tokens);

// 'text', cut if it is long, with control characters replaced, for messages.
std::string quoted(std::string_view text);

}  // namespace ringsim::sim::litmus
