// SPDX-License-Identifier: Apache-2.0
// What a running agent says of expressions and metrics, see "rules eval" in reeve/app/control_requests.hpp.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/rules/evaluation.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::cli {

struct agent_value {
  std::int64_t at_ms = 0; // Unix
  rules::instant_value value;
  std::vector<rules::label_set_ptr> labels; // of its samples
  std::vector<std::string> warnings;        // where the agent has not all that the expression looks at
};

// `type` is that of the expression. not_found: no agent serves that instance.
result<agent_value> evaluate_in_agent(const std::string& instance, std::string_view expression,
                                      rules::value_type type);
// Those of `metrics` that the agent has no series of.
result<std::set<std::string>> unknown_to_agent(const std::string& instance,
                                               const std::set<std::string>& metrics);

} // namespace reeve::cli
