// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/clock.hpp"

#include <chrono>
#include <cstdlib>

namespace reeve::fuzzing {

inline void expect(bool holds) {
  if (!holds) std::abort();
}

class still_clock final : public clock {
 public:
  nanoseconds mono() const noexcept override { return std::chrono::hours(1); }
  nanoseconds unix_time() const noexcept override { return std::chrono::hours(400'000); }
};

} // namespace reeve::fuzzing
