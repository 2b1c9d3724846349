// Expressions of C with their conversions: operands are promoted and brought to a common type as
// the standard says, since a comparison of a negative int with an unsigned shows in a verdict.
//
// Each function returns an operand, which may still be a place in memory; a load is emitted when
// the value is needed, at that point of the code and once. So the loads of an expression come from
// left to right, which is one of the orders that C allows. That matters for counts: two orders
// would be two sets of executions.
//
// Values carry their dependencies with them without any help from here: the machine gives the
// result of an instruction the taints of its operands.
#include <algorithm>

#include "sim/litmus/thread_compiler.hpp"

namespace ringsim::sim::litmus {
namespace {

// An operator between two operands. Those with opcode::jump are && and ||, which are no
// computation.
struct binary_symbol {
    std::string_view symbol;
    unsigned precedence;
    opcode what;
    bool swapped;  // a > b is b < a
};

// Higher binds more strongly. The numbers have no meaning but their order, which is C's.
constexpr unsigned or_precedence = 1;
constexpr unsigned and_precedence = 2;
constexpr binary_symbol binary_symbols[] = {
    {"||", or_precedence, opcode::jump, false},
    {"&&", and_precedence, opcode::jump, false},
    {"|", 3, opcode::bit_or, false},
    {"^", 4, opcode::bit_xor, false},
    {"&", 5, opcode::bit_and, false},
    {"==", 6, opcode::equal, false},
    {"!=", 6, opcode::unequal, false},
    {"<", 7, opcode::less, false},
    {">", 7, opcode::less, true},
    {"<=", 7, opcode::less_or_equal, false},
    {">=", 7, opcode::less_or_equal, true},
    {"<<", 8, opcode::shift_left, false},
    {">>", 8, opcode::shift_right, false},
    {"+", 9, opcode::add, false},
    {"-", 9, opcode::subtract, false},
    {"*", 10, opcode::multiply, false},
    {"/", 10, opcode::divide, false},
    {"%", 10, opcode::remainder, false},
};

}  // namespace

// --- Emission ------------------------------------------------------------------------------------

// Everything is emitted here, so that the limit and the line are looked after in one place.
std::size_t thread_compiler::emit(instruction i) {
    // A limit for texts that were made to be long; no test comes near it.
    if (code_.instructions.size() == instructions_max)
        throw source_error(line_, "a thread has at most " + std::to_string(instructions_max) +
                                      " instructions (instructions_max)");
    i.line = line_;
    code_.instructions.push_back(i);
    return code_.instructions.size() - 1;
}

// Its target is not known yet: patch() sets it.
std::size_t thread_compiler::emit_jump(opcode what, reg condition) {
    return emit({.what = what, .a = condition});
}

// A jump whose condition what comes behind depends on, up to the end of the statement
// (statements.cpp).
std::size_t thread_compiler::emit_control(reg condition) {
    return emit({.what = opcode::jump_if_zero, .controls = true, .a = condition});
}

// A target is a place among the instructions, which does not change any more.
void thread_compiler::patch(std::size_t jump, std::size_t target) {
    code_.instructions[jump].value = static_cast<std::int64_t>(target);
}

// From the top down, towards the variables: when the two meet there are too many. They are freed
// all at once, when the next statement begins: within a statement none is used twice, so that no
// value can be overwritten that is still needed.
reg thread_compiler::temporary(c_type type) {
    if (next_temporary_ <= variables_.size())
        throw source_error(line_, "too many values at once: at most " +
                                      std::to_string(registers_max) + " registers (registers_max)");
    types_[--next_temporary_] = type;
    return next_temporary_;
}

// The register of a name; a new one if the name is new.
reg thread_compiler::variable(std::string_view name, c_type type) {
    if (const auto known = variables_.find(name); known != variables_.end()) return known->second;
    const auto where = static_cast<reg>(variables_.size());
    if (where >= next_temporary_)
        throw source_error(line_, "a thread has at most " + std::to_string(registers_max) +
                                      " registers (registers_max)");
    variables_.emplace(name, where);
    types_[where] = type;
    return where;
}

// A constant has no taint: a value that is computed from it and from nothing else comes from no
// read.
reg thread_compiler::constant(std::int64_t value, c_type type) {
    const reg to = temporary(type);
    emit({.what = opcode::constant, .dst = to, .value = value});
    return to;
}

// A move into a register of that width does the conversion.
reg thread_compiler::converted(reg a, c_type to) {
    // A pointer to another thing has the same bits, but *p has another type.
    if (types_[a].held_as() == to.held_as() && types_[a].stars == to.stars) return a;
    const reg cast = temporary(to);
    emit({.what = opcode::move, .dst = cast, .a = a, .type = to.held_as()});
    return cast;
}

reg thread_compiler::loaded(reg a, order how, fence_kind fence) {
    // An integer that is used as an address reads an int.
    const c_type type = types_[a].pointee();
    const reg to = temporary(type);
    emit({.what = opcode::load,
          .how = how,
          .fence = fence,
          .dst = to,
          .a = a,
          .type = type.held_as()});
    return to;
}

// Each operation has a register of its own for its result, whose type is kept beside it (types_).
reg thread_compiler::unary_operation(opcode what, reg a) {
    // !a is an int, whatever a is.
    const bool truth = what == opcode::is_zero || what == opcode::is_negative;
    const c_type type = truth ? c_type{} : promoted(types_[a]);
    const reg to = temporary(type);
    emit({.what = what, .dst = to, .a = a, .type = type.held_as()});
    return to;
}

// The operands of a shift are promoted one by one and keep their types; pointers are not converted.
reg thread_compiler::binary_operation(opcode what, reg a, reg b) {
    const bool shifts = what == opcode::shift_left || what == opcode::shift_right;
    const c_type type = shifts ? promoted(types_[a]) : common(types_[a], types_[b]);
    a = converted(a, type);
    // An index keeps its own type: it is a number of elements, not a pointer.
    if (!shifts && !type.is_pointer()) b = converted(b, type);
    // The comparisons are the last opcodes before select. Their result is an int, but i.type is the
    // type of the operands, by which they are compared.
    const reg to = temporary(what >= opcode::equal ? c_type{} : type);
    emit({.what = what, .dst = to, .a = a, .b = b, .type = type.held_as()});
    return to;
}

// A plain access to an atomic location is read as herd7 reads it, and a warning says so: in C it
// would be a seq_cst access.
reg thread_compiler::value_of(operand o) {
    switch (o.kind) {
        case operand::kind_of::value:
        case operand::kind_of::variable:
            return o.where;
        case operand::kind_of::place: {
            if (o.is_atomic)
                test_.warnings.push_back(
                    {line_, "a plain access to " + std::string(o.name) +
                                ", which is atomic: taken as non-atomic, as herd7 does"});
            return loaded(o.where, order::plain);
        }
        // Only a compare-exchange takes it (calls.cpp): there a variable is written, and not read
        // through a pointer.
        case operand::kind_of::address:
            throw source_error(line_, "the address of a local variable is not supported here");
        default:
            throw source_error(line_, "this call returns nothing");
    }
}

// --- Operators -----------------------------------------------------------------------------------

// Only one of the two is evaluated, as in C: if they access memory, that shows. Both sides are
// moved to one register. Its type is known only when both are compiled, so the first move gets its
// type afterwards. The jumps make no control dependencies (emit_jump(), not emit_control()): here
// only statements have them.
thread_compiler::operand thread_compiler::conditional() {
    const level one_more(*this);
    operand condition = binary(or_precedence);
    if (!tokens_.accept("?")) return condition;
    const reg to = temporary();
    const std::size_t over = emit_jump(opcode::jump_if_zero, value_of(condition));
    const reg first = expression();
    const std::size_t first_move = emit({.what = opcode::move, .dst = to, .a = first});
    const std::size_t end = emit_jump(opcode::jump);
    tokens_.expect(":");
    patch(over);
    const reg second = value_of(conditional());
    types_[to] = common(types_[first], types_[second]);
    code_.instructions[first_move].type = types_[to].held_as();
    emit({.what = opcode::move, .dst = to, .a = second, .type = types_[to].held_as()});
    patch(end);
    return {operand::kind_of::value, to};
}

// Precedence climbing: takes what binds at least as strongly as `precedence`.
thread_compiler::operand thread_compiler::binary(unsigned precedence) {
    const level one_more(*this);
    operand left = unary();
    for (;;) {
        const token& t = tokens_.peek();
        const auto* found = std::ranges::find_if(binary_symbols, [&](const binary_symbol& s) {
            return t.kind == token_kind::symbol && s.symbol == t.text;
        });
        if (found == std::end(binary_symbols) || found->precedence < precedence) return left;
        tokens_.next();
        if (found->what == opcode::jump) {
            left = logical(left, found->symbol, found->precedence);
            continue;
        }
        const reg a = value_of(left);
        // Operators of one precedence are taken by the loop, so they bind to the left.
        const reg b = value_of(binary(found->precedence + 1));
        left = {operand::kind_of::value, found->swapped ? binary_operation(found->what, b, a)
                                                        : binary_operation(found->what, a, b)};
    }
}

// && and || evaluate their right side only if the left one leaves it open. Twice is_zero makes 0 or
// 1 of a value.
thread_compiler::operand thread_compiler::logical(operand left, std::string_view symbol,
                                                  unsigned precedence) {
    const reg to = temporary();
    const reg a = unary_operation(opcode::is_zero, value_of(left));
    emit({.what = opcode::is_zero, .dst = to, .a = a});
    const std::size_t over = emit_jump(opcode::jump_if_zero, symbol == "&&" ? to : a);
    const reg b = unary_operation(opcode::is_zero, value_of(binary(precedence + 1)));
    emit({.what = opcode::is_zero, .dst = to, .a = b});
    patch(over);
    return {operand::kind_of::value, to};
}

// Operators in front bind more strongly than those between operands, and less than those behind.
thread_compiler::operand thread_compiler::unary() {
    const level one_more(*this);
    const token t = tokens_.peek();
    if (t.kind == token_kind::symbol) {
        if (tokens_.accept("*")) return dereference(unary());
        if (tokens_.accept("&")) return address(unary());
        if (tokens_.accept("+")) return {operand::kind_of::value, value_of(unary())};
        if (tokens_.accept("-"))
            return {operand::kind_of::value, unary_operation(opcode::negate, value_of(unary()))};
        if (tokens_.accept("~"))
            return {operand::kind_of::value,
                    unary_operation(opcode::complement, value_of(unary()))};
        if (tokens_.accept("!"))
            return {operand::kind_of::value, unary_operation(opcode::is_zero, value_of(unary()))};
        // Only as statements: in an expression the order of the accesses would not be clear.
        if (t.text == "++" || t.text == "--")
            throw source_error(t.line, quoted(t.text) + " inside an expression is not supported");
    }
    // A cast, if a word of a type stands in the parentheses; types have no other names here.
    if (tokens_.is("(") && tokens_.peek(1).kind == token_kind::name &&
        is_type_word(tokens_.peek(1).text)) {
        tokens_.next();
        const c_type type = take_type();
        tokens_.expect(")");
        operand o = unary();
        if (o.kind == operand::kind_of::nothing || o.kind == operand::kind_of::address) return o;
        // What is declared of the place that a pointer points to stays known.
        return {operand::kind_of::value, converted(value_of(o), type), o.name, o.is_atomic};
    }
    return postfix(primary());
}

// a[i] is a place at the sum of a and i: elements have neighbouring addresses.
thread_compiler::operand thread_compiler::postfix(operand o) {
    while (tokens_.is("[") || tokens_.is("->") || tokens_.is(".")) {
        if (!tokens_.accept("[")) tokens_.fail("structures are not supported");
        const reg base = value_of(o);
        o = {operand::kind_of::place, binary_operation(opcode::add, base, expression()), o.name};
        tokens_.expect("]");
    }
    return o;
}

// The strongest level: what stands for itself.
thread_compiler::operand thread_compiler::primary() {
    const token t = tokens_.peek();
    if (t.kind == token_kind::number) return number();
    if (t.kind == token_kind::name) return name_expression();
    if (tokens_.accept("(")) {
        const operand o = comma_free_expression();
        tokens_.expect(")");
        return o;
    }
    tokens_.fail("expected an expression");
}

// Its type is by C's rule for literals, from its text: 0xffffffff has no sign, 4294967295 has 64
// bits.
thread_compiler::operand thread_compiler::number() {
    const token t = tokens_.next();
    return {operand::kind_of::value, constant(t.number, type_of_number(t.text, t.number))};
}

// In this order: a call, a constant of the language, a variable of the thread, a parameter. What is
// none of these is a location that the thread was not given, or a mistake in writing.
thread_compiler::operand thread_compiler::name_expression() {
    const token t = tokens_.next();
    if (tokens_.is("(")) return call(t);
    if (t.text == "NULL" || t.text == "false") return {operand::kind_of::value, constant(0)};
    if (t.text == "true") return {operand::kind_of::value, constant(1)};
    // A variable hides a parameter of its name; declarator() lets none come into being.
    if (const auto known = variables_.find(t.text); known != variables_.end())
        return {operand::kind_of::variable, known->second, known->first};
    if (const auto p = parameters_.find(t.text); p != parameters_.end()) {
        // A parameter is the address of its location, a constant.
        const bool atomic = test_.locations[p->second].is_atomic;
        const location& l = test_.locations[p->second];
        const c_type type{l.shown_as, l.stars};
        return {operand::kind_of::value, constant(address_of(p->second), type.pointer_to()),
                p->first, atomic};
    }
    throw source_error(t.line, quoted(t.text) + " is neither a parameter nor a variable of P" +
                                   std::to_string(test_.threads.size()));
}

// *o
thread_compiler::operand thread_compiler::dereference(operand o) {
    // Of a parameter it is known what was declared.
    const bool atomic = o.kind == operand::kind_of::value && o.is_atomic;
    const std::string_view name = o.name;
    return {operand::kind_of::place, value_of(o), name, atomic};
}

// &o &*p is p: the place was not loaded yet. The address of a local variable exists only as an
// argument of a compare-exchange, which stores there; variables are registers.
thread_compiler::operand thread_compiler::address(operand o) {
    if (o.kind == operand::kind_of::place) return {operand::kind_of::value, o.where, o.name};
    if (o.kind == operand::kind_of::variable) return {operand::kind_of::address, o.where, o.name};
    throw source_error(line_, "'&' needs a place in memory such as &*x");
}

}  // namespace ringsim::sim::litmus
