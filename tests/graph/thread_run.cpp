#include "tests/graph/thread_run.hpp"

namespace ringsim::tests {
namespace {

using graph::event_kind;

class lone_thread {
  public:
    lone_thread(unsigned thread, graph::model_id m, const std::vector<std::uint64_t>& values)
        : thread_(thread), model_(m), values_(values) {}

    thread_run run(const std::vector<instruction>& body) {
        for (const instruction& i : body) {
            if (i.guard_register >= 0 && registers_[i.guard_register] != i.guard_value) continue;
            if (!perform(i)) break;
        }
        return std::move(out_);
    }

  private:
    // False if the thread goes no further.
    bool perform(const instruction& i) {
        switch (i.what) {
            case opcode::load:
                return load(i, i.location) && set(i);
            case opcode::await:
                out_.awaited = i.value;
                return load(i, i.location) && (last_ == i.value || block(last_place()));
            case opcode::spin: {
                const auto start = static_cast<unsigned>(out_.events.size());
                if (!load(i, i.location)) return false;
                const bool first = last_ == i.value;
                if (!load(i, i.other_location)) return false;
                if (first && last_ == i.other_value) return true;
                add(event_kind::block, graph::mode::relaxed);
                return block(start);
            }
            case opcode::store:
            case opcode::unlock:
                store(i);
                return true;
            case opcode::fence:
                if (graph::lower(model_, access::fence, i.how).present)
                    add(event_kind::fence, graph::lower(model_, access::fence, i.how).how);
                return true;
            case opcode::fail:
                out_.failed = true;
                return false;
            default:
                return modify(i);
        }
    }

    bool load(const instruction& i, graph::location_id l) {
        const graph::lowering to = graph::lower(model_, access::load, i.how);
        if (to.fence_before) add(event_kind::fence, graph::mode::seq_cst);
        if (!read(l, to.how, false)) return false;
        if (to.fence_after) add(event_kind::fence, graph::mode::seq_cst);
        return true;
    }

    void store(const instruction& i) {
        const graph::lowering to = graph::lower(model_, access::store, i.how);
        if (to.fence_before) add(event_kind::fence, graph::mode::seq_cst);
        const std::uint64_t value = i.from_register < 0 ? i.value : registers_[i.from_register];
        add(event_kind::write, to.how, i.location, i.what == opcode::unlock ? 0 : value);
        if (to.fence_after) add(event_kind::fence, graph::mode::seq_cst);
    }

    // exchange, add, compare_exchange, lock
    bool modify(const instruction& i) {
        const graph::lowering to = graph::lower(model_, access::rmw, i.how);
        if (to.fence_before) add(event_kind::fence, graph::mode::seq_cst);
        if (i.what == opcode::lock) out_.awaited = 0;
        if (!read(i.location, to.how, true)) return false;
        if (i.what == opcode::lock && last_ != 0) return block(last_place());
        if (i.what != opcode::compare_exchange || last_ == i.expected) {
            std::uint64_t value = i.value;
            if (i.what == opcode::add) value += last_;
            if (i.what == opcode::lock) value = 1;
            add(event_kind::write, to.how, i.location, value);
            out_.events.back().rmw = out_.events.back().second_half = true;
        }
        if (to.fence_after) add(event_kind::fence, graph::mode::seq_cst);
        return i.what == opcode::lock || set(i);
    }

    bool read(graph::location_id l, graph::mode how, bool rmw) {
        add(event_kind::read, how, l);
        out_.events.back().rmw = rmw;
        if (used_ == values_.size()) {
            out_.needs_value = true;
            return false;
        }
        out_.awaited.reset();
        last_ = out_.events.back().value = values_[used_++];
        return true;
    }

    bool set(const instruction& i) {
        registers_[i.target] = last_;
        return true;
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
        out_.events.push_back(e);
    }

    unsigned thread_;
    graph::model_id model_;
    const std::vector<std::uint64_t>& values_;
    std::size_t used_ = 0;
    std::uint64_t last_ = 0;
    std::uint64_t registers_[registers_max] = {};
    thread_run out_;
};

}  // namespace

thread_run run_alone(const test_program& p, unsigned thread, graph::model_id m,
                     const std::vector<std::uint64_t>& values) {
    return lone_thread(thread, m, values).run(p.threads[thread]);
}

}  // namespace ringsim::tests
