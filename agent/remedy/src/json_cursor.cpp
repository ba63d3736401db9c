// SPDX-License-Identifier: Apache-2.0
#include "json_cursor.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::remedy {

void append_json(std::string& out, std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string valid;
  append_utf8(valid, text, max_bytes);
  out += '"';
  for (const char c : valid) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20 || byte == 0x7F)
      out += cat("\\u00", digits[byte >> 4], digits[byte & 0xF]);
    else
      out += c;
  }
  out += '"';
}

bool json_cursor::text(std::string& out) {
  if (!take('"')) return false;
  out.clear();
  while (!rest_.empty()) {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '"') return is_utf8(out);
    if (static_cast<unsigned char>(c) < 0x20) return false;
    if (c != '\\') {
      out += c;
      continue;
    }
    if (take('"')) {
      out += '"';
    } else if (take('\\')) {
      out += '\\';
    } else if (rest_.starts_with("u00") && rest_.size() >= 5) {
      unsigned code = 0;
      const auto [end, status] = std::from_chars(rest_.data() + 3, rest_.data() + 5, code, 16);
      if (status != std::errc{} || end != rest_.data() + 5 || code > 0x7F) return false;
      out += static_cast<char>(code);
      rest_.remove_prefix(5);
    } else {
      return false;
    }
  }
  return false;
}

} // namespace reeve::remedy
