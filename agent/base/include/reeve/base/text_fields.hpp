// SPDX-License-Identifier: Apache-2.0
// What Reeve writes for itself to read: records of state, and what its processes tell each other.
#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

namespace reeve {

// False, and `out` untouched, unless all of `text` is one number of that type.
template <class T>
bool read_number(std::string_view text, T& out) noexcept {
  T value{};
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size()) return false;
  out = value;
  return true;
}

// Takes what goes before the next `end` off `text`, with the end; all of it where there is none.
inline std::string_view take_until(std::string_view& text, char end) noexcept {
  const std::size_t at = text.find(end);
  const std::string_view out = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + 1);
  return out;
}

// With blanks for control characters, such as tabs and line ends.
inline std::string on_one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return text;
}

// Lines: `first_line`, then "key value" for each field, then "." and nothing more. False when the text is anything else, is
// torn, or take_field(key, value) refuses one; some fields may have been taken then.
template <class TakeField>
bool read_record(std::string_view text, std::string_view first_line, TakeField take_field) {
  if (take_until(text, '\n') != first_line) return false;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (line == ".") return text.empty();
    const std::string_view key = take_until(line, ' ');
    if (!take_field(key, line)) return false;
  }
  return false;
}

} // namespace reeve
