// Where reads may be promised writes, as bytes: for another process of this program, or a file of
// this build.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/graph/bytes.hpp"
#include "sim/graph/part.hpp"

namespace ringsim::sim::graph {

// By their ways through the search, and not as events: the other process has no such graph, and
// makes it by going there. In the order of get_points().
inline void put(byte_writer& to, std::span<const promise_point> points) {
    to.put(static_cast<std::uint64_t>(points.size()));
    for (const promise_point& p : points) {
        to.put_all(p.ways);
        to.put(p.write);
        to.put(p.reader);
        to.put(p.name);
    }
}

// The inverse of put(). Throws std::length_error for bytes that are none.
inline std::vector<promise_point> get_points(byte_reader& from) {
    std::vector<promise_point> points;
    for (auto n = from.get<std::uint64_t>(); n > 0; --n) {
        promise_point& p = points.emplace_back();
        p.ways = from.get_all<std::uint32_t>();
        p.write = from.get<promise_point::place>();
        p.reader = from.get<promise_point::place>();
        p.name = from.get<fingerprint>();
    }
    return points;
}

}  // namespace ringsim::sim::graph
