// How many executions of a scenario end in which way.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::study {

// How an execution ends: what everybody did, and what is wrong with it. Two that look alike are two
// ends if only one of them is a violation.
struct execution_end {
    std::string text;  // as outcome_text() tells it; of one that was cut short, what did that
    sim::violation found = sim::violation::none;

    friend auto operator<=>(const execution_end&, const execution_end&) = default;
};

// Counts what a search visits, in however many processes. Outlives the search that it listens to.
class tally_of_ends final : public worlds::end_listener {
  public:
    using counts = std::map<execution_end, std::uint64_t>;

    explicit tally_of_ends(const scenario& s) : of_(s) {}

    // Those whose end was judged.
    const counts& ended() const { return ended_; }
    // Those whose end says nothing: a violation cut them short, or they have a data race.
    const counts& cut_short() const { return cut_short_; }

    void begin() override;
    void execution_ended(const outcome& o, sim::violation found) override;
    void execution_cut_short(sim::violation found, const std::string& what) override;
    std::string bytes() const override;
    void add(std::string_view bytes) override;

  private:
    const scenario& of_;
    counts ended_;
    counts cut_short_;
};

}  // namespace ringsim::scenarios::study
