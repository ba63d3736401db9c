// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/value_tree.hpp"
#include "reeve/config/load.hpp"
#include "reeve/rules/rule.hpp"

#include <cstddef>
#include <vector>

namespace reeve::app {

// What is wrong with the rules of a configuration that is fine otherwise, and with what is done about them and about alerts:
// expressions, summaries, targets that no table [[process]] or [[job]] names, time zones of maintenance windows.
std::vector<diagnostic> check_rules(const config::loaded& fine);

// Where the byte `offset` of a rule's expression stands in the file; in a text of several lines, where that begins.
source_position place_in_expression(const config::rule_settings& rule, std::size_t offset,
                                    const config::source_texts& texts);

// Those of which check_rules() says nothing bad. Their severity is a label.
std::vector<rules::rule> make_rules(const std::vector<config::rule_settings>& settings);

} // namespace reeve::app
