#include "scenarios/worlds/exploration.hpp"

#include <algorithm>

namespace ringsim::scenarios::worlds {

std::atomic<bool> interrupted{false};

namespace {

bool suffices(const scenario& s, const kernel::version& release) {
    return (!s.needs.has(need::overwrite) || release.has.overwrite) &&
           (!s.needs.has(need::user_ring) || release.has.user_ring);
}

// What to ask for where a version lacks a feature that later ones have.
std::string release_with(bool kernel::features::*feature) {
    const auto first = std::ranges::find_if(
        kernel::versions, [&](const kernel::version& v) { return v.has.*feature; });
    return "kernel=" + std::string(first->name) + " or later";
}

}  // namespace

const kernel::version& release_for(const scenario& s, const variant& v) {
    if (!v.release_given)
        for (const kernel::version& newer : kernel::versions)
            if (&newer >= v.release && suffices(s, newer)) return newer;
    return *v.release;
}

wakeup_path wakeup_for(const scenario& s, const variant& v) {
    return s.waits == wait_kind::in_full ? wakeup_path::full : v.wakeup;
}

std::string why_not(const scenario& s, const variant& v) {
    if (v.wakeup == wakeup_path::full && s.waits == wait_kind::never)
        return "needs no wakeup=full: none of its threads waits in epoll_wait()";
    if (v.wakeup_given && v.wakeup == wakeup_path::abstract && s.waits == wait_kind::in_full)
        return "needs wakeup=full: it is about a part of the way that the abstract wakeup leaves "
               "out";
    if (s.ring_bytes > (std::uint64_t{1} << (v.width - 1)))
        return "needs positions wider than " + std::to_string(v.width) + " bits for its ring of " +
               std::to_string(s.ring_bytes) + " bytes";
    if (s.needs.has(need::overwrite) && !release_for(s, v).has.overwrite)
        return "needs overwrite mode, which Linux " + std::string(v.release->name) +
               " does not have: " + release_with(&kernel::features::overwrite);
    if (!s.needs.has(need::overwrite) && v.consumer->reads_overwritten)
        return "needs another consumer: " + std::string(v.consumer->name) +
               " reads rings in overwrite mode";
    if (s.needs.has(need::user_ring) && !release_for(s, v).has.user_ring)
        return "needs the user ring buffer, which Linux " + std::string(v.release->name) +
               " does not have: " + release_with(&kernel::features::user_ring);
    return {};
}

}  // namespace ringsim::scenarios::worlds
