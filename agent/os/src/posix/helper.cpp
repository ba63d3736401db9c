// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/helper.hpp"

namespace reeve::os {

std::optional<int> run_as_helper(int, const char* const*) {
  return std::nullopt;
}

} // namespace reeve::os
