// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_time_zone.hpp"

#include "parse/yearly_change.hpp"

#include <optional>

namespace reeve::os::parse {

using namespace std::chrono;

namespace {

std::optional<local_seconds> moment_in(const windows_date& d, year y) {
  if (d.month == 0 || d.month > 12 || d.day == 0 || (d.year != 0 && year(d.year) != y)) return std::nullopt;
  if (d.year == 0 && (d.weekday > 6 || d.day > 5)) return std::nullopt;
  yearly_change c;
  c.kind = d.year == 0 ? yearly_change::day_kind::weekday_of_month : yearly_change::day_kind::day_of_month;
  c.month = d.month;
  c.day = d.day;
  c.weekday = d.weekday;
  // Midnight at the end of a day is written 23:59:59.999.
  c.time = hours(d.hour) + minutes(d.minute) + seconds(d.second + (d.milliseconds == 999 ? 1 : 0));
  return change_in(c, y);
}

} // namespace

time_zone zone_of_windows_years(std::span<const windows_zone_year> years) {
  time_zone out;
  for (const windows_zone_year& one : years) {
    const bool has_dates = one.standard.month != 0 && one.daylight.month != 0;
    const seconds standard = minutes(-(one.bias + (has_dates ? one.standard_bias : 0))),
                  daylight = minutes(-(one.bias + one.daylight_bias));
    const auto to_standard = moment_in(one.standard, year(one.year)),
               to_daylight = moment_in(one.daylight, year(one.year));
    const bool changes = to_standard && to_daylight;
    const bool south = changes && *to_standard < *to_daylight;
    const seconds at_first = south ? daylight : standard;
    const local_seconds new_year = local_days(year(one.year) / January / 1);
    append_offset(out, out.offsets.empty() ? zone_begin : to_utc(new_year, out.offsets.back().offset),
                  at_first);
    if (!changes) continue;
    // A year whose rule begins at its first moment: the append above is overwritten.
    const zone_offset summer{to_utc(*to_daylight, standard), daylight},
        winter{to_utc(*to_standard, daylight), standard};
    for (const zone_offset& next : {south ? winter : summer, south ? summer : winter})
      append_offset(out, std::max(next.from, out.offsets.back().from), next.offset);
  }
  cut_to_range(out);
  return out;
}

} // namespace reeve::os::parse
