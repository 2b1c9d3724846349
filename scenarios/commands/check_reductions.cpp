#include "scenarios/commands/check_reductions.hpp"

#include <fmt/format.h>

#include <sstream>

#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {

void apply_reductions(const std::string& text, sim::check::check_limits& limits) {
    const struct {
        std::string_view name;
        bool& on;
    } all[] = {{"barriers", limits.barriers_at_once},
               {"locks", limits.locks_in_queue},
               {"retries", limits.retries_wait},
               {"symmetry", limits.symmetry}};
    for (const auto& one : all) one.on = text == "all";
    if (text == "all" || text == "none") return;
    std::istringstream words(text + ",");
    for (std::string word; std::getline(words, word, ',');) {
        bool known = false;
        for (const auto& one : all)
            if (one.name == word) known = one.on = true;
        if (!known)
            throw user_error(
                fmt::format("--reduce: '{}' is none of all, none, barriers, locks, "
                            "retries, symmetry",
                            word));
    }
}

}  // namespace ringsim::scenarios::commands
