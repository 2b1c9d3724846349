// A crash of the program under check is a violation like any other: the signal's handler makes the
// thread go on in a function that reports it.
#pragma once

#include <string>

#include "sim/check/image.hpp"

namespace ringsim::sim::check {

class crash_handler {
  public:
    crash_handler();
    ~crash_handler();
    crash_handler(const crash_handler&) = delete;
    crash_handler& operator=(const crash_handler&) = delete;
};

// As load(). A crash of a constructor of a static object ends the process with a violation's
// status, or, where it is in a model of a library function that has no runtime yet, with that of a
// refusal: see on_early_end.
image load_guarded(const std::string& path);

}  // namespace ringsim::sim::check
