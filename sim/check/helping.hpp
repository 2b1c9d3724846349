// A search of a program under check that several processes share (sim/graph/jobs.hpp).
//
// What another process found out about the program is of no use in this one: it leaves to this one
// each execution in which it does (found_out.hpp). So hardly anything is carried over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/graph/jobs.hpp"

namespace ringsim::sim::check {

class helping final : public graph::gathered {
  public:
    // `waits_in_time`: the executions that go on elsewhere, counted while the search runs.
    explicit helping(std::uint64_t& waits_in_time) : waits_in_time_(waits_in_time) {}

    void in_another_process() override;
    bool has_news() const override;
    std::uint64_t known() const override;
    void forget() override { waits_in_time_ = counted_ = 0; }
    void counts() override { counted_ = waits_in_time_; }
    std::string bytes() const override;
    void add(std::string_view bytes) override;
    std::string both(const std::string& first, const std::string& second) const override;
    // Those that are looked at are left to the process that looks.
    std::uint64_t violations_wanted() const override { return 0; }

  private:
    std::uint64_t& waits_in_time_;
    std::uint64_t counted_ = 0;     // of those executions that count
    std::uint64_t known_then_ = 0;  // when this process began
};

}  // namespace ringsim::sim::check
