// SPDX-License-Identifier: Apache-2.0
// Lines, words and numbers of the text files of /proc and /sys. Nothing is copied.
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

namespace reeve::os::parse {

// The next line without its end. One that has no end was cut off by a short read and is left out.
inline bool next_line(std::string_view& rest, std::string_view& line) noexcept {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return false;
  line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return true;
}

// The next word, without the blanks around it; empty at the end.
inline std::string_view next_word(std::string_view& rest) noexcept {
  const std::size_t begin = rest.find_first_not_of(" \t");
  if (begin == std::string_view::npos) {
    rest = {};
    return {};
  }
  rest.remove_prefix(begin);
  const std::size_t end = rest.find_first_of(" \t");
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(word.size());
  return word;
}

// The whole word as a number that fits.
inline bool to_number(std::string_view word, std::uint64_t& out) noexcept {
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), out);
  return problem == std::errc() && end == word.data() + word.size() && !word.empty();
}
inline bool next_number(std::string_view& rest, std::uint64_t& out) noexcept {
  return to_number(next_word(rest), out);
}

} // namespace reeve::os::parse
