// What was measured, and a reason for it: a test weakens each of these and expects that no scenario
// notices, under just these models.
#include "scenarios/study/idle_orders.hpp"

namespace ringsim::scenarios::study {
namespace {

// Models of machines that order less than x86.
constexpr std::uint16_t under_machines = under_arm | under_riscv | under_power;
constexpr std::string_view only_writer = "this thread is the only writer of the word";
constexpr std::uint16_t under_counts = under_rc11 | under_machines;
constexpr std::string_view counted_once = "exchanges read the newest count: no flush is lost";
constexpr std::string_view only_a_hint = "it says that it is time to stop; nothing is read by it";
constexpr std::string_view branch_of_full_check =
    "the branch of the full check keeps the stores behind this load";

// In the order of the sites.
constexpr idle_order rows[] = {
    {site::consumer_load_consumer_pos, order::relaxed, under_relaxed, only_writer},
    {site::consumer_recheck_fence, order::acq_rel, under_arm,
     "any fence but an acquire one is DMB ISH on Arm, a full barrier"},
    {site::reserve_load_consumer_pos, order::relaxed, under_machines, branch_of_full_check},
    {site::commit_load_consumer_pos, order::relaxed, under_relaxed,
     "it stands behind a full barrier, and nothing is read by it"},
    {site::commit_xchg_header, order::seq_cst, under_arm | under_riscv,
     "the load behind it is an acquire: LDAR waits for a release in front; a RISC-V AMO with aq "
     "and "
     "rl is one event"},
    {site::commit_xchg_header, order::store_release, under_arm,
     "the load behind it is LDAR, which waits for the release in front"},
    {site::notify_set, order::acquire, under_machines,
     "what it tells of is behind a barrier already: xchg() in commit, the release of the busy flag "
     "in the drain"},
    {site::notify_set, order::release, under_relaxed, "who wakes reads nothing of who sleeps"},
    {site::notify_take, order::acquire, under_relaxed, "who sleeps tells nothing by it"},
    {site::notify_take, order::release, under_armv8,
     "the looks behind it are LDAR, which wait for its write"},
    {site::epoll_lock_barrier, order::acq_rel, under_relaxed,
     "of an edge trigger only a producer of a user ring comes here, which every drain wakes"},
    {site::poll_load_consumer_pos, order::relaxed, under_relaxed,
     "who moves the position wakes whoever saw the old one"},
    {site::program_store_shared_payload, order::plain, under_machines,
     "a machine stores a word at once, plain or not; the difference is the compiler's"},
    {site::poll_load_overwrite_pos, order::relaxed, under_relaxed,
     "an old position is a smaller one: epoll tells of a record too many, never of one too few"},
    {site::drain_set_busy, order::seq_cst, under_relaxed,
     "a flag that is handed over needs its acquire, and keeps it"},
    {site::drain_load_producer_pos, order::relaxed, under_riscv | under_power,
     "the barrier behind the load of consumer_pos keeps this load in front, too"},
    {site::drain_load_consumer_pos, order::relaxed, under_relaxed,
     "whoever holds the busy flag is its only writer"},
    {site::user_producer_load_consumer_pos, order::relaxed, under_machines, branch_of_full_check},
    {site::user_producer_load_producer_pos, order::relaxed, under_relaxed, only_writer},
    {site::user_producer_xchg_header, order::release, under_relaxed,
     "the producer reads nothing of the drain behind its commit"},
    {site::user_producer_xchg_header, order::store_release, under_relaxed,
     "the producer reads nothing of the drain behind its commit"},
    {site::event_state, order::seq_cst, under_relaxed,
     "an event that was set is left set: what it tells of needs a release and an acquire"},
    {site::event_reset, order::seq_cst, under_relaxed,
     "a set that is swallowed is read by the exchange: an acquire is enough"},
    {site::event_reset, order::store_release, under_armv8,
     "the looks behind it are LDAR, which wait for its write"},
    {site::windows_load_reserve_offset, order::relaxed, under_relaxed,
     "an old offset fails in the compare-exchange, which looks again"},
    {site::windows_cas_reserve_offset, order::seq_cst, under_rc11 | under_machines,
     "it takes each offset once; what is published stands behind producer_offset"},
    {site::windows_load_producer_offset, order::relaxed, under_machines | under_lkmm,
     "the store behind it is a release, which hands on what was read"},
    {site::flush_write, order::seq_cst, under_counts, counted_once},
    {site::flush_read, order::seq_cst, under_counts, counted_once},
    {site::flush_poll, order::relaxed, under_relaxed,
     "it tells that a flush waits; the exchange behind it takes the flush"},
    {site::signal_set, order::relaxed, under_relaxed, only_a_hint},
    {site::signal_look, order::relaxed, under_relaxed, only_a_hint},
};

}  // namespace

std::span<const idle_order> idle_orders() {
    return rows;
}

std::string_view why_idle(site where, order weakened_to, model_bits model) {
    for (const idle_order& row : rows)
        if (row.where == where && row.weakened_to == weakened_to && (row.under & model))
            return row.why;
    if (model == under_sc) return "sc keeps program order";
    if (model == under_tso) return "x86-64 delays a store past a later load, and nothing else";
    return {};
}

}  // namespace ringsim::scenarios::study
