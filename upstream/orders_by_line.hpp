// --at: memory orders that are tried at lines of the code under test.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sim/check/order_at.hpp"
#include "upstream/explore.hpp"

namespace ringsim::upstream_code {

class orders_by_line {
  public:
    orders_by_line() = default;
    // Of FILE:LINE=ORDER,...; throws scenarios::user_error if a line of the program has no access.
    orders_by_line(const std::string& text, const sim::check::built_program& program);

    const std::vector<sim::check::order_at_call>& calls() const { return calls_; }
    void note(const result& r);
    // What changes nothing because nothing comes by it says nothing: throws scenarios::user_error.
    void check_all_used() const;

  private:
    std::vector<sim::check::order_at_line> lines_;
    std::vector<sim::check::order_at_call> calls_;
    std::set<unsigned> used_;
};

}  // namespace ringsim::upstream_code
