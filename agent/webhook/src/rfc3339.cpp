// SPDX-License-Identifier: Apache-2.0
#include "rfc3339.hpp"

#include <algorithm>
#include <limits>

namespace reeve::webhook {

namespace {

using namespace std::chrono;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// Takes what it reads off `rest`.
struct reader {
  std::string_view rest;

  bool mark(std::string_view any_of) noexcept {
    if (rest.empty() || any_of.find(rest.front()) == any_of.npos) return false;
    rest.remove_prefix(1);
    return true;
  }
  bool number(std::size_t digits, int most, int& out) noexcept {
    if (rest.size() < digits) return false;
    out = 0;
    for (const char c : rest.substr(0, digits)) {
      if (!is_digit(c)) return false;
      out = out * 10 + (c - '0');
    }
    rest.remove_prefix(digits);
    return out <= most;
  }
  bool fraction(nanoseconds& out) noexcept {
    if (!mark(".")) return true;
    std::int64_t count = 0, unit = 100'000'000;
    std::size_t used = 0;
    for (; used < rest.size() && is_digit(rest[used]); ++used, unit /= 10)
      count += unit * (rest[used] - '0');
    rest.remove_prefix(used);
    out = nanoseconds(count);
    return used != 0;
  }
  bool offset(minutes& out) noexcept {
    if (mark("Zz")) return true;
    const bool west = rest.starts_with('-');
    int h = 0, m = 0;
    if (!mark("+-") || !number(2, 23, h) || !mark(":") || !number(2, 59, m)) return false;
    out = hours(h) + minutes(m);
    if (west) out = -out;
    return true;
  }
};

} // namespace

std::optional<nanoseconds> written_time::unix_time() const noexcept {
  constexpr std::int64_t bound = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;
  const std::int64_t count = second.time_since_epoch().count();
  if (count < -bound || count > bound) return std::nullopt;
  return nanoseconds(second.time_since_epoch()) + fraction;
}

std::optional<written_time> parse_rfc3339(std::string_view text) noexcept {
  reader in{text};
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  written_time out;
  minutes east{};
  const bool read = in.number(4, 9999, y) && in.mark("-") && in.number(2, 12, mo) && in.mark("-") &&
                    in.number(2, 31, d) && in.mark("Tt ") && in.number(2, 23, h) && in.mark(":") &&
                    in.number(2, 59, mi) && in.mark(":") && in.number(2, 60, s) &&
                    in.fraction(out.fraction) && in.offset(east) && in.rest.empty();
  const year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
  if (!read || !date.ok()) return std::nullopt;
  out.second = sys_seconds(sys_days(date)) + hours(h) + minutes(mi) + seconds(s) - east;
  return out;
}

} // namespace reeve::webhook
