// SPDX-License-Identifier: Apache-2.0
#include "posix/environment.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <csignal>
#include <string_view>
#include <unistd.h>

extern char** environ;

namespace reeve::os {

std::vector<std::string> environment_for(const std::vector<std::pair<std::string, std::string>>& changes,
                                         const account* whose) {
  std::vector<std::pair<std::string, std::string>> all;
  if (whose)
    all = {{"HOME", whose->home}, {"USER", whose->name}, {"LOGNAME", whose->name}, {"SHELL", whose->shell}};
  for (const auto& [name, value] : changes) {
    const auto same = std::ranges::find(all, name, &std::pair<std::string, std::string>::first);
    if (same != all.end())
      same->second = value;
    else
      all.emplace_back(name, value);
  }
  std::vector<std::string> out;
  for (char** e = environ; *e != nullptr; ++e) {
    const std::string_view text = *e;
    const std::string_view name = text.substr(0, text.find('='));
    if (std::ranges::none_of(all, [&](const auto& change) { return change.first == name; }))
      out.emplace_back(text);
  }
  for (const auto& [name, value] : all)
    out.push_back(cat(name, "=", value));
  return out;
}

} // namespace reeve::os
