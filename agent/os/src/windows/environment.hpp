// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace reeve::os {

// This process's own with `changes` in place, as NAME=VALUE, in the order that CreateProcessW wants.
std::vector<std::string> environment_for(const std::vector<std::pair<std::string, std::string>>& changes);

} // namespace reeve::os
