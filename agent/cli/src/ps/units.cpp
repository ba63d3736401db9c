// SPDX-License-Identifier: Apache-2.0
#include "ps/units.hpp"

#include "reeve/base/strings.hpp"

#include <chrono>
#include <ctime>

namespace reeve::cli {

namespace {

std::string two_digits(std::int64_t value) {
  return cat(value < 10 ? "0" : "", value);
}

} // namespace

std::string human_bytes(std::uint64_t bytes) {
  static constexpr const char* units[] = {" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
  std::size_t unit = 0;
  std::uint64_t scale = 1;
  while (bytes / scale >= 1024) {
    scale *= 1024;
    ++unit;
  }
  const std::uint64_t whole = bytes / scale;
  if (unit == 0 || whole >= 10) return cat(whole, units[unit]);
  return cat(whole, ".", (bytes - whole * scale) * 10 / scale, units[unit]);
}

std::string human_cpu_time(nanoseconds time) {
  using namespace std::chrono;
  const std::int64_t seconds = duration_cast<std::chrono::seconds>(time).count();
  if (seconds < 60)
    return cat(seconds, ".", two_digits(duration_cast<milliseconds>(time).count() / 10 % 100), "s");
  if (seconds < 3600) return cat(seconds / 60, "m", two_digits(seconds % 60), "s");
  if (seconds < 86400) return cat(seconds / 3600, "h", two_digits(seconds / 60 % 60), "m");
  return cat(seconds / 86400, "d", two_digits(seconds / 3600 % 24), "h");
}

std::string human_start(nanoseconds unix_time, nanoseconds unix_now) {
  const auto at =
      static_cast<std::time_t>(std::chrono::duration_cast<std::chrono::seconds>(unix_time).count());
  const std::tm* local = std::localtime(&at);
  if (!local) return "-";
  const bool recent = unix_time <= unix_now && unix_now - unix_time < std::chrono::hours(24);
  char text[16];
  return std::string(text, std::strftime(text, sizeof text, recent ? "%H:%M:%S" : "%Y-%m-%d", local));
}

} // namespace reeve::cli
