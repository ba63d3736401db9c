// SPDX-License-Identifier: Apache-2.0
// When something is due by the calendar of a place, as crontab(5) of Vixie cron writes it. Pure; knows no time zone.
#pragma once

#include "reeve/base/result.hpp"

#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>

namespace reeve::config {

// Five fields: minute 0-59, hour 0-23, day of month 1-31, month 1-12, day of week 0-7, where 0 and 7 are Sunday. Each is * or
// a list of numbers and ranges, with a step behind * or a range ("*/15", "1-5/2"). Months and weekdays have names too, the
// first three letters of English ("jan", "MON-FRI"). Or one word: @hourly, @daily, @midnight, @weekly, @monthly, @yearly,
// @annually.
//
// Day of month and day of week: when both are restricted, a day that fits either is meant ("0 0 13 * fri": each 13th and each
// Friday). When one of them begins with *, a day must fit both.
//
// What other dialects have beyond that (?, L, W, #, H, seconds, years, @reboot) is refused, and so is what can never come, as
// the 30th of February.
class cron_expression {
 public:
  // The message has the text, and the character where it goes wrong, counted from 1.
  static result<cron_expression> parse(std::string_view text);

  using weekday_set = std::bitset<7>; // 0: Sunday
  // Each day of these at that time; there must be one. `time` is less than a day.
  static cron_expression at(std::chrono::minutes time, weekday_set days);

  // The first full minute that it names, at `from` or later and before `until`.
  std::optional<std::chrono::local_seconds> next(std::chrono::local_seconds from,
                                                 std::chrono::local_seconds until) const;

  // The field of minutes or of hours begins with *: meant is an interval rather than a time of the day.
  bool is_interval() const noexcept { return any_minute_ || any_hour_; }

  friend bool operator==(const cron_expression&, const cron_expression&) = default;

 private:
  friend class cron_reader;

  bool has_day(std::chrono::year_month_day date, std::chrono::weekday weekday) const noexcept;

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  weekday_set weekdays_;
  bool any_minute_ = false, any_hour_ = false, any_day_ = false, any_weekday_ = false; // begins with *
};

} // namespace reeve::config
