// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/problem_list.hpp"
#include "reeve/config/remedy_settings.hpp"
#include "reeve/config/table_reader.hpp"

#include <string_view>
#include <vector>

namespace reeve::config {

// The table [remedy].
void read_remedy(table_reader in, remedy_settings& out, problem_list& problems);
// The tables [[maintenance]] of `root`, the whole file. `known`: the names of its rules and mappings of alerts.
std::vector<maintenance_settings>
read_maintenance(table_reader& root, const std::vector<std::string_view>& known, problem_list& problems);

} // namespace reeve::config
