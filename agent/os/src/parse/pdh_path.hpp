// SPDX-License-Identifier: Apache-2.0
// The path of a Windows performance counter, "\Object(Instance)\Counter" ("Specifying a Counter Path", Microsoft's
// documentation of PDH).
#pragma once

#include "reeve/base/result.hpp"

#include <string_view>

namespace reeve::os::parse {

struct pdh_path {
  std::string_view object;   // "Processor"
  std::string_view instance; // "*", "_Total", "chrome#1"; empty: the object has none
  std::string_view counter;  // "% Processor Time"
  bool all_instances() const noexcept { return instance.find('*') != std::string_view::npos; }
};

// Views of `path`. Paths of other computers (\\NAME\Object\...) are refused: the agent reads its own machine.
result<pdh_path> parse_pdh_path(std::string_view path);

} // namespace reeve::os::parse
