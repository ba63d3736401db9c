// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "remedies.hpp"
#include "rule_runner.hpp"

#include <string>
#include <string_view>

namespace reeve::app {

// What the command line asks about rules and remedies, see control_requests.hpp: a request that begins with rules_verb.
std::string answer_about_rules(std::string_view request, rule_runner& rules, remedies& actions,
                               const clock& time);

} // namespace reeve::app
