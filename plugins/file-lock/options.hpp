// SPDX-License-Identifier: Apache-2.0
// The plugin's table, as structs with their defaults.
#pragma once

#include "reeve/plugin.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace reeve::file_lock {

struct watch {
  std::string name;
  std::vector<std::string> paths; // files, folders, patterns
};

struct options {
  std::vector<watch> watches;
  bool holder_info = true;
  bool mappings = false;
  std::int64_t max_files = 1000;
  std::chrono::nanoseconds wait_event_after = std::chrono::seconds(30);
};

options read_options(sdk::config& config);

} // namespace reeve::file_lock
