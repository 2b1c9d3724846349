// --checkpoint and --resume of verify and check: a search that may be killed. run() is verify's.
#pragma once

#include <string>
#include <vector>

#include "scenarios/commands/graph_options_of.hpp"
#include "scenarios/program/settings.hpp"

namespace ringsim::scenarios::commands {

class checkpoint_options {
  public:
    void declare(option_set& options);
    const std::string& file() const { return file_; }
    const std::string& resumed() const { return resume_; }
    const std::string& path() const { return resume_.empty() ? file_ : resume_; }
    // What does not go together. Throws user_error.
    void check_pair() const;
    void check(const std::vector<std::string>& names, const graph_command_options& asked) const;
    double seconds_between() const;
    bool chosen() const { return !file_.empty() || !resume_.empty() || !every_.empty(); }
    // Goes through the search, and writes down what is known every few seconds. Returns an exit
    // status. Throws user_error, output_error.
    int run(const settings& global, const std::vector<std::string>& names,
            const graph_command_options& asked) const;

  private:
    std::string file_;
    std::string resume_;
    std::string every_;
};

}  // namespace ringsim::scenarios::commands
