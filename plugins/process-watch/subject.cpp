// SPDX-License-Identifier: Apache-2.0
#include "subject.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>

namespace reeve::process_watch {

namespace {

constexpr std::size_t max_label_bytes = 256;
constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct piece {
  std::size_t length = 1; // bytes to take
  bool valid = false;
};

// The sequence at the front of `text`, or the longest front of one that is broken (Unicode 15, table 3-7).
piece front_of(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const std::size_t wanted = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  for (std::size_t i = 1; i < wanted; ++i) {
    // Only the byte after the lead has a narrower range: it rules out overlong forms, surrogates and >
    // U+10FFFF.
    const unsigned low = i > 1 ? 0x80u : lead == 0xE0 ? 0xA0u : lead == 0xF0 ? 0x90u : 0x80u;
    const unsigned high = i > 1 ? 0xBFu : lead == 0xED ? 0x9Fu : lead == 0xF4 ? 0x8Fu : 0xBFu;
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {i, false};
  }
  return {wanted, true};
}

} // namespace

std::string_view base_name(std::string_view path) noexcept {
  const std::size_t at = path.find_last_of("/\\");
  return at == std::string_view::npos ? path : path.substr(at + 1);
}

std::string utc_text(std::int64_t unix_ns) {
  using namespace std::chrono;
  const sys_time<nanoseconds> when{nanoseconds(unix_ns)};
  const auto day = floor<days>(when);
  const year_month_day date{day};
  const hh_mm_ss<seconds> time{floor<seconds>(when - day)};
  std::array<char, 64> out{};
  const int n =
      std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()));
  return std::string(out.data(), static_cast<std::size_t>(n));
}

std::string label_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const piece p = front_of(text);
    const std::string_view next = p.valid ? text.substr(0, p.length) : replacement;
    if (out.size() + next.size() > max_label_bytes) break;
    out += next;
    text.remove_prefix(p.length);
  }
  return out;
}

std::string name_label(std::string_view text) {
  return text.empty() ? std::string("unknown") : label_text(text);
}

} // namespace reeve::process_watch
