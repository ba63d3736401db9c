// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/clock.hpp"

#include <cstdint>
#include <optional>

namespace reeve::rules {

// Less than this is a clock that is brought to the right time bit by bit.
inline constexpr nanoseconds clock_is_set_by = std::chrono::seconds(1);

// Sees when somebody sets the system's clock, or the system sleeps while the steady one stands still. What was seen before
// moves along then, so that nothing has held for an hour because the clock was put forward, and no sample lies in the future.
class clock_watch {
 public:
  // By how much it was set since the last call, in milliseconds; 0: it was not.
  std::int64_t set_by_ms(nanoseconds mono, nanoseconds unix_time);
  // Unix time less the steady clock's, at the last call; nothing before the first.
  std::optional<nanoseconds> offset() const noexcept { return offset_; }

 private:
  std::optional<nanoseconds> offset_;
};

} // namespace reeve::rules
