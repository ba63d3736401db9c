// SPDX-License-Identifier: Apache-2.0
#include "label_value_text.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::store {

namespace {

bool needs_no_care(std::string_view value) noexcept {
  bool odd = false;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    odd |= byte < 0x20 || byte > 0x7E || c == '"' || c == '\\';
  }
  return !odd;
}

} // namespace

std::string clean_text(std::string_view text, std::size_t max_bytes) {
  std::string without_nul;
  if (text.find('\0') != std::string_view::npos) {
    // Replacing only lengthens: a character that this cuts lies past the limit anyway.
    for (const char c : text.substr(0, std::max(max_bytes, max_bytes + 4)))
      if (c == '\0')
        without_nul += "\xEF\xBF\xBD";
      else
        without_nul += c;
    text = without_nul;
  }
  std::string clean;
  append_utf8(clean, text, max_bytes);
  return clean;
}

void append_label_value(std::string& out, std::string_view value, std::size_t max_bytes) {
  if (value.size() <= max_bytes && needs_no_care(value)) {
    out.append(value);
    return;
  }
  for (const char c : clean_text(value, max_bytes)) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
}

} // namespace reeve::store
