// SPDX-License-Identifier: Apache-2.0
#include "number_text.hpp"

#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

namespace reeve::exposition {

namespace {

char* put_word(char* out, std::string_view word) noexcept {
  std::memcpy(out, word.data(), word.size());
  return out + word.size();
}

constexpr int max_whole_digits = 12; // of a value below 10^12

// Seconds and ratios mostly are decimals of a few places, which are much cheaper to write than doubles in
// general. Scaled to an integer below 10^15 they have at most 15 digits, and no two such decimals are the
// same double: when dividing the integer by the scale gives the value back, its digits are the shortest text
// of the value. Null: not such a value. Expects 0.0001 <= value.
char* put_short_decimal(char* out, double value) noexcept {
  double scale = 0;
  int places = 0;
  if (value < 1e6) {
    scale = 1e9;
    places = 9;
  } else if (value < 1e9) {
    scale = 1e6;
    places = 6;
  } else if (value < 1e12) {
    scale = 1e3;
    places = 3;
  } else {
    return nullptr;
  }
  const auto scaled = static_cast<std::int64_t>(value * scale + 0.5);
  if (static_cast<double>(scaled) / scale != value) return nullptr;
  const auto divisor = static_cast<std::int64_t>(scale);
  // The bound lets the compiler see that the places fit behind it, too.
  out = std::to_chars(out, out + max_whole_digits, static_cast<std::uint64_t>(scaled / divisor)).ptr;
  auto fraction = static_cast<std::uint32_t>(scaled % divisor);
  for (int i = places; i > 0; --i) {
    out[i] = static_cast<char>('0' + fraction % 10);
    fraction /= 10;
  }
  *out = '.';
  out += places;
  while (*out == '0')
    --out;
  return out + 1;
}

} // namespace

char* put_integer(char* out, std::uint64_t value) noexcept {
  return std::to_chars(out, out + max_number_bytes, value).ptr;
}

char* put_double(char* out, double value) noexcept {
  const double magnitude = std::fabs(value);
  if (magnitude < 9223372036854775808.0) {
    if (std::signbit(value)) *out++ = '-';
    const auto whole = static_cast<std::uint64_t>(magnitude);
    if (static_cast<double>(whole) == magnitude) return put_integer(out, whole);
    if (magnitude >= 0.0001)
      if (char* const end = put_short_decimal(out, magnitude)) return end;
    return std::to_chars(out, out + max_number_bytes - 1, magnitude).ptr;
  }
  if (std::isnan(value)) return put_word(out, "NaN");
  if (std::isinf(value)) return put_word(out, value < 0 ? "-Inf" : "+Inf");
  return std::to_chars(out, out + max_number_bytes, value).ptr;
}

std::string plain_bound(double bound) {
  char text[max_number_bytes];
  return {text, put_double(text, bound)};
}

} // namespace reeve::exposition
