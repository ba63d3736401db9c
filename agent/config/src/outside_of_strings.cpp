// SPDX-License-Identifier: Apache-2.0
#include "outside_of_strings.hpp"

#include <string>

namespace reeve::config {

namespace {

// Behind the string that begins at `from`; npos: it has no end.
std::size_t end_of_string(std::string_view text, std::size_t from) noexcept {
  const char quote = text[from];
  const bool is_long = text.substr(from, 3) == std::string_view(quote == '"' ? "\"\"\"" : "'''");
  for (std::size_t i = from + (is_long ? 3 : 1); i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text[i] == '\n' && !is_long) {
      return std::string_view::npos;
    } else if (text[i] == quote) {
      if (!is_long) return i + 1;
      std::size_t run = 1; // of quotes: up to two belong to the text, the last three end it
      while (i + run < text.size() && text[i + run] == quote)
        ++run;
      if (run >= 3) return i + run;
      i += run - 1;
    }
  }
  return std::string_view::npos;
}

} // namespace

std::optional<std::size_t> first_foreign_byte(std::string_view toml) noexcept {
  for (std::size_t i = 0; i < toml.size();) {
    const char c = toml[i];
    if (static_cast<unsigned char>(c) >= 0x80) return i;
    if (c == '#')
      i = toml.find('\n', i);
    else if (c == '"' || c == '\'')
      i = end_of_string(toml, i);
    else
      ++i;
  }
  return std::nullopt;
}

} // namespace reeve::config
