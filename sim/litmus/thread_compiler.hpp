// From the C of one thread to its code, in one pass.
//
// A recursive descent over the tokens that emits instructions as it goes; jumps forward are patched
// when their target is known. No syntax tree: nothing is looked at twice. What is C but not
// supported is refused with its line, since a test that is half understood would give a wrong
// verdict.
//
// One object compiles one thread: begin_with() for each variable that has a value from the start,
// then compile() once.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/litmus/parser.hpp"
#include "sim/litmus/primitives.hpp"
#include "sim/litmus/test.hpp"
#include "sim/litmus/types.hpp"

namespace ringsim::sim::litmus {

// How deep expressions and statements may be nested. The descent is recursive, so without a limit a
// file of brackets would overflow the stack of the process.
inline constexpr unsigned nesting_max = 60;

class thread_compiler {
  public:
    // `parameters`: the locations that the thread's parameters point to, by name.
    thread_compiler(token_stream& tokens, test& t,
                    const std::map<std::string, graph::location_id, std::less<>>& parameters)
        : tokens_(tokens), test_(t), parameters_(parameters) {}

    // A variable that has a value from the start, of the type that was declared for it.
    void begin_with(const initial_variable& v);
    // The body, a block in braces that begins at the next token, up to and with its last brace.
    // Throws source_error.
    thread_code compile();

  private:
    // What an expression stands for.
    struct operand {
        enum class kind_of : std::uint8_t {
            value,     // in register `where`
            variable,  // register `where` itself
            place,     // memory at the address in register `where`
            address,   // of the variable `where`; only a compare-exchange takes it
            nothing,   // of a call that returns nothing
        } kind = kind_of::value;
        reg where = 0;
        // Of a variable or of a place that a parameter names, for messages.
        std::string_view name{};  // of a variable
        bool is_atomic = false;   // a place that was declared atomic
    };
    // Where `continue` goes is known only when the loop is complete: to its test in a `do`, to its
    // step in a `for`.
    struct loop {
        std::vector<std::size_t> breaks;     // jumps to patch
        std::vector<std::size_t> continues;  // likewise
    };
    // Counts a level of nesting while it lives, and throws source_error beyond nesting_max.
    class level {
      public:
        explicit level(thread_compiler& c);
        ~level() { --c_.depth_; }
        level(const level&) = delete;

      private:
        thread_compiler& c_;
    };

    // --- statements.cpp
    // Each of these takes what it is called after from tokens_, up to and with its last token.
    void statement();
    void block();
    // Control dependencies that begin after the one end at the other. Returns the slot.
    std::int64_t begin_control();
    // Slots are used like a stack, so the last one that was begun ends first.
    void end_control(std::int64_t slot);
    void if_statement();
    void while_statement();
    void do_statement();
    void for_statement();
    void loop_jump();
    void declaration();
    void declarator(c_type type);
    void simple_statement();
    void assignment(operand target);
    // Emits the move or the plain store; assignment() takes the operator and the right side first.
    void assign(operand target, reg value);
    void step_by_one(operand target);
    std::size_t begin_loop();
    void turn_of(std::size_t loop_number, bool counted);
    void end_loop(std::size_t continue_to);
    // Whether a type begins here; take_type() takes its words and stars.
    bool at_type() const;
    c_type take_type();
    unsigned take_stars();

    // --- expressions.cpp
    // An operand may still be a place in memory: nothing is loaded until value_of() wants its
    // value, so that what is assigned to is not read.
    reg expression() { return value_of(comma_free_expression()); }
    operand comma_free_expression() { return conditional(); }
    // Each of these takes the longest expression of its kind from the tokens, and leaves what it is
    // worth in a register. They are the levels of C's grammar from the weakest operator to the
    // strongest.
    operand conditional();
    operand binary(unsigned precedence);
    operand logical(operand left, std::string_view symbol, unsigned precedence);
    operand unary();
    operand postfix(operand o);
    operand primary();
    operand number();
    operand name_expression();
    operand dereference(operand o);
    operand address(operand o);
    // The register that has the value, after a load if the operand is a place in memory. Throws
    // source_error for what has no value. To call it twice for one operand would load twice, which
    // is two events.
    reg value_of(operand o);
    reg constant(std::int64_t value, c_type type = {});
    reg unary_operation(opcode what, reg a);
    // With the conversions of C: `a` and `b` are brought to their common type first, and the result
    // has that type, or int for a comparison.
    reg binary_operation(opcode what, reg a, reg b);
    // The value of `a` as one of that type; `a` itself if nothing changes.
    reg converted(reg a, c_type to);
    // What is in memory at the address in `a`.
    reg loaded(reg a, order how, fence_kind fence = fence_kind::c11);
    // Registers of intermediate values live until the end of the statement.
    reg temporary(c_type type = {});
    // The register of a name, a new one for a new name; the type counts for a new one only.
    reg variable(std::string_view name, c_type type = {});
    // Returns the place of the instruction, by which a jump is patched later.
    std::size_t emit(instruction i);
    std::size_t emit_jump(opcode what, reg condition = 0);
    // A jump over what a statement controls.
    std::size_t emit_control(reg condition);
    // Makes a jump go to what will be emitted next, or to `target`.
    void patch(std::size_t jump) { patch(jump, code_.instructions.size()); }
    void patch(std::size_t jump, std::size_t target);

    // --- calls.cpp
    // The arguments of a call, each in the register that its letter in primitive::arguments asks
    // for.
    struct arguments {
        reg pointer = 0;
        reg value = 0;
        reg expected = 0;
        operand expected_in{};
        order how = order::relaxed;
        order failing = order::relaxed;
    };
    operand call(const token& name);
    arguments take_arguments(const primitive& p, const token& name);
    // Throws source_error for an order that the access cannot have; `of_failure`: what is taken is
    // the second order of a compare-exchange.
    order take_order(const primitive& p, bool of_failure);
    // The address of an argument such as *x, without loading it: READ_ONCE(*x) is one access.
    reg place(const token& name);
    operand emit_call(const primitive& p, arguments& a);
    operand emit_rmw(const primitive& p, const arguments& a);
    operand emit_compare_exchange(const primitive& p, const arguments& a);
    operand emit_lock(const primitive& p, const arguments& a);

    token_stream& tokens_;
    test& test_;
    const std::map<std::string, graph::location_id, std::less<>>& parameters_;
    thread_code code_;
    std::map<std::string, reg, std::less<>> variables_;
    // Values from the start, of the variables that have one; of all others it is 0.
    std::map<reg, std::int64_t> initial_;
    // Of each register: what was declared, or what the conversions of C make of an intermediate
    // value.
    std::array<c_type, registers_max> types_{};
    std::vector<loop> loops_;  // that are open
    reg next_temporary_ = registers_max;
    unsigned depth_ = 0;
    unsigned controls_ = 0;  // statements that control this one
    unsigned line_ = 0;      // of the statement
};

}  // namespace ringsim::sim::litmus
