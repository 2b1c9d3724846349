// A program under check that a file names: a shard, or a checkpoint. Other processes are to explore
// the same one, on other machines or later.
#pragma once

#include <string>

#include "scenarios/commands/check_options.hpp"
#include "scenarios/study/shard.hpp"
#include "sim/check/compile.hpp"

namespace ringsim::scenarios::commands {

// What is loaded of a shared object, as a hash.
std::string hash_of_image(const std::string& path);
// But for that of what the compiler makes of it, and for where shards begin.
study::shared_problem problem_of(const check_options& what);

// The program, found again, in whose directory this process is then. Throws user_error if it is
// another one now, or if this is another build of ringsim.
class named_program {
  public:
    named_program(const study::shared_problem& of, std::string path);

    const check_options& options() const { return options_; }
    const study::checked_program& what() const { return of_; }
    const std::string& path() const { return path_; }  // of the file that names it
    // Throws user_error if it became another one when it was compiled.
    void refuse_another(const sim::check::built_program& program) const;

  private:
    const study::checked_program of_;
    const std::string path_;
    check_options options_;
};

}  // namespace ringsim::scenarios::commands
