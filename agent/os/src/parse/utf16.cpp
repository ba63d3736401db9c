// SPDX-License-Identifier: Apache-2.0
#include "parse/utf16.hpp"

#include <cstddef>
#include <limits>

namespace reeve::os::parse {

namespace {

constexpr bool is_high_surrogate(char32_t unit) noexcept {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
constexpr bool is_low_surrogate(char32_t unit) noexcept {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

std::size_t encode(char32_t point, char (&bytes)[4]) noexcept {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) {
    bytes[0] = static_cast<char>(point);
    return 1;
  }
  if (point < 0x800) {
    bytes[0] = static_cast<char>(0xC0 | (point >> 6));
    bytes[1] = tail(0);
    return 2;
  }
  if (point < 0x10000) {
    bytes[0] = static_cast<char>(0xE0 | (point >> 12));
    bytes[1] = tail(6);
    bytes[2] = tail(0);
    return 3;
  }
  bytes[0] = static_cast<char>(0xF0 | (point >> 18));
  bytes[1] = tail(12);
  bytes[2] = tail(6);
  bytes[3] = tail(0);
  return 4;
}

} // namespace

void append_utf16(std::string& out, std::u16string_view text) {
  append_utf16(out, text, std::numeric_limits<std::size_t>::max());
}

void append_utf16(std::string& out, std::u16string_view text, std::size_t max_bytes) {
  std::size_t room = max_bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t point = text[i];
    if (is_high_surrogate(point) && i + 1 < text.size() && is_low_surrogate(text[i + 1]))
      point = 0x10000 + ((point - 0xD800) << 10) + (char32_t{text[++i]} - 0xDC00);
    else if (is_high_surrogate(point) || is_low_surrogate(point))
      point = 0xFFFD;
    char bytes[4];
    const std::size_t length = encode(point, bytes);
    if (length > room) return;
    out.append(bytes, length);
    room -= length;
  }
}

} // namespace reeve::os::parse
