// A crash of the program under check is a violation like any other: the signal's handler makes the
// thread go on in a function that reports it.
#pragma once

namespace ringsim::sim::check {

class crash_handler {
  public:
    crash_handler();
    ~crash_handler();
    crash_handler(const crash_handler&) = delete;
    crash_handler& operator=(const crash_handler&) = delete;
};

}  // namespace ringsim::sim::check
