// Threads in assembly: the table of instructions, one column for each thread, and what the parsers
// of the dialects share.
//
// Each dialect is one function that takes the words of one instruction and emits code for the
// machine of code.hpp. What such a function may rely on: begin() was called, all scratch registers
// are free, and what it writes to a register by the name of its lower half is cut by end().
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/litmus/parser.hpp"
#include "sim/litmus/registers.hpp"
#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// The words of one instruction. Symbols are single characters; '.' belongs to names, for there are
// instructions such as "amoadd.w" and "stwcx.".
class operand_stream {
  public:
    operand_stream(std::string_view text, unsigned line) : rest_(text), text_(text), line_(line) {}

    unsigned line() const { return line_; }
    bool at_end();
    bool is(char symbol);
    bool accept(char symbol);
    void expect(char symbol);
    void expect_comma() { expect(','); }
    void expect_end();
    // A name, with a '%' before it if there is one; or nothing.
    std::string_view try_name();
    std::string_view name(std::string_view what);
    // Whether a number stands here, with '#', '$' or '-' before it or not.
    bool at_number();
    // With '#' or '$' before it or not, decimal or hexadecimal, maybe negative.
    std::int64_t number(std::string_view what);
    // Puts back what was taken since.
    std::string_view mark() const { return rest_; }
    void back_to(std::string_view mark) { rest_ = mark; }
    // Throws source_error, naming the instruction.
    [[noreturn]] void fail(const std::string& what) const;
    [[noreturn]] void unsupported() const;

  private:
    void skip_blanks();

    std::string_view rest_;
    std::string_view text_;
    unsigned line_;
};

// The code of one thread, as it is assembled. Everything is emitted through emit(), which marks it
// as native: an instruction of assembly is what it is, and no mapping translates it.
class assembler {
  public:
    assembler(test& t, location_table& locations, unsigned thread)
        : test_(t), locations_(locations), thread_(thread) {
        code_.native = true;
    }

    dialect language() const { return test_.language; }
    // Where instructions come from, for messages and traces.
    void begin(unsigned line);
    // Behind its labels. Jumps by a distance count instructions of the source, of which one may be
    // many here or none, so where each of them starts is kept.
    void begin_instruction() { starts_.push_back(code_.instructions.size()); }
    // Cuts what was written to registers by the names of their lower halves: a write to W1 clears
    // the upper half of X1.
    void end();

    // --- operands
    // The register of that name, or nothing: for reading (a zero register is a constant, of the
    // name of a lower half only that counts) and for writing (what is written to a zero register is
    // forgotten).
    std::optional<reg> try_read(std::string_view name);
    reg read(operand_stream& in);
    reg write(operand_stream& in);
    // The same for a name that is known to be a register's.
    reg read(std::string_view name) { return *try_read(name); }
    // At most so many bits of it.
    reg write(std::string_view name, unsigned most = 64);
    // Throws source_error: what the instruction has in the place of a register is none, or one of a
    // kind that is not supported.
    [[noreturn]] void no_register(const operand_stream& in, std::string_view name) const;
    // A register or a number, which becomes a constant in a register.
    reg value(operand_stream& in);
    reg constant(std::int64_t value);
    // A register for an intermediate value, until the instruction is over.
    reg scratch();
    // The lower bits of a value, with their sign or without.
    reg cut(reg a, width to);
    // The address of a location by its name. Throws source_error, when the thread is complete, if
    // the name is also one of a label: code as data is not supported.
    reg address_of_location(std::string_view name);
    // The address of a label of this thread, or nothing.
    std::optional<reg> address_of_label(std::string_view name);
    // Of the instruction behind this one, to return to.
    reg address_of_next();
    // A variable that is no register, such as the flags.
    reg variable(const std::string& name);

    // --- instructions
    void emit(instruction i);
    void compute(opcode what, reg dst, reg a, reg b) {
        emit({.what = what, .dst = dst, .a = a, .b = b});
    }
    void move(reg dst, reg a) { emit({.what = opcode::move, .dst = dst, .a = a}); }
    // A load gives what it reads that type, which is as wide as the access.
    void load(reg dst, reg address, width type, graph::mode how = graph::mode::relaxed);
    void store(reg address, reg value, unsigned bits, graph::mode how = graph::mode::relaxed);
    // `dst` gets the old value.
    void read_modify_write(graph::rmw_op op, reg dst, reg address, reg operand, width type,
                           graph::mode read_how = graph::mode::relaxed,
                           graph::mode write_how = graph::mode::relaxed, bool no_return = false);
    void barrier(std::string_view name);
    // The flags hold two values that conditions compare, each with its sign, as if the one register
    // of flags held both operands. A condition then comes from both operands, as on a machine; bits
    // of their own are needed only where code looks at them (aarch64_arithmetic.cpp).
    void compare(reg a, reg b, unsigned bits);
    // 1 if the operands of the last compare() are so, else 0; `swapped`: with the right one on the
    // left.
    reg condition(opcode what, bool swapped = false, bool is_unsigned = false);
    // 1 if `a` is 0, else 0.
    reg negated(reg a);

    // --- jumps
    void label(std::string_view name);
    // A jump to a label or a target_of_jump(). One that goes back is a turn of a loop, of which the
    // machine allows so many; the label has to stand before it for that, so columns are assembled
    // downwards.
    void branch(std::string_view target);
    // A label, or ".+8": so many bytes from this instruction, of which each has 4.
    std::string target_of_jump(operand_stream& in);
    // To where the register says: an address of code, of this thread or another.
    void branch_to(reg address, bool returns = false);
    // Back to whom called the thread.
    void end_thread();
    // Jumps if `condition` is not 0. It controls all that comes later, whether or not it jumps.
    void branch_if(reg condition, std::string_view target);

    // Registers that have a value from the start. May be called when all instructions have been
    // assembled.
    void initial(const initial_variable& v);
    // Patches the jumps. Throws source_error for a label that is not there.
    thread_code finish();

  private:
    // Of ".@n", the n-th instruction, where its code begins; nothing if there are not so many.
    std::optional<std::size_t> start_of(std::string_view target) const;

    // A jump whose target is not known yet, or a name that must not be one of a label.
    struct use {
        std::size_t jump;
        std::string label;
        unsigned line;
    };

    test& test_;
    location_table& locations_;
    unsigned thread_;
    thread_code code_;
    std::map<std::string, reg, std::less<>> variables_;
    std::map<std::string, std::size_t, std::less<>> labels_;
    std::vector<use> uses_;
    std::vector<use> addresses_;                          // of locations, by name
    std::map<std::string, width, std::less<>> declared_;  // types of registers
    std::vector<std::size_t> starts_;                     // of instructions, this one included
    std::vector<reg> halves_;                             // written by this instruction
    // The same of shorter parts, which x86 has, with what the register held before.
    struct part {
        reg all;
        reg before;
        unsigned char bits;
    };
    std::vector<part> parts_;
    reg next_scratch_ = registers_max;
    unsigned line_ = 0;
};

// One instruction in each dialect, without its labels. Throws source_error.
void assemble_aarch64(assembler& to, operand_stream& in);
void assemble_x86(assembler& to, operand_stream& in);
void assemble_riscv(assembler& to, operand_stream& in);
void assemble_ppc(assembler& to, operand_stream& in);

// The dialect of an architecture's name, or nothing for what is not supported.
std::optional<dialect> assembly_dialect(std::string_view architecture);

// Notes the labels of all threads in t.code_labels: the initial state may name them.
void find_code_labels(text_part part, test& t);

// Gives each thread that jumps to what a register holds the code of all others as well, behind its
// own, and the places where addresses of code lead to. Throws source_error.
void join_code(test& t);

// The table of all threads, in test::language. Fills t.threads. Throws source_error.
void parse_assembly(text_part part, test& t, location_table& locations,
                    const std::vector<initial_variable>& initial);

}  // namespace ringsim::sim::litmus
