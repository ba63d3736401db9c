// SPDX-License-Identifier: Apache-2.0
// Patterns for process names: * is any text, ? one byte; everything else stands for itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reeve::handle_leak {

bool matches_glob(std::string_view text, std::string_view pattern) noexcept;

// Names that some pattern of `include` matches (an empty list: every name) and none of `exclude`.
struct name_filter {
  std::vector<std::string> include;
  std::vector<std::string> exclude;

  bool accepts(std::string_view name) const noexcept;
};

} // namespace reeve::handle_leak
