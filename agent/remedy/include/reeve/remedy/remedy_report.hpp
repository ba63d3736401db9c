// SPDX-License-Identifier: Apache-2.0
// What an engine tells: events as they happen, counts for the metrics, and what it would do now.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/remedy/guards.hpp"
#include "reeve/rules/rule.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace reeve::remedy {

struct remedy_event {
  enum class kind : std::uint8_t {
    told,      // the step `event` of a rule
    would_act, // the mode is observe
    began,
    succeeded,   // the condition is gone, and the target is well
    failed,      // it could not be done, or took too long
    ineffective, // it was done, and the condition holds still or the target is not well
    refused,
    given_up,
    reset,
    silenced,
    closed_unknown, // an earlier agent had begun it
    audit_failed,   // the first of a row
    audit_restored, // it could be written again
    dropped,        // an alert: there are too many
  };
  kind what = kind::told;
  std::string source;         // name of the rule or the mapping
  std::string action, target; // target: for a person
  rules::label_list labels;
  std::string value;
  std::string guard, why;
};
const char* name_of(remedy_event::kind what) noexcept; // "would_act"

// Of how long actions took.
struct duration_histogram {
  static constexpr std::array<double, 8> bounds_seconds{0.1, 0.5, 1, 5, 10, 30, 60, 300};
  std::array<std::uint64_t, bounds_seconds.size()>
      counts{}; // not cumulative; what is above the last is in `count` only
  std::uint64_t count = 0;
  double sum_seconds = 0;
};

struct engine_counters {
  // action, rule; also of those that the settings name and that were never begun. No events.
  std::map<std::pair<std::string, std::string>, std::uint64_t> begun;
  // action, rule, result: succeeded, failed, timed_out, ineffective, unknown (nobody saw what came of it)
  std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t> actions;
  std::map<std::pair<std::string, std::string>, std::uint64_t> refused; // guard, rule
  std::map<std::string, duration_histogram> durations;                  // by action
  std::uint64_t alerts_dropped_total = 0;
  std::uint64_t duplicates_total = 0; // of external alerts
  std::uint64_t audit_failures_total = 0;
};

enum class case_phase : std::uint8_t {
  ready,    // its step is to be taken, as soon as the guards allow
  acting,   // its own action, or one on the same target that it has joined
  settling, // the step is over; what has come of it is looked at when its settle time is
  done,     // there is no further step
  given_up,
};
const char* name_of(case_phase phase) noexcept; // "ready"

// One alert that something is done about.
struct case_report {
  std::string source;
  rules::label_list labels;
  std::string value;
  case_phase phase = case_phase::ready;
  std::string step;       // "restart process:web", the one that is taken or comes next; empty: there is none
  std::string refused_by; // the guard that holds it up; empty: none has yet
  std::string taken;      // the step before that; empty: there is none
  std::string outcome;    // of `taken`: "was done", "has failed", "would have been refused by protected"
  nanoseconds next_look_in{0};
  std::vector<verdict> verdicts; // of explain() only: of the guards, were the step taken now
  bool may_act = false;          // false: it is only said what would be done
};

struct explanation {
  std::string mode;     // observe, act
  std::string given_up; // why; empty: it was not
  std::string quiet;    // the maintenance window or silence that covers all of its alerts now; empty: none
  std::vector<std::string> steps; // "restart process:web"
  std::vector<case_report> cases; // the first of them
  std::size_t cases_total = 0;
};

} // namespace reeve::remedy
