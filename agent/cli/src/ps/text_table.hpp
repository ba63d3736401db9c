// SPDX-License-Identifier: Apache-2.0
// Cells in aligned columns. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace reeve::cli {

enum class tint : unsigned char { none, bold, dim, warning, alarm };

struct cell {
  std::string text; // printable
  tint colour = tint::none;
};

struct table_column {
  std::string title;
  bool right = false;     // numbers stand at the right
  std::size_t widest = 0; // cut a cell that takes more columns; 0: never
};

struct table_style {
  std::size_t width = 0; // of the terminal; lines are cut there. 0: no limit
  bool colours = false;
};

// A title line, then one line per row, each ending in a newline. Columns are two blanks apart; the last is
// not padded. Every row has one cell per column.
std::string render_table(const std::vector<table_column>& columns, const std::vector<std::vector<cell>>& rows,
                         const table_style& style);

} // namespace reeve::cli
