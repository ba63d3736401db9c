// SPDX-License-Identifier: Apache-2.0
#include "windows/environment.hpp"

#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cwchar>
#include <string_view>

namespace reeve::os {

namespace {

int compare(std::wstring_view a, std::wstring_view b) {
  return CompareStringOrdinal(a.data(), static_cast<int>(a.size()), b.data(), static_cast<int>(b.size()),
                              TRUE);
}

} // namespace

std::vector<std::string> environment_for(const std::vector<std::pair<std::string, std::string>>& changes) {
  std::vector<std::wstring> entries;
  if (wchar_t* const own = GetEnvironmentStringsW()) {
    for (const wchar_t* e = own; *e != 0; e += std::wcslen(e) + 1) {
      const std::wstring_view text = e;
      // "=C:" and its like, where a drive's current folder stands, begin with the sign.
      const std::wstring_view name = text.substr(0, text.find(L'=', 1));
      const bool is_replaced = std::ranges::any_of(
          changes, [&](const auto& change) { return compare(name, to_utf16(change.first)) == CSTR_EQUAL; });
      if (!is_replaced) entries.emplace_back(text);
    }
    FreeEnvironmentStringsW(own);
  }
  for (const auto& [name, value] : changes)
    entries.push_back(to_utf16(cat(name, "=", value)));
  std::ranges::sort(
      entries, [](const std::wstring& a, const std::wstring& b) { return compare(a, b) == CSTR_LESS_THAN; });
  std::vector<std::string> out;
  out.reserve(entries.size());
  for (const std::wstring& e : entries)
    out.push_back(to_utf8(e));
  return out;
}

} // namespace reeve::os
