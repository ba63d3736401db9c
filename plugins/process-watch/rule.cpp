// SPDX-License-Identifier: Apache-2.0
#include "rule.hpp"

#include <algorithm>

namespace reeve::process_watch {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_executable(const std::vector<std::string>& list, std::string_view path) {
  if (path.empty()) return false;
  return std::any_of(list.begin(), list.end(), [&](const std::string& one) {
    return one == (one.find_first_of("/\\") == std::string::npos ? base_name(path) : path);
  });
}

} // namespace

bool rule::matches(const subject& s, captures& taken) const {
  // The cheap ones first.
  if (!process.empty() && !contains(process, s.name)) return false;
  if (!user.empty() && !contains(user, s.user)) return false;
  if (!executable.empty() && !is_executable(executable, s.executable)) return false;

  const bool capturing = name.uses(name_template::variable::match);
  captures mine;
  const auto found = [&](const pattern& p, std::string_view text) {
    return capturing ? p.matches(text, mine) : p.matches(text);
  };
  if (process_regex && !found(*process_regex, s.name)) return false;
  if (executable_regex && (s.executable.empty() || !found(*executable_regex, s.executable))) return false;
  for (const auto& p : command_line_regex)
    if (s.command_line.empty() || !found(*p, s.command_line)) return false;
  taken.insert(taken.end(), mine.begin(), mine.end());
  return true;
}

} // namespace reeve::process_watch
