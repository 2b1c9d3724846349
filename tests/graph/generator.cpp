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

// --- In the instructions of a model --------------------------------------------------------------

// Words separated by '|': what may stand for a load, a store, a read-modify-write, a fence.
struct dialect {
    graph::model_id model;
    std::string_view loads, stores, rmws, fences;
};
constexpr dialect dialects[] = {
    {graph::model_id::armv8, "ldr|ldr|ldapr|ldar", "str|str|stlr",
     "swp|swpa|swpl|swpal|ldxr,stxr|ldaxr,stxr|ldxr,stlxr|ldaxr,stlxr",
     "dmb ish|dmb ishld|dmb ishst|isb"},
    {graph::model_id::riscv, "l|l|l.aq", "s|s|s.rl",
     "amo|amo.aq|amo.rl|amo.aqrl|lr,sc|lr.aq,sc|lr,sc.rl|lr.aq,sc.rl|lr.aqrl,sc.rl",
     "fence r,r|fence r,w|fence r,rw|fence w,r|fence w,w|fence w,rw|fence rw,r|fence rw,w|"
     "fence rw,rw|fence.tso"},
    {graph::model_id::power, "ld", "st", "larx,stcx.", "sync|lwsync|lwsync|eieio|isync"},
    {graph::model_id::lkmm, "READ_ONCE()|READ_ONCE()|smp_load_acquire()|C load",
     "WRITE_ONCE()|WRITE_ONCE()|smp_store_release()|C store",
     "xchg()|xchg_relaxed()|xchg_acquire()|xchg_release()",
     "smp_mb()|smp_rmb()|smp_wmb()|smp_mb__before_atomic()|smp_mb__after_atomic()|"
     "smp_mb__after_spinlock()|smp_mb__after_unlock_lock()"},
};

// Gives most accesses of a program an instruction of the model instead of their order, and states
// dependencies.
class translator {
  public:
    translator(const dialect& d, std::uint64_t seed) : dialect_(d), random_(seed) {}

    test_program translate(test_program p) {
        p.states_dependencies = one_in(2);
        plain_ = one_in(4);
        for (auto& thread : p.threads) {
            int reads = 0;
            for (instruction& i : thread) {
                // In the kernel's own functions only: C++'s seq_cst means nothing there.
                const bool kernel = dialect_.model == graph::model_id::lkmm;
                if (!one_in(4) || kernel) i.code = code_for(i.what);
                if (i.what == opcode::await || i.what == opcode::spin) {
                    i.code.clear();
                    if (kernel && i.how == order::seq_cst) i.how = order::acquire;
                }
                if (p.states_dependencies && reads > 0) depend(i, reads);
                if (i.what == opcode::load || kind_of(i.what) == access::rmw) ++reads;
            }
        }
        const bool kernel = dialect_.model == graph::model_id::lkmm;
        if (kernel && one_in(3) && !fails(p)) add_rcu(p);
        if (!kernel && one_in(3) && !fails(p)) add_pair(p);
        if (dialect_.model == graph::model_id::armv8 && one_in(3) && !fails(p)) join_accesses(p);
        return p;
    }

  private:
    bool one_in(unsigned n) { return random_() % n == 0; }
    int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

    // Makes a load the first half of a pair, whose second half comes behind it or further behind.
    void add_pair(test_program& p) {
        auto& thread =
            p.threads[static_cast<std::size_t>(below(static_cast<int>(p.threads.size())))];
        const auto is_load = [](const instruction& i) { return i.what == opcode::load; };
        const auto loads = static_cast<int>(std::ranges::count_if(thread, is_load));
        if (loads == 0) return;
        auto first = std::ranges::find_if(thread, is_load);
        for (int skip = below(loads); skip > 0; --skip)
            first = std::find_if(first + 1, thread.end(), is_load);
        first->what = opcode::load_exclusive;
        instruction second;
        second.what = opcode::store_exclusive;
        second.location = first->location;
        second.value = 1 + static_cast<std::uint64_t>(below(2));
        if (p.states_dependencies && one_in(3)) {
            second.from_register = static_cast<int>(first->target);
            second.value = 0;
        }
        second.code = one_of(dialect_.stores);
        const auto behind = static_cast<int>(thread.end() - first);
        thread.insert(first + 1 + below(behind), second);
    }

    // Makes loads and stores one access with the one before them, as LDXP and STXP do, where that
    // is of another location.
    void join_accesses(test_program& p) {
        for (auto& thread : p.threads)
            for (std::size_t i = 1; i < thread.size(); ++i) {
                const instruction& last = thread[i - 1];
                instruction& now = thread[i];
                const bool joins = (now.what == opcode::load || now.what == opcode::store) &&
                                   now.what == last.what && now.location != last.location &&
                                   now.guard_register < 0 && last.guard_register < 0 &&
                                   !last.one_with_last;
                if (!joins) continue;
                now.one_with_last = true;
                now.how = order::relaxed;
                now.code = now.what == opcode::load ? "ldr" : "str";
            }
    }

    // An execution that fails ends in the middle, before all is known that RCU or a pair forbids.
    static bool fails(const test_program& p) {
        return std::ranges::any_of(p.threads, [](const auto& thread) {
            return std::ranges::any_of(thread,
                                       [](const instruction& i) { return i.what == opcode::fail; });
        });
    }

    // Critical sections of RCU, or of SRCU, around parts of the threads, and grace periods.
    void add_rcu(test_program& p) {
        sleepable_ = one_in(3);
        if (sleepable_) p.states_dependencies = true;
        if (sleepable_) p.initial.resize(std::max<std::size_t>(p.initial.size(), lock_location), 0);
        for (auto& thread : p.threads) {
            const int what = below(5);
            if (what != 0) put_in_section(thread);
            if (what == 1) put_in_section(thread);
            if (what == 0 || what == 2) put_grace_period(thread);
        }
    }
    graph::location_id srcu_struct() {
        return static_cast<graph::location_id>(one_in(6) ? 1 : lock_location - 1);
    }
    void put_in_section(std::vector<instruction>& thread) {
        const int size = static_cast<int>(thread.size());
        const int from = below(size + 1);
        const int to = from + below(size - from + 1);
        instruction i;
        i.what = sleepable_ ? opcode::store : opcode::fence;
        i.code = sleepable_ ? "srcu_read_unlock()" : "rcu_read_unlock()";
        if (sleepable_) i.location = srcu_struct();
        if (sleepable_) i.from_register = registers_max - 1;
        thread.insert(thread.begin() + to, i);
        i.what = sleepable_ ? opcode::load : opcode::fence;
        i.code = sleepable_ ? "srcu_read_lock()" : "rcu_read_lock()";
        i.from_register = -1;
        if (sleepable_) i.target = registers_max - 1;
        thread.insert(thread.begin() + from, i);
    }
    void put_grace_period(std::vector<instruction>& thread) {
        instruction i;
        i.what = opcode::fence;
        i.code = sleepable_ ? "synchronize_srcu()" : "synchronize_rcu()";
        if (sleepable_) i.location = srcu_struct();
        thread.insert(thread.begin() + below(static_cast<int>(thread.size()) + 1), i);
    }

    std::string code_for(opcode what) {
        if (what == opcode::fail || what == opcode::lock || what == opcode::unlock) return {};
        switch (kind_of(what)) {
            case access::load:
                return one_of(dialect_.loads);
            case access::store:
                return one_of(dialect_.stores);
            case access::rmw:
                return one_of(dialect_.rmws);
            default:
                return one_of(dialect_.fences);
        }
    }
    std::string one_of(std::string_view words) {
        const auto count = static_cast<int>(std::ranges::count(words, '|')) + 1;
        std::string_view one = words;
        for (int skip = below(count); skip > 0; --skip) one.remove_prefix(one.find('|') + 1);
        if (one.starts_with("C ") && !plain_) one = words;  // else most programs had races
        return std::string(one.substr(0, one.find('|')));
    }

    void depend(instruction& i, int reads) {
        if (i.what != opcode::load && i.what != opcode::store && kind_of(i.what) != access::rmw)
            return;
        if (i.what == opcode::lock || i.what == opcode::unlock) return;
        const int r = below(std::min(reads, static_cast<int>(registers_max)));
        if (one_in(4))
            i.address_register = r;
        else if (i.what == opcode::store && one_in(3))
            i.from_register = r;
        else if (i.guard_register < 0 && one_in(4))
            i.guard_register = r;
        if (i.from_register >= 0) i.value = 0;
        if (i.guard_register == r) i.guard_value = static_cast<std::uint64_t>(below(2));
    }

    const dialect& dialect_;
    std::mt19937_64 random_;
    bool plain_ = false;
    bool sleepable_ = false;
};

}  // namespace

test_program generate(std::uint64_t seed) {
    return generator(seed).make();
}

test_program generate(std::uint64_t seed, graph::model_id m) {
    test_program p = generate(seed);
    for (const dialect& d : dialects)
        if (d.model == m) return translator(d, seed).translate(p);
    return p;
}

}  // namespace ringsim::tests
