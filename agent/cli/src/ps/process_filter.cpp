// SPDX-License-Identifier: Apache-2.0
#include "ps/process_filter.hpp"

#include <algorithm>

namespace reeve::cli {

namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_letter(char a, char b) noexcept {
  return lower(a) == lower(b);
}

bool same_text(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_letter);
}

bool contains(std::string_view text, std::string_view part) noexcept {
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same_letter) != text.end() ||
         part.empty();
}

bool is_user(std::string_view account, std::string_view wanted) noexcept {
  if (same_text(account, wanted)) return true;
  const std::size_t domain = account.find('\\');
  return domain != std::string_view::npos && same_text(account.substr(domain + 1), wanted);
}

template <class Test>
bool any(const std::vector<std::string>& wanted, Test&& test) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), test);
}

} // namespace

bool matches_glob(std::string_view text, std::string_view pattern) noexcept {
  std::size_t t = 0, p = 0;
  std::size_t star = std::string_view::npos, star_text = 0; // where to go on when the rest does not fit
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || same_letter(pattern[p], text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool matches_name(std::string_view text, std::string_view pattern) noexcept {
  return pattern.find_first_of("*?") == std::string_view::npos ? contains(text, pattern)
                                                               : matches_glob(text, pattern);
}

os::process_fields process_filter::needed() const noexcept {
  os::process_fields out = 0;
  if (!users.empty()) out = out | os::process_field::user;
  if (!commands.empty()) out = out | os::process_field::command_line;
  return out;
}

bool process_filter::accepts(const os::process_rows& rows, const os::process_row& row) const {
  if (!pids.empty() && std::find(pids.begin(), pids.end(), row.id.pid) == pids.end()) return false;
  const std::string_view name = rows.view(row.name);
  if (!any(names, [&](const std::string& one) { return matches_name(name, one); })) return false;
  const bool has_user = has(row.present, os::process_field::user);
  if (!any(users, [&](const std::string& one) { return has_user && is_user(rows.view(row.user), one); }))
    return false;
  const bool has_command = has(row.present, os::process_field::command_line);
  return any(commands, [&](const std::string& one) {
    return has_command && contains(rows.view(row.command_line), one);
  });
}

} // namespace reeve::cli
