// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/clock_watch.hpp"

#include <chrono>
#include <utility>

namespace reeve::rules {

std::int64_t clock_watch::set_by_ms(nanoseconds mono, nanoseconds unix_time) {
  const nanoseconds now = unix_time - mono;
  const nanoseconds by = now - std::exchange(offset_, now).value_or(now);
  if (std::chrono::abs(by) < clock_is_set_by) return 0;
  return std::chrono::duration_cast<std::chrono::milliseconds>(by).count();
}

} // namespace reeve::rules
