#include "scenarios/study/tally_of_ends.hpp"

#include "scenarios/study/outcome_text.hpp"
#include "sim/graph/bytes.hpp"

namespace ringsim::scenarios::study {
namespace {

namespace graph = sim::graph;

void put(graph::byte_writer& to, const tally_of_ends::counts& counts) {
    to.put(counts.size());
    for (const auto& [end, executions] : counts) {
        to.put(std::string_view(end.text));
        to.put(end.found);
        to.put(executions);
    }
}

// The inverse of put(), added to what is there.
void add_from(graph::byte_reader& from, tally_of_ends::counts& counts) {
    for (auto n = from.get<std::size_t>(); n > 0; --n) {
        std::string text = from.get_text();
        const auto found = from.get<sim::violation>();
        counts[{std::move(text), found}] += from.get<std::uint64_t>();
    }
}

}  // namespace

void tally_of_ends::begin() {
    ended_.clear();
    cut_short_.clear();
}

void tally_of_ends::execution_ended(const outcome& o, sim::violation found) {
    ++ended_[{outcome_text(of_, o), found}];
}

void tally_of_ends::execution_cut_short(sim::violation found, const std::string& what) {
    ++cut_short_[{what, found}];
}

std::string tally_of_ends::bytes() const {
    graph::byte_writer to;
    put(to, ended_);
    put(to, cut_short_);
    return to.take();
}

void tally_of_ends::add(std::string_view bytes) {
    graph::byte_reader from(bytes);
    add_from(from, ended_);
    add_from(from, cut_short_);
}

}  // namespace ringsim::scenarios::study
