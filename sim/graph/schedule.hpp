// A schedule: every choice of one execution, as text that outlives a rebuild.
//
//   1 0:kernel.commit.xchg_header 1:consumer.load_header<0 1:kernel.notify.take!
//
// First the version of the format. Then one word for each access, in the order in which they are
// performed: the thread, the site, `<N` if a read does not get the newest write but that of access
// N (0 is the initial value), `>N=V` if it reads V ahead, from access N that comes later (a cycle
// in po | rf), `@N` if a write is placed in coherence not last but right behind that of access N,
// `!` if the thread waits there for ever. `spin` is the site of an idle loop iteration; `choose#W`
// is an internal choice of the program that took its way W.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

inline constexpr unsigned schedule_version = 1;
inline constexpr std::size_t schedule_steps_max = events_max;

struct schedule_step {
    unsigned thread = 0;
    site where = site::count_;  // count_: an idle loop iteration, a choice, a nameless access
    std::optional<unsigned> reads_from;
    std::optional<unsigned> reads_ahead;  // from this later access
    std::uint64_t value = 0;              // of what is read ahead
    std::optional<unsigned> behind;
    std::optional<unsigned> way;  // of a choice
    bool waits = false;

    friend bool operator==(const schedule_step&, const schedule_step&) = default;
};

struct schedule {
    std::vector<schedule_step> steps;
    friend bool operator==(const schedule&, const schedule&) = default;
};

// What is wrong with a text that should be a schedule, as one clause.
struct schedule_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// "consumer.load_header"; "spin" for what has no site.
std::string_view site_or_spin(site s);

std::string to_text(const schedule& s);
// Throws schedule_error.
schedule parse_schedule(std::string_view text);

schedule schedule_of(const recorded_execution& e);

}  // namespace ringsim::sim::graph
