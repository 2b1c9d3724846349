// A limit of time that several explorations have together.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace ringsim::scenarios::study {

class time_share {
  public:
    // For so many explorations, from now on.
    time_share(double seconds, std::size_t explorations)
        : seconds_(seconds), explorations_(explorations) {}

    bool is_over() const { return left() <= 0; }
    double left() const {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started_;
        return std::max(0.0, seconds_ - spent.count());
    }
    // Of the next one: all there is, or of a sample, which never ends by itself, an equal share.
    double next(bool equal_share) {
        const std::size_t explorations = std::max<std::size_t>(explorations_, 1);
        explorations_ = explorations - 1;
        return equal_share ? left() / static_cast<double>(explorations) : left();
    }

  private:
    double seconds_;
    std::size_t explorations_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace ringsim::scenarios::study
