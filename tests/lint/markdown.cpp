// SPDX-License-Identifier: Apache-2.0
#include "markdown.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace reeve::lint {

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

table_row cells_of(std::string_view line) {
  table_row out;
  std::string cell;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '|' && line[i - 1] != '\\') {
      out.push_back(trimmed(cell));
      cell.clear();
    } else {
      cell.push_back(line[i]);
    }
  }
  return out;
}

std::size_t heading_level(std::string_view line) {
  const std::size_t marks = std::min(line.find_first_not_of('#'), line.size());
  return marks < line.size() && line[marks] == ' ' ? marks : 0;
}

} // namespace

std::vector<table_row> table_rows(std::string_view text, std::string_view heading) {
  std::vector<table_row> out;
  bool inside = false, in_code = false;
  unsigned line_of_table = 0; // 1: the header, 2: the rule under it
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("```")) in_code = !in_code;
    if (in_code) continue;
    if (const std::size_t level = heading_level(line); level != 0) {
      if (inside && level <= heading_level(heading)) break;
      inside = inside || line == heading;
    }
    line_of_table = line.starts_with('|') ? line_of_table + 1 : 0;
    if (inside && line_of_table > 2) out.push_back(cells_of(line));
  }
  return out;
}

std::vector<code_block> code_blocks(std::string_view text, std::string_view heading) {
  std::vector<code_block> out;
  bool inside = false, in_code = false;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("```")) {
      in_code = !in_code;
      if (inside && in_code) out.push_back({std::string(line.substr(3)), {}});
      continue;
    }
    if (in_code) {
      if (inside) out.back().text.append(line).append("\n");
      continue;
    }
    if (const std::size_t level = heading_level(line); level != 0) {
      if (inside && level <= heading_level(heading)) break;
      inside = inside || line == heading;
    }
  }
  return out;
}

std::vector<std::string> code_in(std::string_view cell) {
  std::vector<std::string> out;
  for (std::size_t open = cell.find('`'); open != std::string_view::npos; open = cell.find('`', open)) {
    const std::size_t close = cell.find('`', open + 1);
    if (close == std::string_view::npos) break;
    out.emplace_back(cell.substr(open + 1, close - open - 1));
    open = close + 1;
  }
  return out;
}

std::vector<std::string> link_targets(std::string_view text) {
  std::vector<std::string> out;
  bool in_code = false;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("```")) in_code = !in_code;
    if (in_code) continue;
    for (std::size_t at = line.find("]("); at != std::string_view::npos; at = line.find("](", at + 1))
      if (const std::size_t end = line.find(')', at); end != std::string_view::npos)
        out.emplace_back(line.substr(at + 2, end - at - 2));
  }
  return out;
}

std::string text_of_file(const std::string& path_from_root) {
  std::ifstream in(std::string(REEVE_SOURCE_DIR) + "/" + path_from_root, std::ios::binary);
  EXPECT_TRUE(in) << path_from_root << " cannot be read";
  return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace reeve::lint
