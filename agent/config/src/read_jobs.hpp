// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/problem_list.hpp"
#include "reeve/config/settings.hpp"
#include "reeve/config/table_reader.hpp"

#include <vector>

namespace reeve::config {

// The tables [[job]] of `root`, the whole file. No job may have the name of a process.
std::vector<job_settings> read_jobs(table_reader& root, const std::vector<process_settings>& processes,
                                    problem_list& problems);

} // namespace reeve::config
