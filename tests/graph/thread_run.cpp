#include "tests/graph/thread_run.hpp"

#include <optional>
#include <utility>

namespace ringsim::tests {
namespace {

using graph::event_kind;

bool returns_value(opcode what) {
    return what == opcode::load || what == opcode::load_exclusive || what == opcode::exchange ||
           what == opcode::add || what == opcode::compare_exchange;
}

class lone_thread {
  public:
    lone_thread(unsigned thread, graph::model_id m, const std::vector<std::uint64_t>& values)
        : thread_(thread), model_(m), values_(values) {}

    thread_run run(const std::vector<instruction>& body, bool states_dependencies) {
        for (const instruction& i : body) {
            needs_ = branched_;
            if (i.guard_register >= 0) branch_on(i);
            if (i.address_register >= 0) needs_ |= made_of_[i.address_register];
            if (i.from_register >= 0) needs_ |= made_of_[i.from_register];
            if (i.guard_register >= 0 && states_dependencies) ctrl_ |= from_[i.guard_register];
            if (i.guard_register >= 0 && registers_[i.guard_register] != i.guard_value) continue;
            addr_ = i.address_register >= 0 && states_dependencies ? from_[i.address_register] : 0;
            data_ = i.from_register >= 0 && states_dependencies ? from_[i.from_register] : 0;
            if (!perform(i)) break;
        }
        return std::move(out_);
    }

  private:
    // On machines all that is behind a branch is made of what it looked at. Under the kernel's
    // model the branch ends with the instruction; its result, done or not, is made of that as well.
    void branch_on(const instruction& i) {
        needs_ |= made_of_[i.guard_register];
        go_on_behind(needs_);
        if (returns_value(i.what)) made_of_[i.target] |= needs_;
    }

    // Behind a branch, or out of a loop that looked at these.
    void go_on_behind(std::uint32_t reads) {
        if (model_ != graph::model_id::lkmm) branched_ |= reads;
    }

    // False if the thread goes no further.
    bool perform(const instruction& i) {
        switch (i.what) {
            case opcode::load:
                return load(i, i.location) && set(i);
            case opcode::load_exclusive:
                reserved_ = i.location;
                if (!load(i, i.location)) return false;
                reserved_by_ = last_read_;
                return set(i);
            case opcode::store_exclusive:
                if (std::exchange(reserved_, std::nullopt) != i.location) return true;
                store(i);
                return true;
            case opcode::await:
                out_.awaited = i.value;
                return load(i, i.location);
            case opcode::spin: {
                const auto start = static_cast<unsigned>(out_.events.size());
                if (!load(i, i.location)) return false;
                const bool first = last_ == i.value;
                const std::uint32_t looked = std::uint32_t{1} << last_read_;
                if (!load(i, i.other_location)) return false;
                if (first && last_ == i.other_value) {
                    go_on_behind(looked | std::uint32_t{1} << last_read_);
                    return true;
                }
                add(event_kind::block, graph::mode::relaxed);
                return block(start);
            }
            case opcode::store:
            case opcode::unlock:
                store(i);
                return true;
            case opcode::fence: {
                const graph::lowering to = lowering_of(i, model_);
                add_barriers(to.before, to.before_count);
                if (to.present) add(event_kind::fence, to.how, i.location);
                if (to.present) out_.events.back().fence = to.fence;
                add_barriers(to.after, to.after_count);
                return true;
            }
            case opcode::fail:
                out_.failed = true;
                return false;
            default:
                return modify(i);
        }
    }

    bool load(const instruction& i, graph::location_id l) {
        const graph::lowering to = lowering_of(i, model_);
        add_barriers(to.before, to.before_count);
        const bool has_value = read(l, to, false);
        out_.events.back().one_with_last = i.one_with_last;
        if (!has_value) return false;
        if (i.what == opcode::await && last_ != i.value) return block(last_place());
        if (i.what == opcode::await) wait_behind();
        add_barriers(to.after, to.after_count);
        return true;
    }

    void store(const instruction& i) {
        const graph::lowering to = lowering_of(i, model_);
        add_barriers(to.before, to.before_count);
        const std::uint64_t value = i.from_register < 0 ? i.value : registers_[i.from_register];
        add(event_kind::write, to.how, i.location, i.what == opcode::unlock ? 0 : value);
        out_.events.back().one_with_last = i.one_with_last;
        out_.events.back().lock = i.what == opcode::unlock;
        out_.events.back().fence = to.fence;
        if (i.what == opcode::store_exclusive) {
            out_.events.back().exclusive = true;
            out_.events.back().first_half = static_cast<int>(reserved_by_);
        }
        add_barriers(to.after, to.after_count);
    }

    // exchange, add, compare_exchange, lock
    bool modify(const instruction& i) {
        const graph::lowering to = lowering_of(i, model_);
        add_barriers(to.before, to.before_count);
        if (i.what == opcode::lock) out_.awaited = 0;
        const bool lock = i.what == opcode::lock;
        const bool has_value = read(i.location, to, true);
        out_.events.back().lock = lock;
        out_.events.back().no_return = i.no_return;
        if (!has_value) return false;
        if (lock && last_ != 0) return block(last_place());
        if (lock) wait_behind();
        if (i.what != opcode::compare_exchange || last_ == i.expected) {
            std::uint64_t value = i.value;
            if (i.what == opcode::add) value += last_;
            if (lock) value = 1;
            add(event_kind::write, to.write_how == graph::mode::plain ? to.how : to.write_how,
                i.location, value);
            candidate_event& e = out_.events.back();
            e.needs |= std::uint32_t{1} << last_read_;
            e.rmw = e.second_half = true;
            e.exclusive = to.exclusive;
            e.computed = i.what == opcode::add;
            e.compared = i.what == opcode::compare_exchange && !to.exclusive;
            e.lock = lock;
        }
        add_barriers(to.after, to.after_count);
        return lock || i.no_return || set(i);
    }

    bool read(graph::location_id l, const graph::lowering& to, bool rmw) {
        add(event_kind::read, to.how, l);
        out_.events.back().rmw = rmw;
        out_.events.back().exclusive = to.exclusive;
        out_.events.back().fence = to.fence;
        last_read_ = last_place();
        if (used_ == values_.size()) {
            out_.needs_value = true;
            return false;
        }
        out_.awaited.reset();
        last_ = out_.events.back().value = values_[used_++];
        return true;
    }

    void add_barriers(const std::array<graph::barrier, 2>& barriers, unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            add(event_kind::fence, graph::mode::seq_cst);
            out_.events.back().fence = barriers[i];
            out_.events.back().implied = true;
        }
    }

    bool set(const instruction& i) {
        registers_[i.target] = last_;
        from_[i.target] = std::uint32_t{1} << last_read_;
        made_of_[i.target] = from_[i.target] | (i.guard_register >= 0 ? needs_ : 0);
        return true;
    }

    // All that is behind a read which waits for its value is behind a branch on it.
    void wait_behind() {
        ctrl_ |= std::uint32_t{1} << last_read_;
        branched_ |= std::uint32_t{1} << last_read_;
    }

    bool block(unsigned from) {
        out_.events.back().blocked = true;
        out_.events.back().waits_from = from;
        return false;
    }
    unsigned last_place() const { return static_cast<unsigned>(out_.events.size()) - 1; }

    void add(event_kind kind, graph::mode how, graph::location_id l = 0, std::uint64_t value = 0) {
        candidate_event e;
        e.kind = kind;
        e.how = how;
        e.location = l;
        e.value = value;
        e.thread = thread_;
        e.po = static_cast<unsigned>(out_.events.size());
        e.addr = addr_;
        e.data = data_;
        e.ctrl = ctrl_;
        e.needs = needs_;
        out_.events.push_back(e);
    }

    unsigned thread_;
    graph::model_id model_;
    const std::vector<std::uint64_t>& values_;
    std::size_t used_ = 0;
    std::uint64_t last_ = 0;
    std::uint64_t registers_[registers_max] = {};
    std::uint32_t from_[registers_max] = {};     // the read that set each register, as a bit
    std::uint32_t made_of_[registers_max] = {};  // and what else its value is made of
    std::uint32_t addr_ = 0;
    std::uint32_t data_ = 0;
    std::uint32_t ctrl_ = 0;
    std::uint32_t needs_ = 0;
    std::uint32_t branched_ = 0;
    unsigned last_read_ = 0;
    std::optional<graph::location_id> reserved_;  // by a first half, whose place is reserved_by_
    unsigned reserved_by_ = 0;
    thread_run out_;
};

}  // namespace

thread_run run_alone(const test_program& p, unsigned thread, graph::model_id m,
                     const std::vector<std::uint64_t>& values) {
    return lone_thread(thread, m, values).run(p.threads[thread], p.states_dependencies);
}

}  // namespace ringsim::tests
