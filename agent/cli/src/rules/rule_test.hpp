// SPDX-License-Identifier: Apache-2.0
// Rules tried with made-up series: what fires at given times, and which steps have been taken by then. Time is the test's.
#pragma once

#include "reeve/base/value_tree.hpp"
#include "reeve/config/problem_list.hpp"
#include "reeve/config/remedy_settings.hpp"
#include "reeve/rules/label_set.hpp"
#include "reeve/rules/rule.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reeve::cli {

struct rule_test {
  struct made_series {
    rules::label_set_ptr labels;
    std::vector<std::optional<double>> values; // one each interval, from 0 on
  };
  struct firing_alert {
    rules::label_list labels; // all of them, ordered, but for the severity
    std::optional<double> value;
  };
  struct expectation {
    std::int64_t at_ms = 0;
    std::string rule;
    std::vector<firing_alert> firing;
    std::optional<std::vector<std::string>>
        actions; // of the alert that has come furthest; nothing: not looked at
    source_position where, rule_where;
  };
  std::string config; // the file with the rules, as it is written
  source_position config_where;
  std::int64_t interval_ms = 60'000;
  std::vector<made_series> series;
  std::vector<expectation> expected; // in the order of their times
};

rule_test read_rule_test(const value_node& root, config::problem_list& problems);

// Names of rules that the configuration does not have.
std::vector<diagnostic> check_rule_names(const rule_test& test,
                                         const std::vector<config::rule_settings>& rules);

// What is not as expected, of the rules that are there. An action is taken to need no time.
std::vector<diagnostic> run_rule_test(const rule_test& test, const std::vector<config::rule_settings>& rules);

} // namespace reeve::cli
