// The mappings, as people write them: a row says which accesses and orders it is for, and which
// instructions they become. Rows are looked through from the top, so a special one stands before a
// general one.
//
// A text is words with "; " between them. One of them is the access itself, and those in front of
// it and behind it are barriers there. An empty text is an access that leaves no event, and one
// that begins with '!' says why there is no such access (lower_text()). What a mapping does not
// say, the default one of its model says (row_of()).
#include "sim/graph/mapping_tables.hpp"

namespace ringsim::sim::graph {
namespace {

using enum access;
using enum order;

// mapping_row::languages, as a set of bits.
constexpr std::uint8_t cxx = 1;
constexpr std::uint8_t kernel = 2;
constexpr std::uint8_t both = 3;

constexpr order_set relaxed_or_less{plain, relaxed};
// Every one that a site may have, including those for which an access of that kind has no use.
constexpr order_set every_order{plain,   relaxed, acquire, release,       acq_rel,
                                seq_cst, full,    none,    store_relaxed, store_release};

// --- What instructions mean ----------------------------------------------------------------------

// How a model is to annotate what an instruction does. The names are unique; where one mnemonic
// does two things ("mov"), its operands are part of the name. What a barrier is does not stand
// here: its name in barrier_names says it.
constexpr instruction_info instructions[] = {
    // sc, and C++'s own accesses
    {"load", load},
    {"store", store},
    {"rmw", rmw},
    {"plain load", load, mode::plain},
    {"relaxed load", load},
    {"acquire load", load, mode::acquire},
    {"seq_cst load", load, mode::seq_cst},
    {"plain store", store, mode::plain},
    {"relaxed store", store},
    {"release store", store, mode::release},
    {"seq_cst store", store, mode::seq_cst},
    {"plain rmw", rmw, mode::plain},
    {"relaxed rmw", rmw},
    {"acquire rmw", rmw, mode::acquire},
    {"release rmw", rmw, mode::release},
    {"acq_rel rmw", rmw, mode::acq_rel},
    {"seq_cst rmw", rmw, mode::seq_cst},
    {"acquire fence", fence, mode::acquire},
    {"release fence", fence, mode::release},
    {"acq_rel fence", fence, mode::acq_rel},
    {"seq_cst fence", fence, mode::seq_cst},
    // x86: every read-modify-write is locked
    {"mov r,(m)", load},
    {"mov (m),r", store},
    {"xchg", rmw},
    // Arm
    {"ldr", load},
    {"ldapr", load, mode::acquire},
    {"ldar", load, mode::seq_cst},
    {"str", store},
    {"stlr", store, mode::release},
    {"swp", rmw},
    {"swpa", rmw, mode::seq_cst, mode::relaxed},
    {"swpl", rmw, mode::relaxed, mode::release},
    {"swpal", rmw, mode::seq_cst, mode::release},
    {"ldxr,stxr", rmw, mode::relaxed, mode::relaxed, true},
    {"ldaxr,stxr", rmw, mode::seq_cst, mode::relaxed, true},
    {"ldxr,stlxr", rmw, mode::relaxed, mode::release, true},
    {"ldaxr,stlxr", rmw, mode::seq_cst, mode::release, true},
    // RISC-V
    {"l", load},
    {"l.aq", load, mode::acquire},
    {"s", store},
    {"s.rl", store, mode::release},
    {"amo", rmw},
    {"amo.aq", rmw, mode::acquire},
    {"amo.rl", rmw, mode::release},
    {"amo.aqrl", rmw, mode::acq_rel},
    {"lr,sc", rmw, mode::relaxed, mode::relaxed, true},
    {"lr.aq,sc", rmw, mode::acquire, mode::relaxed, true},
    {"lr,sc.rl", rmw, mode::relaxed, mode::release, true},
    {"lr.aq,sc.rl", rmw, mode::acquire, mode::release, true},
    {"lr.aqrl,sc.rl", rmw, mode::acq_rel, mode::release, true},
    // Power
    {"ld", load},
    {"st", store},
    {"larx,stcx.", rmw, mode::relaxed, mode::relaxed, true},
    // the kernel; seq_cst of a read-modify-write: it is fully ordered
    {"C load", load, mode::plain},
    {"READ_ONCE()", load},
    {"smp_load_acquire()", load, mode::acquire},
    {"C store", store, mode::plain},
    {"WRITE_ONCE()", store},
    {"smp_store_release()", store, mode::release},
    {"srcu_read_lock()", load},
    {"srcu_read_unlock()", store},
    {"xchg_relaxed()", rmw},
    {"xchg_acquire()", rmw, mode::acquire, mode::relaxed},
    {"xchg_release()", rmw, mode::relaxed, mode::release},
    {"none, callers use xchg(): judged as acquire read, release write", rmw, mode::acquire,
     mode::release},
    {"xchg()", rmw, mode::seq_cst, mode::seq_cst},
};

// --- Mappings ------------------------------------------------------------------------------------

// Under sc all orders are one.
constexpr mapping_row sc_rows[] = {
    {load, every_order, both, "load"},
    {store, every_order, both, "store"},
    {rmw, every_order, both, "rmw"},
    {fence, every_order, both, ""},
};

// TSO keeps all orders but that of a store before a later load, so only seq_cst stores and fences
// cost anything.
constexpr mapping_row x86_rows[] = {
    {load, every_order, both, "mov r,(m)"},
    {store, order_set{seq_cst}, both, "mov (m),r; mfence"},  // as strong as xchg
    {store, every_order, both, "mov (m),r"},
    {rmw, every_order, both, "xchg"},
    {fence, order_set{seq_cst}, both, "mfence"},
    {fence, every_order, both, ""},
};

// What has no row (an acquire store, a release load) makes no sense, and is refused by row_of().
constexpr mapping_row rc11_rows[] = {
    {load, order_set{plain}, both, "plain load"},
    {load, order_set{relaxed}, both, "relaxed load"},
    {load, order_set{acquire}, both, "acquire load"},
    {load, order_set{seq_cst}, both, "seq_cst load"},
    {store, order_set{plain}, both, "plain store"},
    {store, order_set{relaxed}, both, "relaxed store"},
    {store, order_set{release}, both, "release store"},
    {store, order_set{seq_cst}, both, "seq_cst store"},
    {rmw, order_set{plain}, both, "plain rmw"},
    {rmw, order_set{relaxed}, both, "relaxed rmw"},
    {rmw, order_set{acquire}, both, "acquire rmw"},
    {rmw, order_set{release}, both, "release rmw"},
    {rmw, order_set{acq_rel}, both, "acq_rel rmw"},
    {rmw, order_set{seq_cst}, both, "seq_cst rmw"},
    {rmw, order_set{full}, both, "seq_cst fence; seq_cst rmw; seq_cst fence"},
    {fence, order_set{acquire}, both, "acquire fence"},
    {fence, order_set{release}, both, "release fence"},
    {fence, order_set{acq_rel}, both, "acq_rel fence"},
    {fence, order_set{seq_cst}, both, "seq_cst fence"},
};

// smp_rmb() and smp_wmb() are weaker than C++'s acquire and release fences, hence rows for the
// kernel before those for both. An acquire load is LDAR here, as compilers have it without Armv8.3.
constexpr mapping_row armv8_rows[] = {
    {load, relaxed_or_less, both, "ldr"},
    {load, order_set{acquire, seq_cst}, both, "ldar"},
    {store, relaxed_or_less, both, "str"},
    {store, order_set{release, seq_cst}, both, "stlr"},
    {rmw, relaxed_or_less, both, "swp"},
    {rmw, order_set{acquire}, both, "swpa"},
    {rmw, order_set{release}, both, "swpl"},
    {rmw, order_set{acq_rel, seq_cst, full}, both, "swpal"},
    {fence, order_set{acquire}, both, "dmb ishld"},
    {fence, order_set{release}, kernel, "dmb ishst"},
    {fence, order_set{acq_rel}, kernel, "dmb ishld; dmb ishst"},
    {fence, order_set{release, acq_rel, seq_cst}, both, "dmb ish"},
};
// One row: all others are found in those of armv8.
constexpr mapping_row armv8_rcpc_rows[] = {
    {load, order_set{acquire}, cxx, "ldapr"},
};
// What differs from the default mapping; all other rows are found there. The kernel's xchg()
// without LSE has its barrier behind the loop only, which is enough because of the release in STLXR
// (arch/arm64/include/asm/cmpxchg.h).
constexpr mapping_row armv8_llsc_rows[] = {
    {rmw, relaxed_or_less, both, "ldxr,stxr"},
    {rmw, order_set{acquire}, both, "ldaxr,stxr"},
    {rmw, order_set{release}, both, "ldxr,stlxr"},
    {rmw, order_set{acq_rel, seq_cst}, both, "ldaxr,stlxr"},
    {rmw, order_set{full}, both, "ldxr,stlxr; dmb ish"},
};
// What libbpf's own header does where it has nothing for the machine: full barriers around plain
// accesses.
constexpr mapping_row armv8_libbpf_rows[] = {
    {load, order_set{acquire}, cxx, "ldr; dmb ish"},
    {store, order_set{release}, cxx, "dmb ish; str"},
};

// The mapping of the manual's appendix: fences around plain loads and stores, annotations on the
// amo instructions.
constexpr mapping_row riscv_rows[] = {
    {load, relaxed_or_less, both, "l"},
    {load, order_set{acquire}, both, "l; fence r,rw"},
    {load, order_set{seq_cst}, both, "fence rw,rw; l; fence r,rw"},
    {store, relaxed_or_less, both, "s"},
    {store, order_set{release, seq_cst}, both, "fence rw,w; s"},
    {rmw, relaxed_or_less, both, "amo"},
    {rmw, order_set{acquire}, both, "amo.aq"},
    {rmw, order_set{release}, both, "amo.rl"},
    {rmw, order_set{acq_rel, seq_cst, full}, both, "amo.aqrl"},
    {fence, order_set{acquire}, kernel, "fence r,r"},
    {fence, order_set{release}, kernel, "fence w,w"},
    {fence, order_set{acq_rel}, kernel, "fence r,r; fence w,w"},
    {fence, order_set{acquire}, both, "fence r,rw"},
    {fence, order_set{release}, both, "fence rw,w"},
    {fence, order_set{acq_rel}, both, "fence.tso"},
    {fence, order_set{seq_cst}, both, "fence rw,rw"},
};
// To be mixed with code that has its fence before seq_cst loads, or none there (psABI, "A6S").
constexpr mapping_row riscv_trailing_rows[] = {
    {store, order_set{seq_cst}, cxx, "fence rw,w; s; fence rw,rw"},
};
// gcc 12 compiles a C++ store with release to an exchange whose result is dropped.
constexpr mapping_row riscv_gcc_rows[] = {
    {store, order_set{release, seq_cst}, cxx, "fence rw,w; amo.aq"},
};
// The annotations are those of the manual's table for lr and sc; the kernel's xchg() has its full
// barrier behind the loop.
constexpr mapping_row riscv_llsc_rows[] = {
    {rmw, relaxed_or_less, both, "lr,sc"},
    {rmw, order_set{acquire}, both, "lr.aq,sc"},
    {rmw, order_set{release}, both, "lr,sc.rl"},
    {rmw, order_set{acq_rel}, both, "lr.aq,sc.rl"},
    {rmw, order_set{seq_cst}, both, "lr.aqrl,sc.rl"},
    {rmw, order_set{full}, both, "lr,sc.rl; fence rw,rw"},
};

// In C++ an acquire is "cmp; bc; isync", a branch that never jumps but orders; the kernel has
// lwsync.
constexpr mapping_row power_rows[] = {
    {load, relaxed_or_less, both, "ld"},
    {load, order_set{acquire}, cxx, "ld; cmp,bc,isync"},
    {load, order_set{acquire}, kernel, "ld; lwsync"},
    {load, order_set{seq_cst}, both, "sync; ld; cmp,bc,isync"},
    {store, relaxed_or_less, both, "st"},
    {store, order_set{release}, both, "lwsync; st"},
    {store, order_set{seq_cst}, both, "sync; st"},
    {rmw, relaxed_or_less, both, "larx,stcx."},
    {rmw, order_set{acquire}, both, "larx,stcx.; cmp,bc,isync"},
    {rmw, order_set{release}, both, "lwsync; larx,stcx."},
    {rmw, order_set{acq_rel}, both, "lwsync; larx,stcx.; cmp,bc,isync"},
    {rmw, order_set{seq_cst}, both, "sync; larx,stcx.; cmp,bc,isync"},
    {rmw, order_set{full}, both, "sync; larx,stcx.; sync"},
    {fence, order_set{acquire, release, acq_rel}, both, "lwsync"},
    {fence, order_set{seq_cst}, both, "sync"},
};

// What has no counterpart is refused, but for two that are taken as less than they are, so that
// nothing is missed. The kernel has no exchange between xchg_acquire() or xchg_release() and
// xchg(), which is fully ordered; its model knows what one would be. And smp_rmb() and smp_wmb()
// are less than C++'s fences.
constexpr mapping_row lkmm_rows[] = {
    {load, order_set{plain}, both, "C load"},
    {load, order_set{relaxed}, both, "READ_ONCE()"},
    {load, order_set{acquire}, both, "smp_load_acquire()"},
    {load, order_set{seq_cst}, both, "!the kernel has no seq_cst load"},
    {store, order_set{plain}, both, "C store"},
    {store, order_set{relaxed}, both, "WRITE_ONCE()"},
    {store, order_set{release}, both, "smp_store_release()"},
    {store, order_set{seq_cst}, both, "!the kernel has no seq_cst store"},
    {rmw, relaxed_or_less, both, "xchg_relaxed()"},
    {rmw, order_set{acquire}, both, "xchg_acquire()"},
    {rmw, order_set{release}, both, "xchg_release()"},
    {rmw, order_set{acq_rel}, both,
     "none, callers use xchg(): judged as acquire read, release write"},
    {rmw, order_set{seq_cst}, both, "!the kernel has no seq_cst exchange; its xchg() is `full`"},
    {rmw, order_set{full}, both, "xchg()"},
    {fence, order_set{acquire}, both, "smp_rmb()"},
    {fence, order_set{release}, both, "smp_wmb()"},
    {fence, order_set{acq_rel}, both, "smp_rmb(); smp_wmb()"},
    {fence, order_set{seq_cst}, both, "smp_mb()"},
};

// The first one of a model is what is used if nobody names another; its name, summary and source
// are printed by `ringsim models`.
constexpr mapping mappings[] = {
    {"interleaving", model_id::sc, "", "", sc_rows},
    {"usual", model_id::x86_tso, "mov, xchg and mfence",
     "https://www.cl.cam.ac.uk/~pes20/cpp/cpp0xmappings.html", x86_rows},
    {"c++20", model_id::rc11, "C++'s own orders; the kernel's xchg() has a fence on both sides",
     "ISO C++20", rc11_rows},
    {"lse", model_id::armv8, "atomics in one instruction (Armv8.1)",
     "https://www.cl.cam.ac.uk/~pes20/cpp/cpp0xmappings.html; arch/arm64/include/asm", armv8_rows},
    {"llsc", model_id::armv8, "atomics as a loop of load-exclusive and store-exclusive",
     "https://www.cl.cam.ac.uk/~pes20/cpp/cpp0xmappings.html; arch/arm64/include/asm",
     armv8_llsc_rows},
    {"libbpf-github", model_id::armv8, "the consumer's acquire and release as full barriers",
     "https://github.com/libbpf/libbpf, which has none of its own for Arm", armv8_libbpf_rows},
    {"lse", model_id::armv8_rcpc, "as armv8, but C++ acquire loads are LDAPR (Armv8.3)",
     "clang 19, -march=armv8.3-a", armv8_rcpc_rows},
    {"classic", model_id::riscv, "seq_cst stores have no fence behind them",
     "The RISC-V Instruction Set Manual, volume I, appendix A.5", riscv_rows},
    {"trailing", model_id::riscv, "a fence behind each seq_cst store",
     "RISC-V ELF psABI, atomics, A6S", riscv_trailing_rows},
    {"gcc-12", model_id::riscv, "C++ release and seq_cst stores are exchanges", "gcc 12",
     riscv_gcc_rows},
    {"llsc", model_id::riscv, "atomics as a loop of load-reserved and store-conditional",
     "The RISC-V Instruction Set Manual, volume I, appendix A.5; arch/riscv/include/asm",
     riscv_llsc_rows},
    {"leading", model_id::power, "sync before each seq_cst access",
     "https://www.cl.cam.ac.uk/~pes20/cpp/cpp0xmappings.html; arch/powerpc/include/asm",
     power_rows},
    {"kernel", model_id::lkmm,
     "C++'s orders as the kernel's functions; its acquire and release fences as smp_rmb() and "
     "smp_wmb(), which are weaker",
     "Documentation/memory-barriers.txt and atomic_t.txt", lkmm_rows},
};

}  // namespace

std::span<const instruction_info> all_instructions() {
    return instructions;
}
std::span<const mapping> all_mappings() {
    return mappings;
}

}  // namespace ringsim::sim::graph
