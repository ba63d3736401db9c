// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/time_zone.hpp"

#include "windows/windows.hpp"

#include <gtest/gtest.h>

namespace reeve::os {
namespace {

using namespace std::chrono;

SYSTEMTIME to_system_time(sys_seconds at) {
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss<seconds> time(at - day);
  SYSTEMTIME out{};
  out.wYear = static_cast<WORD>(static_cast<int>(date.year()));
  out.wMonth = static_cast<WORD>(static_cast<unsigned>(date.month()));
  out.wDay = static_cast<WORD>(static_cast<unsigned>(date.day()));
  out.wHour = static_cast<WORD>(time.hours().count());
  out.wMinute = static_cast<WORD>(time.minutes().count());
  out.wSecond = static_cast<WORD>(time.seconds().count());
  return out;
}

sys_seconds to_seconds(const SYSTEMTIME& t) {
  return sys_days(year(t.wYear) / month(t.wMonth) / t.wDay) + hours(t.wHour) + minutes(t.wMinute) +
         seconds(t.wSecond);
}

// Under Wine the machine's zone is that of the variable TZ outside.
TEST(time_zone_windows, the_local_one_agrees_with_the_conversion_of_windows) {
  const result<time_zone> local = load_time_zone("local");
  ASSERT_TRUE(local) << local.error().message;
  TIME_ZONE_INFORMATION rules{};
  WORD rules_year = 0;
  for (sys_seconds at = sys_days(2015y / January / 1); at < sys_days(2040y / January / 1);
       at += minutes(59)) {
    const SYSTEMTIME utc = to_system_time(at), by_us = to_system_time(at + local->offset_at(at));
    if (by_us.wYear != rules_year) {
      rules_year = by_us.wYear;
      ASSERT_TRUE(GetTimeZoneInformationForYear(rules_year, nullptr, &rules));
    }
    SYSTEMTIME clock{};
    ASSERT_TRUE(SystemTimeToTzSpecificLocalTime(&rules, &utc, &clock));
    ASSERT_EQ(to_seconds(by_us), to_seconds(clock)) << at.time_since_epoch().count();
  }
}

} // namespace
} // namespace reeve::os
