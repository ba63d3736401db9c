// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace reeve {

using std::chrono::nanoseconds;

// Time is injected, so that policies are tested without sleeping. Safe from any thread.
class clock {
 public:
  virtual ~clock() = default;
  virtual nanoseconds mono() const noexcept = 0;      // steady; only differences mean anything
  virtual nanoseconds unix_time() const noexcept = 0; // since 1970-01-01 UTC; may jump
};

// std::chrono's steady and system clocks.
const clock& system_clock() noexcept;

} // namespace reeve
