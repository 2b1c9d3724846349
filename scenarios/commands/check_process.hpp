// Processes of their own for what is explored: the program may bring them down.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace ringsim::scenarios::commands {

// Runs `explore`, which returns an exit status and may write to the descriptor that it is given;
// what it writes becomes `told`. `file` is how messages call the program; `silent`: nothing is
// printed.
int run_apart(const std::string& file, bool silent, const std::function<int(int)>& explore,
              std::string& told);

// A process that stands by, as this one was when it was made, and works only if it is asked to:
// later this one has loaded the program, and run it. It prints nothing.
class standby {
  public:
    explicit standby(const std::function<int()>& work);
    ~standby();
    standby(const standby&) = delete;
    standby& operator=(const standby&) = delete;

    // The exit status of the work; -1 if it ended otherwise. Once.
    int run();

  private:
    int ask_ = -1;
    pid_t process_ = -1;
};

}  // namespace ringsim::scenarios::commands
