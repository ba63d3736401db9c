// SPDX-License-Identifier: Apache-2.0
// The runs of one job as a state machine. Pure: it is told what happened and when, and says what to do next. Its program is
// a process of the supervisor, which starts, stops and kills it; see job_runner.hpp.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/supervise/job_schedule.hpp"
#include "reeve/supervise/process_state.hpp"

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
  // Chooses within the jitter, for a due time always alike; one of each machine and job.
  std::uint64_t seed = 0;
};

// What is to be done with the program. Its end is told by ended() or start_failed(), whatever brought it about.
enum class job_order : std::uint8_t { none, start, stop };

enum class job_state : std::uint8_t {
  waiting, // for its next time
  running,
  retrying, // waits to run again, after it failed
  stopping  // the run is to end
};

enum class job_result : std::uint8_t {
  none, // it has not run yet
  success,
  failed, // with an exit code other than 0, by a signal, or it did not start
  timed_out,
  stopped,    // by hand, or by overlap_rule::stop_running
  interrupted // by the end of the machine, or of an agent that stops what it manages
};
inline constexpr std::array all_job_results{job_result::none,    job_result::success,
                                            job_result::failed,  job_result::timed_out,
                                            job_result::stopped, job_result::interrupted};
const char* name_of(job_result r) noexcept; // "none", ..., "interrupted"

struct both_clocks {
  nanoseconds mono{0};
  std::chrono::sys_seconds utc; // may jump
};

// Of a run: of its program and all beneath it.
struct job_run_end {
  process_end end;
  bool was_stopped = false;    // it was told to end
  std::chrono::sys_seconds at; // not after now
  nanoseconds up{0};           // for how long it ran
};

// What a job must not forget when the agent ends. The caller saves it when it has changed, before it does what is ordered.
struct job_memory {
  std::chrono::sys_seconds handled;                     // each due time until then was dealt with
  std::optional<std::chrono::sys_seconds> last_start;   // of a run
  std::optional<std::chrono::sys_seconds> last_success; // its end
  nanoseconds last_duration{0};                         // of the last run that ended; how long it was up
  job_result last_result = job_result::none;
  std::uint32_t retries_left = 0;
  bool running = false;  // a run is not over
  bool queued = false;   // another one follows it
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

  // `memory`: that of an earlier agent, if there is one. Without it nothing is missed before `now`. A run that was not over
  // goes on until its end is told.
  job_machine(job_schedule schedule, const job_rules& rules, const both_clocks& now,
              const std::optional<job_memory>& memory = std::nullopt);
  // What runs or waits to run again goes on.
  void set_rules(const job_rules& rules);
  void set_schedule(job_schedule schedule, const both_clocks& now); // misses nothing before `now`

  // At wake_at(), or later. One order at a time: ask wake_at() again.
  job_order tick(const both_clocks& now);
  void started(const both_clocks& now); // also one that nobody here ordered, or that an earlier agent began
  void start_failed(const both_clocks& now); // counts as a failed run
  void ended(const both_clocks& now, const job_run_end& e);
  void lost(const both_clocks& now); // there is no run any more, and nobody knows how it ended

  job_order run(const both_clocks& now);     // by hand; nothing while a run is not over
  job_order stop();                          // by hand: this run, its retries and what is queued
  job_order restart(const both_clocks& now); // by hand: ends a run, and one follows

  nanoseconds wake_at(const both_clocks& now) const noexcept; // on the clock of both_clocks::mono
  job_state state() const noexcept;
  bool is_running() const noexcept { return memory_.running; }
  // Of the next run, with jitter, or the next try of one that failed.
  std::optional<std::chrono::sys_seconds> next_start(const both_clocks& now) const noexcept;
  std::optional<std::chrono::sys_seconds> next_due() const noexcept { return due_; } // without jitter
  const job_memory& memory() const noexcept { return memory_; }
  const job_counts& counts() const noexcept { return counts_; }

 private:
  void plan(std::chrono::sys_seconds handled);
  void plan_start();
  void follow_clock(const both_clocks& now);
  bool take_due(const both_clocks& now);
  job_order on_due(const both_clocks& now);
  job_order begin(const both_clocks& now);
  job_order attempt(const both_clocks& now);
  job_order stop_as(job_result why);
  void watch_timeout(nanoseconds since);
  void finish(const both_clocks& now, job_result result);

  job_schedule schedule_;
  job_rules rules_;
  job_memory memory_;
  job_counts counts_;
  std::optional<std::chrono::sys_seconds> due_;
  std::optional<std::chrono::sys_seconds> start_; // of due_, with jitter
  std::optional<nanoseconds> retry_at_;
  std::optional<nanoseconds> timeout_at_;
  nanoseconds started_at_{0};
  std::optional<job_result> stopped_as_; // what the run is being stopped for
  bool far_back_ = false;                // the clock shows a time long before memory_.handled
};

} // namespace reeve::supervise
