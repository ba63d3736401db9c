// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "keeper/launch_order.hpp"
#include "windows/unique_handle.hpp"

namespace reeve::os {

// The program is born into the job, on the console of this process. `output`: inheritable, becomes its standard output
// and error. An error says which of its settings is at fault; nothing runs then.
result<unique_handle> start_program(const launch_order& order, HANDLE output, HANDLE job);

} // namespace reeve::os
