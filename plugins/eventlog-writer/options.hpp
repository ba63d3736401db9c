// SPDX-License-Identifier: Apache-2.0
// The table [plugin.eventlog-writer], read and checked.
#pragma once

#include "system_log.hpp"

#include "reeve/plugin.hpp"

#include <chrono>
#include <cstdint>

namespace reeve::eventlog_writer {

struct options {
  std::uint32_t min_severity = REEVE_INFO;
  std::uint32_t rate_limit = 20; // events of one id in each rate_interval; 0: all
  std::chrono::nanoseconds rate_interval = std::chrono::minutes(1);
  system_log_options log;
};

// Everything that is wrong has been rejected with its path when this returns.
options read_options(sdk::config& config);

} // namespace reeve::eventlog_writer
