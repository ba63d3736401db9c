// SPDX-License-Identifier: Apache-2.0
#include "reeve/app/agent_events.hpp"

#include "reeve/plugin.h"

#include <algorithm>
#include <string_view>

namespace reeve::app {

namespace events {

const agent_event started{1,       REEVE_INFO, "agent.started",
                          "agent", "started",  "Reeve {version} runs with {config}."};
const agent_event stopping{2, REEVE_INFO, "agent.stopping", "agent", "stopping", "Reeve stops: {reason}."};

const agent_event config_reloaded{10,       REEVE_INFO, "config.reloaded",
                                  "config", "reloaded", "The configuration {file} is in force."};
const agent_event config_refused{
    11,
    REEVE_ERROR,
    "config.refused",
    "config",
    "reload refused; the former configuration stays in force",
    "The configuration {file} was refused and the former one stays in force: {reason}"};

const agent_event plugin_started{20,       REEVE_INFO, "plugin.started",
                                 "plugin", "started",  "Plugin {plugin} {version} runs."};
const agent_event plugin_cannot_run{21,       REEVE_ERROR,  "plugin.cannot_run",
                                    "plugin", "cannot run", "Plugin {plugin} cannot run: {reason}"};
const agent_event plugin_cannot_start{22,       REEVE_ERROR,    "plugin.cannot_start",
                                      "plugin", "cannot start", "Plugin {plugin} cannot start: {reason}"};
const agent_event plugin_failing{23,       REEVE_WARN, "plugin.failing",
                                 "plugin", "failing",  "Plugin {plugin} fails: {reason}"};
const agent_event plugin_late{24,       REEVE_WARN, "plugin.late",
                              "plugin", "late",     "Plugin {plugin} is late: {reason}"};
const agent_event plugin_quarantined{
    25,
    REEVE_WARN,
    "plugin.quarantined",
    "plugin",
    "quarantined",
    "Plugin {plugin} rests after {failures_in_a_row} failures in a row, the next try "
    "is in {next_try_in}: {reason}"};
const agent_event plugin_recovered{26,       REEVE_INFO,    "plugin.recovered",
                                   "plugin", "works again", "Plugin {plugin} works again."};
const agent_event plugin_over_limit{
    27,
    REEVE_WARN,
    "plugin.over_limit",
    "plugin",
    "over its series limit",
    "Plugin {plugin} has more series than max_series = {max_series}; {dropped} "
    "were dropped."};
const agent_event plugin_stuck{28,
                               REEVE_WARN,
                               "plugin.stuck",
                               "plugin",
                               "did not stop in time",
                               "Plugin {plugin} did not stop in time and was left behind."};

const agent_event short_lived_unseen{40,
                                     REEVE_WARN,
                                     "processes.short_lived_unseen",
                                     "processes",
                                     "processes that live between two ticks are not seen",
                                     "Processes that live between two ticks are not seen: {reason}"};

const agent_event process_started{60,        REEVE_INFO, "process.started",
                                  "process", "started",  "Process {name} runs as {pid}."};
const agent_event process_ended{
    61,        REEVE_WARN, "process.ended",
    "process", "ended",    "Process {name} ({pid}) has ended with {reason}; {next}."};
const agent_event process_cannot_start{
    62,        REEVE_ERROR,    "process.cannot_start",
    "process", "cannot start", "Process {name} cannot be started: {reason}; {next}."};
const agent_event process_given_up{
    63,
    REEVE_ERROR,
    "process.given_up",
    "process",
    "given up",
    "Process {name} ends too often and is not started again until somebody does: {reason}."};
const agent_event process_killed{64,        REEVE_WARN, "process.killed",
                                 "process", "killed",   "Process {name} ({pid}) is killed: {reason}."};
const agent_event process_stuck{
    65,        REEVE_ERROR, "process.stuck",
    "process", "stuck",     "Process {name} ({pid}) was killed and is still there."};

const agent_event process_stopped{66,        REEVE_INFO, "process.stopped",
                                  "process", "stopped",  "Process {name} ({pid}) has stopped with {reason}."};

const agent_event process_adopted{
    67,        REEVE_INFO, "process.adopted",
    "process", "goes on",  "Process {name} goes on as {pid}; an earlier agent started it."};
const agent_event process_blocked{
    68,        REEVE_WARN,           "process.blocked",
    "process", "waits for its port", "Process {name} is not started yet: {reason}."};
const agent_event process_asked{
    69,        REEVE_INFO,     "process.asked",
    "process", "asked to end", "Process {name} ({pid}) is asked to end: {reason}."};
const agent_event process_hook_failed{70,        REEVE_WARN,    "process.hook_failed",
                                      "process", "hook failed", "A hook of process {name} failed: {reason}."};
const agent_event process_unhealthy{71,        REEVE_WARN,  "process.unhealthy",
                                    "process", "unhealthy", "Process {name} ({pid}) is not well: {reason}."};
const agent_event process_stray{
    72,        REEVE_WARN,      "process.stray",
    "process", "stray stopped", "Process {name} ({pid}) runs and no configuration names it; it is stopped."};
const agent_event process_state_unusable{
    73,        REEVE_ERROR,      "process.state_unusable",
    "process", "state unusable", "What was known of process {name} cannot be used: {reason}."};

const agent_event job_succeeded{80,    REEVE_INFO,  "job.succeeded",
                                "job", "succeeded", "Job {name} has succeeded after {duration}."};
const agent_event job_failed{81,    REEVE_WARN, "job.failed",
                             "job", "failed",   "Job {name} has failed after {duration}: {reason}; {next}."};
const agent_event job_missed{82,           REEVE_WARN,
                             "job.missed", "job",
                             "missed",     "Times of job {name} passed without the agent: {count}; {next}."};
const agent_event job_skipped{
    83,    REEVE_WARN, "job.skipped",
    "job", "skipped",  "Times of job {name} were given up since its last run was not over: {count}."};

const agent_event alert_received{
    110,     REEVE_INFO, "alert.received",
    "alert", "received", "Alert {alertname} fires and is answered as {mapping}: {labels}."};
const agent_event alert_resolved{111,     REEVE_INFO, "alert.resolved",
                                 "alert", "resolved", "Alert {alertname} of {mapping} has ended: {labels}."};

const agent_event rule_fires{120,    REEVE_WARN, "rule.fires",
                             "rule", "fires",    "Rule {rule} fires for {labels}: {summary} ({value})."};
const agent_event rule_resolved{121,    REEVE_INFO, "rule.resolved",
                                "rule", "resolved", "Rule {rule} no longer fires for {labels}."};
const agent_event rule_failing{122,    REEVE_ERROR,           "rule.failing",
                               "rule", "cannot be evaluated", "Rule {rule} cannot be evaluated: {reason}."};
const agent_event remedy_told{130,      REEVE_WARN, "remedy.event",
                              "remedy", "event",    "Rule {rule} asks for attention to {labels}."};
const agent_event remedy_would_act{
    131,      REEVE_INFO,  "remedy.would_act",
    "remedy", "would act", "Rule {rule} would {action} {target}; the mode is observe."};
const agent_event remedy_began{132,      REEVE_WARN, "remedy.began",
                               "remedy", "acts",     "Rule {rule}: {action} of {target} begins."};
const agent_event remedy_succeeded{133,      REEVE_INFO, "remedy.succeeded",
                                   "remedy", "helped",   "Rule {rule}: {action} of {target} has helped."};
const agent_event remedy_failed{134,      REEVE_ERROR, "remedy.failed",
                                "remedy", "failed",    "Rule {rule}: {action} of {target} failed: {reason}."};
const agent_event remedy_ineffective{
    135,      REEVE_WARN,     "remedy.ineffective",
    "remedy", "did not help", "Rule {rule}: {action} of {target} did not help: {reason}."};
const agent_event remedy_refused{
    136,      REEVE_WARN, "remedy.refused",
    "remedy", "refused",  "Rule {rule}: {action} of {target} is refused by the guard {guard}: {reason}."};
const agent_event remedy_given_up{
    137,      REEVE_ERROR, "remedy.given_up",
    "remedy", "given up",  "Rule {rule} is given up until it is reset: {reason}."};
const agent_event remedy_reset{138,      REEVE_INFO, "remedy.reset",
                               "remedy", "reset",    "Rule {rule} was reset: {reason}."};
const agent_event remedy_silenced{139, REEVE_INFO, "remedy.silenced", "remedy", "silenced", "{reason}."};
const agent_event remedy_closed_unknown{
    140,
    REEVE_WARN,
    "remedy.closed_unknown",
    "remedy",
    "outcome unknown",
    "Rule {rule}: whether {action} of {target} was done is not known, and it is not repeated: {reason}."};
const agent_event remedy_audit_failed{141,
                                      REEVE_ERROR,
                                      "remedy.audit_failed",
                                      "remedy",
                                      "audit log cannot be written",
                                      "The audit log cannot be written: {reason}."};
const agent_event remedy_dropped{142,      REEVE_ERROR,     "remedy.dropped",
                                 "remedy", "alert dropped", "An alert of {rule} is left aside: {reason}."};
const agent_event remedy_audit_restored{143,
                                        REEVE_INFO,
                                        "remedy.audit_restored",
                                        "remedy",
                                        "audit log can be written",
                                        "The audit log can be written again."};

const agent_event sink_failing{
    50,       REEVE_WARN,   "sink.failing",
    "events", "sink fails", "The event sink {sink} fails; events wait for it: {reason}"};
const agent_event sink_recovered{51,       REEVE_INFO,         "sink.recovered",
                                 "events", "sink works again", "The event sink {sink} works again."};
const agent_event sink_lost_events{
    52,       REEVE_WARN,         "sink.lost_events",
    "events", "events were lost", "{count} events did not reach the event sink {sink}."};

} // namespace events

std::span<const agent_event* const> all_agent_events() noexcept {
  using namespace events;
  static const agent_event* const all[] = {&started,
                                           &stopping,
                                           &config_reloaded,
                                           &config_refused,
                                           &plugin_started,
                                           &plugin_cannot_run,
                                           &plugin_cannot_start,
                                           &plugin_failing,
                                           &plugin_late,
                                           &plugin_quarantined,
                                           &plugin_recovered,
                                           &plugin_over_limit,
                                           &plugin_stuck,
                                           &short_lived_unseen,
                                           &sink_failing,
                                           &sink_recovered,
                                           &sink_lost_events,
                                           &process_started,
                                           &process_ended,
                                           &process_cannot_start,
                                           &process_given_up,
                                           &process_killed,
                                           &process_stuck,
                                           &process_stopped,
                                           &process_adopted,
                                           &process_blocked,
                                           &process_asked,
                                           &process_hook_failed,
                                           &process_unhealthy,
                                           &process_stray,
                                           &process_state_unusable,
                                           &job_succeeded,
                                           &job_failed,
                                           &job_missed,
                                           &job_skipped,
                                           &alert_received,
                                           &alert_resolved,
                                           &rule_fires,
                                           &rule_resolved,
                                           &rule_failing,
                                           &remedy_told,
                                           &remedy_would_act,
                                           &remedy_began,
                                           &remedy_succeeded,
                                           &remedy_failed,
                                           &remedy_ineffective,
                                           &remedy_refused,
                                           &remedy_given_up,
                                           &remedy_reset,
                                           &remedy_silenced,
                                           &remedy_closed_unknown,
                                           &remedy_audit_failed,
                                           &remedy_dropped,
                                           &remedy_audit_restored};
  return all;
}

std::string sentence_of(const agent_event& e, std::initializer_list<log_field> fields) {
  std::string out;
  std::string_view rest = e.sentence;
  for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    const std::size_t close = rest.find('}', open);
    if (close == std::string_view::npos) break;
    out.append(rest.substr(0, open));
    const std::string_view key = rest.substr(open + 1, close - open - 1);
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&](const log_field& f) { return f.key == key; });
    if (field != fields.end()) out += field->value;
    rest.remove_prefix(close + 1);
  }
  out.append(rest);
  return out;
}

} // namespace reeve::app
