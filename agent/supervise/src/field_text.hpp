// SPDX-License-Identifier: Apache-2.0
// The values of state files: lines of "key value".
#pragma once

#include <charconv>
#include <string>
#include <string_view>

namespace reeve::supervise {

// False: the text is no such number, or goes on behind it.
template <class T>
bool read(std::string_view text, T& out) {
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), out);
  return status == std::errc{} && end == text.data() + text.size();
}

inline bool read(std::string_view text, bool& out) {
  out = text == "yes";
  return out || text == "no";
}

inline const char* yes_or_no(bool b) {
  return b ? "yes" : "no";
}

// What comes before `end`, or all of it; both are gone from `text` then.
inline std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view out = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + 1);
  return out;
}

inline std::string on_one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return text;
}

} // namespace reeve::supervise
