// SPDX-License-Identifier: Apache-2.0
// Runs the jobs of a configuration: asks each one's state machine what is due, has the supervisor start and stop its program,
// and hears from the supervisor how that went. What is known of a job is in the file "job" in the folder of its program. The
// supervisor's thread only.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/config/settings.hpp"
#include "reeve/supervise/job_machine.hpp"
#include "reeve/supervise/process_report.hpp"
#include "reeve/supervise/supervisor.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::supervise {

enum class job_change : std::uint8_t {
  succeeded,
  failed,        // `reason` says how; a run that is stopped by hand has not failed
  missed,        // times passed without a run of their own
  skipped,       // times were given up since the last run was not over
  state_unusable // what was known of it cannot be read
};

struct job_event {
  job_change what = job_change::succeeded;
  std::string name;
  std::string reason;
  std::string next;        // failed: "retry in 1m, 2 left", "no retry", ...; missed: "one run for all", ...
  nanoseconds duration{};  // succeeded, failed: how long its program was up
  std::uint64_t count = 0; // missed, skipped: times
};

struct job_status {
  std::string name;
  job_memory memory;
  job_counts counts;
  std::optional<std::chrono::sys_seconds> next_start;
};

struct job_surroundings {
  const clock& time;
  std::string folder;        // the supervisor's
  std::uint64_t machine = 0; // see make_job_rules()
  std::function<void(const job_event&)> tell;
};

class job_runner {
 public:
  // `runs` outlives the runner, and has been given what program_of() makes of each job, beside the processes.
  job_runner(supervisor& runs, job_surroundings s);
  ~job_runner();

  // Before the begin() of the supervisor, which tells what became of runs meanwhile, and before its apply(). An error: a time zone is not there, see
  // check_jobs(); nothing is changed then, and neither by apply().
  result<> begin(const std::vector<config::job_settings>& wanted);
  result<> apply(const std::vector<config::job_settings>& wanted);
  // Moves the jobs among the names of compare() or apply() of the supervisor to the lists of jobs, and adds those whose
  // schedule or rules would change. Before apply() here.
  void sort_out(process_changes& changes, const std::vector<config::job_settings>& wanted) const;

  // What the supervisor tells, of any process. Calls the supervisor never.
  void told(const process_event& e);
  // At next_wake(), and after whatever the supervisor may have told something in.
  void advance();
  std::optional<nanoseconds> next_wake() const; // monotonic time

  bool has(std::string_view name) const;
  void start(std::string_view name); // runs it now; nothing while a run is not over
  void stop(std::string_view name);  // its run, its retries and what is queued
  void restart(std::string_view name);

  std::vector<job_status> status() const; // in the order of the configuration
  // What `reeve status` says of a job's program beside what the supervisor does.
  void add_to(process_status& s) const;

 private:
  struct job;

  job* find(std::string_view name) const;
  std::optional<job_memory> remembered(const std::string& name) const;
  void look(job& j);
  void obey(job& j, job_order order);
  void save(job& j);
  void report_end(const job& j, const std::string& how);
  void report_times(job& j);
  std::string file_of(std::string_view name) const;
  both_clocks now() const;

  supervisor& runs_;
  job_surroundings s_;
  std::vector<std::unique_ptr<job>> jobs_;
};

} // namespace reeve::supervise
