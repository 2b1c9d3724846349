// Read-modify-writes in two instructions, as LDXR and STXR: the engine adds both events at once, so
// the whole happens at the first one, and what the second one will store is computed ahead.
//
// Why at once: a write half that came later could find that another write has gone in between, and
// the search would have to take the attempt back. Added as one, the pair is atomic by construction,
// and what remains of the freedom of a machine is a choice: whether the pair succeeds, and with
// which of the stores that the code may come to.
//
// Where that cannot be, because there are accesses or barriers between the halves or because what
// is stored is more than one operation on what is read, the halves are two events, and whether they
// are atomic is seen at the end of the execution (graph/pairs.hpp): correct as well, with more to
// explore.
#include <optional>
#include <utility>
#include <vector>

#include "sim/litmus/arithmetic.hpp"
#include "sim/litmus/machine.hpp"

namespace ringsim::sim::litmus {

// What is known of a value while an access has yet to read: all; that it is `op` of what will be
// read and an operand; whether the value read will be a certain one, or not; nothing.
//
// These are exactly the things that a label can say of a read-modify-write: its operation and
// operand, and the value that it waits for.
struct ahead {
    enum class kind_of : std::uint8_t { known, of_read, test, opaque } kind = kind_of::known;
    graph::rmw_op op = graph::rmw_op::none;  // of what is read; none: that itself
    bool inverted = false;                   // of a test: 1 if the value is another one
    std::int64_t value = 0;                  // the value, the operand, or what a test compares with
    machine::taint from{};                   // the reads that it comes from

    bool known() const { return kind == kind_of::known; }
    bool plain_read() const { return kind == kind_of::of_read && op == graph::rmw_op::none; }
};

namespace {

using graph::rmw_op;
using kind_of = ahead::kind_of;

// Operations that the machine and the engine's read-modify-writes both have.
constexpr std::pair<opcode, rmw_op> operations[] = {{opcode::add, rmw_op::add},
                                                    {opcode::subtract, rmw_op::sub},
                                                    {opcode::bit_and, rmw_op::bit_and},
                                                    {opcode::bit_or, rmw_op::bit_or},
                                                    {opcode::bit_xor, rmw_op::bit_xor}};

// What becomes of two values, one of which is not known. Only the value read itself, with nothing
// done to it, can be an operand: a second operation on it is more than one event can do.
ahead combined(opcode what, const ahead& a, const ahead& b) {
    ahead result{kind_of::opaque, rmw_op::none, false, 0, a.from | b.from};
    const ahead& unknown = a.known() ? b : a;
    const ahead& known = a.known() ? a : b;
    if (!unknown.plain_read() || !known.known()) return result;
    result.value = known.value;
    if (what == opcode::equal || what == opcode::unequal) {
        result.kind = kind_of::test;
        result.inverted = what == opcode::unequal;
        return result;
    }
    // A known value minus what is read is no operation of a read-modify-write.
    if (what == opcode::subtract && a.known()) return result;
    for (const auto& [code, op] : operations)
        if (code == what) {
            result.kind = kind_of::of_read;
            result.op = op;
        }
    return result;
}

// Whether that is 0. A test of a test is its opposite; a sum or difference is 0 for one value of
// what is read, which solves a comparison that was made by subtracting (SUBS, or EOR).
ahead tested(ahead a) {
    if (a.kind == kind_of::test) {
        a.inverted = !a.inverted;
        return a;
    }
    const bool compares =
        a.plain_read() || a.op == rmw_op::sub || a.op == rmw_op::bit_xor || a.op == rmw_op::add;
    if (a.kind != kind_of::of_read || !compares) return {kind_of::opaque, {}, false, 0, a.from};
    if (a.plain_read()) a.value = 0;
    if (a.op == rmw_op::add) a.value = -a.value;
    return {kind_of::test, rmw_op::none, false, a.value, a.from};
}

// As machine::compute() does it, for values that may not be known; the taints are the same.
// `known` computes what is known; `bits` is the width of what will be read.
template <class Compute>
ahead evaluate_ahead(const instruction& i, const std::array<ahead, registers_max>& values,
                     unsigned bits, Compute&& known) {
    const ahead& a = values[i.a];
    const ahead& b = values[i.b];
    if (i.what == opcode::constant) return {kind_of::known, rmw_op::none, false, i.value, {}};
    if (i.what == opcode::select) {
        const ahead& condition = values[i.c];
        ahead chosen = condition.value != 0 ? a : b;
        // Either operand may be chosen: the value is not known, and comes from both.
        if (!condition.known()) chosen = {kind_of::opaque, {}, false, 0, a.from | b.from};
        chosen.from.pick |= condition.from.all();
        return chosen;
    }
    // A move that cuts what was read is an operation of its own.
    const bool cuts = a.kind == kind_of::of_read && i.type.bits < bits;
    if (!a.known() && i.what == opcode::move && !cuts) return a;
    if (!a.known() && i.what == opcode::is_zero) return tested(a);
    const bool two = has_two_operands(i.what);
    // What is compared with itself is known to be equal, whatever it will be.
    if (i.a == i.b && (i.what == opcode::equal || i.what == opcode::less_or_equal))
        return {kind_of::known, rmw_op::none, false, 1, a.from};
    if (i.a == i.b && (i.what == opcode::unequal || i.what == opcode::less))
        return {kind_of::known, rmw_op::none, false, 0, a.from};
    if (two && !(a.known() && b.known())) return combined(i.what, a, b);
    if (!a.known()) return {kind_of::opaque, {}, false, 0, a.from};
    const computed r = known(a.value, b.value);
    return {r.fault ? kind_of::opaque : kind_of::known, rmw_op::none, false, r.value,
            two ? a.from | b.from : a.from};
}

}  // namespace

// Follows the code from the first half to each second half that it may reach. A path is followed
// with the values that are known by then, from the load to every store that can be its second half.
// What the code does with the value that will be read is kept as one operation or one test, since
// one event can do no more; anything else is refused by name.
//
// Nothing is performed here: the instructions between the halves run again afterwards, with the
// value that was read.
class machine::pair_finder {
  public:
    pair_finder(machine& m, thread_state& me, const instruction& first)
        : machine_(m),
          me_(me),
          first_(first),
          code_(m.test_.threads[m.executor_->thread()].instructions) {}

    // One for each store that some value to be read leads to; `next` is the instruction behind the
    // load. Nothing: the halves have to be events of their own.
    std::optional<std::vector<pair_store>> found(std::size_t next) {
        // Without one, nothing has to be known of what the code computes.
        if (!another_store_behind(next)) return stores_;
        path p;
        for (std::size_t r = 0; r < registers_max; ++r) {
            p.values[r].value = me_.registers[r];
            p.values[r].from = me_.taints[r];
        }
        // It has no taint: the read does not exist yet, and that the write half depends on the read
        // half is what a read-modify-write is.
        p.values[first_.dst] = {kind_of::of_read, rmw_op::none, false, 0, {}};
        follow(p, next);
        if (apart_) return std::nullopt;
        return std::move(stores_);
    }

  private:
    // Copied at a branch that depends on what will be read: both ways are followed.
    struct path {
        std::array<ahead, registers_max> values;
        std::optional<ahead> must;  // the test that what is read has to pass
        graph::read_set control;
    };

    // Ends at a store-exclusive, at another turn of a loop, or at anything that is no computation.
    // Code between the halves is straight or branches forward, so a path ends: loop_turn stands
    // before every jump back.
    void follow(path& p, std::size_t next) {
        while (next < code_.size() && !apart_) {
            const instruction& i = code_[next++];
            if (i.what == opcode::store_exclusive) return reach(p, i);
            if (i.what == opcode::load_exclusive) return;  // which takes the reservation over
            if (i.what == opcode::jump) {
                next = static_cast<std::size_t>(i.value);
            } else if (i.what == opcode::jump_if_zero) {
                // A way that comes to no store any more need not be followed.
                if (!another_store_behind(next - 1)) return;
                if (branch(p, i)) next = static_cast<std::size_t>(i.value);
            } else if (i.what < opcode::jump) {
                p.values[i.dst] = evaluate_ahead(i, p.values, 8u * first_.bytes,
                                                 [&](std::int64_t a, std::int64_t b) {
                                                     return machine_.result_of(me_, i, a, b);
                                                 });
            } else {
                // An access between the halves, or another turn of a loop, with a store-exclusive
                // still to come. Where none comes, this load has none.
                apart_ = another_store_behind(next);
                return;
            }
        }
    }

    // Whether a store-exclusive can be reached from there that no other load-exclusive comes
    // before.
    bool another_store_behind(std::size_t next) const {
        std::vector<bool> seen(code_.size());
        return reaches_store(next, seen);
    }
    // Along each way that the code may go. Where it was before is known by `seen`, so that a loop
    // ends; a way that came by there has been followed to its end.
    bool reaches_store(std::size_t next, std::vector<bool>& seen) const {
        for (; next < code_.size() && !seen[next]; ++next) {
            seen[next] = true;
            const instruction& i = code_[next];
            if (i.what == opcode::store_exclusive) return true;
            if (i.what == opcode::load_exclusive) return false;
            const auto target = static_cast<std::size_t>(i.value);
            if (i.what == opcode::jump) return reaches_store(target, seen);
            if (i.what == opcode::jump_to) return true;  // wherever it goes
            if (i.what == opcode::jump_if_zero && reaches_store(target, seen)) return true;
        }
        return false;
    }

    // Whether the path jumps. Where that depends on what is read, the jump is followed first, with
    // the test as what the read has to pass, and then the other way with its opposite. A later
    // branch on the same value is decided by that; one on another value would need two tests.
    bool branch(path& p, const instruction& i) {
        const ahead& condition = p.values[i.a];
        p.control |= condition.from.all();
        if (condition.known()) return condition.value == 0;
        ahead jumps = tested(condition);
        if (jumps.kind != kind_of::test) return is_apart();
        if (p.must) {
            const bool same = p.must->value == jumps.value;
            // The value that will be read is known by now: it is must->value.
            if (!p.must->inverted) return same != jumps.inverted;
            return same ? jumps.inverted : is_apart();
        }
        path other = p;
        other.must = jumps;
        follow(other, static_cast<std::size_t>(i.value));
        jumps.inverted = !jumps.inverted;
        p.must = jumps;
        return false;
    }

    // A second half that can be reached: the whole becomes a read-modify-write of this kind.
    void reach(const path& p, const instruction& second) {
        // What is stored is known already (an exchange), or one operation on what is read.
        const ahead& to = p.values[second.a];
        const ahead& written = p.values[second.b];
        const bool sizes_differ = second.bytes != first_.bytes;
        apart_ = second.part != instruction::alone || !to.known() || sizes_differ ||
                 (!written.known() && written.kind != kind_of::of_read);
        // What the address of the store alone depends on, a single event could not say.
        apart_ = apart_ || (to.from.all() - me_.taints[first_.a].all()).any();
        // A store to another place cannot succeed.
        if (apart_ || to.value != me_.registers[first_.a]) return;
        pair_store store{&second, written.known() ? rmw_op::exchange : written.op, written.value,
                         written.from};
        if (store.op == rmw_op::none) store.op = rmw_op::bit_or;  // what it read: | 0
        // What branches between the halves looked at, the write half depends on. On Arm that picks
        // among values only; elsewhere it counts as if the value came from it.
        (machine_.test_.language == dialect::aarch64 ? store.from.pick : store.from.data) |=
            p.control;
        if (p.must) {
            store.tests = true;
            store.expected = p.must->value;
            store.other = p.must->inverted;
        }
        stores_.push_back(store);
    }

    // Where no single event can be the pair.
    bool is_apart() {
        apart_ = true;
        return false;
    }

    machine& machine_;
    thread_state& me_;
    const instruction& first_;
    const std::vector<instruction>& code_;
    std::vector<pair_store> stores_;
    bool apart_ = false;
};

// One way for each second half that may succeed, and one in which none does: then it is a load.
// That any of them may fail for no reason is what the architectures allow.
void machine::load_exclusive(thread_state& me, const instruction& i, std::size_t next) {
    graph::label l = label_at(me, i, graph::event_kind::read);
    me.reserved = false;
    if (i.part == instruction::second_of_two) return load_apart(me, i, l);
    me.apart.reset();
    me.apart_second.reset();
    if (i.part == instruction::first_of_two) return load_apart(me, i, l);
    const std::optional<std::vector<pair_store>> stores = pair_finder(*this, me, i).found(next);
    if (!stores) return load_apart(me, i, l);
    const std::size_t way = stores->empty() ? 0 : choose(i, stores->size() + 1);
    me.reserved = way < stores->size();
    if (!me.reserved) {
        emit(me, i, access::load, l);
        return;
    }
    const pair_store& store = (*stores)[way];
    l.op = store.op;
    set_values(l, i, store.value, store.expected);
    // The pair comes about only if what is read leads to this store.
    l.await = store.tests;
    l.await_other = store.other;
    if (store.op == rmw_op::bit_or) l.bytes = 8;  // it may be an address
    // One access with the annotation of either half.
    instruction both = i;
    both.write_how = store.second->write_how;
    me.stored = store.from;
    emit(me, both, access::rmw, l);
}

// The load alone. Its store finds here what it needs.
void machine::load_apart(thread_state& me, const instruction& i, const graph::label& l) {
    // Between the halves stands more than computations here, for which the engine of states would
    // have to keep the reservation in its states.
    if (!limits_.pairs_apart)
        fault(me, i,
              "does between the halves of a pair what the engine of states does not support: take "
              "the engine of graphs");
    // The load may write to the register that has the address.
    reservation now{me.registers[i.a], i.bytes, 0, me.taints[i.a]};
    me.stored = {};
    emit(me, i, access::load, l);
    now.read = executor_->last_read();
    (i.part == instruction::second_of_two ? me.apart_second : me.apart) = now;
}

// A choice whether it succeeds, once for both words of an STXP. On Power what is stored depends on
// the reservation as on the value.
void machine::store_apart(thread_state& me, const instruction& i) {
    const bool second = i.part == instruction::second_of_two;
    const reservation made = second ? *me.apart_second : *me.apart;
    const bool of_two = me.apart_second.has_value();
    // Whatever it comes to now, the reservation is used up.
    (second ? me.apart_second : me.apart).reset();
    // To another place it cannot succeed, on Arm in another size neither.
    const bool fits = me.registers[i.a] == made.address &&
                      of_two == (i.part != instruction::alone) &&
                      (i.bytes == made.bytes || test_.language != dialect::aarch64);
    me.reserved = second ? me.reserved : fits && choose(i, 2) == 0;
    if (!me.reserved) return;
    graph::label l = label_at(me, i, graph::event_kind::write);
    set_values(l, i, me.registers[i.b]);
    l.expected = made.read;
    me.stored = me.taints[i.b];
    if (test_.language == dialect::ppc) me.stored |= made.from;
    emit(me, i, access::store, l);
}

// What is written is what was read: - 0, which the model knows. It comes from no register.
void machine::write_back(thread_state& me, graph::label& l) {
    l.op = rmw_op::sub;
    l.value = 0;
    l.bytes = 8;
    me.stored = {};
}

// A CAS that succeeds gives back the value that was compared or the one that was read, which are
// the same but for dependencies; one that fails may write back what it read, or write nothing. What
// is compared only decides which of these it is.
void machine::arm_compare_exchange(thread_state& me, const instruction& i) {
    if (i.part != instruction::alone) return exchange_half(me, i);
    enum : std::uint64_t { gives_read, gives_compared, writes_back };
    graph::label l = label_at(me, i, graph::event_kind::read);
    set_values(l, i, me.registers[i.c], me.registers[i.b]);
    const taint compared = me.taints[i.b];
    const std::uint64_t way = choose(i, 3);
    l.op = rmw_op::compare_exchange;
    if (way == writes_back) write_back(me, l);
    me.stored.pick |= compared.all();
    const bool succeeds = emit(me, i, access::rmw, l) == l.expected;
    if (!succeeds && way != writes_back) --me.writes;
    me.registers[i.flag] = succeeds ? 1 : 0;
    if (way == writes_back && succeeds) me.does_not_count = true;
    if (way != gives_compared) return;
    if (!succeeds) me.does_not_count = true;  // both ways fail alike
    if (succeeds) give_compared(me, i, compared);
}

// One word of a CASP, whose two words are compared each and written both or neither. The way is
// chosen at the first one and the outcome is known at the second: an execution in which it turns
// out to be another way's does not count. `value` of the first is the register with the second
// expected word.
void machine::exchange_half(thread_state& me, const instruction& i) {
    enum : std::uint64_t { gives_read, gives_compared, fails, writes_back };
    const bool first = i.part == instruction::first_of_two;
    graph::label l = label_at(me, i, graph::event_kind::read);
    set_values(l, i, me.registers[i.c], me.registers[i.b]);
    const std::uint64_t expected = l.expected;
    const taint compared = me.taints[i.b];
    if (first) me.both = {choose(i, 4), true, compared | me.taints[static_cast<reg>(i.value)]};
    const std::uint64_t way = me.both.way;
    std::uint64_t read = 0;
    if (way == fails) {
        me.stored = {};
        read = emit(me, i, access::load, l);
    } else {
        l.op = rmw_op::compare_exchange;
        if (way == writes_back) write_back(me, l);
        me.stored.pick |= me.both.compared.all();
        read = emit(me, i, access::rmw, l);
    }
    const bool equal = read == expected;
    const bool succeeds = way == gives_read || way == gives_compared;
    if (succeeds && !equal) me.does_not_count = true;
    if (!succeeds && !first && equal && me.both.equal) me.does_not_count = true;
    if (first) me.both.equal = equal;
    if (way == gives_compared && equal) give_compared(me, i, compared);
}

// The register that has the expected value, if it keeps it.
void machine::give_compared(thread_state& me, const instruction& i, const taint& compared) const {
    if (!dependencies_count_) return;
    const taint read = me.taints[i.dst];
    me.taints[i.dst] = compared;
    me.taints[i.dst].pick |= compared.all() | read.all();
}

// Mostly nothing is written here any more: the status says what load_exclusive() has chosen. On
// RISC-V the status comes from the store itself: what is computed from it depends on the write. On
// Power the flags come from the address and the value, whether or not it succeeds; on Arm from
// nothing.
void machine::store_exclusive(thread_state& me, const instruction& i) {
    // The write half is right behind the read half.
    std::uint64_t write = dependencies_count_ ? executor_->last_read() + 1u : 0;
    if (i.part == instruction::second_of_two ? me.apart_second.has_value() : me.apart.has_value()) {
        store_apart(me, i);
        write = executor_->position() - 1;
    }
    if (i.part == instruction::first_of_two) return;  // the other word is still to come
    me.registers[i.flag] = me.reserved ? 0 : 1;
    if (dependencies_count_) {
        me.taints[i.flag] = {};
        if (me.reserved && test_.language == dialect::riscv)
            me.taints[i.flag].data.add(static_cast<unsigned>(write));
        if (test_.language == dialect::ppc) me.taints[i.flag] = me.taints[i.a] | me.taints[i.b];
    }
    // A turn of a loop that ends so is repeated without news (turn_loop()).
    if (!me.reserved) me.spurious = true;
    me.reserved = false;
}

}  // namespace ringsim::sim::litmus
