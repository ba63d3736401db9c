// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/clock.hpp"

#include <optional>
#include <string_view>

namespace reeve::webhook {

struct written_time {
  std::chrono::sys_seconds second;
  nanoseconds fraction{}; // 0 to 999'999'999
  // Nothing for a time that 64 bits of nanoseconds cannot hold: before 1678 or after 2261.
  std::optional<nanoseconds> unix_time() const noexcept;
};

// "2026-11-26T11:00:45.123Z", "2026-11-26T12:00:45+01:00". Digits below the nanosecond are cut off, a leap second is the
// one after it.
std::optional<written_time> parse_rfc3339(std::string_view text) noexcept;

} // namespace reeve::webhook
