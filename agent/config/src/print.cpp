// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/print.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace reeve::config {

namespace {

// Reads one character of valid UTF-8 and removes it from `text`.
char32_t next_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < std::min(length, text.size()); ++i)
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  text.remove_prefix(std::min(length, text.size()));
  return code;
}

bool in_ranges(char32_t code, const auto& ranges) {
  return std::ranges::any_of(ranges, [&](const auto& r) { return code >= r.first && code <= r.second; });
}

// The blocks that terminals draw two cells wide (Unicode's EastAsianWidth.txt, W and F) and none wide
// (combining marks), by whole blocks: enough to put a caret in place.
int cells(char32_t code) {
  using range = std::pair<char32_t, char32_t>;
  static constexpr std::array<range, 8> none{{{0x0300, 0x036F},
                                              {0x0483, 0x0489},
                                              {0x0591, 0x05BD},
                                              {0x064B, 0x065F},
                                              {0x200B, 0x200F},
                                              {0x20D0, 0x20FF},
                                              {0xFE00, 0xFE0F},
                                              {0xFE20, 0xFE2F}}};
  static constexpr std::array<range, 9> two{{{0x1100, 0x115F},
                                             {0x2E80, 0x303E},
                                             {0x3041, 0xA4CF},
                                             {0xAC00, 0xD7A3},
                                             {0xF900, 0xFAFF},
                                             {0xFE30, 0xFE6F},
                                             {0xFF00, 0xFF60},
                                             {0x1F300, 0x1FAFF},
                                             {0x20000, 0x3FFFD}}};
  return in_ranges(code, none) ? 0 : in_ranges(code, two) ? 2 : 1;
}

bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F);
}

struct shown_line {
  std::string text;
  std::string padding; // as wide as what stands before the column; a tab stays a tab, so the two lines agree
  bool has_column = false;
};

shown_line show(const diagnostic& problem) {
  std::string valid;
  append_utf8(valid, problem.excerpt, problem.excerpt.size() * 3);
  shown_line out;
  std::uint32_t column = 1;
  for (std::string_view rest = valid; !rest.empty(); ++column) {
    const std::string_view before = rest;
    const char32_t code = next_character(rest);
    const bool masked = is_control(code) && code != '\t';
    if (masked)
      out.text += '?';
    else
      out.text += before.substr(0, before.size() - rest.size());
    if (column < problem.where.column)
      out.padding += code == '\t' ? std::string("\t")
                                  : std::string(masked ? 1u : static_cast<unsigned>(cells(code)), ' ');
  }
  // One past the end is where something is missing.
  out.has_column = problem.where.column != 0 && problem.where.column <= column;
  return out;
}

} // namespace

std::string format(const diagnostic& problem, bool colour) {
  const auto paint = [&](std::string_view code) { return colour ? code : std::string_view(); };
  constexpr std::string_view bold = "\x1b[1m", red = "\x1b[1;31m", green = "\x1b[1;32m", cyan = "\x1b[1;36m",
                             off = "\x1b[0m";
  const source_position& where = problem.where;
  std::string out(paint(bold));
  if (!where.file.empty()) out += cat(where.file, ":");
  if (where.line) out += cat(where.line, ":");
  if (where.line && where.column) out += cat(where.column, ":");
  if (!where.file.empty()) out += ' ';
  out += cat(paint(off), paint(red), "error:", paint(off), " ", problem.message, "\n");
  if (!problem.excerpt.empty()) {
    const shown_line line = show(problem);
    out += cat("    ", line.text, "\n");
    if (line.has_column) out += cat("    ", line.padding, paint(green), "^", paint(off), "\n");
  }
  if (!problem.hint.empty()) out += cat(paint(cyan), "hint:", paint(off), " ", problem.hint, "\n");
  return out;
}

} // namespace reeve::config
