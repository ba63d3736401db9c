// SPDX-License-Identifier: Apache-2.0
// Whether anybody has the metrics that rules name: what is no mistake, but can never fire.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/base/value_tree.hpp"
#include "reeve/config/load.hpp"

#include <string>
#include <vector>

namespace reeve::cli {

struct metric_check {
  std::string compared_with; // "samples", "agent"; empty: nothing
  std::string why_not;       // it was not compared
  std::vector<diagnostic> warnings;
};

struct metric_source {
  std::string samples; // a file, which goes before the agent; empty: none
  bool asks_agent = true;
  std::string instance;
};

// An error where the samples cannot be read. Without an agent nothing is compared.
result<metric_check> check_metrics(const config::loaded& fine, const metric_source& from);

} // namespace reeve::cli
