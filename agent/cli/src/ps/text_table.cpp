// SPDX-License-Identifier: Apache-2.0
#include "ps/text_table.hpp"

#include "ps/printable.hpp"

#include <algorithm>
#include <string_view>

namespace reeve::cli {

namespace {

const char* sequence(tint t) noexcept { // ECMA-48, select graphic rendition
  switch (t) {
  case tint::none:
    return "";
  case tint::bold:
    return "\x1b[1m";
  case tint::dim:
    return "\x1b[2m";
  case tint::warning:
    return "\x1b[33m";
  case tint::alarm:
    return "\x1b[31m";
  }
  return "";
}

// One line; counts the columns it has used so that it can be cut at the terminal's edge.
class line_writer {
 public:
  line_writer(std::string& out, const table_style& style) : out_(out), style_(style) {}

  void blanks(std::size_t count) { pending_ += count; }
  void text(std::string_view text, tint t) {
    if (text.empty()) return;
    std::size_t room =
        style_.width == 0 ? text.size() : style_.width - std::min(style_.width, used_ + pending_);
    const std::string_view part = fit(text, room);
    if (part.empty()) return;
    // Blanks are written when something follows them, so that no line ends in some.
    out_.append(pending_, ' ');
    used_ += pending_ + room;
    pending_ = 0;
    const bool coloured = style_.colours && t != tint::none;
    if (coloured) out_ += sequence(t);
    out_ += part;
    if (coloured) out_ += "\x1b[0m";
  }
  void end() { out_.push_back('\n'); }

 private:
  std::string& out_;
  const table_style& style_;
  std::size_t used_ = 0, pending_ = 0;
};

} // namespace

std::string render_table(const std::vector<table_column>& columns, const std::vector<std::vector<cell>>& rows,
                         const table_style& style) {
  std::vector<std::size_t> widths;
  for (const table_column& c : columns)
    widths.push_back(display_width(c.title));
  for (const std::vector<cell>& row : rows)
    for (std::size_t i = 0; i < columns.size(); ++i) {
      std::size_t width = display_width(row[i].text);
      if (columns[i].widest != 0) width = std::min(width, columns[i].widest);
      widths[i] = std::max(widths[i], width);
    }

  std::string out;
  const auto write = [&](auto&& cell_at) {
    line_writer line(out, style);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto& [text, colour] = cell_at(i);
      std::size_t width = widths[i];
      const std::string_view shown = fit(text, width);
      if (i > 0) line.blanks(2);
      if (columns[i].right) line.blanks(widths[i] - width);
      line.text(shown, colour);
      if (!columns[i].right) line.blanks(widths[i] - width);
    }
    line.end();
  };
  write([&](std::size_t i) { return cell{columns[i].title, tint::bold}; });
  for (const std::vector<cell>& row : rows)
    write([&](std::size_t i) -> const cell& { return row[i]; });
  return out;
}

} // namespace reeve::cli
