// SPDX-License-Identifier: Apache-2.0
// Who may include whom: the table of docs/architecture.md, checked from the #include lines.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace reeve::lint {

struct violation {
  std::string file; // relative to the root, with forward slashes
  unsigned line = 0;
  std::string what;
};

// Reads every source file below agent/, plugins/, plugin-api/, tests/ and bench/ of `root`.
std::vector<violation> check_includes(const std::filesystem::path& root);

} // namespace reeve::lint
