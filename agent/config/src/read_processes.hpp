// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/problem_list.hpp"
#include "reeve/config/settings.hpp"
#include "reeve/config/table_reader.hpp"

#include <vector>

namespace reeve::config {

// The tables [[process]] of `root`, the whole file.
std::vector<process_settings> read_processes(table_reader& root, problem_list& problems);

} // namespace reeve::config
