// Where a game is, as JSON: what `POST /api/v1/step` answers (docs/serve.md), and each line of
// `ringsim step --json`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "page/game.hpp"

namespace ringsim::page {

// The turns of a request. Throws user_error.
std::vector<turn> turns_of(const nlohmann::ordered_json& request);
// Makes them, and tells what can be chosen then; with `hint` in the request a hint too.
nlohmann::ordered_json position_of(game& g, const nlohmann::ordered_json& request);

// A line of `ringsim step --json`: a request, and its answer without a line end.
std::string answer_to_line(game& g, const std::string& line);
std::string error_line(const std::string& what);

}  // namespace ringsim::page
