// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/cron_expression.hpp"

namespace reeve::config {

using namespace std::chrono;

namespace {

// The first bit at `from` or behind it; the size when there is none.
template <std::size_t N>
std::size_t first_bit(const std::bitset<N>& bits, std::size_t from) noexcept {
  while (from < N && !bits[from])
    ++from;
  return from;
}

} // namespace

cron_expression cron_expression::at(minutes time, weekday_set weekdays) {
  cron_expression out;
  out.minutes_.set(static_cast<std::size_t>(time.count() % 60));
  out.hours_.set(static_cast<std::size_t>(time.count() / 60));
  out.days_.set();
  out.months_.set();
  out.weekdays_ = weekdays;
  out.any_day_ = true;
  return out;
}

bool cron_expression::has_day(year_month_day date, weekday weekday) const noexcept {
  const bool day = days_[static_cast<unsigned>(date.day())], name = weekdays_[weekday.c_encoding()];
  return any_day_ || any_weekday_ ? day && name : day || name;
}

std::optional<local_seconds> cron_expression::next(local_seconds from, local_seconds until) const {
  const auto minute = ceil<minutes>(from);
  auto day = floor<days>(minute);
  auto first = static_cast<std::size_t>((minute - day).count()); // of the day
  while (day < until) {
    const year_month_day date(day);
    if (!months_[static_cast<unsigned>(date.month())]) {
      day = local_days((date.year() / date.month() + months(1)) / 1);
      first = 0;
      continue;
    }
    if (has_day(date, weekday(day))) {
      std::size_t hour = first_bit(hours_, first / 60);
      std::size_t in_hour = hour == first / 60 ? first_bit(minutes_, first % 60) : 60;
      if (in_hour == 60) {
        if (hour == first / 60) hour = first_bit(hours_, hour + 1);
        in_hour = first_bit(minutes_, 0);
      }
      if (hour < 24) {
        const local_seconds found = day + hours(hour) + minutes(in_hour);
        return found < until ? std::optional(found) : std::nullopt;
      }
    }
    day += days(1);
    first = 0;
  }
  return std::nullopt;
}

} // namespace reeve::config
