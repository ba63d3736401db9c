// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/problem_list.hpp"
#include "reeve/config/remedy_settings.hpp"
#include "reeve/config/table_reader.hpp"

#include <vector>

namespace reeve::config {

// The tables [[rule]] of `root`, the whole file. Whether the expressions are any is not looked at here.
std::vector<rule_settings> read_rules(table_reader& root, problem_list& problems);
// The table [rules].
void read_rule_engine(table_reader in, rules_settings& out);

} // namespace reeve::config
