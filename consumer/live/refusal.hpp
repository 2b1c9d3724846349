// Why live mode cannot do what was asked: one line for the user, and the exit status.
#pragma once

#include <stdexcept>
#include <string>

namespace ringsim::consumer::live {

inline constexpr int status_usage = 2;          // the input is wrong
inline constexpr int status_not_possible = 77;  // the machine or the privileges are the reason

class refusal : public std::runtime_error {
  public:
    refusal(int status, const std::string& line) : std::runtime_error(line), status_(status) {}
    int status() const { return status_; }

  private:
    int status_;
};

// "No such file or directory (ENOENT)" for an errno value.
std::string describe_errno(int error);

}  // namespace ringsim::consumer::live
