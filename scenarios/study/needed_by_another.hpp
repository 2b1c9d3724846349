// Who needs an order, where the scenarios that somebody chose do not.
#pragma once

#include <string>
#include <vector>

#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::study {

// The first scenario besides `chosen` that holds with the orders of `base` under the model, and is
// violated if `where` has the weaker order: every execution of each is visited. Those of the full
// wakeup are not asked. Nothing if there is none, or if the search was interrupted.
const scenario* needed_by_another(const std::vector<const scenario*>& chosen,
                                  const worlds::variant& base, site where, order weaker,
                                  sim::graph::model_id m);

// Why the chosen scenarios were not seen to need an order, as one clause: a reason that is stated
// for the model, or the scenario that does need it. That may be one of the chosen, if they were
// searched and not visited whole.
std::string why_not_needed(const std::vector<const scenario*>& chosen, const worlds::variant& base,
                           site where, order weaker, sim::graph::model_id m);

}  // namespace ringsim::scenarios::study
