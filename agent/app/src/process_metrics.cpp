// SPDX-License-Identifier: Apache-2.0
#include "self_metrics.hpp"

namespace reeve::app {

using supervise::process_state;

void self_metrics::collect_processes() {
  for (const supervise::process_status& s : from_.processes.status()) {
    for (const process_state state : supervise::all_process_states)
      gauge("reeve_managed_state", "1 for the state that a managed process is in, else 0.", {"name", "state"},
            {s.name, name_of(state)}, s.state == state ? 1 : 0);
    counter("reeve_managed_restarts_total", "Restarts of a managed process by its policy.", {"name"},
            {s.name}, static_cast<double>(s.restarts));
    if (s.started_unix.count() != 0)
      gauge("reeve_managed_start_time_seconds", "When a managed process began, in Unix time.", {"name"},
            {s.name}, std::chrono::duration<double>(s.started_unix).count());
    if (s.next_start_in && s.last_result.empty())
      gauge("reeve_managed_backoff_seconds", "Until a managed process is started again.", {"name"}, {s.name},
            std::chrono::duration<double>(*s.next_start_in).count());
    for (const supervise::check_status& c : s.checks) {
      gauge("reeve_managed_healthy",
            "1 while a managed process passes its check, 0 while it does not or has not yet.",
            {"name", "check"}, {s.name, c.name}, c.state == supervise::health_state::healthy ? 1 : 0);
      counter("reeve_managed_probes_total", "Probes of a managed process by its health checks.",
              {"name", "check", "result"}, {s.name, c.name, "passed"}, static_cast<double>(c.passes_total));
      counter("reeve_managed_probes_total", "Probes of a managed process by its health checks.",
              {"name", "check", "result"}, {s.name, c.name, "failed"}, static_cast<double>(c.failures_total));
      if (!c.text.empty())
        gauge("reeve_managed_probe_duration_seconds", "How long the last probe of a managed process took.",
              {"name", "check"}, {s.name, c.name}, std::chrono::duration<double>(c.duration).count());
    }
    if (s.last_end && !s.last_end->by_signal)
      gauge("reeve_managed_last_exit_code",
            "The exit code with which a managed process last ended by itself.", {"name"}, {s.name},
            static_cast<double>(s.last_end->code));
  }
}

} // namespace reeve::app
