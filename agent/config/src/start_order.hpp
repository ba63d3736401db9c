// SPDX-License-Identifier: Apache-2.0
// What the processes of a configuration ask of each other.
#pragma once

#include "reeve/config/problem_list.hpp"
#include "reeve/config/settings.hpp"

#include <vector>

namespace reeve::config {

// `after` and `requires` name processes that there are, and nobody waits for himself in the end.
void check_start_order(const std::vector<process_settings>& all, problem_list& problems);
// No group has the name of a process.
void check_groups(const std::vector<process_settings>& all, problem_list& problems);

} // namespace reeve::config
