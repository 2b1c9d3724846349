// How many processes share a search, and which searches: what the command line says.
#include <sched.h>

#include <algorithm>

#include "sim/graph/jobs.hpp"

namespace ringsim::sim::graph {
namespace {

// Set once by the command line, before anything is explored.
unsigned jobs_wanted = 0;
std::chrono::milliseconds alone_for = alone_at_first;

unsigned cores() {
    cpu_set_t mine;
    if (sched_getaffinity(0, sizeof mine, &mine) != 0) return 1;
    return static_cast<unsigned>(std::max(1, CPU_COUNT(&mine)));
}

}  // namespace

// As many as were asked for, or one for each core that this process may run on.
unsigned jobs() {
    return jobs_wanted != 0 ? jobs_wanted : cores();
}

void set_jobs(unsigned how_many) {
    jobs_wanted = how_many;
}
void set_alone_at_first(std::chrono::milliseconds how_long) {
    alone_for = how_long;
}

std::chrono::milliseconds alone_now() {
    return alone_for;
}

}  // namespace ringsim::sim::graph
