// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/health_settings.hpp"
#include "reeve/config/problem_list.hpp"
#include "reeve/config/table_reader.hpp"

#include <vector>

namespace reeve::config {

// The tables [[process.health]] of `process`, one [[process]].
std::vector<health_settings> read_health(table_reader& process, problem_list& problems);

} // namespace reeve::config
