// Who has a BPF map open, and what the threads of these processes do: read from /proc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ringsim::consumer::live {

struct ring_owner {
    int pid = 0;
    std::string command;           // as /proc/PID/comm has it
    bool asleep_in_epoll = false;  // some thread of it is in epoll_wait(), or one of its kind
};

// The processes other than this one that have a descriptor of the map, by their numbers. Those that
// this process may not look into are not among them. A map that only BPF programs and pins refer to
// has no owner here.
std::vector<ring_owner> owners_of_map(std::uint32_t map_id);

}  // namespace ringsim::consumer::live
