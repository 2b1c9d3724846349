// Kernel versions as data: what each of them does differently from its neighbours, and nothing
// else. The protocol code asks for a feature, never for a version.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ringsim::kernel {

// How __bpf_ringbuf_reserve() walks pending_pos over committed records.
enum class pending_walk : std::uint8_t {
    none,       // there is no pending_pos
    less_than,  // while (pend_pos < prod_pos): stops for good once one of the two has wrapped
    distance,   // while (prod_pos - pend_pos > 0)
};

// What reserve takes. They differ in what happens to a caller that interrupted the owner.
enum class lock_kind : std::uint8_t {
    spinlock,      // spin_lock_irqsave(); spin_trylock_irqsave() in an NMI
    raw_spinlock,  // the same, and it does not sleep on PREEMPT_RT
    rqspinlock,    // raw_res_spin_lock_irqsave(): fails on a deadlock, whatever the context
};

// ringbuf_avail_data_sz() in overwrite mode.
enum class overwrite_avail : std::uint8_t {
    from_later,  // prod_pos - max(cons_pos, over_pos)
    smaller,     // min(prod_pos - cons_pos, prod_pos - over_pos)
};

// ep_events_available() before epoll_wait() sleeps, and instead of it with a timeout of 0.
enum class ready_look : std::uint8_t {
    locked,    // a timeout of 0 looks under ep->lock
    lockless,  // two words, one after the other: a scan in between hides what is ready
    seqcount,  // two words, and whether a scan began or ended meanwhile
};

struct features {
    bool length_check = true;  // a record longer than the ring is refused
    pending_walk pending = pending_walk::less_than;
    lock_kind lock = lock_kind::raw_spinlock;
    bool user_ring = true;         // BPF_MAP_TYPE_USER_RINGBUF
    bool drain_ends_full = false;  // its busy flag is cleared behind a full barrier
    bool overwrite = false;        // BPF_F_RB_OVERWRITE
    overwrite_avail avail = overwrite_avail::from_later;
    // fs/eventpoll.c: how it looks, and whether a waiter that timed out harvests a wakeup that came
    // too late for it.
    ready_look look = ready_look::lockless;
    bool late_wakeup_counts = true;
    bool sync_on_free = false;  // bpf_ringbuf_free() waits for the irq_work
    bool held_first = false;    // rqspinlock: the table of held locks knows it before it is taken

    friend constexpr bool operator==(const features&, const features&) = default;
};

struct version {
    std::string_view name;
    features has;
    std::string_view differs;  // from the one before
};

inline constexpr auto versions = std::to_array<version>({
    {"5.8",
     {.length_check = false,
      .pending = pending_walk::none,
      .lock = lock_kind::spinlock,
      .user_ring = false,
      .look = ready_look::locked,
      .late_wakeup_counts = false},
     "the first ring buffer"},
    {"5.13",
     {.pending = pending_walk::none, .lock = lock_kind::spinlock, .user_ring = false},
     "refuses a record longer than the ring (CVE-2021-3489); epoll_wait() harvests a wakeup that "
     "came too late (5.11), and looks without its lock if its timeout is 0 (5.11)"},
    {"6.1",
     {.lock = lock_kind::spinlock, .drain_ends_full = true},
     "pending_pos (CVE-2024-41009; stable 6.1.97); the user ring buffer"},
    {"6.10",
     {.lock = lock_kind::spinlock},
     "the user ring's busy flag is cleared by a release store"},
    {"6.12", {}, "a raw spinlock"},
    {"6.15", {.lock = lock_kind::rqspinlock}, "rqspinlock, which fails instead of deadlocking"},
    {"6.19",
     {.lock = lock_kind::rqspinlock, .overwrite = true, .sync_on_free = true, .held_first = true},
     "overwrite mode; a map is freed behind its irq_work (6.18); rqspinlock notices its own CPU at "
     "once"},
    {"7.2",
     {.pending = pending_walk::distance,
      .lock = lock_kind::rqspinlock,
      .overwrite = true,
      .look = ready_look::seqcount,
      .sync_on_free = true,
      .held_first = true},
     "pending_pos survives the wrap of 32-bit positions (stable 6.1.188, 6.12.110); epoll_wait() "
     "sees what is ready during a scan (stable 6.12.97)"},
    {"7.3",
     {.pending = pending_walk::distance,
      .lock = lock_kind::rqspinlock,
      .overwrite = true,
      .avail = overwrite_avail::smaller,
      .look = ready_look::seqcount,
      .sync_on_free = true,
      .held_first = true},
     "so do the available bytes of overwrite mode"},
});

constexpr const version* find_version(std::string_view name) {
    for (const version& v : versions)
        if (v.name == name) return &v;
    return nullptr;
}

// The version that the order table and the comments describe.
inline constexpr const version& described_version = *find_version("6.12");

}  // namespace ringsim::kernel
