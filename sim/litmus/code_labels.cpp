// Code that jumps to what a register holds may get to the code of any thread. So such a thread has
// that of all others behind its own, in which registers are its own: an instruction acts on whoever
// comes to it.
#include <algorithm>

#include "sim/litmus/assembly.hpp"

namespace ringsim::sim::litmus {
namespace {

bool jumps_anywhere(const thread_code& code) {
    return std::ranges::any_of(code.instructions,
                               [](const instruction& i) { return i.what == opcode::jump_to; });
}

// The number of the register of that name, which is a new one if the code does not use it.
reg register_named(thread_code& code, const std::string& name) {
    const auto known = std::ranges::find(code.variables, name);
    if (known != code.variables.end()) return static_cast<reg>(known - code.variables.begin());
    code.variables.push_back(name);
    code.initial.push_back(0);
    code.shown_as.emplace_back();
    return static_cast<reg>(code.variables.size() - 1);
}

// Named registers by their names. Scratch registers are the same in all threads: no value of one
// lives longer than an instruction of the source.
void rename(instruction& i, const std::vector<reg>& to) {
    for (reg* r : {&i.dst, &i.a, &i.b, &i.c, &i.flag})
        if (*r < to.size()) *r = to[*r];
}

// The lowest scratch register of all code, which no variable may have for its own.
reg lowest_scratch(const std::vector<thread_code>& threads) {
    reg lowest = registers_max;
    for (const thread_code& code : threads)
        for (const instruction& i : code.instructions)
            for (const reg r : {i.dst, i.a, i.b, i.c, i.flag})
                if (r >= code.variables.size()) lowest = std::min(lowest, r);
    return lowest;
}

void add_code(thread_code& to, const thread_code& other, unsigned thread) {
    const std::size_t begin = to.instructions.size();
    std::vector<reg> renamed;
    for (const std::string& name : other.variables) renamed.push_back(register_named(to, name));
    for (instruction i : other.instructions) {
        rename(i, renamed);
        if (i.what == opcode::jump || i.what == opcode::jump_if_zero)
            i.value += static_cast<std::int64_t>(begin);
        if (i.what == opcode::loop_turn || i.what == opcode::jump_to) i.value += to.loops;
        to.instructions.push_back(i);
    }
    to.loops += other.loops;
    for (std::size_t n = 0; n < other.starts.size(); ++n)
        to.entries.emplace(code_address(thread, n), begin + other.starts[n]);
}

// Behind the last instruction of a thread there is another one's code now, so its end is a jump
// behind all of them, whose target is known only then.
std::size_t add_end(thread_code& to) {
    to.instructions.push_back({.what = opcode::jump, .native = true});
    return to.instructions.size() - 1;
}

thread_code joined(const std::vector<thread_code>& threads, unsigned thread) {
    thread_code all = threads[thread];
    for (std::size_t n = 0; n < all.starts.size(); ++n)
        all.entries.emplace(code_address(thread, n), all.starts[n]);
    std::vector<std::size_t> ends{add_end(all)};
    for (unsigned t = 0; t < threads.size(); ++t) {
        if (t == thread) continue;
        add_code(all, threads[t], t);
        ends.push_back(add_end(all));
    }
    for (const std::size_t end : ends)
        all.instructions[end].value = static_cast<std::int64_t>(all.instructions.size());
    return all;
}

// Whether an address of code may be anywhere in the test. If none is, no thread was called by
// another piece of code, and whoever returns ends.
bool has_addresses_of_code(const test& t) {
    const auto in_code = [](const instruction& i) {
        return i.what == opcode::constant && is_code(i.value);
    };
    return any_instruction(t, in_code) ||
           std::ranges::any_of(
               t.threads,
               [](const thread_code& c) { return std::ranges::any_of(c.initial, is_code); }) ||
           std::ranges::any_of(t.locations, is_code, &location::initial);
}

void end_where_it_returns(thread_code& code) {
    for (instruction& i : code.instructions) {
        if (i.what != opcode::jump_to || !i.returns) continue;
        i.what = opcode::jump;
        i.value = static_cast<std::int64_t>(code.instructions.size());
    }
}

}  // namespace

void join_code(test& t) {
    if (!has_addresses_of_code(t))
        for (thread_code& code : t.threads) end_where_it_returns(code);
    const std::vector<thread_code> apart = t.threads;
    for (unsigned thread = 0; thread < apart.size(); ++thread) {
        if (!jumps_anywhere(apart[thread])) continue;
        thread_code& code = t.threads[thread] = joined(apart, thread);
        const unsigned line = apart[thread].instructions.front().line;
        if (code.loops > loops_max || code.variables.size() > lowest_scratch(apart))
            throw source_error(line, "P" + std::to_string(thread) +
                                         " may jump to the code of all threads, and they have more "
                                         "loops or registers than one may (loops_max, "
                                         "registers_max)");
    }
}

}  // namespace ringsim::sim::litmus
