// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "keeper/launch_order.hpp"
#include "windows/keeper/commands.hpp"
#include "windows/security.hpp"

#include <string>

namespace reeve::os {

struct started_keeper {
  process_id id;
  unique_handle process;
  unique_handle news; // overlapped
  command_events events;
};

// Starts a keeper that outlives this process, without waiting for it. `access`: who may send it commands.
result<started_keeper> start_keeper(const std::string& program, const launch_order& order,
                                    SECURITY_ATTRIBUTES* access);

} // namespace reeve::os
