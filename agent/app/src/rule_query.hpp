// SPDX-License-Identifier: Apache-2.0
// Questions about what the agent has right now, which no rule need ask. Loop thread only.
#pragma once

#include "rule_runner.hpp"

#include <string>
#include <string_view>

namespace reeve::app {

// The answers to "rules eval EXPRESSION" and "rules unknown METRICS", see control_requests.hpp; without the verb.
std::string answer_to_query(std::string_view expression, rule_runner& rules);
std::string answer_unknown(std::string_view metrics, rule_runner& rules);
// What the expression looks at, for a person: lines with the newest values of the first series of each selector.
std::string what_it_reads(std::string_view expression, rule_runner& rules);

} // namespace reeve::app
