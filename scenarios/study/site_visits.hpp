// Which of the sites that somebody asked about were executed: an order at a site to which no thread
// comes has no part in a verdict, and whoever gave one is told so.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::study {

class site_visits {
  public:
    // What an exploration of a scenario executed; several of one scenario count together.
    void add(std::string_view scenario_name, const std::array<bool, site_count>& executed);

    // Of the sites asked about, those to which no thread came in any of the scenarios.
    std::vector<site> never(const std::vector<site>& asked) const;

    // A sentence for each of the sites to which threads came in none, or not in all, of the
    // scenarios. Nothing if nothing was explored.
    std::vector<std::string> remarks(const std::vector<site>& asked) const;

  private:
    struct visit {
        std::string_view scenario_name;
        std::array<bool, site_count> executed;
    };
    std::vector<visit> visits_;
};

// The sites at which a variant changes its table, and to which no thread came.
std::vector<site> not_executed(const worlds::variant& v, const worlds::exploration& e);
std::vector<std::string_view> names_of(const std::vector<site>& sites);

}  // namespace ringsim::scenarios::study
