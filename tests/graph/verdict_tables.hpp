// The core of the lost wakeup, two accesses on each side, in the instructions of each machine and
// in the kernel's functions: every consumer against every producer, with the verdicts of herd7
// 7.58. Data for verdict_tables_test.cpp.
//
// x is consumer_pos; y is what the consumer looks at again. Path H: y is the record's header, which
// was reserved before the consumer's look. Path P: y is producer_pos, stored by `reserve`, and z is
// the header. $ stands for the word that is committed: y or z.
#pragma once

#include <span>
#include <string_view>

#include "sim/graph/mapping.hpp"

namespace ringsim::tests {

struct named_code {
    std::string_view name;
    std::string_view code;
};

// Verdicts by producer: Y lost on both paths, n on neither, h on path H only.
struct verdict_row {
    named_code consumer;
    std::string_view lost;
};

struct verdict_table {
    sim::graph::model_id model;
    std::string_view reserve;  // of path P
    std::span<const named_code> producers;
    std::span<const verdict_row> rows;
};

inline constexpr named_code x86_producers[] = {
    {"mov", "$=1 [mov (m),r]; r0=x [mov r,(m)]"},
    {"xchg", "r1=xchg($,1) [xchg]; r0=x [mov r,(m)]"},
};
inline constexpr verdict_row x86_rows[] = {
    {{"mov+lockadd", "x=1 [mov (m),r]; r1=add(w,0) [xchg]; r0=y [mov r,(m)]"}, "Yn"},
    {{"mov+mfence", "x=1 [mov (m),r + mfence]; r0=y [mov r,(m)]"}, "Yn"},
    {{"mov", "x=1 [mov (m),r]; r0=y [mov r,(m)]"}, "YY"},
    {{"mfence+mov", "x=1 [mfence + mov (m),r]; r0=y [mov r,(m)]"}, "YY"},
    {{"xchg", "r1=xchg(x,1) [xchg]; r0=y [mov r,(m)]"}, "Yn"},
};

inline constexpr named_code armv8_producers[] = {
    {"llscC11.ldapr", "r1=xchg($,1) [ldaxr,stlxr]; r0=x [ldapr]"},
    {"llscC11.ldar", "r1=xchg($,1) [ldaxr,stlxr]; r0=x [ldar]"},
    {"llscdmb.ldapr", "r1=xchg($,1) [ldxr,stlxr + dmb ish]; r0=x [ldapr]"},
    {"llscdmb.ldar", "r1=xchg($,1) [ldxr,stlxr + dmb ish]; r0=x [ldar]"},
    {"stlr.ldapr", "$=1 [stlr]; r0=x [ldapr]"},
    {"stlr.ldar", "$=1 [stlr]; r0=x [ldar]"},
    {"swp.ldapr", "r1=xchg($,1) [swp]; r0=x [ldapr]"},
    {"swp.ldar", "r1=xchg($,1) [swp]; r0=x [ldar]"},
    {"swpal.ldapr", "r1=xchg($,1) [swpal]; r0=x [ldapr]"},
    {"swpal.ldar", "r1=xchg($,1) [swpal]; r0=x [ldar]"},
    {"swpaldmb.ldapr", "r1=xchg($,1) [swpal + dmb ish]; r0=x [ldapr]"},
    {"swpaldmb.ldar", "r1=xchg($,1) [swpal + dmb ish]; r0=x [ldar]"},
};
inline constexpr verdict_row armv8_rows[] = {
    {{"dmb.str.dmb.ldr.dmb", "x=1 [dmb ish + str + dmb ish]; r0=y [ldr + dmb ish]"},
     "hnnnYnYhnnnn"},
    {{"dmb.str.ldr.dmb", "x=1 [dmb ish + str]; r0=y [ldr + dmb ish]"}, "YYYYYYYYYYYY"},
    {{"llscC11.ldapr", "r1=xchg(x,1) [ldaxr,stlxr]; r0=y [ldapr]"}, "YYYYYYYYYYYY"},
    {{"llscC11.ldar", "r1=xchg(x,1) [ldaxr,stlxr]; r0=y [ldar]"}, "hnnnYnYhnnnn"},
    {{"stlr.dmb.ldapr", "x=1 [stlr + dmb ish]; r0=y [ldapr]"}, "hnnnYnYhnnnn"},
    {{"stlr.dmb.ldar", "x=1 [stlr + dmb ish]; r0=y [ldar]"}, "hnnnYnYhnnnn"},
    {{"stlr.ldapr", "x=1 [stlr]; r0=y [ldapr]"}, "YYYYYYYYYYYY"},
    {{"stlr.ldar", "x=1 [stlr]; r0=y [ldar]"}, "hnnnYnYhnnnn"},
    {{"swpal.ldapr", "r1=xchg(x,1) [swpal]; r0=y [ldapr]"}, "hnnnYnYhnnnn"},
    // A level trigger: epoll's lock is released between the store and the look.
    {{"str.unlock.ldar", "x=1 [str]; w=0 [stlr]; r0=y [ldar]"}, "hnnnYnYhnnnn"},
    {{"str.unlock.ldr", "x=1 [str]; w=0 [stlr]; r0=y [ldr]"}, "YYYYYYYYYYYY"},
};

inline constexpr named_code riscv_producers[] = {
    {"amoswap.aqrl", "r1=xchg($,1) [amo.aqrl]; r0=x [l + fence r,rw]"},
    {"amoswap.rl", "r1=xchg($,1) [amo.rl]; r0=x [l + fence r,rw]"},
    {"fence.amoswap.fence",
     "r1=xchg($,1) [fence rw,rw + amo + fence rw,rw]; r0=x [l + fence r,rw]"},
    {"gcc12_fence.amoswap.aq", "r1=xchg($,1) [fence rw,w + amo.aq]; r0=x [l + fence r,rw]"},
    {"llsc.aqrl", "r1=xchg($,1) [lr.aqrl,sc.rl]; r0=x [l + fence r,rw]"},
    {"llsc.fence", "r1=xchg($,1) [lr,sc.rl + fence rw,rw]; r0=x [l + fence r,rw]"},
    {"strel", "$=1 [fence rw,w + s]; r0=x [l + fence r,rw]"},
};
inline constexpr verdict_row riscv_rows[] = {
    {{"amoswap.aqrl.lw", "r1=xchg(x,1) [amo.aqrl]; r0=y [l]"}, "nYnnhnY"},
    {{"amoswap.rl.lw", "r1=xchg(x,1) [amo.rl]; r0=y [l]"}, "YYYYYYY"},
    {{"classic-sc-store.sc-load", "x=1 [fence rw,w + s]; r0=y [fence rw,rw + l + fence r,rw]"},
     "nYnnhnY"},
    {{"fullfence-fallback", "x=1 [fence rw,rw + s]; r0=y [l + fence rw,rw]"}, "YYYYYYY"},
    {{"gcc12_fence+amoswap.aq", "r1=xchg(x,1) [fence rw,w + amo.aq]; r0=y [l + fence r,rw]"},
     "nYnnhnY"},
    {{"rel.acq_classic-sc-store", "x=1 [fence rw,w + s]; r0=y [l + fence r,rw]"}, "YYYYYYY"},
    {{"sctrail.acq_new-map", "x=1 [fence rw,w + s + fence rw,rw]; r0=y [l + fence r,rw]"},
     "nYnnhnY"},
    {{"sw.rl.lw.aq_Zalasr", "x=1 [s.rl]; r0=y [l.aq]"}, "YYYYYYY"},
    {{"rel.unlock.acq", "x=1 [fence rw,w + s]; w=0 [fence rw,w + s]; r0=y [l + fence r,rw]"},
     "YYYYYYY"},
};

inline constexpr named_code power_producers[] = {
    {"strel.acq", "$=1 [lwsync + st]; r0=x [ld + cmp,bc,isync]"},
    {"strel.sc", "$=1 [lwsync + st]; r0=x [sync + ld + cmp,bc,isync]"},
    {"sync.llsc.isync_C11.acq",
     "r1=xchg($,1) [sync + larx,stcx. + cmp,bc,isync]; r0=x [ld + cmp,bc,isync]"},
    {"sync.llsc.isync_C11.sc",
     "r1=xchg($,1) [sync + larx,stcx. + cmp,bc,isync]; r0=x [sync + ld + cmp,bc,isync]"},
    {"sync.llsc.sync_kernel.acq",
     "r1=xchg($,1) [sync + larx,stcx. + sync]; r0=x [ld + cmp,bc,isync]"},
    {"sync.llsc.sync_kernel.sc",
     "r1=xchg($,1) [sync + larx,stcx. + sync]; r0=x [sync + ld + cmp,bc,isync]"},
};
inline constexpr verdict_row power_rows[] = {
    {{"rel.acq", "x=1 [lwsync + st]; r0=y [ld + cmp,bc,isync]"}, "YYYYYY"},
    {{"rel.acq_lwsync", "x=1 [lwsync + st]; r0=y [ld + lwsync]"}, "YYYYYY"},
    {{"rel.sync.acq", "x=1 [lwsync + st + sync]; r0=y [ld + cmp,bc,isync]"}, "Ynhnnn"},
    {{"sc.acq", "x=1 [sync + st]; r0=y [ld + cmp,bc,isync]"}, "YYYYYY"},
    {{"sc.sc", "x=1 [sync + st]; r0=y [sync + ld + cmp,bc,isync]"}, "Ynhnnn"},
    // A level trigger: epoll's lock is released between the store and the look.
    {{"rel.unlock.acq", "x=1 [lwsync + st]; w=0 [lwsync + st]; r0=y [ld + lwsync]"}, "YYYYYY"},
};

inline constexpr named_code lkmm_producers[] = {
    {"xchg", "r1=xchg($,1) [xchg()]; r0=x [smp_load_acquire()]"},
    {"xchgrel", "r1=xchg($,1) [xchg_release()]; r0=x [smp_load_acquire()]"},
    {"xchgrlx", "r1=xchg($,1) [xchg_relaxed()]; r0=x [smp_load_acquire()]"},
    {"strel", "$=1 [smp_store_release()]; r0=x [smp_load_acquire()]"},
    {"strel+mb", "$=1 [smp_store_release() + smp_mb()]; r0=x [smp_load_acquire()]"},
};
inline constexpr verdict_row lkmm_rows[] = {
    {{"rel", "x=1 [smp_store_release()]; r0=y [smp_load_acquire()]"}, "YYYYY"},
    {{"rel+mb", "x=1 [smp_store_release() + smp_mb()]; r0=y [smp_load_acquire()]"}, "nYYYn"},
    {{"once+mb", "x=1 [WRITE_ONCE() + smp_mb()]; r0=y [READ_ONCE()]"}, "nYYYn"},
    // smp_store_mb() is the same with the re-check that libbpf has.
    {{"storemb", "x=1 [WRITE_ONCE() + smp_mb()]; r0=y [smp_load_acquire()]"}, "nYYYn"},
    {{"mb+once", "x=1 [smp_mb() + WRITE_ONCE()]; r0=y [READ_ONCE()]"}, "YYYYY"},
    {{"xchg", "r1=xchg(x,1) [xchg()]; r0=y [smp_load_acquire()]"}, "nYYYn"},
};

inline constexpr verdict_table verdict_tables[] = {
    {sim::graph::model_id::x86_tso, "y=1 [mov (m),r]", x86_producers, x86_rows},
    {sim::graph::model_id::armv8, "y=1 [stlr]", armv8_producers, armv8_rows},
    {sim::graph::model_id::riscv, "y=1 [fence rw,w + s]", riscv_producers, riscv_rows},
    {sim::graph::model_id::power, "y=1 [lwsync + st]", power_producers, power_rows},
    {sim::graph::model_id::lkmm, "y=1 [smp_store_release()]", lkmm_producers, lkmm_rows},
};

}  // namespace ringsim::tests
