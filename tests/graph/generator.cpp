#include "tests/graph/generator.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <random>
#include <string_view>

namespace ringsim::tests {
namespace {

constexpr graph::location_id lock_location = 4;

// Threads of litmus shapes: W a store, R a load, U a read-modify-write, and where.
constexpr std::array<std::string_view, 26> shapes{
    "WxRy|WyRx",        // SB
    "WxWy|RyRx",        // MP
    "RxWy|RyWx",        // LB
    "WxWy|RyWx",        // S
    "WxWy|WyRx",        // R
    "WxWy|WyWx",        // 2+2W
    "Wx|RxWy|RyRx",     // WRC
    "Wx|RxRy|WyRx",     // RWC
    "Wx|RxWy|WyRx",     // W+RWC's first half
    "WyWx|RxRz|WzRy",   // W+RWC
    "Wx|Wy|RxRy|RyRx",  // IRIW
    "WxWy|RyWz|RzRx",   // ISA2
    "WxWy|RyWz|WzRx",   // Z6.0
    "WxWy|WyWz|RzWx",   // Z6.1
    "WxWy|RyWz|RzWx",   // Z6.2
    "WxWy|WyWz|RzRx",   // Z6.3
    "WxWy|WyRz|WzRx",   // Z6.4
    "WxWy|WyWz|WzRx",   // Z6.5
    "WxRy|WyRz|WzRx",   // 3.SB
    "WyWx|Ux|RxRy",     // a release sequence through a read-modify-write
    "WyWxWx|RxRy",      // C++20: none through a later store
    "WyWxUx|RxRy",     "UxRy|UyRx",
    "WxRx|WxRx",     // CoWR
    "Wx|RxRx|WxWx",  // CoRR
    "UxUx|UxUx",
};

class generator {
  public:
    explicit generator(std::uint64_t seed) : random_(seed) {}

    test_program make() {
        flavour_ = pick({0, 1, 2, 3, 3, 3});
        plain_ = one_in(5);
        fails_ = one_in(12);
        return one_in(2) ? make_shape() : make_any();
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

    // Accesses of any kind anywhere.
    test_program make_any() {
        const unsigned threads = pick({2, 2, 2, 3, 3, 3, 4, 4});
        locations_ = pick({1, 2, 2, 2, 3, 3});
        locks_ = one_in(6);
        waits_ = one_in(4);
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

    // A litmus shape with any orders and fences, and here and there a read-modify-write or one
    // access more.
    test_program make_shape() {
        locations_ = 3;
        const std::string_view shape = shapes[below(static_cast<unsigned>(shapes.size()))];
        test_program p;
        p.initial.assign(locations_, 0);
        p.threads.emplace_back();
        std::array<unsigned, 3> written{};
        for (std::size_t c = 0; c < shape.size();) {
            if (shape[c] == '|') {
                p.threads.emplace_back();
                ++c;
                continue;
            }
            const auto l = static_cast<graph::location_id>(shape[c + 1] - 'x');
            instruction i;
            i.location = l;
            i.value = 1;
            if (shape[c] == 'U' || one_in(8))
                modify(i);
            else if (shape[c] == 'W')
                store(i);
            else
                load(i);
            if (i.what == opcode::store && i.from_register < 0) i.value = ++written[l];
            add_with_fence(p.threads.back(), i);
            c += 2;
        }
        if (one_in(4)) add_access(p.threads[below(static_cast<unsigned>(p.threads.size()))]);
        return p;
    }

    void add_with_fence(std::vector<instruction>& thread, instruction i) {
        if (!thread.empty() && one_in(3)) thread.push_back(fence());
        read_ = registers_of(thread);
        if (reads(i)) i.target = read_ < registers_max ? read_ : 0;
        thread.push_back(i);
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

    static unsigned registers_of(const std::vector<instruction>& thread) {
        return static_cast<unsigned>(std::ranges::count_if(thread, reads));
    }

    void add_access(std::vector<instruction>& thread) {
        read_ = registers_of(thread);
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
