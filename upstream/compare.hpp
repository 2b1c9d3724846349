// What a change of the files allows that was not allowed before, and the reverse.
#pragma once

#include "upstream/report.hpp"

namespace ringsim::upstream_code {

struct difference {
    sim::graph::model_id model;
    result before;
    result after;
    std::vector<std::string> fresh;  // ends that only the code after the change has
    std::vector<std::string> gone;   // and only that before it

    bool is_worse() const;  // something new violates, or is there at all
};

difference compare(sim::graph::model_id m, result before, result after);
void print(scenarios::render::text_page& page, const scenarios::scenario& s,
           const std::vector<difference>& all, const sources& after, bool with_steps);
nlohmann::ordered_json to_json(const scenarios::scenario& s, const difference& d);

}  // namespace ringsim::upstream_code
