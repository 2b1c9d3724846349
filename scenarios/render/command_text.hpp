// Commands for the user to go on with, which run what was run and nothing else.
#pragma once

#include <string>

#include "scenarios/program/settings.hpp"
#include "scenarios/study/finding.hpp"

namespace ringsim::scenarios::render {

// As one word for a shell: in quotes only if it needs them.
std::string shell_word(std::string_view text);

// The options that choose this variant and this search: --orders, --trigger, --engine, and what is
// not as usual; without the numbers that end a search.
std::string options_text(const worlds::variant& v, const study::search& how);

// "ringsim replay lost-wakeup:2c41aa", with --out where findings are not saved as usual.
std::string command_to_replay(const study::saved_finding& f, const settings& global);

}  // namespace ringsim::scenarios::render
