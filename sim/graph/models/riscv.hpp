// RISC-V, RVWMO: "The RISC-V Instruction Set Manual, Volume I: Unprivileged Architecture", chapter
// RVWMO and appendix "Formal Memory Model Specifications". acyclic(co | rfe | fr | ppo) with
//
//   r1   [M];po-loc;[W]                      r7   [RCsc];po;[RCsc]
//   r2   ([R];po-loc-no-w;[R]) \ rsw         r8   rmw
//   r3   [AMO | X];rfi;[R]                   r9   addr
//   r4   fence                               r10  data
//   r5   [AQ];po;[M]                         r11  ctrl;[W]
//   r6   [M];po;[RL]                         r12  (addr | data);[W];rfi;[R]
//                                            r13  addr;[M];po;[W]
//
// An AMO is one event, which reads and writes: what comes from its read comes from its write too,
// in dependencies and fences. What precedes its read precedes its write by co and fr.
//
// AQ, RL: either half of an access whose aq or rl bit is set (the modes acquire and release, and
// both for acq_rel and seq_cst). RCsc: those that are AMO, LR or SC. In graphs that are
// coherent r1 and r8 are in fr | co, and r2 (rsw = rf^-1;rf) is in fre;rfe: the later load reads
// from another thread, or there is a store between the two.
#pragma once

#include <array>
#include <string_view>

#include "sim/graph/models/local_order.hpp"

namespace ringsim::sim::graph {

// A fence is kept by its successor set: what the next read, and the next write, come after.
template <class Set>
struct riscv_classes {
    Set R{}, W{};
    Set AQ{};
    Set RCsc{};
    Set ctrl{};
    Set addr{};      // addr;[M]
    Set to_read{};   // [R or W];po;[fence], the successors of the fence including reads
    Set to_write{};  // including writes
};

struct riscv_rules {
    template <class Set>
    using classes = riscv_classes<Set>;

    static constexpr std::array folded_barriers{barrier::fence_r_rw, barrier::fence_rw_w,
                                                barrier::fence_rw_rw};

    static bool is_RCsc(const label& l) {
        const bool amo_or_x = l.rmw || l.op != rmw_op::none || l.exclusive;
        return amo_or_x && (is_acquire(l.how) || is_release(l.how));
    }

    // The rules of ppo by their numbers; r1, r2 and r8 need nothing here, as the head says.
    template <class G>
    static typename G::set before(const G& g, event_id e,
                                  const riscv_classes<typename G::set>& po) {
        const label& l = g[e].what;
        auto ppo = G::set::none();
        if (!is_access(l)) return ppo;
        const auto& on = g.rows(e).stated;
        const bool write = l.kind == event_kind::write;
        if (!mutated(mutant::riscv_no_r4)) ppo |= write ? po.to_write : po.to_read;
        if (!mutated(mutant::riscv_no_r5)) ppo |= po.AQ;
        if (is_release(l.how) && !mutated(mutant::riscv_no_r6)) ppo |= po.R | po.W;
        if (is_RCsc(l) && !mutated(mutant::riscv_no_r7)) ppo |= po.RCsc;
        if (!mutated(mutant::riscv_no_r9)) ppo |= whole(g, on.addr);
        if (!write) return ppo;
        if (!mutated(mutant::riscv_no_r10)) ppo |= whole(g, on.data);
        if (!mutated(mutant::riscv_no_r11)) ppo |= whole(g, on.ctrl) | po.ctrl;
        if (!mutated(mutant::riscv_no_r13)) ppo |= po.addr;
        return ppo;
    }

    // Rules 3 and 12: what reading from an own write adds.
    template <class G>
    static typename G::set before_read(const G& g, event_id e, event_id w) {
        auto ppo = G::set::none();
        if (w == initial_write || g[w].thread != g[e].thread) return ppo;
        if (g.read_half(w) != no_event && !mutated(mutant::riscv_no_r3)) ppo.set(w);
        const auto& on = g.rows(w).stated;
        if (!mutated(mutant::riscv_no_r12)) ppo |= whole(g, on.addr | on.data);
        return ppo;
    }

    // The classes that `e` is of, for what comes behind it. An AMO is one event of two halves, and
    // its write half is among the reads as well.
    template <class G>
    static void enter(const G& g, event_id e, riscv_classes<typename G::set>& po) {
        const label& l = g[e].what;
        po.ctrl |= whole(g, g.rows(e).stated.ctrl);
        if (l.kind == event_kind::fence) return enter_fence(l.fence, po);
        if (!is_access(l)) return;
        (l.kind == event_kind::read ? po.R : po.W).set(e);
        if (l.rmw && !l.exclusive && !mutated(mutant::riscv_fence_halves)) po.R.set(e);
        if (is_acquire(l.how)) po.AQ.set(e);
        if (is_RCsc(l)) po.RCsc.set(e);
        po.addr |= whole(g, g.rows(e).stated.addr);
    }

    // "fence from,to": what `from` has so far is before the next accesses of the kind `to`. In
    // both, 0 stands for reads, 1 for writes and 2 for either.
    template <class Set>
    static void enter_fence(barrier b, riscv_classes<Set>& po) {
        if (b == barrier::fence_tso && !mutated(mutant::riscv_no_fence_tso)) {
            po.to_read |= po.R;
            po.to_write |= po.R | po.W;
        }
        if (!is_riscv_fence(b)) return;
        const unsigned from = riscv_from(b);
        const unsigned to = riscv_to(b);
        const Set before = from == 0 ? po.R : from == 1 ? po.W : po.R | po.W;
        if (to != 1) po.to_read |= before;
        if (to != 0) po.to_write |= before;
    }

  private:
    // These reads, and the other halves of those that are an AMO's.
    template <class G>
    static typename G::set whole(const G& g, typename G::set reads) {
        auto others = G::set::none();
        if (mutated(mutant::riscv_halves_apart)) return reads;
        reads.each([&](event_id r) {
            const event& ev = g[r];
            if (ev.what.op == rmw_op::none || ev.what.exclusive) return;
            if (ev.po + 1u >= g.count(ev.thread)) return;
            const event_id next = g.at(ev.thread, ev.po + 1u);
            if (g[next].what.rmw) others.set(next);
        });
        return reads | others;
    }
};

struct riscv_model : local_order_model<riscv_rules> {
    static constexpr std::string_view name = "riscv";
    static constexpr auto folded_barriers = riscv_rules::folded_barriers;
};

}  // namespace ringsim::sim::graph
