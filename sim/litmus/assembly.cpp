// The table of a test in assembly is cut into rows and cells first, and each cell is read as labels
// and one instruction. Columns have nothing to do with each other but the locations they name.
//
//    P0          | P1          ;
//    MOV W0,#1   | LDR W0,[X3] ;
//    STR W0,[X1] | LDR W2,[X1] ;
//
// Rows end with ';' and not with a line, since an instruction may be long. Each thread has an
// assembler of its own, which goes down its column; what an instruction means is the business of
// the four dialects (aarch64.cpp, x86.cpp, riscv.cpp, ppc.cpp), which take its operands from an
// operand_stream.
#include "sim/litmus/assembly.hpp"

#include <algorithm>
#include <cctype>

namespace ringsim::sim::litmus {
namespace {

// Of a name: '.' is one of the letters, for "ld.w" and ".L1".
bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

// Ends of lines are blanks, too.
std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

// The text with its comments blanked out, so that lines stay where they are. Comments do not nest
// here.
std::string without_comments(text_part part) {
    std::string text(part.text);
    for (std::size_t at = text.find("(*"); at != std::string::npos; at = text.find("(*", at)) {
        const std::size_t end = text.find("*)", at + 2);
        if (end == std::string::npos) break;  // split() has seen to that
        for (; at < end + 2; ++at)
            if (text[at] != '\n') text[at] = ' ';
    }
    return text;
}

// The text of one instruction with its labels, and where it stands.
struct cell {
    std::string_view text;
    unsigned line;
};

// Rows end with ';', cells with '|'. An empty cell is a cell: columns are told apart by counting.
// Each cell has the line in which its text begins, for messages.
std::vector<std::vector<cell>> table_of(std::string_view text, unsigned line) {
    std::vector<std::vector<cell>> rows(1);
    std::size_t begin = 0;
    unsigned begin_line = line;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '\n') ++line;
        if (i < text.size() && text[i] != ';' && text[i] != '|') continue;
        const std::string_view all = text.substr(begin, i - begin);
        const auto blank = std::ranges::find_if_not(all, is_blank);
        // Blank lines before the text belong to the cell.
        begin_line += static_cast<unsigned>(std::count(all.begin(), blank, '\n'));
        rows.back().push_back({trimmed(all), begin_line});
        if (i < text.size() && text[i] == ';') rows.emplace_back();
        begin = i + 1;
        begin_line = line;
    }
    // What is behind the last ';'.
    if (rows.back().size() == 1 && rows.back()[0].text.empty()) rows.pop_back();
    return rows;
}

// "L0:" at the begin of a cell; or nothing.
std::string_view label_of(std::string_view text) {
    std::size_t n = 0;
    while (n < text.size() && (is_letter(text[n]) || is_digit(text[n]))) ++n;
    return n > 0 && n < text.size() && text[n] == ':' ? text.substr(0, n) : std::string_view();
}

// The dialects meet nowhere else: the language of the test is the only switch. Each takes a whole
// instruction, or throws source_error.
void assemble(assembler& to, operand_stream& in) {
    switch (to.language()) {
        case dialect::aarch64:
            return assemble_aarch64(to, in);
        case dialect::x86_64:
        case dialect::x86:
            return assemble_x86(to, in);
        case dialect::riscv:
            return assemble_riscv(to, in);
        default:
            return assemble_ppc(to, in);
    }
}

// Labels stand before an instruction or alone.
void assemble_cell(assembler& to, const cell& c, test& t) {
    std::string_view text = c.text;
    to.begin(c.line);
    for (;;) {
        const std::string_view label = label_of(text);
        if (label.empty()) break;
        to.label(label);
        t.words_of_code.emplace(label);
        text = trimmed(text.substr(label.size() + 1));
    }
    if (text.empty()) return;
    operand_stream in(text, c.line);
    t.words_of_code.emplace(operand_stream(in).try_name());
    to.begin_instruction();
    assemble(to, in);
    in.expect_end();
    to.end();
}

// The first row: P0 | P1 ... The threads are numbered from 0 without gaps, so it says nothing but
// how many there are.
std::size_t threads_in(const std::vector<std::vector<cell>>& rows, unsigned line) {
    if (rows.empty() || rows[0].empty())
        throw source_error(line, "expected the names of the threads, 'P0 | P1 ;'");
    for (std::size_t t = 0; t < rows[0].size(); ++t) {
        const cell& c = rows[0][t];
        if (t == graph_threads_max)
            throw source_error(c.line, "a test has at most " + std::to_string(graph_threads_max) +
                                           " threads (graph_threads_max)");
        if (c.text.ends_with(".F"))
            throw source_error(c.line, "fault handlers are not supported: " + quoted(c.text));
        if (c.text != "P" + std::to_string(t))
            throw source_error(c.line,
                               "expected 'P" + std::to_string(t) + "' before " + quoted(c.text));
    }
    return rows[0].size();
}

}  // namespace

// By herd7's name for it, which stands first in the file.
std::optional<dialect> assembly_dialect(std::string_view architecture) {
    for (const dialect d :
         {dialect::aarch64, dialect::x86_64, dialect::x86, dialect::riscv, dialect::ppc})
        if (name(d) == architecture) return d;
    return std::nullopt;
}

// Throws source_error with the line in the file, also for what is wrong within an instruction.
void parse_assembly(text_part part, test& t, location_table& locations,
                    const std::vector<initial_variable>& initial) {
    const std::string text = without_comments(part);
    const auto rows = table_of(text, part.line);
    const std::size_t threads = threads_in(rows, part.line);
    // One for each thread; they share the locations.
    std::vector<assembler> columns;
    for (unsigned c = 0; c < threads; ++c) columns.emplace_back(t, locations, c);
    // A row may be shorter than the first one: the threads on its right have ended.
    for (std::size_t r = 1; r < rows.size(); ++r) {
        if (rows[r].size() > threads)
            throw source_error(rows[r][threads].line,
                               "this row has more columns than there are threads");
        for (std::size_t c = 0; c < rows[r].size(); ++c) assemble_cell(columns[c], rows[r][c], t);
    }
    // After the code, so that registers which the code names are numbered by it, in its order.
    for (const initial_variable& v : initial) {
        if (v.thread == every_thread) {
            for (assembler& a : columns) a.initial(v);
            continue;
        }
        if (v.thread >= threads)
            throw source_error(v.line, "there is no thread " + std::to_string(v.thread));
        columns[v.thread].initial(v);
    }
    for (assembler& a : columns) t.threads.push_back(a.finish());
    join_code(t);
}

// As assemble_cell() goes over labels and counts instructions. What is wrong is found there.
void find_code_labels(text_part part, test& t) {
    const std::string text = without_comments(part);
    const auto rows = table_of(text, part.line);
    std::vector<std::size_t> numbers;
    for (std::size_t r = 1; r < rows.size(); ++r) {
        numbers.resize(std::max(numbers.size(), rows[r].size()));
        for (std::size_t c = 0; c < rows[r].size(); ++c) {
            std::string_view cell = rows[r][c].text;
            for (;;) {
                const std::string_view label = label_of(cell);
                if (label.empty()) break;
                t.code_labels.push_back({std::string(label), static_cast<unsigned>(c), numbers[c]});
                cell = trimmed(cell.substr(label.size() + 1));
            }
            if (!cell.empty()) ++numbers[c];
        }
    }
}

// --- Words ---------------------------------------------------------------------------------------

// An operand_stream is a view that gets shorter at its front. text_ is the whole instruction, for
// messages.
void operand_stream::skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
}

bool operand_stream::at_end() {
    skip_blanks();
    return rest_.empty();
}

// Blanks are passed over before each question, so none of these minds them.
bool operand_stream::is(char symbol) {
    return !at_end() && rest_.front() == symbol;
}

bool operand_stream::accept(char symbol) {
    if (!is(symbol)) return false;
    rest_.remove_prefix(1);
    return true;
}

void operand_stream::expect(char symbol) {
    if (accept(symbol)) return;
    const std::string expected = "expected '" + std::string(1, symbol) + "'";
    fail(expected + (at_end() ? " at its end" : " before " + quoted(rest_)));
}

void operand_stream::expect_end() {
    if (!at_end()) fail(quoted(rest_) + " is too much");
}

// A letter, '_' or '.' first, then digits too: "amoadd.w.aq" is one name, and "(x5)" has none at
// its front.
std::string_view operand_stream::try_name() {
    skip_blanks();
    std::size_t n = !rest_.empty() && rest_.front() == '%' ? 1 : 0;
    // X%x is the symbolic register %x, as W%x is its lower half.
    if (rest_.starts_with("X%") || rest_.starts_with("W%")) n = 2;
    if (n >= rest_.size() || !is_letter(rest_[n])) return {};
    while (n < rest_.size() && (is_letter(rest_[n]) || is_digit(rest_[n]))) ++n;
    const std::string_view found = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return found;
}

// `what` is for the message: "expected a register before ...".
std::string_view operand_stream::name(std::string_view what) {
    const std::string_view found = try_name();
    if (found.empty())
        fail("expected " + std::string(what) +
             (at_end() ? " at its end" : " before " + quoted(rest_)));
    return found;
}

// #1, $1 or 1, with a minus behind the mark.
bool operand_stream::at_number() {
    skip_blanks();
    std::size_t n = 0;
    if (n < rest_.size() && (rest_[n] == '#' || rest_[n] == '$')) ++n;
    if (n < rest_.size() && rest_[n] == '-') ++n;
    return n < rest_.size() && is_digit(rest_[n]);
}

// With its sign, which C's grammar of numbers does not have.
std::int64_t operand_stream::number(std::string_view what) {
    if (!at_number()) fail("expected " + std::string(what));
    if (!accept('#')) accept('$');
    const bool negative = accept('-');
    std::size_t n = 0;
    while (n < rest_.size() && (is_letter(rest_[n]) || is_digit(rest_[n]))) ++n;
    // Digits are read as C reads them, suffixes included.
    const text_part digits{rest_.substr(0, n), line_};
    rest_.remove_prefix(n);
    const std::int64_t value = tokens_of(digits, language::c).at(0).number;
    return negative ? -value : value;
}

void operand_stream::fail(const std::string& what) const {
    throw source_error(line_, "in the instruction " + quoted(text_) + ": " + what);
}

void operand_stream::unsupported() const {
    std::string why;
    const std::string_view name = text_.substr(0, text_.find_first_of(" \t"));
    for (const std::string_view call :
         {"jal", "jalr", "jr", "call", "tail", "bl", "bctr", "bctrl", "callq"})
        if (name == call) why = ": calls, and jumps to what a register holds, are not";
    throw source_error(line_, "the instruction " + quoted(text_) + " is not supported" + why);
}

}  // namespace ringsim::sim::litmus
