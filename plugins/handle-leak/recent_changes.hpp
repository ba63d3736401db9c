// SPDX-License-Identifier: Apache-2.0
// How a series has changed from one reading to the next, of late.
#pragma once

#include <cmath>

namespace reeve::handle_leak {

class recent_changes {
 public:
  void add(double value) noexcept {
    constexpr double weight = 0.01; // the last hundred or so
    const double change = begun_ ? value - last_ : 0;
    mean_ += weight * (change - mean_);
    square_ += weight * (change * change - square_);
    cube_ += weight * (change * change * change - cube_);
    last_ = value;
    begun_ = true;
  }

  // Of the changes. Far below 0 where a collector is at work: up in many small steps, down in few great ones.
  double skewness() const noexcept {
    const double variance = square_ - mean_ * mean_;
    if (!(variance > 0)) return 0;
    const double third = cube_ - 3 * mean_ * square_ + 2 * mean_ * mean_ * mean_;
    return third / (variance * std::sqrt(variance));
  }

 private:
  double last_ = 0;
  double mean_ = 0, square_ = 0, cube_ = 0;
  bool begun_ = false;
};

} // namespace reeve::handle_leak
