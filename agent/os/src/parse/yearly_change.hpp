// SPDX-License-Identifier: Apache-2.0
// A change of the clocks that comes once a year, as POSIX and Windows write it. Pure.
#pragma once

#include "reeve/os/time_zone.hpp"

#include <chrono>
#include <cstdint>

namespace reeve::os::parse {

struct yearly_change {
  enum class day_kind : std::uint8_t {
    weekday_of_month, // month, weekday and which of them: 1 to 5, 5 is the last
    day_of_month,     // month and day
    day_of_year,      // day counts from 0
    julian_day        // day counts from 1, February 29 is never counted
  };
  day_kind kind = day_kind::weekday_of_month;
  unsigned month = 1;           // 1 to 12
  unsigned day = 1;             // which weekday, or the day
  unsigned weekday = 0;         // 0: Sunday
  std::chrono::seconds time{0}; // of the clock before the change; may be negative or beyond a day
};

// By the clock before the change; a day that the month does not have is its last.
std::chrono::local_seconds change_in(const yearly_change& c, std::chrono::year year) noexcept;

inline std::chrono::sys_seconds to_utc(std::chrono::local_seconds local,
                                       std::chrono::seconds offset) noexcept {
  return std::chrono::sys_seconds(local.time_since_epoch() - offset);
}

// Appends what follows in time. One at the same time takes the place of the last; one that changes nothing is left out.
void append_offset(time_zone& zone, std::chrono::sys_seconds from, std::chrono::seconds offset);

// Drops changes before 1970 and behind zone_end.
void cut_to_range(time_zone& zone);

} // namespace reeve::os::parse
