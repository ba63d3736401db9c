// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/value_tree.hpp"
#include "reeve/config/problem_list.hpp"

#include <optional>
#include <string>

namespace reeve::config {

// The whole file as a table, its members in the order of the file. Nothing, with a problem added, when it is
// no TOML.
std::optional<value_node> parse_toml(const std::string& file, const std::string& text,
                                     problem_list& problems);

} // namespace reeve::config
