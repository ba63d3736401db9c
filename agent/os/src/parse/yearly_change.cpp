// SPDX-License-Identifier: Apache-2.0
#include "parse/yearly_change.hpp"

#include <algorithm>

namespace reeve::os::parse {

using namespace std::chrono;

namespace {

local_days day_in(const yearly_change& c, year y) noexcept {
  const year_month in = y / month(c.month);
  switch (c.kind) {
  case yearly_change::day_kind::weekday_of_month: {
    const year_month_weekday day = in / weekday(c.weekday)[c.day];
    return c.day < 5 ? local_days(day) : local_days(in / weekday(c.weekday)[last]);
  }
  case yearly_change::day_kind::day_of_month:
    return std::min(local_days(in / day(c.day)), local_days(in / last));
  case yearly_change::day_kind::day_of_year:
    return local_days(y / January / 1) + days(c.day);
  case yearly_change::day_kind::julian_day:
    break;
  }
  const bool behind_february_29 = y.is_leap() && c.day >= 60;
  return local_days(y / January / 1) + days(c.day - 1 + (behind_february_29 ? 1 : 0));
}

} // namespace

local_seconds change_in(const yearly_change& c, year y) noexcept {
  return day_in(c, y) + c.time;
}

void append_offset(time_zone& zone, sys_seconds from, seconds offset) {
  if (!zone.offsets.empty() && zone.offsets.back().from == from) zone.offsets.pop_back();
  if (zone.offsets.empty() || zone.offsets.back().offset != offset) zone.offsets.push_back({from, offset});
}

void cut_to_range(time_zone& zone) {
  std::vector<zone_offset>& all = zone.offsets;
  const auto behind = std::ranges::lower_bound(all, zone_end, {}, &zone_offset::from);
  all.erase(behind, all.end());
  const auto first = std::ranges::upper_bound(all, sys_seconds(), {}, &zone_offset::from);
  if (first != all.begin()) all.erase(all.begin(), std::prev(first));
  if (!all.empty()) all.front().from = zone_begin;
}

} // namespace reeve::os::parse
