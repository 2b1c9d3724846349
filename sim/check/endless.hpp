// A program under check may go on for ever without any access that others see, and would never come
// in here again. After some seconds of processor time without an event it is stopped where it is,
// by the signal of a timer, if it is in its own code then.
#pragma once

#include <signal.h>
#include <sys/time.h>

namespace ringsim::sim::check {

// A timer is the process's own: a fork of it begins another one, while a guard is there.
void begin_endless_timer();

class endless_guard {
  public:
    endless_guard();
    ~endless_guard();
    endless_guard(const endless_guard&) = delete;
    endless_guard& operator=(const endless_guard&) = delete;

  private:
    struct sigaction before_;
    itimerval timer_before_;
};

}  // namespace ringsim::sim::check
