#include "tests/graph/generator.hpp"

#include <initializer_list>
#include <random>

namespace ringsim::tests {
namespace {

constexpr graph::location_id lock_location = 4;

class generator {
  public:
    explicit generator(std::uint64_t seed) : random_(seed) {}

    test_program make() {
        const unsigned threads = pick({2, 2, 2, 3, 3, 3, 4, 4});
        locations_ = pick({1, 2, 2, 2, 3, 3});
        flavour_ = pick({0, 1, 2, 3, 3, 3});
        plain_ = one_in(5);
        locks_ = one_in(6);
        waits_ = one_in(4);
        fails_ = one_in(12);
        const unsigned accesses = 4 + below(threads == 2 ? 6 : 5);
        test_program p;
        p.initial.assign(locks_ ? lock_location + 1u : locations_, 0);
        if (one_in(8)) p.initial[0] = 2;
        p.threads.resize(threads);
        for (unsigned i = 0; i < accesses; ++i) {
            const unsigned t = i < threads ? i : below(threads);
            add_access(p.threads[t]);
        }
        if (locks_)
            for (auto& t : p.threads)
                if (below(3) != 0) put_under_lock(t);
        return p;
    }

  private:
    unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
    bool one_in(unsigned n) { return below(n) == 0; }
    unsigned pick(std::initializer_list<unsigned> among) {
        return among.begin()[below(static_cast<unsigned>(among.size()))];
    }
    order pick_order(std::initializer_list<order> among) {
        return among.begin()[below(static_cast<unsigned>(among.size()))];
    }

    // relaxed only, release and acquire, seq_cst, or anything.
    order load_order() {
        if (plain_ && one_in(4)) return order::plain;
        switch (flavour_) {
            case 0:
                return order::relaxed;
            case 1:
                return order::acquire;
            case 2:
                return order::seq_cst;
            default:
                return pick_order({order::relaxed, order::acquire, order::seq_cst});
        }
    }
    order store_order() {
        if (plain_ && one_in(4)) return order::plain;
        switch (flavour_) {
            case 0:
                return order::relaxed;
            case 1:
                return order::release;
            case 2:
                return order::seq_cst;
            default:
                return pick_order({order::relaxed, order::release, order::seq_cst});
        }
    }
    order rmw_order() {
        switch (flavour_) {
            case 0:
                return order::relaxed;
            case 1:
                return order::acq_rel;
            case 2:
                return pick_order({order::seq_cst, order::full});
            default:
                return pick_order({order::relaxed, order::acquire, order::release, order::acq_rel,
                                   order::seq_cst, order::full});
        }
    }
    order fence_order() {
        return pick_order({order::acquire, order::release, order::acq_rel, order::seq_cst,
                           order::seq_cst, order::seq_cst});
    }

    static bool reads(const instruction& i) {
        return i.what == opcode::load || i.what == opcode::exchange || i.what == opcode::add ||
               i.what == opcode::compare_exchange;
    }

    void add_access(std::vector<instruction>& thread) {
        read_ = 0;
        for (const instruction& i : thread) read_ += reads(i) ? 1u : 0u;
        if (!thread.empty() && one_in(flavour_ == 2 ? 8 : 4)) thread.push_back(fence());
        instruction i;
        i.location = static_cast<graph::location_id>(below(locations_));
        i.value = 1 + below(2);
        const unsigned kind = below(20);
        if (kind < 7)
            load(i);
        else if (kind < 14)
            store(i);
        else if (kind < 18)
            modify(i);
        else if (waits_)
            wait(i);
        else
            load(i);
        if (read_ > 0 && one_in(4)) {
            i.guard_register = static_cast<int>(below(read_));
            i.guard_value = below(3);
        }
        if (reads(i)) i.target = read_ < registers_max ? read_++ : 0;
        thread.push_back(i);
        if (fails_ && read_ > 0 && one_in(3)) {
            instruction bad;
            bad.what = opcode::fail;
            bad.guard_register = static_cast<int>(below(read_));
            bad.guard_value = 1 + below(2);
            thread.push_back(bad);
        }
    }

    void load(instruction& i) {
        i.what = opcode::load;
        i.how = load_order();
        i.value = 0;
    }
    void store(instruction& i) {
        i.what = opcode::store;
        i.how = store_order();
        if (read_ > 0 && one_in(5)) {
            i.from_register = static_cast<int>(below(read_));
            i.value = 0;
        }
    }
    void modify(instruction& i) {
        constexpr opcode among[] = {opcode::exchange, opcode::add, opcode::compare_exchange};
        i.what = among[below(3)];
        i.how = rmw_order();
        if (i.what == opcode::add) i.value = 1;
        if (i.what == opcode::compare_exchange) i.expected = below(2);
    }
    void wait(instruction& i) {
        i.how = load_order();
        if (i.how == order::plain) i.how = order::relaxed;
        if (locations_ == 1 || one_in(2)) {
            i.what = opcode::await;
            return;
        }
        i.what = opcode::spin;
        i.other_location = static_cast<graph::location_id>((i.location + 1u) % locations_);
        i.other_value = below(2);
    }
    instruction fence() {
        instruction i;
        i.what = opcode::fence;
        i.how = fence_order();
        return i;
    }

    // A part of the thread, with the lock around it.
    void put_under_lock(std::vector<instruction>& thread) {
        const unsigned from = below(static_cast<unsigned>(thread.size()));
        const unsigned to = from + 1 + below(static_cast<unsigned>(thread.size()) - from);
        instruction i;
        i.location = lock_location;
        i.what = opcode::unlock;
        i.how = order::release;
        thread.insert(thread.begin() + to, i);
        i.what = opcode::lock;
        i.how = order::acquire;
        thread.insert(thread.begin() + from, i);
    }

    std::mt19937_64 random_;
    unsigned locations_ = 2;
    unsigned flavour_ = 0;
    unsigned read_ = 0;  // registers that the thread at hand has set
    bool plain_ = false;
    bool locks_ = false;
    bool waits_ = false;
    bool fails_ = false;
};

}  // namespace

test_program generate(std::uint64_t seed) {
    return generator(seed).make();
}

}  // namespace ringsim::tests
