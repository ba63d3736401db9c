// SPDX-License-Identifier: Apache-2.0
// The table [plugin.process-watch], read and checked.
#pragma once

#include "rule.hpp"

#include "reeve/plugin.hpp"
#include "reeve/process_table.h"

#include <chrono>
#include <cstdint>
#include <vector>

namespace reeve::process_watch {

struct options {
  std::vector<rule> rules; // the first that matches counts; none: one group per process name
  bool group_unmatched =
      false; // a process that no rule takes goes to a group of its name; otherwise it is ignored
  bool per_process = false;
  bool process_info = true;
  bool short_lived = true;
  bool kernel_threads = false;
  bool namedprocess_names = false;
  bool windows_names = false;
  std::uint32_t max_groups = 1000;
  std::uint32_t max_per_process = 10000;
  std::chrono::nanoseconds group_ttl = std::chrono::minutes(5);

  bool any_per_process() const noexcept;
};

// Everything that is wrong has been rejected with its path when this returns.
options read_options(sdk::config& config);

// REEVE_PROCESS_* that these options have a use for.
std::uint32_t wanted_fields(const options& o) noexcept;
// Of these the texts that decide on a process's group or labels, REEVE_PROCESS_EXECUTABLE and the like: when
// one of them changes the process is looked at anew.
std::uint32_t deciding_texts(const options& o) noexcept;

} // namespace reeve::process_watch
