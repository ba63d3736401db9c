// SPDX-License-Identifier: Apache-2.0
#include "ps/printable.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace reeve::cli {

namespace {

struct character {
  char32_t code = 0;
  std::size_t bytes = 0; // 0: not UTF-8 here
};

// Unicode 15, table 3-7: shortest forms only, no surrogates.
character first_of(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  char32_t code = lead & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  const bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
  return {code, bytes};
}

struct range {
  char32_t first, last;
};

template <std::size_t N>
bool within(const range (&ranges)[N], char32_t code) noexcept {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [code](const range& r) { return r.first <= code && code <= r.last; });
}

// C1 controls; line and paragraph separators; direction marks, embeddings, overrides and isolates (UAX #9).
constexpr range unsafe[] = {
    {0x80, 0x9F}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}};
constexpr range combining[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},
                               {0x64B, 0x65F},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D},
                               {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
constexpr range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},  {0xAC00, 0xD7A3},
                          {0xF900, 0xFAFF},   {0xFE30, 0xFE4F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6},
                          {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

std::size_t columns_of(char32_t code) noexcept {
  if (within(combining, code)) return 0;
  return within(wide, code) ? 2 : 1;
}

void append_hex(std::string& out, std::uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
    out.push_back("0123456789ABCDEF"[value >> shift & 0xF]);
}

} // namespace

void append_printable(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const character c = first_of(text);
    const auto byte = static_cast<unsigned char>(text.front());
    if (c.bytes == 0 || byte < 0x20 || byte == 0x7F) {
      out.push_back('\\');
      if (byte == '\n')
        out.push_back('n');
      else if (byte == '\t')
        out.push_back('t');
      else if (byte == '\r')
        out.push_back('r');
      else {
        out.push_back('x');
        append_hex(out, byte, 2);
      }
      text.remove_prefix(1);
      continue;
    }
    if (within(unsafe, c.code)) {
      out += "\\u{";
      append_hex(out, c.code, 4);
      out.push_back('}');
    } else {
      out.append(text.substr(0, c.bytes));
    }
    text.remove_prefix(c.bytes);
  }
}

std::size_t display_width(std::string_view text) noexcept {
  std::size_t columns = text.size(); // no text is wider than it has bytes
  fit(text, columns);
  return columns;
}

std::string_view fit(std::string_view text, std::size_t& columns) noexcept {
  std::size_t used = 0, at = 0;
  while (at < text.size()) {
    const character c = first_of(text.substr(at));
    const std::size_t width = c.bytes == 0 ? 1 : columns_of(c.code);
    if (used + width > columns) break;
    used += width;
    at += std::max<std::size_t>(c.bytes, 1);
  }
  columns = used;
  return text.substr(0, at);
}

} // namespace reeve::cli
