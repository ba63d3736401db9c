// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <vector>

namespace reeve {

namespace {

// Length of the character at the start of `s`, or 0 with `bad` set to how many bytes form its invalid prefix.
// The ranges of the second byte are table 3-7 of the Unicode standard.
std::size_t character_at(std::string_view s, std::size_t& bad) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    bad = 1;
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= s.size() || byte(i) < low || byte(i) > high) {
      bad = i;
      return 0;
    }
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct unit {
  std::string_view name;
  std::int64_t ns;
};
constexpr std::array<unit, 7> units{{{"d", 86'400'000'000'000},
                                     {"h", 3'600'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000},
                                     {"ns", 1}}};

error bad_duration(std::string_view text, std::string_view why) {
  return {errc::invalid_argument,
          cat("\"", text, "\" is not a duration (", why, "); write it like 500ms, 10s or 1m30s")};
}

} // namespace

bool is_utf8(std::string_view text) noexcept {
  std::size_t bad = 0;
  while (!text.empty()) {
    const std::size_t length = character_at(text, bad);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void append_utf8(std::string& out, std::string_view text, std::size_t max_bytes) {
  const std::size_t end = out.size() + max_bytes;
  while (!text.empty()) {
    std::size_t bad = 0;
    const std::size_t length = character_at(text, bad);
    const std::string_view piece = length ? text.substr(0, length) : replacement;
    if (out.size() + piece.size() > end) return;
    out.append(piece);
    text.remove_prefix(length ? length : bad);
  }
}

result<nanoseconds> parse_duration(std::string_view text) {
  if (text.empty()) return bad_duration(text, "empty");
  if (text == "0") return nanoseconds{0};
  std::int64_t total = 0;
  for (std::string_view rest = text; !rest.empty();) {
    std::int64_t number = 0;
    const auto [stop, status] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (status != std::errc{} || number < 0) return bad_duration(text, "a number is missing or too large");
    rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()));
    const std::size_t length = std::min(rest.find_first_of("0123456789"), rest.size());
    const std::string_view name = rest.substr(0, length);
    const auto* found =
        std::find_if(units.begin(), units.end(), [&](const unit& u) { return u.name == name; });
    if (found == units.end())
      return bad_duration(text, name.empty() ? "its unit is missing" : "unknown unit");
    if (number > (std::numeric_limits<std::int64_t>::max() - total) / found->ns)
      return bad_duration(text, "too long");
    total += number * found->ns;
    rest.remove_prefix(length);
  }
  return nanoseconds{total};
}

std::string format_duration(nanoseconds value) {
  std::int64_t rest = value.count();
  if (rest == 0) return "0s";
  std::string out;
  if (rest < 0) out = "-";
  for (const unit& u : units) {
    const std::int64_t number = rest / u.ns;
    if (number == 0) continue;
    out += cat(number < 0 ? -number : number, u.name);
    rest -= number * u.ns;
  }
  return out;
}

std::string_view did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::vector<std::size_t> row;
  for (const std::string_view candidate : candidates) {
    row.resize(candidate.size() + 1);
    for (std::size_t j = 0; j <= candidate.size(); ++j)
      row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const std::size_t substitute = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

namespace detail {

void append_piece(std::string& out, std::string_view piece) {
  out.append(piece);
}

template <class T>
static void append_number(std::string& out, T piece) {
  char digits[32];
  const auto [end, status] = std::to_chars(digits, digits + sizeof digits, piece);
  out.append(digits, end);
}

void append_piece(std::string& out, long long piece) {
  append_number(out, piece);
}
void append_piece(std::string& out, unsigned long long piece) {
  append_number(out, piece);
}
void append_piece(std::string& out, double piece) {
  append_number(out, piece);
}

} // namespace detail

} // namespace reeve
