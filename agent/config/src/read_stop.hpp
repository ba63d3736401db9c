// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/problem_list.hpp"
#include "reeve/config/settings.hpp"
#include "reeve/config/table_reader.hpp"

namespace reeve::config {

// How a program is ended: stop_timeout and the rungs of `stop`.
void read_stop(table_reader& in, program_settings& out, problem_list& problems);

} // namespace reeve::config
