// The heart of the litmus tests. Its two duties: to make of each instruction the events that the
// model knows, and to say what each of them depends on. The rest is a plain interpreter.
#include "sim/litmus/machine.hpp"

#include <algorithm>
#include <utility>

#include "sim/graph/perform.hpp"
#include "sim/litmus/arithmetic.hpp"

namespace ringsim::sim::litmus {
namespace {

using graph::event_kind;
using graph::label;
using graph::rmw_op;

// How a trace shows an event. What a test calls by one name (a lock, an exchange) is shown by it,
// and not as the accesses that it is made of.
step_kind shown_as(const instruction& i, event_kind kind) {
    switch (i.what) {
        case opcode::lock:
            return step_kind::lock;
        case opcode::unlock:
            return step_kind::unlock;
        case opcode::rmw:
        case opcode::compare_exchange:
        case opcode::rmw_unless:
        case opcode::try_lock:
            return step_kind::rmw;
        default:
            return kind == event_kind::write  ? step_kind::store
                   : kind == event_kind::read ? step_kind::load
                                              : step_kind::fence;
    }
}

// Whether what a thread reads may decide what it does next and yet nothing is ordered by that: a
// branch of the kernel's C, or a compare-exchange, whose failure in C11 stores what it read. The
// engine may then find that a thread comes to a write in another way than it came before.
bool may_go_another_way(const test& t, graph::model_id m) {
    const bool branches = m == graph::model_id::lkmm;
    if (!branches && (t.language != dialect::c11 || !graph::info(m).dependencies)) return false;
    return any_instruction(t, [&](const instruction& i) {
        return (branches && i.controls) || i.what == opcode::compare_exchange;
    });
}

}  // namespace

// Everything about the test and the model that no execution changes is worked out here. Throws
// source_error for what the model has no word for.
machine::machine(const test& t, graph::model_id m, const graph::mapping& how,
                 const machine_limits& limits)
    : test_(t),
      model_(m),
      compiled_(m, how, t.language),
      dependencies_count_(dependencies_count(m, t.language)),
      ways_may_differ_(may_go_another_way(t, m)),
      has_pairs_(any_instruction(t,
                                 [](const instruction& i) {
                                     return i.what == opcode::store_exclusive ||
                                            i.part != instruction::alone;
                                 })),
      limits_(limits),
      threads_(t.threads.size()),
      access_sizes_(t.locations.size()),
      lock_uses_(t.locations.size()) {
    for (const location& l : t.locations) locations_.push_back({l.name, stored(l, l.initial)});
    refuse_what_has_no_meaning();
}

void machine::refuse_what_has_no_meaning() const {
    for (const thread_code& thread : test_.threads)
        for (const instruction& i : thread.instructions) {
            if (i.part != instruction::alone && model_ != graph::model_id::armv8 &&
                model_ != graph::model_id::armv8_rcpc)
                throw source_error(i.line,
                                   std::string(graph::name(model_)) +
                                       " cannot express an access of two locations at once");
            // Assembly needs no mapping, so there is none that could refuse it.
            if (i.native || i.what < opcode::load) continue;
            const std::string_view why = compiled_.refusal(i);
            if (!why.empty())
                throw source_error(i.line, std::string(graph::name(model_)) +
                                               " cannot express this: " + std::string(why));
        }
}

// From the beginning, each time that the engine wants the thread to run: what it did in an earlier
// run is as if it had not been. The engine gives the values, so that the same values lead to the
// same accesses. A loop that has no end is cut short (stop()), and so is whoever faults.
void machine::run_thread(unsigned thread) {
    const thread_code& code = test_.threads[thread];
    thread_state& me = threads_[thread];
    std::copy(code.initial.begin(), code.initial.end(), me.registers.begin());
    me.writes = 0;
    me.ended = cut::none;
    me.reserved = false;
    me.apart.reset();
    me.spurious = false;
    me.does_not_count = false;
    for (loop_state& l : me.loops) l.turns = l.target = 0;
    me.control = {};
    // Four kilobytes for each run of a thread: not cleared where nobody asks.
    if (dependencies_count_) me.taints = {};
    std::uint64_t steps = 0;
    for (std::size_t pc = 0; pc < code.instructions.size();) {
        const instruction& i = code.instructions[pc++];
        if (++steps > limits_.steps) stop(me, cut::busy_loop);
        switch (i.what) {
            case opcode::jump:
                pc = static_cast<std::size_t>(i.value);
                break;
            case opcode::control_save:
                me.kept_control[static_cast<std::size_t>(i.value)] = me.control;
                break;
            // In C, what comes behind an if statement does not depend on its condition: not for a
            // model either.
            case opcode::control_restore:
                me.control = me.kept_control[static_cast<std::size_t>(i.value)];
                break;
            case opcode::jump_if_zero:
                if (i.controls) me.control |= me.taints[i.a].all();
                // Under lkmm a conditional ends, so the engine has to know which reads may send the
                // thread another way (program::ways_may_differ()).
                if (i.controls && model_ == graph::model_id::lkmm)
                    me.steering |= me.taints[i.a].all();
                if (me.registers[i.a] == 0) pc = static_cast<std::size_t>(i.value);
                break;
            case opcode::jump_to:
                pc = target_of(me, i, code, pc);
                break;
            case opcode::loop_enter:
                me.loops[static_cast<std::size_t>(i.value)].turns = 0;
                break;
            case opcode::loop_turn:
                turn_loop(me, i);
                break;
            case opcode::load_exclusive:
                load_exclusive(me, i, pc);
                break;
            case opcode::store_exclusive:
                store_exclusive(me, i);
                break;
            default:
                if (i.what < opcode::jump)
                    compute(me, i);
                else
                    access_memory(me, i);
        }
    }
}

// --- Arithmetic ----------------------------------------------------------------------------------

// Pointer arithmetic in assembly: the result may be the address of an element, or stray.
std::int64_t machine::moved(thread_state& me, const instruction& i, std::int64_t address,
                            std::int64_t bytes) {
    test::position p = test_.position_of(address);
    p.bytes += bytes;
    if (p.bytes < -stray_bytes_max || p.bytes >= stray_bytes_max)
        // Farther than a stray address can hold.
        fault(me, i, "computes an address that is too far from its location");
    return test_.address_at(p);
}

// Of a computation that is no select. An address and a number make another address of the same
// array: C counts its elements, assembly bytes.
computed machine::result_of(thread_state& me, const instruction& i, std::int64_t a,
                            std::int64_t b) {
    const bool swapped = i.what == opcode::add && is_address(b) && !is_address(a);
    const bool moves = (i.what == opcode::add || i.what == opcode::subtract) &&
                       (swapped || (is_address(a) && !is_address(b)));
    if (!moves) return evaluate(i, a, b);
    const std::int64_t address = swapped ? b : a;
    const std::int64_t by = swapped ? a : b;
    if (by == 0) return {address};
    if (by < -stray_bytes_max || by > stray_bytes_max)
        fault(me, i, "computes an address that is too far from its location");
    const location& base = test_.locations[test_.position_of(address).base];
    const std::int64_t bytes = i.native ? by : by * base.bytes();
    return {moved(me, i, address, i.what == opcode::add ? bytes : -bytes)};
}

// Values first, then taints: a result depends on what its operands came from; a select takes over
// the taints of the operand that it chose, and was picked by its condition.
void machine::compute(thread_state& me, const instruction& i) {
    const std::int64_t a = me.registers[i.a];
    const std::int64_t b = me.registers[i.b];
    if (i.what == opcode::select) {
        me.registers[i.dst] = me.registers[i.c] != 0 ? a : b;
    } else {
        const computed r = result_of(me, i, a, b);
        if (r.fault) fault(me, i, r.fault);
        me.registers[i.dst] = r.value;
    }
    if (!dependencies_count_) return;
    if (i.what == opcode::constant) {
        me.taints[i.dst] = {};
    } else if (i.what == opcode::select) {
        taint chosen = me.taints[me.registers[i.c] != 0 ? i.a : i.b];
        chosen.pick |= me.taints[i.c].all();
        me.taints[i.dst] = chosen;
    } else {
        taint from = has_two_operands(i.what) ? me.taints[i.a] | me.taints[i.b] : me.taints[i.a];
        // `r0 ^ r0` and `r0 == r0`, as herd7 has it.
        const bool compares = i.what == opcode::equal || i.what == opcode::unequal;
        if (i.a == i.b && (i.what == opcode::bit_xor || compares)) from.real = {};
        me.taints[i.dst] = from;
    }
}

// --- Memory --------------------------------------------------------------------------------------

// A location holds the bits of its declared width, without a sign; what is read gets its sign back.
std::uint64_t machine::stored(const location& l, std::int64_t value) const {
    return bits_of(fit(value, {l.held_as().bits, false}));
}

std::int64_t machine::read(graph::location_id l, std::uint64_t held) const {
    return fit(signed_of(held), test_.locations[l].held_as());
}

// An address keeps all its bits whatever the width: it is symbolic.
void machine::set_values(label& l, const instruction& i, std::int64_t value,
                         std::int64_t expected) const {
    const auto bits = i.native ? static_cast<unsigned char>(8 * i.bytes)
                               : test_.locations[l.location].held_as().bits;
    l.value = bits_of(fit(value, {bits, false}));
    l.expected = bits_of(fit(expected, {bits, false}));
    l.bytes = is_symbolic(value) ? 8 : (bits + 7) / 8;
}

// All that is written to a location must be of one size. A read of less gets the lower part of what
// one write wrote, which is one event as before.
bool machine::sizes_agree(graph::location_id l, const instruction& i) {
    access_sizes& sizes = access_sizes_[l];
    const location& place = test_.locations[l];
    // More than an element: it would be two locations.
    if (!place.array.empty() && i.bytes > place.bytes()) return false;  // more than an element
    if (i.what == opcode::load) {
        sizes.read = std::max(sizes.read, i.bytes);
    } else {
        if (sizes.written == 0) sizes.written = i.bytes;
        if (sizes.written != i.bytes) return false;
    }
    return sizes.written == 0 || sizes.read <= sizes.written;
}

// What every access has: kind, line, order, and the location that its address register holds.
label machine::label_at(thread_state& me, const instruction& i, event_kind kind) {
    label l;
    l.kind = kind;
    l.note = i.line;
    l.source = i.how;
    l.shown = shown_as(i, kind);
    // synchronize_srcu() is a fence with an address: of which srcu_struct.
    if (kind == event_kind::fence && i.fence != fence_kind::synchronize_srcu) return l;
    if (is_code(me.registers[i.a])) fault(me, i, "accesses code as data, which is not supported");
    const std::int64_t address = me.registers[i.a] - first_address;
    if (address < 0 || address >= static_cast<std::int64_t>(locations_.size()))
        fault(me, i, "accesses memory through a value that is not the address of a location");
    l.location = static_cast<graph::location_id>(address);
    if (!sizes_agree(l.location, i))
        fault(me, i,
              "accesses a location in another size than was used for it before, which is "
              "not supported");
    if (!lock_uses_.agree(l.location, i) && model_ == graph::model_id::lkmm)
        fault(me, i, "has a lock for memory, or memory for a lock: lkmm gives that no meaning");
    return l;
}

// What an access depends on, for models that know it; nothing for the others, who would not ask.
graph::dependencies machine::stated(const thread_state& me, const instruction& i,
                                    access kind) const {
    graph::dependencies on;
    if (!dependencies_count_) return on;
    on.ctrl = me.control;
    // A fence has no address and no value; only branches reach it.
    if (kind == access::fence) return on;
    on.addr = me.taints[i.a].data;
    // What picks an address is as good as a branch on it.
    on.ctrl |= me.taints[i.a].pick;
    taint written;
    if (i.what == opcode::store || i.what == opcode::rmw) written = me.taints[i.b];
    if (i.what == opcode::compare_exchange || i.what == opcode::rmw_unless)
        written = i.native ? me.stored : me.taints[i.c];
    if (i.what == opcode::load_exclusive || i.what == opcode::store_exclusive) written = me.stored;
    on.data = written.data;
    on.pick = model_ == graph::model_id::lkmm ? written.data - written.real : written.pick;
    return on;
}

// C is compiled by the mapping; an assembly instruction says itself what it is, and needs none.
graph::lowering machine::lowered(const instruction& i, access kind, order how) const {
    if (!i.native) {
        graph::lowering to = compiled_.of(kind, how);
        to.fence = compilation::mark_of(i);
        to.exclusive =
            to.exclusive || (i.what == opcode::rmw_unless && model_ == graph::model_id::lkmm);
        return to;
    }
    graph::lowering as_it_is;
    as_it_is.how = kind == access::store ? i.write_how : i.read_how;
    if (kind == access::rmw) as_it_is.write_how = i.write_how;
    // On RISC-V a load-reserved without its store is an exclusive access as well.
    as_it_is.exclusive = i.what == opcode::store_exclusive ||
                         (i.what == opcode::load_exclusive &&
                          (kind == access::rmw || test_.language == dialect::riscv));
    return as_it_is;
}

// A fence for which the machine needs nothing makes no event: one that acquires, on x86.
void machine::emit_fence(thread_state& me, const instruction& i) {
    const fence_lowering to =
        i.native ? lower_barrier(model_, i.barrier) : compiled_.of_fence(i.fence, i.how);
    if (!to.present) return;
    label l = label_at(me, i, event_kind::fence);
    l.how = to.how;
    l.fence = to.what;
    executor_->step(l, stated(me, i, access::fence));
}

// The access and the fences that the mapping puts around it.
std::uint64_t machine::emit(thread_state& me, const instruction& i, access kind, label l) {
    return emit(me, i, kind, l, lowered(i, kind, l.source));
}

// By another lowering than the instruction's own. The registers that the instruction sets get their
// values here, and what these depend on: the read alone. Returns what was read, as memory holds it.
std::uint64_t machine::emit(thread_state& me, const instruction& i, access kind, label l,
                            const graph::lowering& to) {
    const bool in_lock =
        i.what == opcode::lock || i.what == opcode::unlock || i.what == opcode::try_lock;
    l.lock = in_lock && kind != access::load;
    if (i.part == instruction::second_of_two) l.first = 1;  // is_one_with_last()
    l.no_return = i.no_return && (i.native || kind == access::rmw);
    const std::uint64_t value = graph::perform(*executor_, to, label(l), stated(me, i, kind));
    if (kind != access::store) {
        // In C the location's declaration gives the sign, in assembly the instruction.
        if (sets_dst(i.what))
            me.registers[i.dst] =
                fit(i.native ? signed_of(value) : read(l.location, value), i.type);
        if (dependencies_count_) {
            taint from;
            from.data.add(executor_->last_read());
            from.real = from.data;
            if (sets_dst(i.what)) me.taints[i.dst] = from;
            // Whether it succeeded is seen from what was read.
            if (sets_flag(i.what)) me.taints[i.flag] = from;
        }
    }
    if (kind != access::load) ++me.writes;
    return value;
}

// A number below `ways`, by an event that no trace shows. The engine explores every way.
std::uint64_t machine::choose(const instruction& i, unsigned ways) {
    label l;
    l.kind = event_kind::choice;
    l.expected = ways;
    l.note = i.line;
    l.implied = true;
    // No dependencies: a choice has none.
    return executor_->step(l);
}

// One access, or a fence: the label says what is asked of memory, emit() performs it and sets what
// the instruction sets. Lock and unlock come last, by default: all others have a case.
void machine::access_memory(thread_state& me, const instruction& i) {
    switch (i.what) {
        case opcode::load:
            emit(me, i, access::load, label_at(me, i, event_kind::read));
            return;
        case opcode::store: {
            label l = label_at(me, i, event_kind::write);
            set_values(l, i, me.registers[i.b]);
            emit(me, i, access::store, l);
            return;
        }
        case opcode::rmw: {
            label l = label_at(me, i, event_kind::read);
            l.op = i.op;
            const std::int64_t given = me.registers[i.b];
            set_values(l, i, given);
            const std::int64_t found = signed_of(emit(me, i, access::rmw, l));
            // The sum would be the number of another address, or of none.
            if (i.op != rmw_op::exchange && found != 0 && given != 0 &&
                (is_symbolic(found) || is_symbolic(given)))
                fault(me, i, "computes with an address in memory, which is not supported");
            return;
        }
        case opcode::fence:
            return emit_fence(me, i);
        case opcode::compare_exchange:
        case opcode::rmw_unless:
            return compare_exchange(me, i);
        default:
            return lock(me, i);
    }
}

// One event where failing and succeeding look alike, or where what comes of it may decide which it
// is; else a choice of one of them, which then waits for a value that it can go on with.
void machine::compare_exchange(thread_state& me, const instruction& i) {
    // The label of a success is the pattern for the others.
    label success = label_at(me, i, event_kind::read);
    set_values(success, i, me.registers[i.c], me.registers[i.b]);
    const bool unless = i.what == opcode::rmw_unless;
    me.stored = me.taints[i.c];
    if (test_.language == dialect::aarch64) return arm_compare_exchange(me, i);
    success.op = unless ? i.op : rmw_op::compare_exchange;
    if (!unless && !i.spurious && !failure_differs(model_, i)) {
        me.registers[i.flag] = emit(me, i, access::rmw, success) == success.expected;
        return;
    }
    if (reads_ahead())
        return unless ? undecided_unless(me, i, success) : undecided_exchange(me, i, success);
    label failure = success;
    failure.source = i.failing;
    success.await = true;
    success.await_other = unless;
    if (i.spurious) {
        // A weak one may fail whatever it read; it writes nothing then.
        failure.op = rmw_op::none;
    } else {
        failure.await = true;
        failure.await_other = !unless;
        // A failing compare-exchange is still a locked instruction on x86.
        if (unless) failure.op = rmw_op::none;
    }
    conditional(me, i, success, failure);
}

// One event whose order is known once it has read. A choice before that would hide what follows an
// outcome that comes of the exchange's own thread, which load buffering allows. A barrier that a
// mapping has before the exchange is there either way, as in compiled code; of those behind it, the
// outcome's are.
void machine::undecided_exchange(thread_state& me, const instruction& i, label l) {
    if (i.spurious && choose(i, 2) != 0) {
        l.op = rmw_op::none;
        l.source = i.failing;
        emit(me, i, access::load, l);
        me.registers[i.flag] = 0;
        return;
    }
    graph::lowering to = lowered(i, access::rmw, i.how);
    const graph::lowering failing = lowered(i, access::load, i.failing);
    const graph::lowering succeeding = to;
    l.if_written = to.how;
    l.otherwise = failing.how;
    to.after_count = 0;
    // What stands before the exchange has been passed before anybody knows how it goes, so it is
    // what the way with more barriers has.
    if (failing.before_count > to.before_count) {
        to.before = failing.before;
        to.before_count = failing.before_count;
    }
    const bool written = emit(me, i, access::rmw, l, to) == l.expected;
    // Compiled code has a branch on what a pair read, to leave its loop.
    if (to.exclusive) branch_on_last_read(me);
    graph::perform_after(*executor_, written ? succeeding : failing, l);
    if (!written) --me.writes;
    // By the other choice it fails whatever it read.
    if (!written && i.spurious) me.does_not_count = true;
    me.registers[i.flag] = written ? 1 : 0;
}

// What compiled code has between the two instructions of a pair, to leave it if it fails. The
// kernel's own model has no pairs.
void machine::branch_on_last_read(thread_state& me) {
    if (dependencies_count_ && model_ != graph::model_id::lkmm)
        me.control.add(executor_->last_read());
}

// The same of an addition that is not done at one value: a choice that what is read may not fit,
// whose execution then does not count.
void machine::undecided_unless(thread_state& me, const instruction& i, label l) {
    const bool adds = choose(i, 2) == 0;
    if (!adds) {
        l.op = rmw_op::none;
        l.source = i.failing;
    }
    const bool may_add = emit(me, i, adds ? access::rmw : access::load, l) != l.expected;
    branch_on_last_read(me);
    if (adds != may_add) me.does_not_count = true;
    me.registers[i.flag] = adds ? 1 : 0;
}

// An attempt that may fail: first a choice of how it goes, then the access that goes so.
void machine::conditional(thread_state& me, const instruction& i, label on_success,
                          label on_failure) {
    const bool fails = choose(i, 2) != 0;
    if (fails)
        emit(me, i, access::load, on_failure);
    else
        emit(me, i, access::rmw, on_success);
    me.registers[i.flag] = fails ? 0 : 1;
}

// The kernel's spin_lock() and its like, as its model has them: a lock is a location that is 1
// while somebody has it. Taking it reads the unlock (or the initial value) that it comes after; one
// that is only tried for is an exchange that may fail.
void machine::lock(thread_state& me, const instruction& i) {
    instruction how = i;
    how.how = i.what == opcode::unlock ? order::release : order::acquire;
    if (i.what == opcode::unlock) {
        emit(me, i, access::store, label_at(me, how, event_kind::write));
        return;
    }
    label l = label_at(me, how, event_kind::read);
    l.op = rmw_op::exchange;
    // Taken from 0 to 1; it waits for a 0.
    l.value = 1;
    l.await = true;
    l.expected = 0;
    if (i.what == opcode::lock) {
        emit(me, i, access::rmw, l);
        return;
    }
    if (reads_ahead()) {
        l.op = rmw_op::compare_exchange;
        l.await = false;
        how.failing = order::relaxed;
        return undecided_exchange(me, how, l);
    }
    label failure = l;
    failure.op = rmw_op::none;
    failure.source = order::relaxed;
    failure.await_other = true;
    conditional(me, i, l, failure);
}

// --- Ends ----------------------------------------------------------------------------------------

// The thread stays where it is for the rest of this execution. It must not return into the fiber's
// body, which the engine would take for its end.
void machine::stop(thread_state& me, cut how) {
    me.ended = how;
    label l;
    l.kind = event_kind::block;
    l.value = executor_->spin_mark();  // nothing that it waits for
    l.shown = step_kind::stuck;
    for (;;) executor_->step(l);
}

// What C leaves undefined, or no machine has. It is told once the execution has ended, for only
// then it is known that there is such an execution.
void machine::fault(thread_state& me, const instruction& i, const char* what) {
    me.fault_line = i.line;
    me.fault_what = what;
    stop(me, cut::fault);
}

// The engine's verdict is nothing: a litmus test counts outcomes, which is the listener's work.
std::optional<graph::verdict_of_program> machine::judge(graph::hang how) {
    ending e;
    e.raced = raced_;
    e.misuse = std::exchange(misuse_, {});
    // The notes of this execution are taken, so that the next one begins without.
    raced_ = false;
    for (std::size_t t = 0; t < threads_.size(); ++t) {
        const thread_state& s = threads_[t];
        e.how = std::max(e.how, s.ended);
        e.does_not_count |= s.does_not_count;
        if (s.ended == cut::fault && !fault_)
            fault_ = fault_place{s.fault_line,
                                 "P" + std::to_string(t) + " " + std::string(s.fault_what)};
    }
    e.stuck = how != graph::hang::none && e.how == cut::none;
    if (listener_) listener_->ended(e);
    return std::nullopt;
}

// A name that the test does not have counts as 0.
std::int64_t machine::value_of(const observable& o) const {
    if (o.missing) return 0;
    if (o.kind == observable::kind_of::variable)
        return fit(threads_[o.thread].registers[o.index], test_.shown_as(o));
    const auto l = static_cast<graph::location_id>(o.index);
    return read(l, executor_->newest(l));
}

}  // namespace ringsim::sim::litmus
