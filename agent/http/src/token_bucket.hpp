// SPDX-License-Identifier: Apache-2.0
// How often something may happen: so many times a second, and some more at once after a pause.
#pragma once

#include "reeve/base/clock.hpp"

#include <algorithm>
#include <chrono>

namespace reeve::http {

class token_bucket {
 public:
  // `per_second` 0: as often as it likes. `burst`: at least 1.
  token_bucket(double per_second, double burst) noexcept
      : per_second_(per_second), burst_(std::max(burst, 1.0)), tokens_(burst_) {}

  // `now` is of a steady clock. False: too often.
  bool take(nanoseconds now) noexcept {
    if (per_second_ <= 0) return true;
    const double passed = std::chrono::duration<double>(now - filled_).count();
    tokens_ = std::min(burst_, tokens_ + std::max(passed, 0.0) * per_second_);
    filled_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }
  // After take() was false: until it may be true.
  nanoseconds wait() const noexcept {
    const double seconds = per_second_ > 0 ? std::max(0.0, 1 - tokens_) / per_second_ : 0;
    return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(seconds));
  }

 private:
  double per_second_;
  double burst_;
  double tokens_;
  nanoseconds filled_{};
};

} // namespace reeve::http
