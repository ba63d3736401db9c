// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_arguments.hpp"

namespace reeve::os::parse {

namespace {

void append_argument(std::string& out, std::string_view argument) {
  if (!argument.empty() && argument.find_first_of(" \t\n\v\"") == std::string_view::npos) {
    out += argument;
    return;
  }
  out += '"';
  std::size_t backslashes = 0;
  for (const char c : argument) {
    // Backslashes stand for themselves, but each of those before a quote must be doubled.
    if (c == '"') out.append(backslashes + 1, '\\');
    backslashes = c == '\\' ? backslashes + 1 : 0;
    out += c;
  }
  out.append(backslashes, '\\'); // before the quote that ends the argument
  out += '"';
}

} // namespace

std::string windows_command_line(std::string_view program, const std::vector<std::string>& args) {
  std::string out = "\"";
  out.append(program).append("\"");
  for (const std::string& a : args) {
    out += ' ';
    append_argument(out, a);
  }
  return out;
}

} // namespace reeve::os::parse
