// SPDX-License-Identifier: Apache-2.0
// The agent's own events: the one place that lists them. docs/events.md shows this list, and a test compares the two.
// An id or a name that was released is never changed and never used for something else.
#pragma once

#include "reeve/telemetry/log.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace reeve::app {

inline constexpr const char* agent_event_source = "agent"; // no plugin can have this name

struct agent_event {
  std::uint16_t id;       // 1 to 999; the event id on Windows
  std::uint32_t severity; // REEVE_INFO to REEVE_ERROR
  const char* name;       // dotted
  const char* component;  // with `line`: its line in the agent's log
  const char* line;
  const char* sentence; // its message; {key} stands for the value of that field
};

namespace events {
extern const agent_event started, stopping, config_reloaded, config_refused, plugin_started,
    plugin_cannot_run, plugin_cannot_start, plugin_failing, plugin_late, plugin_quarantined, plugin_recovered,
    plugin_over_limit, plugin_stuck, short_lived_unseen, sink_failing, sink_recovered, sink_lost_events,
    process_started, process_ended, process_cannot_start, process_given_up, process_killed, process_stuck,
    process_stopped, process_adopted, process_blocked, process_asked, process_hook_failed, process_unhealthy,
    process_stray, process_state_unusable, job_succeeded, job_failed, job_missed, job_skipped, alert_received,
    alert_resolved, rule_fires, rule_resolved, rule_failing, remedy_told, remedy_would_act, remedy_began,
    remedy_succeeded, remedy_failed, remedy_ineffective, remedy_refused, remedy_given_up, remedy_reset,
    remedy_silenced, remedy_closed_unknown, remedy_audit_failed, remedy_dropped, remedy_audit_restored;
} // namespace events

// All of them, by id.
std::span<const agent_event* const> all_agent_events() noexcept;

// The event's message with the values of `fields`.
std::string sentence_of(const agent_event& e, std::initializer_list<log_field> fields);

} // namespace reeve::app
