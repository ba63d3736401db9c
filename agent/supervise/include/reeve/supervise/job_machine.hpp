// SPDX-License-Identifier: Apache-2.0
// One job as a state machine. Pure: it is told what happened and when, and says what to do next. Who calls it does that at
// once and tells it how that went.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/supervise/job_schedule.hpp"
#include "reeve/supervise/managed_process.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace reeve::supervise {

enum class missed_rule : std::uint8_t { run_once, skip }; // of times that passed without the agent
enum class overlap_rule : std::uint8_t {
  skip,
  queue,
  stop_running
}; // of a time at which the last run is not over

struct job_rules {
  missed_rule missed = missed_rule::run_once;
  overlap_rule overlap = overlap_rule::skip;
  std::uint32_t retries = 0; // of a run that failed
  nanoseconds retry_interval = std::chrono::minutes(1);
  nanoseconds timeout{0}; // of one run, then it is stopped; 0: none
  nanoseconds jitter{0};  // how much later than due it starts at most, in whole seconds
  std::uint64_t seed =
      0; // chooses within the jitter, for a due time always alike; one of each machine and job
  stop_budget stop;
};

enum class job_state : std::uint8_t {
  waiting, // for its next time
  running,
  retrying, // waits to run again, after it failed
  stopping, // asked to end
  killing,  // did not end when asked
  stuck     // was killed and is still there
};
inline constexpr std::array all_job_states{job_state::waiting,  job_state::running, job_state::retrying,
                                           job_state::stopping, job_state::killing, job_state::stuck};
const char* name_of(job_state s) noexcept; // "waiting", ..., "stuck"

enum class job_result : std::uint8_t {
  none, // it has not run yet
  success,
  failed, // with an exit code other than 0, by a signal, or it did not start
  timed_out,
  stopped,    // by hand, or by overlap_rule::stop_running
  interrupted // by the end of the agent
};
inline constexpr std::array all_job_results{job_result::none,    job_result::success,
                                            job_result::failed,  job_result::timed_out,
                                            job_result::stopped, job_result::interrupted};
const char* name_of(job_result r) noexcept; // "none", ..., "interrupted"

struct moment {
  nanoseconds mono{0};
  std::chrono::sys_seconds utc; // may jump
};

// What a job must not forget when the agent ends. The caller saves it when it has changed; plain numbers all of it.
struct job_memory {
  std::chrono::sys_seconds handled;                     // each due time until then was dealt with
  std::optional<std::chrono::sys_seconds> last_start;   // of a run
  std::optional<std::chrono::sys_seconds> last_success; // its end
  nanoseconds last_duration{0};                         // of the last run that ended; how long it was up
  job_result last_result = job_result::none;
  std::uint32_t retries_left = 0;
  bool running = false;  // a run is not over
  bool retrying = false; // one failed, and the next attempt has not begun
  friend bool operator==(const job_memory&, const job_memory&) = default;
};

// Since the machine was made.
struct job_counts {
  std::array<std::uint64_t, all_job_results.size()> ended{}; // by job_result
  std::uint64_t retries = 0;
  std::uint64_t missed = 0;  // due times that passed without a run of their own
  std::uint64_t skipped = 0; // due times given up because the last run was not over
};

class job_machine {
 public:
  // A due time that is reached later than this is missed: the agent was not there, the machine slept, or its clock jumped.
  static constexpr std::chrono::seconds on_time{60};
  // A clock that is set back by no more than this: what was dealt with is not due again. One that is further back was wrong
  // before, or is wrong now: what is due then runs.
  static constexpr std::chrono::hours longest_repeat{24};
  // The wall clock is looked at this often at least, since it may jump.
  static constexpr std::chrono::seconds look_interval{30};

  // `memory`: that of an earlier agent, if there is one. Without it nothing is missed before `now`. A run that was not over is
  // interrupted: it is retried as one that failed, if retries are left.
  job_machine(job_schedule schedule, const job_rules& rules, const moment& now,
              const std::optional<job_memory>& memory = std::nullopt);

  // At wake_at(), or later. One order at a time: ask wake_at() again.
  process_order tick(const moment& now);
  void started(const moment& now);
  process_order start_failed(const moment& now, std::string why); // counts as a failed run
  process_order ended(const moment& now, const process_end& end); // of it and all its children

  process_order run(const moment& now);  // by hand; nothing while a run is not over
  process_order stop(const moment& now); // by hand: this run, its retries and what is queued
  // Ends with the agent: nothing starts any more, and the next agent may go on with the retries.
  process_order shut_down(const moment& now);

  nanoseconds wake_at(const moment& now) const noexcept; // on the clock of moment::mono
  job_state state() const noexcept;
  bool is_alive() const noexcept { return process_.is_alive(); }
  std::optional<std::chrono::sys_seconds> next_due() const noexcept { return due_; } // without jitter
  const job_memory& memory() const noexcept { return memory_; }
  const job_counts& counts() const noexcept { return counts_; }
  const std::string& last_failure() const noexcept { return process_.last_failure(); } // of a start

 private:
  void plan(std::chrono::sys_seconds handled);
  void follow_clock(const moment& now);
  bool take_due(const moment& now);
  process_order on_due(const moment& now);
  process_order begin(const moment& now);
  process_order attempt(const moment& now);
  process_order stop_as(const moment& now, job_result why);
  process_order finish(const moment& now, job_result result);

  job_schedule schedule_;
  job_rules rules_;
  job_memory memory_;
  job_counts counts_;
  managed_process process_;
  std::optional<std::chrono::sys_seconds> due_;
  std::optional<std::chrono::sys_seconds> start_; // of due_, with jitter
  std::optional<nanoseconds> retry_at_;
  std::optional<nanoseconds> timeout_at_;
  nanoseconds started_at_{0};
  std::optional<job_result> stopped_as_; // what the run is being stopped for
  bool queued_ = false;                  // another run follows this one
  bool far_back_ = false;                // the clock shows a time long before memory_.handled
  bool shut_down_ = false;
};

} // namespace reeve::supervise
