// SPDX-License-Identifier: Apache-2.0
// Who may include whom: the table of docs/architecture.md, checked from the #include lines.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::lint {

// Folder of agent/ -> the folders whose headers it may include besides its own; "api" is plugin-api. A folder that is not
// here may include every other.
const std::map<std::string, std::set<std::string>>& allowed_folders();

// The first entry whose prefix fits an include decides. Without users the library is used nowhere.
struct library {
  std::string_view prefix;             // of the name between < and >
  std::vector<std::string_view> users; // paths that may include it, by prefix
};
const std::vector<library>& libraries();

struct violation {
  std::string file; // relative to the root, with forward slashes
  unsigned line = 0;
  std::string what;
};

// Reads every source file below agent/, plugins/, plugin-api/, tests/ and bench/ of `root`.
std::vector<violation> check_includes(const std::filesystem::path& root);

} // namespace reeve::lint
