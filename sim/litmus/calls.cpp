// Calls of primitives: everything else that is called is refused. What a primitive takes and does
// is a row of a table (primitives.cpp); here it becomes instructions.
//
// A primitive's order stays a word of the source in the instruction. What it becomes on a machine
// is asked of a mapping when the machine runs (mapping.cpp), so that one test can be judged under
// several without being compiled anew.
#include <algorithm>

#include "sim/litmus/thread_compiler.hpp"

namespace ringsim::sim::litmus {

// The commonest mistakes get a message of their own: a primitive of the other language, and herd7's
// internal names. A refusal by name is worth its lines: from a test that silently lost a barrier,
// one would draw a wrong conclusion.
thread_compiler::operand thread_compiler::call(const token& name) {
    if (name.text.starts_with("__"))
        throw source_error(name.line, "herd7's own " + quoted(name.text) +
                                          " is not supported; use the function that it stands for");
    const auto p = find_primitive(name.text, test_.language);
    if (!p) {
        const dialect other = test_.language == dialect::lkmm ? dialect::c11 : dialect::lkmm;
        if (find_primitive(name.text, other))
            throw source_error(
                name.line, quoted(name.text) + " belongs to " + std::string(litmus::name(other)) +
                               ", but this test uses " + std::string(litmus::name(test_.language)));
        throw source_error(name.line, "the function " + quoted(name.text) + " is not supported");
    }
    // A row of the table that says why.
    if (p->what == action::unsupported)
        throw source_error(name.line,
                           quoted(name.text) + " is not supported: " + std::string(p->reason));
    arguments a = take_arguments(*p, name);
    return emit_call(*p, a);
}

// By the letters of primitive::arguments. Expressions are evaluated here, in the order in which
// they stand, so that their loads come before the access of the primitive.
thread_compiler::arguments thread_compiler::take_arguments(const primitive& p, const token& name) {
    const level one_more(*this);
    arguments a;
    a.how = p.how;
    a.failing = p.failing;
    tokens_.expect("(");
    for (std::size_t i = 0; i < p.arguments.size(); ++i) {
        if (i > 0) tokens_.expect(",");
        // Said here, where the number of arguments is known; expression() would only miss an
        // expression.
        if (tokens_.is(")") || tokens_.is(","))
            tokens_.fail(quoted(name.text) + " takes " + std::to_string(p.arguments.size()) +
                         " arguments: expected one");
        switch (p.arguments[i]) {
            case 'p':
                a.pointer = expression();
                break;
            case 'l':
                a.pointer = place(name);
                break;
            case 'v':
                a.value = expression();
                break;
            case 'e':
                a.expected = expression();
                break;
            case 'x':
                // It stays an operand: &r is no value, and what is at a pointer is loaded only when
                // it is compared.
                a.expected_in = comma_free_expression();
                break;
            case 'o':
                a.how = take_order(p, false);
                break;
            default:
                a.failing = take_order(p, true);
        }
    }
    if (!tokens_.is(")"))
        tokens_.fail(quoted(name.text) + " takes " + std::to_string(p.arguments.size()) +
                     " arguments: expected ')'");
    tokens_.next();
    return a;
}

// The address of an argument that names a place in memory. Nothing is loaded: the primitive itself
// is the access.
reg thread_compiler::place(const token& name) {
    const operand o = comma_free_expression();
    if (o.kind != operand::kind_of::place)
        throw source_error(name.line, quoted(name.text) + " needs a place in memory such as *x");
    return o.where;
}

// C11 leaves undefined what a load with release means, so it is refused. Nor can a store acquire,
// nor a failure release: it stores nothing.
order thread_compiler::take_order(const primitive& p, bool of_failure) {
    const token t = tokens_.expect_name("a memory order");
    const auto o = find_memory_order(t.text);
    if (!o) throw source_error(t.line, quoted(t.text) + " is not supported as a memory order");
    // A failure is a load and nothing else.
    const bool reads_only = p.what == action::load || of_failure;
    // seq_cst is neither: any access may be that.
    const bool releases = *o == order::release || *o == order::acq_rel;
    const bool acquires = *o == order::acquire || *o == order::acq_rel;
    if ((reads_only && releases) || (p.what == action::store && acquires))
        throw source_error(t.line, quoted(t.text) + " makes no sense " +
                                       (of_failure   ? "for a failure"
                                        : reads_only ? "for a load"
                                                     : "for a store"));
    return *o;
}

// The arguments have been evaluated: whatever they load comes before the access.
thread_compiler::operand thread_compiler::emit_call(const primitive& p, arguments& a) {
    using kind = operand::kind_of;
    switch (p.what) {
        case action::load:
            return {kind::value, loaded(a.pointer, a.how, p.fence)};
        case action::store:
        // smp_store_mb() is WRITE_ONCE() and then smp_mb(): include/asm-generic/barrier.h.
        case action::store_mb:
            emit({.what = opcode::store,
                  .how = a.how,
                  .fence = p.fence,
                  .a = a.pointer,
                  .b = a.value});
            if (p.what == action::store_mb)
                emit({.what = opcode::fence, .how = order::seq_cst, .fence = fence_kind::mb});
            return {kind::nothing};
        case action::rmw:
            return emit_rmw(p, a);
        case action::compare_exchange:
        case action::rmw_unless:
            return emit_compare_exchange(p, a);
        case action::fence:
            // A C11 fence that is relaxed does nothing.
            if (p.fence != fence_kind::c11 || a.how != order::relaxed)
                emit({.what = opcode::fence, .how = a.how, .fence = p.fence, .a = a.pointer});
            return {kind::nothing};
        // Its arguments were evaluated all the same, as in C.
        case action::nothing:
        case action::unsupported:
            return {kind::nothing};
        default:
            return emit_lock(p, a);
    }
}

// The instruction gives back what was read. What the primitive returns is computed from that: the
// new value, or whether it is 0 or negative. A primitive that returns nothing is marked
// (no_return): the kernel's model does not let smp_rmb() order it, and Arm has instructions without
// a result for it.
thread_compiler::operand thread_compiler::emit_rmw(const primitive& p, const arguments& a) {
    // atomic_inc() and the like have no operand; andnot clears the bits that its operand has.
    reg with = p.by_one ? constant(1) : a.value;
    if (p.inverted) with = unary_operation(opcode::complement, with);
    // Of the type of the location: arithmetic wraps in its width, and a bool has one bit.
    const c_type type = types_[a.pointer].pointee();
    const reg old = temporary(type);
    emit({.what = opcode::rmw,
          .op = p.op,
          .how = a.how,
          .no_return = p.returns == returned::none,
          .dst = old,
          .a = a.pointer,
          .b = with,
          .type = type.held_as()});
    if (p.returns == returned::none) return {operand::kind_of::nothing};
    if (p.returns == returned::old_value) return {operand::kind_of::value, old};
    // What the location holds now, computed once more from what was read, which adds a data
    // dependency and no event.
    reg result =
        binary_operation(p.op == graph::rmw_op::add ? opcode::add : opcode::subtract, old, with);
    if (p.returns == returned::new_is_zero) result = unary_operation(opcode::is_zero, result);
    if (p.returns == returned::new_is_negative)
        result = unary_operation(opcode::is_negative, result);
    return {operand::kind_of::value, result};
}

// C11 passes what it expects by its address, in a variable or in memory, and writes there what it
// found if it fails: a jump over that store, which is no control dependency of the program. The
// kernel's cmpxchg() gets the value itself, and returns what it found.
thread_compiler::operand thread_compiler::emit_compare_exchange(const primitive& p,
                                                                const arguments& a) {
    instruction i{
        .what = p.what == action::rmw_unless ? opcode::rmw_unless : opcode::compare_exchange,
        .op = p.op,
        .how = a.how,
        .failing = a.failing,
        .spurious = p.spurious,
        .a = a.pointer,
        .b = a.expected,
        .c = a.value};
    if (p.by_one) {  // inc_not_zero: add 1 unless 0
        i.b = constant(0);
        i.c = constant(1);
    }
    const operand& e = a.expected_in;
    const bool explicit_expected = p.arguments.find('x') != std::string_view::npos;
    const bool in_variable = e.kind == operand::kind_of::address;
    // The address is needed twice, for the load before and the store behind.
    const reg expected_at = explicit_expected && !in_variable ? value_of(e) : reg{0};
    if (explicit_expected && in_variable) i.b = e.where;
    if (explicit_expected && !in_variable) {
        i.b = loaded(expected_at, order::plain);
    }
    const c_type type = types_[a.pointer].pointee();
    i.type = type.held_as();
    i.dst = temporary(type);
    i.flag = temporary();
    emit(i);
    // The flag is known to the machine from the value that was read, so these two jumps add no way
    // that there was not before.
    if (explicit_expected) {  // a failure tells what it found
        const std::size_t failed = emit_jump(opcode::jump_if_zero, i.flag);
        const std::size_t over = emit_jump(opcode::jump);
        patch(failed);
        if (in_variable)
            emit({.what = opcode::move,
                  .dst = e.where,
                  .a = i.dst,
                  .type = types_[e.where].held_as()});
        else
            emit({.what = opcode::store, .how = order::plain, .a = expected_at, .b = i.dst});
        patch(over);
    }
    return {operand::kind_of::value, p.returns == returned::flag ? i.flag : i.dst};
}

// spin_is_locked() is a relaxed load. What a lock orders is said where it is performed
// (machine::lock()): acquire and release.
thread_compiler::operand thread_compiler::emit_lock(const primitive& p, const arguments& a) {
    const reg result = temporary();
    switch (p.what) {
        case action::lock:
            emit({.what = opcode::lock, .a = a.pointer});
            return {operand::kind_of::nothing};
        case action::unlock:
            emit({.what = opcode::unlock, .a = a.pointer});
            return {operand::kind_of::nothing};
        case action::try_lock:
            emit({.what = opcode::try_lock, .a = a.pointer, .flag = result});
            return {operand::kind_of::value, result};
        default:
            emit({.what = opcode::load,
                  .how = order::relaxed,
                  .asks_lock = true,
                  .dst = result,
                  .a = a.pointer});
            return {operand::kind_of::value, result};
    }
}

}  // namespace ringsim::sim::litmus
