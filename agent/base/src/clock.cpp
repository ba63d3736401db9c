// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/clock.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

namespace reeve {

namespace {

class std_clock final : public clock {
 public:
  nanoseconds mono() const noexcept override {
    return std::chrono::duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch());
  }
  nanoseconds unix_time() const noexcept override {
    return std::chrono::duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch());
  }
};

} // namespace

const clock& system_clock() noexcept {
  static const std_clock instance;
  return instance;
}

std::string format_utc(nanoseconds unix_time) {
  using namespace std::chrono;
  const auto since = floor<milliseconds>(unix_time);
  const auto day = floor<days>(since);
  const year_month_day date{sys_days(day)};
  const hh_mm_ss time(since - day);
  const auto padded = [](long long value, std::size_t width) {
    std::string digits = cat(value);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
  };
  return cat(padded(static_cast<int>(date.year()), 4), "-", padded(static_cast<unsigned>(date.month()), 2),
             "-", padded(static_cast<unsigned>(date.day()), 2), "T", padded(time.hours().count(), 2), ":",
             padded(time.minutes().count(), 2), ":", padded(time.seconds().count(), 2), ".",
             padded(time.subseconds().count(), 3), "Z");
}

std::optional<nanoseconds> parse_utc(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
  if (text.size() != form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) {
    unsigned out = 0;
    read_number(text.substr(at, digits), out);
    return out;
  };
  const year_month_day date(year(static_cast<int>(number(0, 4))), month(number(5, 2)), day(number(8, 2)));
  // 64 bits of nanoseconds reach from 1677 to 2262.
  if (date.year() < year(1678) || date.year() > year(2261)) return std::nullopt;
  const unsigned hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) + seconds(second) +
         milliseconds(number(20, 3));
}

} // namespace reeve
