// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::supervise {

// Lines of NAME=VALUE; "export " in front, quotes of either kind around the value, empty lines and those that begin with #
// are let through. Nothing is expanded. An error names the line.
result<std::vector<std::pair<std::string, std::string>>> parse_env_file(std::string_view text);

} // namespace reeve::supervise
