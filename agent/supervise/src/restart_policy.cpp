// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/restart_policy.hpp"

#include <algorithm>

namespace reeve::supervise {

std::optional<nanoseconds> restart_policy::on_end(nanoseconds now, nanoseconds up, bool failed,
                                                  double chance) {
  if (past_.given_up || rule_ == restart_rule::never || (rule_ == restart_rule::on_failure && !failed))
    return std::nullopt;
  if (up >= limits_.healthy) past_.delay = nanoseconds(0);
  if (limits_.give_up_after != 0) past_.ends.push_back(now);
  std::erase_if(past_.ends, [&](nanoseconds end) { return now - end > limits_.window; });
  if (limits_.give_up_after != 0 && past_.ends.size() >= limits_.give_up_after) {
    past_.given_up = true;
    return std::nullopt;
  }
  const auto wait = std::chrono::duration_cast<nanoseconds>(past_.delay * (1 + limits_.jitter * chance));
  past_.delay =
      std::min(past_.delay.count() == 0 ? limits_.first_delay : 2 * past_.delay, limits_.longest_delay);
  return wait;
}

} // namespace reeve::supervise
