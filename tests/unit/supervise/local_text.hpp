// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/os/time_zone.hpp"

#include <cstdio>
#include <string>

namespace reeve::supervise::test {

// "2026-03-29 03:00+02:00"
inline std::string local_text(std::chrono::sys_seconds utc, const os::time_zone& zone) {
  using namespace std::chrono;
  const seconds offset = zone.offset_at(utc);
  const sys_seconds shown = utc + offset;
  const auto day = floor<days>(shown);
  const year_month_day date(day);
  const hh_mm_ss<seconds> time(shown - day), east(abs(offset));
  char out[80];
  std::snprintf(out, sizeof out, "%d-%02u-%02u %02d:%02d%c%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                offset < seconds(0) ? '-' : '+', static_cast<int>(east.hours().count()),
                static_cast<int>(east.minutes().count()));
  return out;
}

} // namespace reeve::supervise::test
