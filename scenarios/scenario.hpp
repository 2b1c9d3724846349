// A scenario: threads over a ring, a property, and what is expected of it.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "scenarios/world.hpp"
#include "sim/graph/model.hpp"

namespace ringsim::scenarios {

struct thread_body {
    std::string_view name;
    void (*run)(world&);
};

// Something that must be reached by at least one execution; otherwise the scenario is vacuous.
struct sometimes_condition {
    std::string_view name;
    bool (*holds)(const outcome&);
};

// Models under which a variant is violated.
enum model_bits : std::uint16_t {
    under_none = 0,
    under_sc = bit(sim::graph::model_id::sc),
    under_tso = bit(sim::graph::model_id::x86_tso),
    under_rc11 = bit(sim::graph::model_id::rc11),
    // Acquire loads are LDAR: with STLR before them, in order; and C++'s are LDAPR.
    under_armv8 = bit(sim::graph::model_id::armv8),
    under_armv8_rcpc = bit(sim::graph::model_id::armv8_rcpc),
    under_riscv = bit(sim::graph::model_id::riscv),
    under_power = bit(sim::graph::model_id::power),
    under_lkmm = bit(sim::graph::model_id::lkmm),
    under_arm = under_armv8 | under_armv8_rcpc,
    under_languages = under_rc11 | under_lkmm,  // models that know data races
    // All but sc; and all but sc and tso: where program order alone holds nothing.
    under_relaxed = under_rc11 | under_arm | under_riscv | under_power | under_lkmm,
    under_weak = under_tso | under_relaxed,
    under_all = under_sc | under_weak,
    // Store buffering, by what would prevent it on some of them: release store and acquire load
    // (STLR and LDAR on Arm); a seq_cst store alone (x86's xchg); DMB ISH for any fence.
    under_weak_but_ldar = under_weak & ~under_armv8,
    under_weak_but_arm = under_weak & ~under_arm,
    under_late_acquire = under_rc11 | under_armv8_rcpc | under_riscv | under_power,
};

// The verdict that a variant must get: `kind` under the models of `under`, safe under the others.
struct expectation {
    std::string_view orders;  // a named table, then SITE=ORDER changes, separated by blanks
    trigger how = trigger::edge;
    std::uint16_t under = under_none;
    sim::violation kind = sim::violation::none;
    // Under models that know data races, if it is found there as the race that comes first.
    sim::violation kind_of_languages = sim::violation::none;
};

// One of the stated variants, by what its expectation says.
struct stated_variant {
    std::string_view orders;  // as in `expectation`; empty: there is none
    trigger how = trigger::edge;
    std::string_view scenario_name = {};  // if it belongs to another scenario
};

// What became of a bug, where it was found.
enum class upstream : std::uint8_t {
    open,       // nothing changed, or nobody was told
    fixed,      // by the change that the exhibit names
    by_design,  // documented, or what the rules of the protocol amount to
    rejected,   // a change was proposed and not taken
    closed,     // a change was proposed, and closed without a word on why
    never,      // it is no bug: nothing happens
};

// Who said so. A reading of the source counts as a guess until the tool has looked at it.
enum class evidence : std::uint8_t {
    report,    // somebody saw it
    verified,  // read out of the source, and seen here
    refuted,   // read out of the source, and not so
};

// A row of the bug museum: a known bug of the ring or of one of its users, shown by two variants of
// the scenario that owns the row.
struct exhibit {
    std::string_view id;       // A1, B3, ...
    std::string_view symptom;  // a few words
    stated_variant broken;     // the code that is in question, if it is no bug
    stated_variant repaired;   // the same threads on repaired code, or none
    // Something else that shows what it takes: the same code without what harms it, say.
    stated_variant beside = {};
    // The model that tells most about the row, if it is none of sc, x86-tso and rc11: that of the
    // machine or the language that the row is about.
    model_bits seen_on = under_none;
    upstream status = upstream::open;
    std::string_view history;   // who, when, what became of it; one sentence
    std::string_view citation;  // mail, pull request, commit, CVE
    evidence by = evidence::report;
};

enum class wait_kind : std::uint8_t { never, in_epoll, in_full };

struct finding {
    sim::violation kind;
    std::string_view what;
};

// What a scenario has beside a ring, a program that fills it and a user who empties it.
enum class need : std::uint8_t {
    oneshot,       // items are reported once, with EPOLLONESHOT
    freed_map,     // the map is freed in the end
    hostile_user,  // userspace writes what it likes: what it loses is its own affair
    overwrite,     // the map was made with BPF_F_RB_OVERWRITE
    user_ring,     // it is a BPF_MAP_TYPE_USER_RINGBUF
    nmi,           // the interrupt is an NMI
    nmi_at_lock,   // it comes just behind the lock, before anything else says that the CPU holds it
    event,         // the consumer waits for an event, as on Windows
    // The interrupt is another program, which comes while bpf_ringbuf_output() copies and nowhere
    // else: there preemption is on.
    preempted_copy,
    reserve_offset,  // producers reserve as on Windows
    flush,           // the epoll set has an event file beside the ring
    signal,          // one thread tells another something by a word of their own
};

class need_set {
  public:
    constexpr need_set() = default;
    constexpr need_set(std::initializer_list<need> needs) {
        for (const need n : needs) bits_ |= bit(n);
    }
    constexpr bool has(need n) const { return (bits_ & bit(n)) != 0; }

  private:
    static constexpr unsigned bit(need n) { return 1u << static_cast<unsigned>(n); }
    unsigned bits_ = 0;
};

struct scenario {
    std::string_view name;
    std::string_view claim;   // what never happens, as one clause
    std::string_view shape;   // litmus shape: SB, MP, ...
    std::string_view source;  // where it was reported, or which rule of the protocol it is
    std::uint32_t ring_bytes = 64;
    unsigned rings = 1;  // of this size, all in one epoll set; rings_max at most
    // How the threads wait in epoll_wait(), if any of them does. `in_full`: for something that the
    // abstract edge does not have, so that the scenario always has the whole path.
    wait_kind waits = wait_kind::never;
    need_set needs{};
    std::uint64_t start = 0;  // the positions of the empty ring; narrow ones wrap soon behind it
    void (*setup)(world&) = nullptr;
    std::vector<thread_body> threads{};
    // What an interrupt does on the CPU of the first thread, once, between two accesses of
    // __bpf_ringbuf_reserve() there; it comes after some thread raised it.
    void (*interrupt)(world&) = nullptr;
    // A property of its own, beside those of scenarios/property.hpp that hold for every scenario.
    std::optional<finding> (*always)(const outcome&) = nullptr;
    std::vector<sometimes_condition> sometimes{};
    std::vector<expectation> expect{};
    std::vector<exhibit> museum{};
};

// All scenarios, in the order in which they are best read.
std::span<const scenario* const> all_scenarios();
const scenario* find_scenario(std::string_view name);

}  // namespace ringsim::scenarios
