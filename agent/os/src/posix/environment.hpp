// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "posix/account.hpp"

#include <string>
#include <utility>
#include <vector>

namespace reeve::os {

// This process's own with `changes` in place, as NAME=VALUE. With an account also its HOME, USER, LOGNAME and SHELL,
// unless `changes` have them.
std::vector<std::string> environment_for(const std::vector<std::pair<std::string, std::string>>& changes,
                                         const account* whose);

} // namespace reeve::os
