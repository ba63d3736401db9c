// SPDX-License-Identifier: Apache-2.0
// What a supervisor tells of its processes.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/process_id.hpp"
#include "reeve/supervise/health_check.hpp"
#include "reeve/supervise/process_state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reeve::supervise {

enum class process_change : std::uint8_t {
  started,
  adopted, // it was started by an earlier agent
  ended,   // by itself
  stopped, // as it was asked to
  blocked,
  cannot_start,
  given_up,
  asked, // to end, in the way `reason` says
  killed,
  stuck,
  hook_failed,
  unhealthy,
  stray,         // runs, and no configuration names it
  state_unusable // what was known of it cannot be read
};

struct process_event {
  process_change what = process_change::started;
  std::string name;
  std::uint32_t pid = 0;
  std::string reason; // how it ended, or why it does not start
  std::string next;   // what comes now: "restart at once", "restart in 2s", "no restart", ...
  // ended, stopped: how, and when that was
  std::optional<process_end> end;
  nanoseconds started_unix{0}, ended_unix{0};
};

struct check_status {
  std::string name;
  health_state state = health_state::starting;
  std::string text; // its last answer; empty: there is none yet
  nanoseconds duration{0};
  std::uint32_t failures_in_row = 0;
  std::uint64_t passes_total = 0;
  std::uint64_t failures_total = 0;
};

struct process_status {
  std::string name;
  process_state state = process_state::stopped;
  process_id id;           // of the running one; 0 without
  nanoseconds in_state{0}; // for how long
  std::optional<nanoseconds> next_start_in;
  std::uint64_t restarts = 0;
  std::optional<process_end> last_end;
  std::string failure; // why it could not start or may not yet, or why it was ended
  std::string doing;   // of a start or stop under way: "pre_start", "SIGTERM to its group"
  std::vector<std::string> groups;
  std::vector<std::string> ports;   // "8080/tcp"
  std::string output;               // the file; empty: none
  std::string hook_output;          // of its hooks; empty: it has none
  std::vector<check_status> checks; // while it runs
  std::uint64_t starts = 0;         // in all, those by hand and those that failed too
  std::string last_result;          // of a job, see job_result; empty: it is a process
  nanoseconds started_unix{0};      // when the running one began; 0 without
};

// What a new configuration means for what runs.
struct process_changes {
  std::vector<std::string> added, removed, restarted; // names
  std::vector<std::string> adjusted;                  // take the new settings over and go on
  std::vector<std::string> jobs_added, jobs_removed, jobs_changed;
};

} // namespace reeve::supervise
