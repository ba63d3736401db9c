// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/remedy/engine.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::remedy {

// When something was by the monotonic clock that an earlier agent has noted by the other one. The clock may have been wrong
// then: what would lie ahead counts as done now.
inline nanoseconds mono_of(nanoseconds unix_time, const clock& time) {
  const nanoseconds now = time.unix_time();
  return time.mono() - (now - std::clamp(unix_time, nanoseconds(0), now));
}

inline std::string no_room() {
  return cat("there are ", engine::most_cases, " alerts in work already");
}

struct engine::alert_case {
  std::uint64_t id = 0;
  std::string source;
  std::string fingerprint;  // of an external alert; empty: it is a rule's
  nanoseconds starts_at{0}; // Unix: since when its condition has held
  nanoseconds began{0};     // the same, monotonic: the other clock may be set meanwhile
  rules::label_list labels;
  std::string value;

  case_phase phase = case_phase::ready;
  std::size_t step = 0;
  nanoseconds wake{0};           // monotonic
  nanoseconds held_up{0};        // later than that: until then it waits for its condition
  bool waits_for_a_slot = false; // too many actions are under way
  std::uint64_t acting = 0;      // the action that it waits for
  bool has_joined = false;       // it is another case's
  bool is_step_taken = true;     // by that action; else the same step comes again
  nanoseconds settle{0};         // of the step that it waits for
  bool begins_anew = false;      // after that: its steps have changed meanwhile
  std::map<std::string, process_id, std::less<>>
      first; // by a step's target: whom it was when it was looked up first
  std::optional<target>
      acted_on; // by its own action, which has been done; what came of it is to be looked at
  std::uint64_t acted_id = 0;
  std::string acted_action;
  audit_target looked_at;          // what the last step was about whose outcome was looked at
  bool has_acted = false;          // some step was one that may help
  std::optional<guard> told_guard; // refused by it, and that was told
  std::string key, place;          // of its last plan: what a reset makes count no more
  std::string outcome;             // of the last step that was taken or observed, see case_report
};

struct engine::running_action {
  action_request request;
  std::string source;
  std::string key;   // see plan
  audit_entry about; // what its last entry says besides
  nanoseconds begun{0}, deadline{0};
  std::vector<std::weak_ptr<alert_case>> cases; // the first one's action it is, unless that one is gone
};

audit_target audited(const std::optional<target>& t);

// What plan::key and plan::place were of an action that the audit log says was begun.
std::string key_of(const audit_entry& begun);
std::string place_of(const audit_entry& begun);

// A step with the labels of an alert put in.
struct engine::plan {
  nanoseconds at{0}; // monotonic: when its target was looked up, whose age counts from there
  std::optional<target> who;
  std::string problem;             // why there is none
  std::optional<process_id> first; // see alert_case; of a target that is a process only
  std::vector<std::string> command;
  std::string key;   // the same for two that would do something to the same
  std::string place; // see place_of()
  std::string text;  // "restart process:web"
};

} // namespace reeve::remedy
