// SPDX-License-Identifier: Apache-2.0
#include "windows/event_text.hpp"

#include "windows/windows.hpp"

namespace reeve::eventlog_writer {

std::wstring event_text(std::string_view utf8, std::size_t max_units) {
  std::string text;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const char c = utf8[i];
    if (c == '\n' && (i == 0 || utf8[i - 1] != '\r')) text += '\r';
    text += c == '\0' ? ' ' : c;
    if (c == '%' && i + 1 < utf8.size() && utf8[i + 1] >= '0' && utf8[i + 1] <= '9') text += ' ';
  }
  std::wstring out;
  if (text.empty()) return out;
  const int length = MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), nullptr, 0);
  out.resize(static_cast<std::size_t>(length));
  MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), out.data(), length);
  if (out.size() <= max_units) return out;
  out.resize(max_units);
  if (out.back() >= 0xD800 && out.back() <= 0xDBFF) out.pop_back(); // half of a pair
  return out;
}

} // namespace reeve::eventlog_writer
