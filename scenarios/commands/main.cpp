#include "scenarios/commands/command.hpp"

int main(int argc, char** argv) {
    return ringsim::scenarios::run_command_line(argc, argv);
}
