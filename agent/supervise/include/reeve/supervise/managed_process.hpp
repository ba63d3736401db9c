// SPDX-License-Identifier: Apache-2.0
// One managed process as a state machine. Pure: it is told what happened and when, and says what to do next. Who calls it
// does that at once and tells it how that went.
//
//   stopped ─► (blocked) ─► starting: pre_start ─► launch ─► post_start ─► running
//                                                                           │
//   stopped / waiting / exited / given_up ◄─ cleaning ◄─ (stuck ◄─ killing ◄─) stopping: pre_stop ─► rungs
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/supervise/process_state.hpp"
#include "reeve/supervise/restart_policy.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reeve::supervise {

// What the caller does next. After each but none, kill and kill_hook it tells the outcome by the functions named.
enum class process_order : std::uint8_t {
  none,
  prepare, // see whether it may start: ready(), blocked() or refused()
  run_pre_start,
  launch, // started() or start_failed(), and ended() once after started()
  run_post_start,
  run_pre_stop,
  climb, // ask it to end by rung(); rung_failed() if that cannot be done
  kill,
  kill_hook, // the one that runs; hook_done() comes all the same
  clean_up   // the hook after the stop and what else belongs to it; hook_done()
};

struct process_plan {
  restart_rule restart = restart_rule::always;
  nanoseconds stop_budget = std::chrono::seconds(30); // for the whole of a stop, the kill in it
  std::vector<nanoseconds> rungs{nanoseconds(0)};     // each one's timeout; 0: what is left before the kill
  bool pre_start = false, post_start = false, pre_stop = false, clean_up = false; // which of them there are
  nanoseconds hook_timeout = std::chrono::seconds(30);
  restart_limits limits;

  // What of the budget is for the kill, once the process was asked and has not ended.
  nanoseconds for_kill() const noexcept { return stop_budget / 6; }
};

// Where a process is, as far as an agent that comes later must know.
enum class process_phase : std::uint8_t {
  idle,     // stopped, exited or given up
  starting, // before its launch
  launched, // ... until it has ended
  cleaning, // has ended
  waiting
};

struct process_memory {
  process_phase phase = process_phase::idle;
  process_state next = process_state::stopped; // idle: which of the three; cleaning: what comes after it
  bool is_wanted = true;                       // nobody has stopped it by hand
  bool is_stopping = false;                    // launched: it was told to end ...
  bool has_failed = false;                     // ... because it failed its check or its hook
  bool is_to_start_again = false;              // once it has stopped
  bool is_restart = false;                     // starting: by the policy, which counts once it is launched
  std::uint64_t incarnation = 0;               // how often it was launched, or tried to
  std::uint64_t restarts = 0;
  std::optional<nanoseconds> wake_at; // waiting, or cleaning before it
  std::optional<process_end> last_end;
  std::string failure;
  restart_memory policy;
  friend bool operator==(const process_memory&, const process_memory&) = default;
};

class managed_process {
 public:
  explicit managed_process(process_plan plan, nanoseconds now = nanoseconds(0))
      : policy_(plan.restart, plan.limits), plan_(std::move(plan)), since_(now) {}

  // By hand or with the agent: counts no restart and forgets those before.
  process_order start(nanoseconds now);
  process_order stop(nanoseconds now);
  process_order restart(nanoseconds now); // one that does not run is started
  // Of its own, as if it had ended in failure: its health check says so, for instance.
  process_order fail(nanoseconds now, std::string why);
  void reset(); // as after ten healthy minutes; one that was given up becomes stopped

  process_order ready(nanoseconds now);
  // May not start yet. With `retries` it looks again after a while by itself, else when look_again() is called.
  process_order blocked(nanoseconds now, std::string why, bool retries);
  process_order look_again(nanoseconds now);
  process_order refused(nanoseconds now, std::string why); // may not start at all: given up
  process_order started(nanoseconds now);
  process_order start_failed(nanoseconds now, std::string why, double chance); // counts as an end
  process_order ended(nanoseconds now, const process_end& end, double chance); // of it and all beneath it
  process_order rung_failed(nanoseconds now);
  process_order hook_done(nanoseconds now, bool is_good, std::string why, double chance);
  process_order tick(nanoseconds now); // at wake_at(), or later

  // Of an earlier agent. What was launched is being launched still until the caller says that it runs since then, or that
  // it ran since then and has ended.
  process_order remember(nanoseconds now, process_memory m);
  process_order go_on(nanoseconds now, nanoseconds since);
  process_order ended_meanwhile(nanoseconds now, nanoseconds since, const process_end& end, double chance);
  process_memory memory() const;
  // Everything but what runs is as the new plan says from now on.
  void set_plan(process_plan plan);

  std::optional<nanoseconds> wake_at() const noexcept { return wake_at_; }
  process_state state() const noexcept { return state_; }
  bool is_alive() const noexcept; // there is something to wait for the end of
  bool is_wanted() const noexcept { return is_wanted_; }
  std::size_t rung() const noexcept { return rung_; }
  nanoseconds since() const noexcept { return since_; }         // when this state began
  std::uint64_t restarts() const noexcept { return restarts_; } // by the policy
  std::uint64_t incarnation() const noexcept { return incarnation_; }
  // It has ended, and what comes now is decided when the hook that runs has ended, too.
  bool is_end_open() const noexcept { return late_end_.has_value(); }
  // Of one that has ended: until it is started again; nothing: it is not.
  std::optional<nanoseconds> next_start_in(nanoseconds now) const noexcept;
  const std::optional<process_end>& last_end() const noexcept { return last_end_; }
  // Why it could not start, was ended, or may not start yet; empty: nothing is wrong.
  const std::string& failure() const noexcept { return failure_; }

 private:
  enum class step : std::uint8_t {
    none,
    preparing,
    pre_start,
    launching,
    post_start,
    up,
    pre_stop,
    climbing,
    killing,
    cleaning
  };
  struct late_end {
    process_end end;
    double chance = 0;
  };

  void enter(process_state s, step at, nanoseconds now, std::optional<nanoseconds> wake_at = std::nullopt);
  process_order run_hook(process_state s, step at, nanoseconds now, process_order which);
  process_order begin_start(nanoseconds now, bool is_restart = false);
  process_order launch(nanoseconds now);
  process_order begin_stop(nanoseconds now);
  process_order climb(nanoseconds now, std::size_t rung);
  process_order kill(nanoseconds now);
  process_order finish(nanoseconds now, const process_end& end, double chance);
  process_order run_over(nanoseconds now, nanoseconds up, bool failed, double chance);
  process_order after_clean(nanoseconds now);

  restart_policy policy_;
  process_plan plan_;
  process_state state_ = process_state::stopped;
  step step_ = step::none;
  nanoseconds since_{0};
  nanoseconds up_since_{0};
  std::optional<nanoseconds> wake_at_;
  nanoseconds kill_at_{0};     // of a stop that is under way
  nanoseconds block_delay_{0}; // until it looks again whether it may start
  std::size_t rung_ = 0;
  bool is_wanted_ = false;
  bool is_leaving_ = false;        // it was told to stop, and is not to be restarted by the policy
  bool has_failed_ = false;        // it is being stopped because of failure_
  bool is_to_start_again_ = false; // asked for while it was being stopped
  bool is_restart_ = false;        // what is being prepared is one by the policy
  bool hook_runs_ = false;
  std::optional<late_end> late_end_; // came while a hook ran
  process_state next_ = process_state::stopped;
  nanoseconds next_delay_{0};
  std::uint64_t incarnation_ = 0;
  std::uint64_t restarts_ = 0;
  std::optional<process_end> last_end_;
  std::string failure_;
};

} // namespace reeve::supervise
