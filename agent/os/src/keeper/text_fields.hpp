// SPDX-License-Identifier: Apache-2.0
// Whole numbers as texts between the agent and its keepers.
#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace reeve::os {

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

} // namespace reeve::os
