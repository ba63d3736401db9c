// SPDX-License-Identifier: Apache-2.0
// One managed process as a state machine. Pure: it is told what happened and when, and says what to do next. Who calls it
// does that at once and tells it how that went.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/supervise/restart_policy.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace reeve::supervise {

enum class process_state : std::uint8_t {
  stopped, // not started yet, or stopped as asked
  running,
  waiting,  // for its next start
  stopping, // asked to end
  killing,  // did not end when asked
  stuck,    // was killed and is still there
  exited,   // ended by itself, and its restart rule wants no restart
  given_up  // ended too often
};
inline constexpr std::array all_process_states{
    process_state::stopped, process_state::running, process_state::waiting, process_state::stopping,
    process_state::killing, process_state::stuck,   process_state::exited,  process_state::given_up};
const char* name_of(process_state s) noexcept; // "stopped", ..., "given_up"

enum class process_order : std::uint8_t { none, start, ask_to_end, kill };

struct process_end {
  bool by_signal = false;
  std::int64_t code = 0; // the exit code, or the signal's number
  bool failed() const noexcept { return by_signal || code != 0; }
  friend bool operator==(const process_end&, const process_end&) = default;
};

struct stop_budget {
  nanoseconds whole = std::chrono::seconds(30);
  // What is left of it for the kill, once the process was asked and has not ended.
  nanoseconds for_kill() const noexcept { return whole / 6; }
};

class managed_process {
 public:
  managed_process(restart_rule rule, const stop_budget& stop, const restart_limits& limits = {}) noexcept
      : policy_(rule, limits), stop_(stop) {}

  // By hand or with the agent: counts no restart and forgets those before.
  process_order start(nanoseconds now);
  process_order stop(nanoseconds now);

  void started(nanoseconds now);
  process_order start_failed(nanoseconds now, std::string why, double chance); // counts as an end
  process_order ended(nanoseconds now, const process_end& end, double chance); // of it and all its children
  process_order tick(nanoseconds now);                                         // at wake_at(), or later

  std::optional<nanoseconds> wake_at() const noexcept { return wake_at_; }
  process_state state() const noexcept { return state_; }
  bool is_alive() const noexcept;                               // there is something to wait for the end of
  nanoseconds since() const noexcept { return since_; }         // when this state began
  std::uint64_t restarts() const noexcept { return restarts_; } // by the policy
  const std::optional<process_end>& last_end() const noexcept { return last_end_; }
  const std::string& last_failure() const noexcept {
    return last_failure_;
  } // of a start; empty: it succeeded

 private:
  void enter(process_state s, nanoseconds now, std::optional<nanoseconds> wake_at = std::nullopt);
  process_order after_end(nanoseconds now, nanoseconds up, bool failed, double chance);
  process_order start_now(nanoseconds now);

  restart_policy policy_;
  stop_budget stop_;
  process_state state_ = process_state::stopped;
  nanoseconds since_{0};
  std::optional<nanoseconds> wake_at_;
  std::uint64_t restarts_ = 0;
  std::optional<process_end> last_end_;
  std::string last_failure_;
  bool start_when_stopped_ = false; // asked for while it was being stopped
};

} // namespace reeve::supervise
