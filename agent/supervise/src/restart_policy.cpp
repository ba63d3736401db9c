// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/restart_policy.hpp"

#include <algorithm>

namespace reeve::supervise {

std::optional<nanoseconds> restart_policy::on_end(nanoseconds now, nanoseconds up, bool failed,
                                                  double chance) {
  if (given_up_ || rule_ == restart_rule::never || (rule_ == restart_rule::on_failure && !failed))
    return std::nullopt;
  if (up >= limits_.healthy) delay_ = nanoseconds(0);
  while (!ends_.empty() && now - ends_.front() > limits_.window)
    ends_.pop_front();
  ends_.push_back(now);
  if (ends_.size() >= limits_.give_up_after) {
    given_up_ = true;
    return std::nullopt;
  }
  const auto wait = std::chrono::duration_cast<nanoseconds>(delay_ * (1 + limits_.jitter * chance));
  delay_ = std::min(delay_.count() == 0 ? limits_.first_delay : 2 * delay_, limits_.longest_delay);
  return wait;
}

void restart_policy::reset() noexcept {
  ends_.clear();
  delay_ = nanoseconds(0);
  given_up_ = false;
}

} // namespace reeve::supervise
