// SPDX-License-Identifier: Apache-2.0
// When something is to be done, and what. Defaults are those of the file.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/config/cron_expression.hpp"
#include "reeve/config/written_at.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace reeve::config {

// One step of an escalation. The next one is taken when the condition still holds `settle` after this one has ended.
struct step_settings {
  std::string action; // event, run, stop, restart, start, kill, reload, dump
  // "process:NAME" of a [[process]], "service:NAME" of the system, "series": the process that the labels pid and start of
  // the alert name, "port:8080", "port:53/udp": who holds it, "file:/PATH": who does. "{label}" in it is that label's value.
  // Empty for event and run.
  std::string target;
  std::vector<std::string>
      command; // of run: the program, absolute, and its arguments; "{label}" as above; no shell
  std::string signal = "SIGHUP";                 // of reload; Linux
  nanoseconds settle = std::chrono::minutes(1);  // 0s..1h
  nanoseconds timeout = std::chrono::minutes(1); // 1s..1h; of the action
  written_at where;
  friend bool operator==(const step_settings&, const step_settings&) = default;
};

// What is done about a rule that fires, or an alert that comes in.
struct response_settings {
  std::vector<step_settings> steps;               // `action` and `target` beside the name are one step
  std::string mode;                               // observe, act; empty: as [remedy] says
  nanoseconds cooldown = std::chrono::minutes(5); // 0s..1d; of the rule and one target
  std::uint32_t budget = 3; // 1..1000 actions on one target, whoever asked for them, within budget_window
  nanoseconds budget_window = std::chrono::minutes(30); // 1s..30d
  friend bool operator==(const response_settings&, const response_settings&) = default;
};

// One [[rule]].
struct rule_settings : response_settings {
  std::string name; // [a-z0-9_-], 1 to 64 characters, each once
  std::string expression;
  nanoseconds hold{};              // `for`; 0s..30d
  nanoseconds keep_firing{};       // `keep_firing_for`; 0s..30d
  std::uint32_t times = 1, of = 1; // `times = {n = 3, of = 5}`; 1 <= n <= of <= 64
  std::vector<std::pair<std::string, std::string>> labels;
  std::string severity = "warning"; // info, warning, critical
  std::string summary;              // {{ $labels.NAME }} and {{ $value }} stand for what they name
  written_at where, expression_where, summary_where; // of the table, of both texts
  friend bool operator==(const rule_settings&, const rule_settings&) = default;
};

struct rules_settings {                           // [rules]
  nanoseconds interval = std::chrono::seconds(5); // 100ms..1h; from one evaluation to the next
  std::uint64_t max_series = 100'000;             // 100..10000000; that histories are kept of
  std::uint64_t max_samples = 4'000'000;          // 1000..1000000000; of all of them, 16 bytes each
  friend bool operator==(const rules_settings&, const rules_settings&) = default;
};

// What holds for all that is done about rules and alerts.
struct remedy_settings {                // [remedy]
  std::string mode = "observe";         // observe, act
  std::vector<std::string> protect;     // processes, services and programs, by name, that nothing is done to
  std::vector<std::string> allow_users; // besides the agent's own account, whose processes may be acted on
  std::uint32_t max_actions_per_hour = 20;   // 1..1000; of the agent
  std::string on_audit_failure = "refuse";   // refuse, act: what becomes of an action that cannot be recorded
  std::uint64_t audit_max_size = 10'000'000; // bytes of one file, 64KB..100MB
  std::uint32_t audit_max_files = 10;        // full files kept beside the current one, 1..1000
  std::uint32_t dumps = 3;                   // of processes' memory that are kept, 1..100
  friend bool operator==(const remedy_settings&, const remedy_settings&) = default;
};

// One [[maintenance]]: when nothing is done.
struct maintenance_settings {
  std::string name;                        // [a-z0-9_-], 1 to 64 characters, each once
  cron_expression::weekday_set days{0x7F}; // on which it begins
  std::chrono::minutes from{0},
      to{0}; // times of the day; not after `from`: of the day after. Both the same: a whole day
  std::string time_zone = "local"; // UTC, or a name of the IANA data base; not looked up here
  written_at time_zone_where;
  std::vector<std::string> rules; // that it covers, and mappings of alerts; empty: all
  written_at where;
  friend bool operator==(const maintenance_settings&, const maintenance_settings&) = default;
};

} // namespace reeve::config
