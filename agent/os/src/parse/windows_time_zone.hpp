// SPDX-License-Identifier: Apache-2.0
// The rules that Windows has for each year of a time zone: TIME_ZONE_INFORMATION in timezoneapi.h. No system header: built and
// tested everywhere.
#pragma once

#include "reeve/os/time_zone.hpp"

#include <cstdint>
#include <span>

namespace reeve::os::parse {

// SYSTEMTIME. Month 0: there is no such change. Year 0: `day` is which `weekday` of the month, 5 the last; else that date, in
// that year only.
struct windows_date {
  std::uint16_t year = 0, month = 0, weekday = 0, day = 0, hour = 0, minute = 0, second = 0, milliseconds = 0;
};

struct windows_zone_year {
  int year = 0;
  std::int32_t bias = 0; // minutes; UTC = local time + bias + one of the two below
  std::int32_t standard_bias = 0, daylight_bias = 0; // of no account without dates
  windows_date standard, daylight;                   // when each begins, by the clock before
};

// `years` ascend; the first year's rules hold before it, too.
time_zone zone_of_windows_years(std::span<const windows_zone_year> years);

} // namespace reeve::os::parse
