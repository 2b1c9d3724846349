// What the commands take, as data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/program/settings.hpp"

namespace ringsim::scenarios::commands {

struct described_option {
    std::string name;         // "--orders"; empty for operands
    std::string placeholder;  // "TABLE"; empty for a flag
    std::string help;
    std::vector<std::string> values;  // what may stand there, if that is known
    bool is_path = false;             // a file or a directory may stand there
};

struct described_command {
    std::string name;
    std::string summary;
    std::string examples;
    std::vector<described_option> options;
    std::vector<described_option> operands;
};

// Every command, in the order of `ringsim --help`.
std::vector<described_command> describe_commands();
// The options that every command has.
std::vector<described_option> describe_global();

// The names of all sites, and the orders that one may be given at some of them.
std::vector<std::string> site_names();
std::vector<std::string> names_of_orders();

}  // namespace ringsim::scenarios::commands
