// The code of one thread in assembly. Registers are variables of the machine, found by their names;
// halves are cut at both ends: what is read by the name of a half when it is read, what is written
// at the end of the instruction, when it is known that nothing reads the old value any more.
#include <algorithm>

#include "sim/litmus/assembly.hpp"

namespace ringsim::sim::litmus {

using graph::mode;

// --- Operands ------------------------------------------------------------------------------------

// As in the compiler of C (expressions.cpp): variables from below, scratch registers from above,
// and a thread in which they meet is refused.
reg assembler::variable(const std::string& name) {
    if (const auto known = variables_.find(name); known != variables_.end()) return known->second;
    const auto where = static_cast<reg>(variables_.size());
    if (where >= next_scratch_)
        throw source_error(line_, "a thread has at most " + std::to_string(registers_max) +
                                      " registers (registers_max)");
    variables_.emplace(name, where);
    return where;
}

reg assembler::scratch() {
    if (next_scratch_ <= variables_.size())
        throw source_error(line_, "too many values at once: at most " +
                                      std::to_string(registers_max) + " registers (registers_max)");
    return --next_scratch_;
}

// Numbers are values like those of registers; they come from no read.
reg assembler::constant(std::int64_t value) {
    const reg to = scratch();
    emit({.what = opcode::constant, .dst = to, .value = value});
    return to;
}

// A cell begins: scratch registers are free, and messages are of this line.
void assembler::begin(unsigned line) {
    line_ = line;
    next_scratch_ = registers_max;
}

// In place: a register that is written as a half holds 32 bits without sign afterwards; what is
// shorter leaves the rest as it was.
void assembler::end() {
    for (const reg r : halves_) emit({.what = opcode::move, .dst = r, .a = r, .type = {32, false}});
    halves_.clear();
    for (const part& p : parts_) {
        const reg written = cut(p.all, {p.bits, false});
        const reg kept = scratch();
        compute(opcode::bit_xor, kept, p.before, cut(p.before, {p.bits, false}));
        compute(opcode::bit_or, p.all, kept, written);
    }
    parts_.clear();
}

// A zero register is a constant; of a half the lower bits are read, without sign.
std::optional<reg> assembler::try_read(std::string_view name) {
    const auto r = find_register(language(), name);
    if (!r || !r->is_operand) return std::nullopt;
    if (r->is_zero) return constant(0);
    const reg all = variable(r->name);
    return r->bits < 64 ? cut(all, {static_cast<unsigned char>(r->bits), false}) : all;
}

// Into a scratch register: the original stays whole, for whoever needs it.
reg assembler::cut(reg a, width to) {
    const reg part = scratch();
    emit({.what = opcode::move, .dst = part, .a = a, .type = to});
    return part;
}

// Arm's vectors and capabilities are known by their names, in order to be refused by them: S0,
// V1.4S, P0/M, C1.
void assembler::no_register(const operand_stream& in, std::string_view name) const {
    const bool numbered = name.size() > 1 && name[1] >= '0' && name[1] <= '9';
    if (language() == dialect::aarch64 && numbered) {
        if (std::string_view("BHSDQVZP").find(name[0]) != std::string_view::npos)
            in.fail("vector registers are not supported: " + quoted(name));
        if (name[0] == 'C') in.fail("capabilities are not supported: " + quoted(name));
    }
    in.fail(quoted(name) + " is not a register");
}

// The value of a register that the instruction names, at this point of it.
reg assembler::read(operand_stream& in) {
    const std::string_view name = in.name("a register");
    const auto r = try_read(name);
    if (!r) no_register(in, name);
    return *r;
}

// What is written by the name of a part goes to the whole register first, and is put right when the
// instruction is over (end()): until then the instruction may still read what was there.
reg assembler::write(std::string_view name, unsigned most) {
    const auto r = find_register(language(), name);
    // What is written there is forgotten with the instruction.
    if (r->is_zero) return scratch();
    const reg all = variable(r->name);
    const unsigned bits = std::min(r->bits, most);
    if (bits == 32) halves_.push_back(all);
    if (bits < 32) {
        parts_.push_back({all, scratch(), static_cast<unsigned char>(bits)});
        move(parts_.back().before, all);
    }
    return all;
}

reg assembler::write(operand_stream& in) {
    const std::string_view name = in.name("a register");
    if (!find_register(language(), name)) no_register(in, name);
    return write(name);
}

// A register or a number, whichever stands there.
reg assembler::value(operand_stream& in) {
    return in.at_number() ? constant(in.number("a number")) : read(in);
}

// An address by a name is a constant: no read decides it, so no access depends on one for its
// address.
reg assembler::address_of_location(std::string_view name) {
    // Labels may come later in the column, so whether the name is one is asked in finish().
    addresses_.push_back({0, std::string(name), line_});
    return constant(address_of(locations_.find_or_add(name, line_)));
}

// A constant too: no read decides where code stands.
std::optional<reg> assembler::address_of_label(std::string_view name) {
    const auto address = test_.label_in(thread_, name);
    if (!address) return std::nullopt;
    return constant(*address);
}

// begin_instruction() has counted this one.
reg assembler::address_of_next() {
    return constant(code_address(thread_, starts_.size()));
}

// --- Instructions --------------------------------------------------------------------------------

// All code of assembly is `native`: its orders are the machine's own, and no mapping is asked.
void assembler::emit(instruction i) {
    if (code_.instructions.size() == instructions_max)
        throw source_error(line_, "a thread has at most " + std::to_string(instructions_max) +
                                      " instructions (instructions_max)");
    i.line = line_;
    i.native = true;
    code_.instructions.push_back(i);
}

// Assembly has no order of C's kind: `how` is filled in for traces, and the model goes by the
// annotation of the halves (read_how, write_how).
void assembler::load(reg dst, reg address, width type, mode how) {
    emit({.what = opcode::load,
          .how = order::relaxed,
          .read_how = how,
          .dst = dst,
          .a = address,
          .type = type,
          .bytes = static_cast<unsigned char>(type.bits / 8)});
}

// A store takes as many of the lower bits as it is wide.
void assembler::store(reg address, reg value, unsigned bits, mode how) {
    emit({.what = opcode::store,
          .how = order::relaxed,
          .write_how = how,
          .a = address,
          .b = value,
          .bytes = static_cast<unsigned char>(bits / 8)});
}

void assembler::read_modify_write(graph::rmw_op op, reg dst, reg address, reg operand, width type,
                                  mode read_how, mode write_how, bool no_return) {
    emit({.what = opcode::rmw,
          .op = op,
          .how = order::relaxed,
          .no_return = no_return,
          .read_how = read_how,
          .write_how = write_how,
          .dst = dst,
          .a = address,
          .b = operand,
          .type = type,
          .bytes = static_cast<unsigned char>(type.bits / 8)});
}

// By the name that the model knows it under; one of another machine is never asked for.
void assembler::barrier(std::string_view name) {
    emit({.what = opcode::fence, .how = order::seq_cst, .barrier = name});
}

// Two moves, so that the flags keep their values when the registers change.
void assembler::compare(reg a, reg b, unsigned bits) {
    const width type{static_cast<unsigned char>(bits), true};
    const reg left = variable("flags, left");
    const reg right = variable("flags, right");
    const reg kept = cut(b, type);  // `b` may be the register of the left flag
    emit({.what = opcode::move, .dst = left, .a = a, .type = type});
    move(right, kept);
}

// Integers with their sign, taken as 64 bits without one, keep their order without sign.
reg assembler::condition(opcode what, bool swapped, bool is_unsigned) {
    reg a = variable("flags, left");
    reg b = variable("flags, right");
    if (swapped) std::swap(a, b);
    const reg to = scratch();
    emit({.what = what, .dst = to, .a = a, .b = b, .type = {64, !is_unsigned}});
    return to;
}

// 1 for 0, and 0 for anything else.
reg assembler::negated(reg a) {
    const reg to = scratch();
    emit({.what = opcode::is_zero, .dst = to, .a = a});
    return to;
}

// --- Jumps ---------------------------------------------------------------------------------------

// A label is where the next instruction of the machine will stand.
void assembler::label(std::string_view name) {
    if (!labels_.emplace(name, code_.instructions.size()).second)
        throw source_error(line_, "the label " + quoted(name) + " is there twice");
}

// The target of a jump is looked up in finish(), when all labels are known. Only whether it lies
// behind has to be known at once: a jump backward is a turn of a loop.
void assembler::branch(std::string_view target) {
    // ".@n" stands for the n-th instruction; no label can have such a name.
    const bool by_distance = target.starts_with(".@");
    const bool behind = by_distance ? std::stoul(std::string(target.substr(2))) < starts_.size()
                                    : labels_.contains(target);
    if (behind) {  // backward: a loop
        if (code_.loops == loops_max)
            throw source_error(
                line_, "a thread has at most " + std::to_string(loops_max) + " loops (loops_max)");
        // Each backward jump is a loop of its own: assembly does not say where a loop begins, and a
        // thread that goes round has to come by one of them. There is no loop_enter, so that turns
        // are counted over the whole thread, also of a loop within a loop.
        emit({.what = opcode::loop_turn, .value = static_cast<std::int64_t>(code_.loops++)});
    }
    uses_.push_back({code_.instructions.size(), std::string(target), line_});
    emit({.what = opcode::jump});
}

// RISC-V, Power and Arm have instructions of 4 bytes, so a distance is a number of instructions. It
// becomes a text with '@', as labels are, to be looked up at the end.
std::string assembler::target_of_jump(operand_stream& in) {
    const std::string_view label = in.name("a label");
    if (label != ".") return std::string(label);
    const bool forward = in.accept('+');
    const std::int64_t bytes = in.number("a distance");
    const std::int64_t to = static_cast<std::int64_t>(starts_.size()) - 1 + bytes / 4;
    if (bytes % 4 != 0 || (forward && bytes < 0)) in.fail("a distance is a multiple of 4");
    // Behind the thread is asked in finish(), when it is known where it ends.
    if (to < 0) in.fail("the jump goes to before the thread");
    return ".@" + std::to_string(to);
}

// Where the instruction of that number begins; one behind the last one begins at the end.
std::optional<std::size_t> assembler::start_of(std::string_view target) const {
    const std::size_t n = std::stoul(std::string(target.substr(2)));
    if (n < starts_.size()) return starts_[n];
    if (n == starts_.size()) return code_.instructions.size();
    return std::nullopt;
}

// Where it goes is known only when it goes there, so it may be a turn of a loop, of its own.
void assembler::branch_to(reg address, bool returns) {
    if (code_.loops == loops_max)
        throw source_error(line_, "a thread has at most " + std::to_string(loops_max) +
                                      " loops and jumps to what a register holds (loops_max)");
    emit({.what = opcode::jump_to,
          .returns = returns,
          .a = address,
          .value = static_cast<std::int64_t>(code_.loops++)});
}

// A jump behind the last instruction, wherever that will be.
void assembler::end_thread() {
    uses_.push_back({code_.instructions.size(), ".@end", line_});
    emit({.what = opcode::jump});
}

// A jump over the jump, because a jump back needs its loop_turn before it, and only where it is
// taken.
void assembler::branch_if(reg condition, std::string_view target) {
    // It is patched below: it goes over the jump and its loop_turn.
    const std::size_t over = code_.instructions.size();
    emit({.what = opcode::jump_if_zero, .controls = true, .a = condition});
    branch(target);
    code_.instructions[over].value = static_cast<std::int64_t>(code_.instructions.size());
}

// --- The whole -----------------------------------------------------------------------------------

// A register that no instruction names gets a number here, so that its value is there to be shown.
void assembler::initial(const initial_variable& v) {
    const auto r = find_register(language(), v.name);
    if (!r) throw source_error(v.line, quoted(v.name) + " is not a register");
    line_ = v.line;
    const reg where = variable(r->name);
    code_.initial.resize(std::max<std::size_t>(code_.initial.size(), where + 1u), 0);
    // A zero register has no value but 0, whatever the initial state says.
    code_.initial[where] = r->is_zero ? 0 : v.value;
    code_.given.insert(where);
    if (v.type) declared_.insert_or_assign(r->name, *v.type);
}

// What could be asked only when the whole column was there: whether names are labels, and where
// jumps go. A label at the end of a column is behind the last instruction, and a jump there ends
// the thread.
thread_code assembler::finish() {
    for (const use& u : addresses_)
        if (labels_.contains(u.label))
            throw source_error(u.line, "the address of code, " + quoted(u.label) +
                                           ", is not supported: code as data");
    for (const use& u : uses_) {
        if (u.label.starts_with(".@")) {
            const std::optional<std::size_t> start =
                u.label == ".@end" ? code_.instructions.size() : start_of(u.label);
            if (!start) throw source_error(u.line, "the jump goes to behind the thread");
            code_.instructions[u.jump].value = static_cast<std::int64_t>(*start);
            continue;
        }
        const auto found = labels_.find(u.label);
        if (found == labels_.end())
            throw source_error(u.line, "there is no label " + quoted(u.label));
        code_.instructions[u.jump].value = static_cast<std::int64_t>(found->second);
    }
    code_.variables.resize(variables_.size());
    for (const auto& [name, where] : variables_) code_.variables[where] = name;
    code_.initial.resize(variables_.size(), 0);
    for (const std::string& name : code_.variables) {
        // What is shown of a register is an int unless the initial state declares it, as in herd7.
        const auto found = declared_.find(name);
        code_.shown_as.push_back(found == declared_.end() ? width{} : found->second);
    }
    code_.starts = starts_;
    code_.starts.push_back(code_.instructions.size());
    return std::move(code_);
}

}  // namespace ringsim::sim::litmus
