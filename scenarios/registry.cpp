#include "scenarios/registry.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace ringsim::scenarios {

extern const scenario lost_wakeup;
extern const scenario lost_wakeup_prod;
extern const scenario lost_wakeup_late;
extern const scenario bounded_drain;
extern const scenario bounded_drain_busy;
extern const scenario callback_stops;
extern const scenario publish;
extern const scenario reuse;
extern const scenario wrap;
extern const scenario discard;
extern const scenario full;
extern const scenario two_producers;
extern const scenario no_wakeup;
extern const scenario force_wakeup;
extern const scenario pending_head;
extern const scenario pending_walk;
extern const scenario two_readers;
extern const scenario hostile_long;
extern const scenario hostile_overlay;
extern const scenario hostile_moving;
extern const scenario user_ring_hostile;
extern const scenario wrapped_pending;
extern const scenario wrapped_consumer;
extern const scenario silent_head;
extern const scenario loud_head;
extern const scenario threshold_tail;
extern const scenario threshold_forced;
extern const scenario consume_one;
extern const scenario consume_all;
extern const scenario consume_none;
extern const scenario consume_first;
extern const scenario reopened;
extern const scenario batch;
extern const scenario uncommitted;
extern const scenario uncommitted_poll;
extern const scenario stuck_discard;
extern const scenario user_ring;
extern const scenario user_ring_full;
extern const scenario user_ring_skips;
extern const scenario user_ring_silent;
extern const scenario user_ring_forced;
extern const scenario user_ring_two_drains;
extern const scenario user_ring_handover;
extern const scenario user_ring_stops;
extern const scenario user_ring_two_producers;
extern const scenario user_ring_skipped;
extern const scenario user_ring_wedged;
extern const scenario user_ring_room;
extern const scenario user_ring_wrap;
extern const scenario overwrite_reader;
extern const scenario overwrite_two_cpus;
extern const scenario overwrite_empty;
extern const scenario overwrite_wakeup;
extern const scenario overwrite_libbpf;
extern const scenario overwrite_avail;
extern const scenario overwrite_long;
extern const scenario nested_producer;
extern const scenario nmi_producer;
extern const scenario windows_event;
extern const scenario windows_event_late;
extern const scenario windows_reserve;
extern const scenario windows_one_offset;
extern const scenario nmi_contended;
extern const scenario nmi_at_lock;
extern const scenario coalesced;
extern const scenario late_wakeup;
extern const scenario false_negative;
extern const scenario two_rings;
extern const scenario deadline;
extern const scenario oneshot;
extern const scenario oneshot_forgotten;
extern const scenario freed_map;
extern const scenario merged_rings;
extern const scenario merged_rings_race;
extern const scenario flush_with_data;
extern const scenario staged_shared;
extern const scenario staged_apart;
extern const scenario polled_by_time;
extern const scenario consumed_by_time;
extern const scenario stopped_queue;
extern const scenario emptied_queue;
extern const scenario drain_until_empty;
extern const scenario batch_limit;
extern const scenario late_timer;
extern const scenario timely_timer;
extern const scenario full_silent;
extern const scenario full_counted;

namespace {
const scenario* const scenarios[] = {&lost_wakeup,
                                     &lost_wakeup_prod,
                                     &lost_wakeup_late,
                                     &bounded_drain,
                                     &bounded_drain_busy,
                                     &callback_stops,
                                     &publish,
                                     &reuse,
                                     &wrap,
                                     &discard,
                                     &full,
                                     &two_producers,
                                     &no_wakeup,
                                     &force_wakeup,
                                     &pending_head,
                                     &pending_walk,
                                     &two_readers,
                                     &hostile_long,
                                     &hostile_overlay,
                                     &hostile_moving,
                                     &user_ring_hostile,
                                     &wrapped_pending,
                                     &wrapped_consumer,
                                     &silent_head,
                                     &loud_head,
                                     &threshold_tail,
                                     &threshold_forced,
                                     &consume_one,
                                     &consume_all,
                                     &consume_none,
                                     &consume_first,
                                     &reopened,
                                     &batch,
                                     &uncommitted,
                                     &uncommitted_poll,
                                     &stuck_discard,
                                     &user_ring,
                                     &user_ring_full,
                                     &user_ring_skips,
                                     &user_ring_silent,
                                     &user_ring_forced,
                                     &user_ring_two_drains,
                                     &user_ring_handover,
                                     &user_ring_stops,
                                     &user_ring_two_producers,
                                     &user_ring_skipped,
                                     &user_ring_wedged,
                                     &user_ring_room,
                                     &user_ring_wrap,
                                     &overwrite_reader,
                                     &overwrite_two_cpus,
                                     &overwrite_empty,
                                     &overwrite_wakeup,
                                     &overwrite_libbpf,
                                     &overwrite_avail,
                                     &overwrite_long,
                                     &nested_producer,
                                     &nmi_producer,
                                     &nmi_contended,
                                     &nmi_at_lock,
                                     &windows_event,
                                     &windows_event_late,
                                     &windows_reserve,
                                     &windows_one_offset,
                                     &coalesced,
                                     &late_wakeup,
                                     &false_negative,
                                     &two_rings,
                                     &deadline,
                                     &oneshot,
                                     &oneshot_forgotten,
                                     &freed_map,
                                     &merged_rings,
                                     &merged_rings_race,
                                     &flush_with_data,
                                     &staged_shared,
                                     &staged_apart,
                                     &polled_by_time,
                                     &consumed_by_time,
                                     &stopped_queue,
                                     &emptied_queue,
                                     &drain_until_empty,
                                     &batch_limit,
                                     &late_timer,
                                     &timely_timer,
                                     &full_silent,
                                     &full_counted};

// Those of ringsim, and what a program has added.
std::vector<const scenario*>& known() {
    static std::vector<const scenario*> all(std::begin(scenarios), std::end(scenarios));
    return all;
}

}  // namespace

std::span<const scenario* const> all_scenarios() {
    return known();
}

const scenario* find_scenario(std::string_view name) {
    for (const scenario* s : known())
        if (s->name == name) return s;
    return nullptr;
}

void add_scenario(const scenario& s) {
    if (find_scenario(s.name))
        throw std::invalid_argument("there is a scenario " + std::string(s.name) + " already");
    known().push_back(&s);
}

}  // namespace ringsim::scenarios
