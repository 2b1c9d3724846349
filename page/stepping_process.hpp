// A program that is stepped through in a process of its own, `ringsim step --json`: it may crash or
// go round for ever, and who serves others must not.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace ringsim::page {

class stepping_process {
  public:
    // `words`: of the command line, behind the name of the program. Throws machine_error.
    explicit stepping_process(const std::vector<std::string>& words);
    ~stepping_process();
    stepping_process(const stepping_process&) = delete;
    stepping_process& operator=(const stepping_process&) = delete;

    // The answer to a line. Throws user_error if there is none: the process has ended, and what it
    // said then is told; or it takes too long.
    std::string ask(const std::string& line);

  private:
    [[noreturn]] void fail();

    pid_t child_ = -1;
    int line_ = -1;  // a socket, the child's stdin and stdout
    int said_ = -1;  // what it writes to stderr
    std::string read_;
};

}  // namespace ringsim::page
