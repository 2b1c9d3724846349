#include "scenarios/study/site_use.hpp"

#include <algorithm>

namespace ringsim::scenarios::study {

// A case for each part of the code that a site may belong to: what has to be the case for that code
// to run.
bool takes_part(const scenario& s, const worlds::variant& v, site where) {
    const bool full = wakeup_for(s, v) == worlds::wakeup_path::full;
    const kernel::features& has = release_for(s, v).has;
    switch (info(where).of) {
        case part::consumer:
        case part::ring:
            return true;
        // One consumer's own access, which libbpf does not have.
        case part::of_some_consumers:
            return v.consumer->own_site == where;
        // A fence that is not there is no site.
        case part::stand_in:
        case part::proposed:
            return v.orders[where] != order::none;
        case part::abstract_wakeup:
            return !full;
        case part::overwrite:
            return s.needs.has(need::overwrite);
        case part::user_ring:
            return s.needs.has(need::user_ring);
        case part::drain_end:
            return s.needs.has(need::user_ring) && !has.drain_ends_full;
        case part::full_drain_end:
            return s.needs.has(need::user_ring) && has.drain_ends_full;
        case part::user_lock:
            return s.needs.has(need::user_ring) && v.orders[where] != order::none;
        case part::windows_reserve:
            return s.needs.has(need::reserve_offset);
        case part::flush:
            return s.needs.has(need::flush);
        case part::signal:
            return s.needs.has(need::signal);
        case part::interrupt:
            return s.interrupt != nullptr;
        case part::event:
            return s.needs.has(need::event);
        case part::wakeup:
            return full;
        case part::ready_seqcount:
            return full && has.look == kernel::ready_look::seqcount;
        case part::map:
            return s.needs.has(need::freed_map);
        case part::sync_on_free:
            return s.needs.has(need::freed_map) && has.sync_on_free;
    }
    return false;
}

code_place made_by(site s, const worlds::variant& v) {
    // The table has libbpf's names.
    if (is_of_consumer(s)) return {v.consumer->function, v.consumer->file};
    return {info(s).function, info(s).file};
}

// In the kernel a fence has to be in the same function; the consumer's loop counts as one.
bool can_fence(site fence, site s, const scenario& of, const worlds::variant& v) {
    if (info(fence).kind != access::fence) return false;
    if (!is_of_consumer(fence) || !is_of_consumer(s))
        return made_by(fence, v) == made_by(s, v) &&
               (takes_part(of, v, fence) || stands_in_for_an_order(fence));
    // The variant writes acquire and release as fences somewhere in the loop, so it may do so here.
    const bool writes_orders_so = std::ranges::any_of(site_table, [&](const site_info& row) {
        return stands_in_for_an_order(row.is) && is_of_consumer(row.is) &&
               v.orders[row.is] != order::none;
    });
    return takes_part(of, v, fence) || (stands_in_for_an_order(fence) && writes_orders_so);
}

}  // namespace ringsim::scenarios::study
