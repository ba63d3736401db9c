// SPDX-License-Identifier: Apache-2.0
// The table [plugin.perf-counter], read and checked.
#pragma once

#include "reeve/counters.h"
#include "reeve/plugin.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace reeve::perf_counter {

// One thing that is asked of the host, and how it is shown.
struct wanted_counter {
  std::uint32_t origin = REEVE_COUNTER_SET;
  std::string name, argument; // as in reeve_counter_request
  std::string shown;          // the label `counter` of the plugin's own metrics
  bool by_default = false;    // nobody wrote it into the configuration

  // Of a file and, where not empty, of a performance counter; sets say these themselves.
  std::string metric; // without prefix and "_total"; empty: as the host calls it
  std::string help;
  std::string label;      // key of the instance; empty: as the host calls it
  std::uint32_t kind = 0; // REEVE_GAUGE or REEVE_COUNTER; 0: as the host says
  double scale = 1;

  std::uint32_t number = 0; // that the host gave it
};

struct options {
  std::vector<wanted_counter> counters;
  std::uint32_t max_instances = 10'000; // series of one metric
};

// Everything that is wrong has been rejected with its path when this returns. Asks the host for every counter.
options read_options(sdk::config& config, const sdk::host& host, const sdk::call& call,
                     const reeve_counters& counters);

} // namespace reeve::perf_counter
