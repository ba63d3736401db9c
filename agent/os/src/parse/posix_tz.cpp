// SPDX-License-Identifier: Apache-2.0
#include "parse/posix_tz.hpp"

#include <algorithm>
#include <charconv>

namespace reeve::os::parse {

using namespace std::chrono;

namespace {

bool take(std::string_view& rest, char c) noexcept {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

bool take_number(std::string_view& rest, unsigned max, unsigned& out) noexcept {
  unsigned number = 0;
  const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (problem != std::errc() || number > max) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  out = number;
  return true;
}

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool take_name(std::string_view& rest) noexcept {
  std::size_t length = 0;
  if (rest.starts_with('<')) {
    length = rest.find('>');
    if (length == rest.npos) return false;
    ++length;
  } else {
    length = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_letter) - rest.begin());
  }
  if (length < 3) return false;
  rest.remove_prefix(length);
  return true;
}

// [+-]hh[:mm[:ss]]
bool take_time(std::string_view& rest, seconds& out) noexcept {
  const bool negative = rest.starts_with('-');
  if (!take(rest, '-')) take(rest, '+');
  unsigned h = 0, m = 0, s = 0;
  if (!take_number(rest, 167, h)) return false;
  if (take(rest, ':') && !take_number(rest, 59, m)) return false;
  if (take(rest, ':') && !take_number(rest, 59, s)) return false;
  out = hours(h) + minutes(m) + seconds(s);
  if (negative) out = -out;
  return true;
}

bool take_change(std::string_view& rest, yearly_change& out) noexcept {
  out.time = hours(2);
  if (take(rest, 'M')) {
    out.kind = yearly_change::day_kind::weekday_of_month;
    if (!take_number(rest, 12, out.month) || !take(rest, '.') || !take_number(rest, 5, out.day) ||
        !take(rest, '.') || !take_number(rest, 6, out.weekday) || out.month == 0 || out.day == 0)
      return false;
  } else if (take(rest, 'J')) {
    out.kind = yearly_change::day_kind::julian_day;
    if (!take_number(rest, 365, out.day) || out.day == 0) return false;
  } else {
    out.kind = yearly_change::day_kind::day_of_year;
    if (!take_number(rest, 365, out.day)) return false;
  }
  return !take(rest, '/') || take_time(rest, out.time);
}

} // namespace

std::optional<posix_tz> parse_posix_tz(std::string_view text) {
  posix_tz out;
  if (!take_name(text) || !take_time(text, out.standard)) return std::nullopt;
  out.standard = -out.standard;
  if (text.empty()) return out;
  posix_tz::summer summer;
  if (!take_name(text)) return std::nullopt;
  summer.offset = out.standard + hours(1);
  if (!text.empty() && text.front() != ',') {
    if (!take_time(text, summer.offset)) return std::nullopt;
    summer.offset = -summer.offset;
  }
  if (text.empty()) text = ",M3.2.0,M11.1.0";
  if (!take(text, ',') || !take_change(text, summer.begin) || !take(text, ',') ||
      !take_change(text, summer.end) || !text.empty())
    return std::nullopt;
  out.daylight = summer;
  return out;
}

void append_rules(time_zone& zone, const posix_tz& rules, sys_seconds known) {
  if (zone.offsets.empty()) zone.offsets.push_back({zone_begin, rules.standard});
  if (!rules.daylight) return;
  const year first = year_month_day(floor<days>(std::max(known, sys_seconds()))).year() - years(1);
  const auto add = [&](const zone_offset& next) {
    if (next.from > known) append_offset(zone, next.from, next.offset);
  };
  for (year y = first; y < year(2200); ++y) {
    const zone_offset begin{to_utc(change_in(rules.daylight->begin, y), rules.standard),
                            rules.daylight->offset};
    const zone_offset end{to_utc(change_in(rules.daylight->end, y), rules.daylight->offset), rules.standard};
    // Where one year's end is the next one's begin, daylight time never ends (RFC 8536, section 3.3.1).
    const bool north = begin.from < end.from;
    add(north ? begin : end);
    add(north ? end : begin);
  }
}

} // namespace reeve::os::parse
