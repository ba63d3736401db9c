// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "keeper/launch_order.hpp"

#include <sys/types.h>

namespace reeve::os {

// Forks and executes; the program is alone in a new session and in its control group before its first instruction, and
// is killed when this process ends. `output`: becomes its standard output and error; `cgroup`: of the group's folder, or
// -1. An error says which of its settings is at fault; nothing runs then.
result<pid_t> start_program(const launch_order& order, int output, int cgroup);

} // namespace reeve::os
