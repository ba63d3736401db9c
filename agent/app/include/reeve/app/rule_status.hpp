// SPDX-License-Identifier: Apache-2.0
// What fires and what is done about it, as `reeve status` and the page at "/" show it.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"
#include "reeve/rules/rule.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::app {

struct firing_alert {
  std::string source; // the rule, or the mapping that an alert of Alertmanager has led to
  rules::label_list labels;
  std::string value;
  std::optional<nanoseconds> firing_for; // nothing: of an alert that was sent
  std::string next;                      // for a person: "would restart process:web in 10s"
};

struct rule_status {
  static constexpr std::size_t most_shown = 100;

  std::size_t rules = 0;
  std::vector<firing_alert> firing; // the first of them
  std::size_t firing_total = 0;
  std::vector<std::pair<std::string, std::string>> given_up; // rules and mappings, each with the reason
};

// {team="a"}, and without the braces
std::string label_text(const rules::label_list& labels);
std::string bare_label_text(const rules::label_list& labels);

// Between the agent and the command line. Control characters in the texts become blanks.
std::string to_text(const rule_status& status);
result<rule_status> parse_rule_status(std::string_view text);

} // namespace reeve::app
