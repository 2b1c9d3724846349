// verify --engine states with --checkpoint and --resume: the file.
//
// Lines that say what is searched and by which program, an empty one, what the engine wrote, and a
// checksum of all that. It is written beside the one before and then takes its place, so a program
// that is killed leaves one of the two.
#pragma once

#include <chrono>
#include <fstream>
#include <functional>
#include <string>

#include "scenarios/study/shard.hpp"
#include "sim/states/checkpointing.hpp"

namespace ringsim::scenarios::commands {

// What is searched, by names.
struct states_problem {
    study::shared_problem of;
    std::string records;  // of an endless ring; empty: the scenario as it is
    std::string producers;
    std::string symmetry;
};

// Whether the file is of this engine, and not of the graph engine; false if it cannot be read.
bool is_states_checkpoint(const std::string& path);

class states_checkpoint final : public sim::states::checkpointing {
  public:
    // To be written anew. Throws user_error: it is there already.
    states_checkpoint(const std::string& path, const states_problem& p, double seconds_between);
    // To go on from, and to be written again. Throws user_error: it is damaged, or of another
    // program.
    states_checkpoint(const std::string& path, double seconds_between);

    const states_problem& problem() const { return problem_; }

    // --- sim::states::checkpointing ---
    bool is_due() override;
    void save(const std::function<void(const writer&)>& all) override;
    std::istream* saved() override { return in_.is_open() ? &in_ : nullptr; }

  private:
    std::string path_;
    states_problem problem_;
    std::chrono::duration<double> between_;
    std::chrono::steady_clock::time_point written_ = std::chrono::steady_clock::now();
    std::ifstream in_;
};

}  // namespace ringsim::scenarios::commands
