// Stepping through a program, in a build for another machine than x86-64: says so.
#include "page/game.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::page {

std::unique_ptr<game> game_of_program(const std::vector<std::string>&,
                                      const std::vector<std::string>&, std::string_view) {
    throw scenarios::machine_error(
        "step: of a program it is written for x86-64, and this is another machine");
}

}  // namespace ringsim::page
