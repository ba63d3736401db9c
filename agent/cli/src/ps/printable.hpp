// SPDX-License-Identifier: Apache-2.0
// Text from the outside made fit for a terminal. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reeve::cli {

// Appends `text` so that it can neither steer the terminal nor break the line: \n, \t and \r as such, other
// control bytes and bytes that are no UTF-8 as \xNN, C1 controls and marks that turn the writing direction as
// \u{NNNN}.
void append_printable(std::string& out, std::string_view text);
inline std::string printable(std::string_view text) {
  std::string out;
  append_printable(out, text);
  return out;
}

// Columns that valid UTF-8 takes on a terminal: 2 for East Asian wide characters and emoji, 0 for combining
// marks.
std::size_t display_width(std::string_view text) noexcept;

// The longest beginning of valid UTF-8 that takes at most `columns`; `columns` becomes what it takes.
std::string_view fit(std::string_view text, std::size_t& columns) noexcept;

} // namespace reeve::cli
