#include "tests/litmus/generator/dialects.hpp"

namespace ringsim::tests {
namespace {

using kind_of = link_way::kind_of;

constexpr link_way nothing{kind_of::none, "", ""};
constexpr link_way addr{kind_of::addr, "addr", ""};
constexpr link_way data{kind_of::data, "data", ""};
constexpr link_way ctrl{kind_of::ctrl, "ctrl", ""};

constexpr access_way c11_reads[] = {
    {"rlx", "R = atomic_load_explicit(L, memory_order_relaxed);"},
    {"acq", "R = atomic_load_explicit(L, memory_order_acquire);"},
    {"sc", "R = atomic_load_explicit(L, memory_order_seq_cst);"},
    {"faar", "R = atomic_fetch_add_explicit(L, 0, memory_order_acq_rel);"},
};
constexpr access_way c11_writes[] = {
    {"rlx", "atomic_store_explicit(L, V, memory_order_relaxed);"},
    {"rel", "atomic_store_explicit(L, V, memory_order_release);"},
    {"sc", "atomic_store_explicit(L, V, memory_order_seq_cst);"},
    {"xrel", "atomic_exchange_explicit(L, V, memory_order_release);"},
    {"xsc", "atomic_exchange_explicit(L, V, memory_order_seq_cst);"},
};
constexpr link_way c11_links[] = {
    nothing,
    {kind_of::fence, "Facq", "atomic_thread_fence(memory_order_acquire);"},
    {kind_of::fence, "Frel", "atomic_thread_fence(memory_order_release);"},
    {kind_of::fence, "Far", "atomic_thread_fence(memory_order_acq_rel);"},
    {kind_of::fence, "Fsc", "atomic_thread_fence(memory_order_seq_cst);"},
};

constexpr access_way lkmm_reads[] = {
    {"once", "R = READ_ONCE(*L);"},
    {"acq", "R = smp_load_acquire(L);"},
    {"faa", "R = atomic_fetch_add(0, L);"},
};
constexpr access_way lkmm_writes[] = {
    {"once", "WRITE_ONCE(*L, V);"},
    {"rel", "smp_store_release(L, V);"},
    {"xchg", "R = xchg(L, V);"},
    {"xrel", "R = xchg_release(L, V);"},
};
constexpr link_way lkmm_links[] = {
    nothing,
    {kind_of::fence, "mb", "smp_mb();"},
    {kind_of::fence, "rmb", "smp_rmb();"},
    {kind_of::fence, "wmb", "smp_wmb();"},
    addr,
    data,
    ctrl,
};

constexpr access_way aarch64_reads[] = {
    {"ldr", "LDR R,[L]"},
    {"ldapr", "LDAPR R,[L]"},
    {"ldar", "LDAR R,[L]"},
    {"ldadda", "LDADDA WZR,R,[L]"},
};
constexpr access_way aarch64_writes[] = {
    {"str", "STR V,[L]"},
    {"stlr", "STLR V,[L]"},
    {"swpl", "SWPL V,R,[L]"},
    {"swpal", "SWPAL V,R,[L]"},
};
constexpr link_way aarch64_links[] = {
    nothing,
    {kind_of::fence, "dmb.sy", "DMB SY"},
    {kind_of::fence, "dmb.ld", "DMB LD"},
    {kind_of::fence, "dmb.st", "DMB ST"},
    addr,
    data,
    ctrl,
    {kind_of::ctrl_fence, "ctrlisb", "ISB"},
};

constexpr access_way riscv_reads[] = {
    {"l", "lw R,0(L)"},
    {"amo.aq", "amoor.w.aq R,x0,(L)"},
};
constexpr access_way riscv_writes[] = {
    {"s", "sw V,0(L)"},
    {"amo.rl", "amoswap.w.rl R,V,(L)"},
    {"amo.aqrl", "amoswap.w.aq.rl R,V,(L)"},
};
constexpr link_way riscv_links[] = {
    nothing,
    {kind_of::fence, "f.rw.rw", "fence rw,rw"},
    {kind_of::fence, "f.rw.w", "fence rw,w"},
    {kind_of::fence, "f.r.rw", "fence r,rw"},
    {kind_of::fence, "f.w.w", "fence w,w"},
    {kind_of::fence, "f.tso", "fence.tso"},
    addr,
    data,
    ctrl,
};

constexpr access_way ppc_reads[] = {{"ld", "lwz R,0(L)"}};
constexpr access_way ppc_writes[] = {{"st", "stw V,0(L)"}};
constexpr link_way ppc_links[] = {
    nothing,
    {kind_of::fence, "sync", "sync"},
    {kind_of::fence, "lwsync", "lwsync"},
    {kind_of::fence, "eieio", "eieio"},
    addr,
    data,
    ctrl,
    {kind_of::ctrl_fence, "ctrlisync", "isync"},
};

constexpr access_way x86_reads[] = {{"mov", "movl (L),R"}};
constexpr access_way x86_writes[] = {{"mov", "movl V,(L)"}, {"xchg", "xchgl V,(L)"}};
constexpr link_way x86_links[] = {nothing, {kind_of::fence, "mfence", "mfence"}};

constexpr generated_dialect dialects[] = {
    {"c11", "C", c11_reads, c11_writes, c11_links, text_in_c},
    {"lkmm", "C", lkmm_reads, lkmm_writes, lkmm_links, text_in_c},
    {"aarch64", "AArch64", aarch64_reads, aarch64_writes, aarch64_links, text_in_assembly},
    {"riscv", "RISCV", riscv_reads, riscv_writes, riscv_links, text_in_assembly},
    {"ppc", "PPC", ppc_reads, ppc_writes, ppc_links, text_in_assembly},
    {"x86_64", "X86_64", x86_reads, x86_writes, x86_links, text_in_assembly},
};

bool possible(const link_way& link, const shape_access& a, const shape_access& b) {
    switch (link.kind) {
        case kind_of::addr:
            return !a.writes;
        case kind_of::data:
            return !a.writes && b.writes;
        case kind_of::ctrl:
        case kind_of::ctrl_fence:
            return !a.writes;
        default:
            return true;
    }
}

}  // namespace

std::span<const generated_dialect> all_dialects() {
    return dialects;
}

std::string thread_way::name(bool two) const {
    std::string text(first.name);
    if (!link.name.empty()) text += "-" + std::string(link.name);
    if (two) text += "-" + std::string(second.name);
    return text;
}

std::vector<thread_way> generated_dialect::ways_of(const std::vector<shape_access>& thread) const {
    std::vector<thread_way> ways;
    const auto ways_to = [&](const shape_access& a) { return a.writes ? writes : reads; };
    for (const access_way& first : ways_to(thread[0])) {
        if (thread.size() == 1) {
            ways.push_back({first, {}, {}});
            continue;
        }
        for (const link_way& link : links)
            for (const access_way& second : ways_to(thread[1]))
                if (possible(link, thread[0], thread[1])) ways.push_back({first, link, second});
    }
    return ways;
}

std::string filled(std::string_view code, std::string_view location, std::string_view reg,
                   std::string_view value) {
    std::string out;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const auto is_word = [&](std::size_t at) {
            return at < code.size() &&
                   (code[at] == '_' || (code[at] >= 'A' && code[at] <= 'Z') ||
                    (code[at] >= 'a' && code[at] <= 'z') || (code[at] >= '0' && code[at] <= '9'));
        };
        const bool alone = (i == 0 || !is_word(i - 1)) && !is_word(i + 1);
        if (alone && code[i] == 'L')
            out += location;
        else if (alone && code[i] == 'R')
            out += reg;
        else if (alone && code[i] == 'V')
            out += value;
        else
            out += code[i];
    }
    return out;
}

std::vector<generated_test> generated_tests(const generated_dialect& d, std::size_t per_shape) {
    std::vector<generated_test> tests;
    for (const shape& s : all_shapes()) {
        std::vector<std::vector<thread_way>> ways;
        std::size_t all = 1;
        for (const auto& thread : s.threads) {
            ways.push_back(d.ways_of(thread));
            all *= ways.back().size();
        }
        const std::size_t count = std::min(all, per_shape);
        for (std::size_t n = 0; n < count; ++n) {
            std::size_t rest = n * all / count;
            // So that not always the same threads vary.
            if (count < all) rest = (rest + n * 7919) % all;
            std::vector<thread_way> chosen;
            std::string name(s.name);
            for (std::size_t t = 0; t < ways.size(); ++t) {
                chosen.push_back(ways[t][rest % ways[t].size()]);
                rest /= ways[t].size();
                name += "+" + chosen.back().name(s.threads[t].size() == 2);
            }
            const bool twice = !tests.empty() && tests.back().name == name;
            if (!twice) tests.push_back({name, d.text(d, s, chosen, name)});
        }
    }
    return tests;
}

}  // namespace ringsim::tests
