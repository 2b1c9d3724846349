// Which sites a scenario can reach at all: those of the ring itself, always; those of overwrite
// mode, of the user ring, of other consumers and of other systems where there are such.
#pragma once

#include "scenarios/exploration.hpp"

namespace ringsim::scenarios {

// A fence that makes an acquire or a release of a relaxed access: another way to write that order.
inline bool stands_in_for_an_order(site s) {
    return info(s).function.find("(generic)") != std::string_view::npos;
}

// A fence that somebody proposed and nobody has.
inline bool is_of_a_proposal(site s) {
    return s == site::commit_write_barrier || s == site::consumer_reload_fence ||
           s == site::consumer_return_fence;
}

// The sites of the ring itself come first in the table.
inline bool is_own_site(site s) {
    return s <= site::poll_load_producer_pos && s != site::consumer_busy_fence &&
           !is_of_a_proposal(s) && !stands_in_for_an_order(s);
}

// Fences that are not there and only stand in for an order take no part either.
inline bool takes_part(const scenario& s, const variant& v, site where) {
    const bool full = wakeup_for(s, v) == wakeup_path::full;
    if (full && (where == site::notify_set || where == site::notify_take)) return false;
    if (is_own_site(where)) return true;
    if (where == site::consumer_busy_fence) return v.reader == consumer::flavour::aya_0_14;
    if (stands_in_for_an_order(where) || is_of_a_proposal(where))
        return v.orders[where] != order::none;
    const auto between = [&](site first, site last) { return where >= first && where <= last; };
    if (where == site::overwrite_reader_recheck_producer_pos)
        return v.reader == consumer::flavour::overwrite;
    if (where == site::overwrite_reader_recheck_overwrite_pos)
        return v.reader == consumer::flavour::overwrite_one;
    if (between(site::reserve_load_overwrite_pos, site::overwrite_reader_recheck_overwrite_pos))
        return s.overwrite;
    if (where == site::drain_clear_busy || where == site::drain_reset_barrier ||
        where == site::drain_reset_busy)
        return s.user_ring &&
               release_for(s, v).has.drain_ends_full == (where != site::drain_clear_busy);
    if (between(site::drain_set_busy, site::user_producer_xchg_header)) return s.user_ring;
    if (where == site::user_producer_lock || where == site::user_producer_unlock)
        return v.orders[where] != order::none;
    if (between(site::windows_load_consumer_offset, site::windows_store_producer_offset))
        return s.reserve_offset;
    if (between(site::flush_write, site::flush_read)) return s.flush;
    if (where == site::signal_set || where == site::signal_look) return s.signal;
    if (where == site::interrupt_line) return s.interrupt != nullptr;
    if (between(site::eventpoll_seq_begin, site::eventpoll_seq_write_fence))
        return full && release_for(s, v).has.look == kernel::ready_look::seqcount;
    if (where == site::irq_work_is_busy) return s.freed && release_for(s, v).has.sync_on_free;
    if (where == site::map_use || where == site::map_free) return s.freed;
    if (where >= site::irq_work_claim) return full;
    return s.event;
}

}  // namespace ringsim::scenarios
