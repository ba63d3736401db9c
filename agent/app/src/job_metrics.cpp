// SPDX-License-Identifier: Apache-2.0
#include "self_metrics.hpp"

namespace reeve::app {

using supervise::job_result;

namespace {

double seconds(nanoseconds n) {
  return std::chrono::duration<double>(n).count();
}

double timestamp(std::chrono::sys_seconds t) {
  return static_cast<double>(t.time_since_epoch().count());
}

} // namespace

void self_metrics::collect_jobs() {
  for (const supervise::job_status& j : from_.processes.jobs()) {
    for (const job_result r : supervise::all_job_results) {
      gauge("reeve_job_last_result", "1 for the result of the last run of a job, else 0.", {"name", "result"},
            {j.name, name_of(r)}, j.memory.last_result == r ? 1 : 0);
      if (r != job_result::none)
        counter("reeve_job_runs_total", "Runs of a job that are over, by how they ended; each retry is one.",
                {"name", "result"}, {j.name, name_of(r)},
                static_cast<double>(j.counts.ended[static_cast<std::size_t>(r)]));
    }
    counter("reeve_job_retries_total", "Runs of a job since the run before failed.", {"name"}, {j.name},
            static_cast<double>(j.counts.retries));
    counter("reeve_job_missed_total", "Times of a job that passed without a run of their own.", {"name"},
            {j.name}, static_cast<double>(j.counts.missed));
    counter("reeve_job_skipped_total", "Times of a job given up since its last run was not over.", {"name"},
            {j.name}, static_cast<double>(j.counts.skipped));
    if (j.next_start)
      gauge("reeve_job_next_timestamp_seconds", "When a job will run next, in Unix time.", {"name"}, {j.name},
            timestamp(*j.next_start));
    if (j.memory.last_start)
      gauge("reeve_job_last_start_timestamp_seconds", "When the last run of a job began, in Unix time.",
            {"name"}, {j.name}, timestamp(*j.memory.last_start));
    if (j.memory.last_success)
      gauge("reeve_job_last_success_timestamp_seconds",
            "When a run of a job last ended in success, in Unix time.", {"name"}, {j.name},
            timestamp(*j.memory.last_success));
    if (j.memory.last_result != job_result::none)
      gauge("reeve_job_last_duration_seconds", "How long the last run of a job took that is over.", {"name"},
            {j.name}, seconds(j.memory.last_duration));
  }
}

} // namespace reeve::app
