// Control dependencies: what a branch controls depends on its condition, what comes behind the
// statement does not. So each statement with a condition is put between control_save and
// control_restore; slots are used again once their statement is over.
//
// Two models make something of that: lkmm, in which a control dependency orders the writes that a
// conditional controls (and which says that it ends with the statement), and the models of
// machines, for the kernel's C. C11 promises nothing, and no taints are kept for it.
//
// What an `if` becomes:
//
//     control_save 0
//     (the condition, in a register r)
//     jump_if_zero r -> else      which controls
//     (the first part)
//     jump -> end
//   else:
//     (the second part)
//   end:
//     control_restore 0
#include "sim/litmus/thread_compiler.hpp"

namespace ringsim::sim::litmus {

// The destructor does not run for this one if it throws, and need not: the compiler is given up.
thread_compiler::level::level(thread_compiler& c) : c_(c) {
    if (++c_.depth_ > nesting_max)
        throw source_error(c_.tokens_.line(), "nested more than " + std::to_string(nesting_max) +
                                                  " deep (nesting_max)");
}

// From the initial state: "0:r1 = x".
void thread_compiler::begin_with(const initial_variable& v) {
    c_type type;
    if (v.type) type.shape = *v.type;
    // It is registered before the body is read, so the body may use it without declaring it.
    const reg where = variable(v.name, type);
    initial_[where] = fit(v.value, type.shape);
    code_.given.insert(where);
}

// Variables are numbered in the order of their first use, so the tables are made at the end.
thread_code thread_compiler::compile() {
    block();
    code_.variables.resize(variables_.size());
    for (const auto& [name, where] : variables_) code_.variables[where] = name;
    code_.initial.resize(variables_.size(), 0);
    for (const auto& [where, value] : initial_) code_.initial[where] = value;
    for (std::size_t v = 0; v < variables_.size(); ++v)
        code_.shown_as.push_back(types_[v].held_as());
    return std::move(code_);
}

// A block has no scope of its own: the names of a thread are one set.
void thread_compiler::block() {
    tokens_.expect("{");
    while (!tokens_.accept("}")) {
        if (tokens_.at_end()) tokens_.fail("expected '}'");
        statement();
    }
}

// Every statement begins with all temporaries free. A name of the C language that is not supported
// is refused here, where it could only be a keyword.
void thread_compiler::statement() {
    const level one_more(*this);
    line_ = tokens_.line();
    // Nothing of the statement before is needed any more.
    next_temporary_ = registers_max;
    const token& first = tokens_.peek();
    if (first.text == "{") return block();
    if (tokens_.accept(";")) return;
    if (first.kind == token_kind::name) {
        if (first.text == "if") return if_statement();
        if (first.text == "while") return while_statement();
        if (first.text == "do") return do_statement();
        if (first.text == "for") return for_statement();
        if (first.text == "break" || first.text == "continue") return loop_jump();
        for (const std::string_view word :
             {"goto", "switch", "return", "struct", "union", "typedef", "static", "asm", "__asm__",
              "case", "default"})
            if (first.text == word)
                throw source_error(first.line, quoted(word) + " is not supported");
        if (at_type()) return declaration();
    }
    simple_statement();
    tokens_.expect(";");
}

// As many slots as statements are nested: the innermost one is the last.
std::int64_t thread_compiler::begin_control() {
    const auto slot = static_cast<std::int64_t>(controls_++);
    emit({.what = opcode::control_save, .value = slot});
    return slot;
}

void thread_compiler::end_control(std::int64_t slot) {
    emit({.what = opcode::control_restore, .value = slot});
    --controls_;
}

// control_save; condition; jump_if_zero to the else part, which makes what follows depend on the
// condition; the parts; control_restore. Both ways come by the last one, so that the dependencies
// before the statement hold behind it, and no others.
void thread_compiler::if_statement() {
    tokens_.next();
    const std::int64_t slot = begin_control();
    tokens_.expect("(");
    // The jump goes over what it controls.
    const std::size_t over = emit_control(expression());
    tokens_.expect(")");
    statement();
    if (tokens_.accept("else")) {
        const std::size_t end = emit_jump(opcode::jump);
        patch(over);
        statement();
        patch(end);
    } else {
        patch(over);
    }
    end_control(slot);
}

// --- Loops ---------------------------------------------------------------------------------------

// A loop has a number, by which the machine counts its turns. loop_enter sets the count back: an
// inner loop has all its turns in each turn of the outer one.
std::size_t thread_compiler::begin_loop() {
    if (code_.loops == loops_max)
        throw source_error(tokens_.line(), "a thread has at most " + std::to_string(loops_max) +
                                               " loops (loops_max)");
    loops_.emplace_back();
    emit({.what = opcode::loop_enter, .value = static_cast<std::int64_t>(code_.loops)});
    return code_.loops++;
}

// Cut off here, the thread has looked at the condition for this turn and not performed it.
void thread_compiler::turn_of(std::size_t loop_number, bool counted) {
    emit({.what = opcode::loop_turn,
          .counted = counted,
          .value = static_cast<std::int64_t>(loop_number)});
}

// `break` jumps here; where `continue` goes is the caller's to say.
void thread_compiler::end_loop(std::size_t continue_to) {
    for (const std::size_t jump : loops_.back().breaks) patch(jump);
    for (const std::size_t jump : loops_.back().continues) patch(jump, continue_to);
    loops_.pop_back();
}

// The turn is counted behind the condition: a loop that ends after n turns has n, and cutting it
// off after n turns has looked at the condition n + 1 times.
void thread_compiler::while_statement() {
    tokens_.next();
    const std::int64_t slot = begin_control();
    const std::size_t number = begin_loop();
    const std::size_t begin = code_.instructions.size();
    tokens_.expect("(");
    const std::size_t out = emit_control(expression());
    tokens_.expect(")");
    turn_of(number, false);
    statement();
    // Back to the condition, which is evaluated again: its loads are events of each turn.
    patch(emit_jump(opcode::jump), begin);
    patch(out);
    end_loop(begin);
    end_control(slot);
}

// The first turn is free: a turn is counted when the loop goes back.
void thread_compiler::do_statement() {
    tokens_.next();
    const std::int64_t slot = begin_control();
    const std::size_t number = begin_loop();
    const std::size_t begin = code_.instructions.size();
    statement();
    // `continue` in a `do` goes to the condition.
    const std::size_t again = code_.instructions.size();
    if (!tokens_.accept("while")) tokens_.fail("expected 'while'");
    // The body has left its temporaries; the condition is a full expression of its own.
    next_temporary_ = registers_max;
    tokens_.expect("(");
    const std::size_t out = emit_control(expression());
    tokens_.expect(")");
    tokens_.expect(";");
    turn_of(number, false);
    patch(emit_jump(opcode::jump), begin);
    patch(out);
    end_loop(again);
    end_control(slot);
}

// Its turns count as those of a loop that ends by itself (instruction::counted), which gets more of
// them. The first clause is outside of the loop; the second is its condition, the third its step.
void thread_compiler::for_statement() {
    tokens_.next();
    tokens_.expect("(");
    if (at_type())
        declaration();
    else if (!tokens_.accept(";")) {
        simple_statement();
        tokens_.expect(";");
    }
    const std::int64_t slot = begin_control();
    const std::size_t number = begin_loop();
    const std::size_t begin = code_.instructions.size();
    next_temporary_ = registers_max;
    // "for (;;)" has no condition, and so no jump out.
    const bool endless = tokens_.is(";");
    const std::size_t out = endless ? 0 : emit_control(expression());
    tokens_.expect(";");
    // The step stands before the body and runs after it.
    const std::size_t to_body = emit_jump(opcode::jump);
    const std::size_t step = code_.instructions.size();
    if (!tokens_.is(")")) simple_statement();
    tokens_.expect(")");
    patch(emit_jump(opcode::jump), begin);
    patch(to_body);
    turn_of(number, true);
    statement();
    patch(emit_jump(opcode::jump), step);
    if (!endless) patch(out);
    end_loop(step);
    end_control(slot);
}

// The jump is patched when the loop is over: its end, and in a `for` its step, are not known here.
void thread_compiler::loop_jump() {
    const token word = tokens_.next();
    if (loops_.empty()) throw source_error(word.line, quoted(word.text) + " outside of a loop");
    auto& jumps = word.text == "break" ? loops_.back().breaks : loops_.back().continues;
    jumps.push_back(emit_jump(opcode::jump));
    tokens_.expect(";");
}

// --- Declarations and assignments ----------------------------------------------------------------

// Every structure is a type here, so that take_structure() can refuse it by name.
bool thread_compiler::at_type() const {
    return tokens_.peek().kind == token_kind::name &&
           (is_type_word(tokens_.peek().text) || tokens_.is("struct"));
}

// The words may be none, as behind `struct srcu_struct`.
c_type thread_compiler::take_type() {
    take_structure(tokens_);
    c_type type;
    while (tokens_.peek().kind == token_kind::name && is_type_word(tokens_.peek().text))
        add_word(type, tokens_.next().text);
    type.stars = take_stars();
    return type;
}

// `int * const *p` has two: what is const changes nothing of what an access is.
unsigned thread_compiler::take_stars() {
    unsigned stars = 0;
    for (; tokens_.accept("*"); ++stars)
        while (tokens_.is("const") || tokens_.is("volatile")) tokens_.next();
    return stars;
}

// A declaration without a value emits nothing: the variable is 0 until something is assigned. C
// leaves that undefined; herd7 has 0 as well.
void thread_compiler::declaration() {
    c_type type = take_type();
    declarator(type);
    // Of `int *p, *q` each name has its own stars.
    while (tokens_.accept(",")) {
        type.stars = take_stars();
        declarator(type);
    }
    tokens_.expect(";");
}

// One name of a declaration, with its value if there is one.
void thread_compiler::declarator(c_type type) {
    const token name = tokens_.expect_name("the name of a variable");
    if (parameters_.contains(name.text))
        throw source_error(name.line, quoted(name.text) + " is a parameter already");
    // Variables are registers, which have no addresses that could be computed.
    if (tokens_.is("[")) tokens_.fail("an array as a local variable is not supported");
    const operand target{operand::kind_of::variable, variable(name.text, type), name.text};
    // Another declaration of the name gives it another type from here on.
    types_[target.where] = type;
    if (tokens_.accept("=")) assign(target, expression());
}

// An assignment, a call, or an expression without effect.
void thread_compiler::simple_statement() {
    line_ = tokens_.line();
    next_temporary_ = registers_max;
    for (const std::string_view step : {"++", "--"})
        if (tokens_.is(step)) {
            tokens_.next();
            const operand target = unary();
            const reg old = value_of(target);
            return assign(target, binary_operation(step == "++" ? opcode::add : opcode::subtract,
                                                   old, constant(1)));
        }
    // A name that is assigned to becomes a variable, declared or not.
    const token& first = tokens_.peek();
    // As in herd7, which calls such a name a register.
    if (first.kind == token_kind::name && tokens_.is("=", 1) && !parameters_.contains(first.text)) {
        const token name = tokens_.next();
        return assignment({operand::kind_of::variable, variable(name.text), name.text});
    }
    const operand target = comma_free_expression();
    if (tokens_.is("++") || tokens_.is("--")) return step_by_one(target);
    if (tokens_.is("=") || (tokens_.peek().text.size() >= 2 && tokens_.peek().text.ends_with('=') &&
                            tokens_.peek().kind == token_kind::symbol))
        return assignment(target);
    // `*x;` alone reads *x.
    if (target.kind == operand::kind_of::place) (void)value_of(target);
}

// x++ and ++x are the same where nobody uses the value.
void thread_compiler::step_by_one(operand target) {
    const token step = tokens_.next();
    const reg one = constant(1);
    assign(target, binary_operation(step.text == "++" ? opcode::add : opcode::subtract,
                                    value_of(target), one));
}

// The place is evaluated once, before the right side: its address is in a register by then.
void thread_compiler::assignment(operand target) {
    const token symbol = tokens_.next();
    if (symbol.text == "=") return assign(target, expression());
    struct compound {
        std::string_view symbol;
        opcode what;
    };
    // The operators that assign and compute at once.
    constexpr compound all[] = {{"+=", opcode::add},         {"-=", opcode::subtract},
                                {"*=", opcode::multiply},    {"/=", opcode::divide},
                                {"%=", opcode::remainder},   {"&=", opcode::bit_and},
                                {"|=", opcode::bit_or},      {"^=", opcode::bit_xor},
                                {"<<=", opcode::shift_left}, {">>=", opcode::shift_right}};
    for (const compound& c : all)
        if (c.symbol == symbol.text) {
            // *x += 1 has a load and a store, for it is not atomic.
            const reg old = value_of(target);
            return assign(target, binary_operation(c.what, old, expression()));
        }
    throw source_error(symbol.line, "expected an assignment before " + quoted(symbol.text));
}

// The only way in which memory is written by an assignment: a plain store.
void thread_compiler::assign(operand target, reg value) {
    switch (target.kind) {
        case operand::kind_of::variable:
            emit({.what = opcode::move,
                  .dst = target.where,
                  .a = value,
                  .type = types_[target.where].held_as()});
            return;
        case operand::kind_of::place:
            if (target.is_atomic)
                test_.warnings.push_back(
                    {line_, "a plain access to " + std::string(target.name) +
                                ", which is atomic: taken as non-atomic, as herd7 does"});
            emit({.what = opcode::store, .how = order::plain, .a = target.where, .b = value});
            return;
        default:
            throw source_error(line_, "this cannot be assigned to");
    }
}

}  // namespace ringsim::sim::litmus
