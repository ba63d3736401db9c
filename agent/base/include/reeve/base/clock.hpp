// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

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

// "2026-11-23T12:00:00.123Z", RFC 3339; of a time since 1970 UTC, with the milliseconds cut off.
std::string format_utc(nanoseconds unix_time);
std::optional<nanoseconds> parse_utc(std::string_view text); // of exactly that form, from 1678 to 2261

} // namespace reeve
