// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "remedies.hpp"
#include "rule_runner.hpp"

#include "reeve/app/rule_status.hpp"

#include <string>

namespace reeve::app {

// "restart process:web has failed; stop process:web in 50s"
std::string next_text(const remedy::case_report& c);

// Loop thread only.
rule_status status_of_rules(const rule_runner& rules, const remedies& actions, const clock& time);

} // namespace reeve::app
