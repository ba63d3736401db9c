// SPDX-License-Identifier: Apache-2.0
// The part of `reeve status` about rules.
#pragma once

#include "ps/text_table.hpp"

#include "reeve/app/rule_status.hpp"
#include "reeve/base/result.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace reeve::cli {

result<app::rule_status> ask_firing(const std::string& instance);
// {"rules": ..., "firing": [...], "firing_total": ..., "given_up": [...]}
boost::json::object firing_json(const app::rule_status& status);
// Empty for an agent without rules.
std::string firing_text(const app::rule_status& status, const table_style& style);

} // namespace reeve::cli
