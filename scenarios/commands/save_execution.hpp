// The execution that `check`, `kernel` and `upstream` show, as a file for `ringsim show` or as text
// for another viewer. Defined in page/, which stands above.
#pragma once

#include <string>

#include "scenarios/commands/execution_views.hpp"
#include "scenarios/render/told_execution.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::scenarios::commands {

// Throws user_error if the file of --save is there and may not be overwritten.
void refuse_saving_over(const std::string& file, bool force);

// Writes the execution, with what each read could have read under the model, which `program` is
// asked for. Throws output_error.
void save_execution(const std::string& file, const render::told_execution& told,
                    const sim::graph::recorded_execution& e, sim::graph::model_id m,
                    sim::check::runtime& program);

// The execution as another viewer takes it. Throws user_error if it has no such form.
std::string view_of(execution_view asked, const render::told_execution& told,
                    const sim::graph::recorded_execution& e, const sim::check::runtime& program);

}  // namespace ringsim::scenarios::commands
