#include "scenarios/commands/command.hpp"
#include "scenarios/commands/live_prediction.hpp"

int main(int argc, char** argv) {
    ringsim::scenarios::predict_live = ringsim::scenarios::predict_by_exploring;
    return ringsim::scenarios::run_command_line(argc, argv);
}
