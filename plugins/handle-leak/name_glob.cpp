// SPDX-License-Identifier: Apache-2.0
#include "name_glob.hpp"

#include <algorithm>

namespace reeve::handle_leak {

// Linear in practice: only the last * is ever tried again.
bool matches_glob(std::string_view text, std::string_view pattern) noexcept {
  std::size_t t = 0, p = 0, star = std::string_view::npos, after = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++after;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

bool name_filter::accepts(std::string_view name) const noexcept {
  const auto matches = [name](const std::string& pattern) { return matches_glob(name, pattern); };
  return (include.empty() || std::any_of(include.begin(), include.end(), matches)) &&
         std::none_of(exclude.begin(), exclude.end(), matches);
}

} // namespace reeve::handle_leak
