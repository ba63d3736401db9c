// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/maintenance.hpp"

#include <algorithm>

namespace reeve::remedy {

bool maintenance_window::is_within(nanoseconds unix_time) const noexcept {
  using namespace std::chrono;
  const sys_seconds utc(floor<seconds>(unix_time));
  const sys_seconds local = utc + zone.offset_at(utc);
  const sys_days today = floor<days>(local);
  const seconds time = local - today;
  const auto begins_on = [&](sys_days day) { return settings.days.test(weekday(day).c_encoding()); };
  if (settings.from < settings.to) return begins_on(today) && time >= settings.from && time < settings.to;
  return (begins_on(today) && time >= settings.from) || (begins_on(today - days(1)) && time < settings.to);
}

bool maintenance_window::covers(std::string_view rule) const noexcept {
  return settings.rules.empty() || std::ranges::find(settings.rules, rule) != settings.rules.end();
}

} // namespace reeve::remedy
