#include "sim/check/helping.hpp"

#include "sim/check/endless.hpp"
#include "sim/check/found_out.hpp"
#include "sim/check/reduction_mutant.hpp"
#include "sim/graph/bytes.hpp"

namespace ringsim::sim::check {

// What was known when the process began is known to all. A fork has no timers.
void helping::in_another_process() {
    known_then_ = known_so_far;
    begin_endless_timer();
}

// What is found out is only ever added, so its amount says whether there is more.
bool helping::has_news() const {
    return known_so_far != known_then_ && !reduction_mutated("no_news");
}

std::uint64_t helping::known() const {
    return known_so_far;
}

std::string helping::bytes() const {
    graph::byte_writer to;
    to.put(counted_);
    return to.take();
}

// The executions of two parts of the search are different ones: their counts add up.
std::string helping::both(const std::string& first, const std::string& second) const {
    std::uint64_t sum = 0;
    for (const std::string* one : {&first, &second})
        if (!one->empty()) sum += graph::byte_reader(*one).get<std::uint64_t>();
    graph::byte_writer to;
    to.put(sum);
    return to.take();
}

void helping::add(std::string_view bytes) {
    waits_in_time_ += graph::byte_reader(bytes).get<std::uint64_t>();
}

}  // namespace ringsim::sim::check
