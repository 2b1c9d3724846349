// A finding of a scenario as an execution to look at.
#pragma once

#include "page/execution.hpp"
#include "scenarios/study/finding.hpp"
#include "scenarios/study/fixes.hpp"

namespace ringsim::page {

// `fixes`: changes that were tried; none if nobody tried any.
execution execution_of(const scenarios::study::saved_finding& f, const std::string& command,
                       const std::vector<scenarios::study::tried_fix>& fixes = {});

}  // namespace ringsim::page
