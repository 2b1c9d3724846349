// Where the values come from that a thread works with on a ring: what it states as dependencies.
//
// A position is followed from the load that it began with, header by header, to where an access
// uses it: cons_pos, and the lengths added to it. A position that cannot be followed so has no
// stated origin, which makes a model weaker and never stronger.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "kernel_model/dependency.hpp"
#include "kernel_model/uapi.hpp"
#include "sim/graph/dependencies.hpp"

namespace ringsim::scenarios::worlds {

// A position that moves over records: the loads that it may begin with, and the one of the headers.
struct ring_cursor {
    std::array<site, 2> bases;
    site header;     // site::count_: it moves over none
    bool remembers;  // each load of it is a record of its own, that is come back to
};

inline constexpr std::array<ring_cursor, 6> ring_cursors{{
    {{site::consumer_load_consumer_pos, site::count_}, site::consumer_load_header, false},
    {{site::drain_load_consumer_pos, site::drain_reload_consumer_pos},
     site::drain_load_header,
     false},
    {{site::reserve_load_pending_pos, site::count_}, site::reserve_load_pending_header, false},
    {{site::reserve_load_overwrite_pos, site::count_},
     site::reserve_load_overwritten_header,
     false},
    {{site::reserve_load_producer_pos, site::count_}, site::count_, true},
    {{site::user_producer_load_producer_pos, site::count_}, site::count_, true},
}};

// The cursor that is loaded, or whose header is, at a site.
constexpr std::optional<std::size_t> cursor_of(site s) {
    for (std::size_t i = 0; i < ring_cursors.size(); ++i)
        if (s != site::count_ && (ring_cursors[i].bases[0] == s || ring_cursors[i].bases[1] == s ||
                                  ring_cursors[i].header == s))
            return i;
    return std::nullopt;
}

// The dependencies that an access at each site may have.
inline constexpr std::size_t dependencies_of_site_max = 2;
inline constexpr auto dependencies_to = [] {
    std::array<std::array<dependency, dependencies_of_site_max>, site_count> rows{};
    for (auto& row : rows) row.fill(dependency::count_);
    for (std::size_t i = 0; i < dependency_count; ++i) {
        const site to = dependency_table[i].to;
        if (to == site::count_) continue;
        auto& row = rows[static_cast<std::size_t>(to)];
        const auto free = std::ranges::find(row, dependency::count_);
        if (free == row.end()) throw "a site with more than dependencies_of_site_max dependencies";
        *free = static_cast<dependency>(i);
    }
    return rows;
}();

// Of one thread on one ring.
template <class Position>
class value_origins {
  public:
    using read_set = sim::graph::read_set;

    void clear() {
        last_.fill(0);
        for (followed& f : followed_) f.base_count = f.step_count = 0;
    }

    // The read at `place` of the thread returned this position, or something else.
    void loaded(site s, unsigned place, Position value) {
        loaded(s, place);
        const auto which = cursor_of(s);
        if (!which) return;
        followed& f = followed_[*which];
        if (f.base_count == bases_max || !ring_cursors[*which].remembers) f.base_count = 0;
        f.bases[f.base_count++] = {value, s, place};
        // What is loaded again to be stored anew goes on with the headers that were read.
        if (s != site::drain_reload_consumer_pos) f.step_count = 0;
    }
    void loaded(site s, unsigned place) {
        last_[static_cast<std::size_t>(s)] =
            static_cast<std::uint8_t>(place < sim::graph::read_set::places_max ? place + 1 : 0);
    }
    void loaded_header(site s, unsigned place, Position pos, std::uint32_t header) {
        loaded(s, place);
        const auto which = cursor_of(s);
        if (!which) return;
        followed& f = followed_[*which];
        const step taken{pos, static_cast<Position>(pos + record_size(header)), place};
        for (unsigned i = 0; i < f.step_count; ++i)
            if (f.steps[i].from == pos) {
                f.steps[i] = taken;
                return;
            }
        if (f.step_count < steps_max) f.steps[f.step_count++] = taken;
    }

    // What an access at `to` depends on, which is at this position or stores it. Notes in `stated`
    // which dependencies it has.
    sim::graph::dependencies of(site to, Position pos, const dependency_set& left_out,
                                dependency_set& stated) const {
        sim::graph::dependencies on;
        for (const dependency d : dependencies_to[static_cast<std::size_t>(to)]) {
            if (d == dependency::count_ || left_out.contains(d)) continue;
            const read_set reads = reads_of(d, pos);
            if (reads.any()) stated.add(d);
            (info(d).kind == dependency_kind::address ? on.addr : on.data) |= reads;
        }
        return on;
    }
    // What a branch depends on.
    read_set of_branch(dependency d) const {
        read_set reads;
        for (const site s : info(d).from)
            if (s != site::count_) add_last(reads, s);
        return reads;
    }

  private:
    static constexpr unsigned bases_max = 8;
    static constexpr unsigned steps_max = 16;
    struct base {
        Position value;
        site where;
        unsigned place;
    };
    struct step {
        Position from;
        Position to;
        unsigned place;
    };
    struct followed {
        std::array<base, bases_max> bases;
        std::array<step, steps_max> steps;
        unsigned base_count = 0;
        unsigned step_count = 0;
    };

    void add_last(read_set& reads, site s) const {
        if (const unsigned place = last_[static_cast<std::size_t>(s)]; place != 0)
            reads.add(place - 1);
    }

    read_set reads_of(dependency d, Position pos) const {
        read_set reads;
        for (const site from : info(d).from) {
            if (from == site::count_) continue;
            const auto which = cursor_of(from);
            // The new producer_pos is the one that was loaded last, and a length of the caller's.
            const bool is_end =
                which && ring_cursors[*which].remembers && info(d).kind == dependency_kind::data;
            if (which && !is_end)
                reads |= reads_of(followed_[*which], from, pos);
            else
                add_last(reads, from);
        }
        return reads;
    }
    // Of the reads by which the cursor came to `pos`, those at `from`.
    static read_set reads_of(const followed& f, site from, Position pos) {
        for (unsigned i = f.base_count; i-- > 0;) {
            read_set headers;
            if (!walk(f, f.bases[i].value, pos, headers)) continue;
            if (f.bases[i].where != from && cursor_has_base(from)) return {};
            if (!cursor_has_base(from)) return headers;
            read_set one;
            one.add(f.bases[i].place);
            return one;
        }
        return {};
    }
    static bool cursor_has_base(site s) {
        const auto& c = ring_cursors[*cursor_of(s)];
        return c.bases[0] == s || c.bases[1] == s;
    }
    static bool walk(const followed& f, Position from, Position to, read_set& headers) {
        for (unsigned n = 0; from != to; ++n) {
            const step* next = nullptr;
            for (unsigned i = 0; i < f.step_count; ++i)
                if (f.steps[i].from == from) next = &f.steps[i];
            if (!next || n == steps_max) return false;
            headers.add(next->place);
            from = next->to;
        }
        return true;
    }

    std::array<std::uint8_t, site_count> last_{};  // the place, plus one
    std::array<followed, ring_cursors.size()> followed_{};
};

}  // namespace ringsim::scenarios::worlds
