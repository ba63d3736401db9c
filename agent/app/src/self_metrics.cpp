// SPDX-License-Identifier: Apache-2.0
#include "self_metrics.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/os/self_stats.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace reeve::app {

namespace {

double seconds(nanoseconds value) {
  return std::chrono::duration<double>(value).count();
}

// Reasons that a run did not count, as label values.
constexpr std::string_view failed_reason = "error";
constexpr std::string_view late_reason = "deadline";

} // namespace

self_metrics::self_metrics(self_sources from) : from_(from), batch_(store::batch_limits{}) {}

void self_metrics::put(store::metric_kind kind, std::string_view name, std::string_view help,
                       std::initializer_list<std::string_view> keys,
                       std::initializer_list<std::string_view> values, double value) {
  store::family_spec spec;
  spec.kind = kind;
  spec.name = name;
  spec.help = help;
  spec.label_keys.assign(keys.begin(), keys.end());
  const auto family = batch_.family(spec);
  if (!family) return;
  std::vector<store::label_value> labels;
  for (const std::string_view text : values)
    labels.push_back({text, 0});
  (void)batch_.add(*family, labels, value);
}

void self_metrics::gauge(std::string_view name, std::string_view help,
                         std::initializer_list<std::string_view> keys,
                         std::initializer_list<std::string_view> values, double value) {
  put(store::metric_kind::gauge, name, help, keys, values, value);
}

void self_metrics::counter(std::string_view name, std::string_view help,
                           std::initializer_list<std::string_view> keys,
                           std::initializer_list<std::string_view> values, double value) {
  put(store::metric_kind::counter, name, help, keys, values, value);
}

void self_metrics::info(std::string_view name, std::string_view help,
                        std::initializer_list<std::string_view> keys,
                        std::initializer_list<std::string_view> values) {
  put(store::metric_kind::info, name, help, keys, values, 1);
}

store::snapshot_ptr self_metrics::collect() {
  batch_.begin();
  collect_build();
  collect_process();
  collect_plugins();
  collect_tables();
  collect_events();
  collect_processes();
  collect_jobs();
  collect_webhook();
  collect_rules();
  collect_remedies();
  collect_log();
  collect_server();
  return batch_.commit(from_.time.mono(), from_.time.unix_time(), ++cycle_);
}

void self_metrics::collect_build() {
  info("reeve_build", "The agent's version, source revision, system and plugin ABI.",
       {"version", "revision", "os", "abi"},
       {version(), revision(), os::os_name(), cat(REEVE_ABI_MAJOR, ".", REEVE_ABI_MINOR)});
  gauge("reeve_config_last_reload_successful", "1 when the configuration in force is the one last asked for.",
        {}, {}, from_.reload.last_successful ? 1 : 0);
  gauge("reeve_config_last_reload_success_timestamp_seconds", "When the configuration in force was loaded.",
        {}, {}, seconds(from_.reload.last_success_unix));
  counter("reeve_config_reloads", "Reloads asked for since the start.", {}, {},
          static_cast<double>(from_.reload.reloads_total));
}

void self_metrics::collect_process() {
  const auto self = os::read_self_stats();
  if (!self) return;
  counter("process_cpu_seconds", "Total user and system CPU time spent in seconds.", {}, {},
          self->cpu_seconds);
  gauge("process_resident_memory_bytes", "Resident memory size in bytes.", {}, {},
        static_cast<double>(self->resident_bytes));
  gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", {}, {},
        static_cast<double>(self->virtual_bytes));
  gauge("process_open_fds", "Number of open file descriptors or handles.", {}, {},
        static_cast<double>(self->open_handles));
  if (self->open_handles_limit != 0)
    gauge("process_max_fds", "Maximum number of open file descriptors.", {}, {},
          self->open_handles_limit == std::numeric_limits<std::uint64_t>::max()
              ? std::numeric_limits<double>::infinity()
              : static_cast<double>(self->open_handles_limit));
  gauge("process_threads", "Number of threads of this process.", {}, {}, static_cast<double>(self->threads));
  gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", {}, {},
        self->start_unix_seconds);
}

void self_metrics::collect_plugins() {
  for (const auto& [name, e] : from_.plugins.entries()) {
    const schedule::status* s = from_.plugins.scheduler().find(name);
    const bool up =
        e.failure.empty() && (!s || s->now == schedule::state::ok || s->now == schedule::state::starting);
    gauge("reeve_plugin_up", "1 when the plugin runs and its last run succeeded.", {"plugin"}, {name},
          up ? 1 : 0);
    info("reeve_plugin", "A configured plugin: its version, library and state.",
         {"plugin", "version", "library", "state"},
         {name, e.instance ? e.instance->plugin()->version : "", e.library,
          !e.failure.empty() ? "failed" : (s ? schedule::name_of(s->now) : "idle")});
    counter("reeve_plugin_samples", "Samples published by the plugin.", {"plugin"}, {name},
            static_cast<double>(e.counters.samples_total));
    counter("reeve_plugin_dropped_series", "Writes refused because the plugin is over its series limit.",
            {"plugin"}, {name}, static_cast<double>(e.counters.dropped_series_total));
    counter("reeve_plugin_rejected_families",
            "Metric families refused because of their name, labels or number.", {"plugin"}, {name},
            static_cast<double>(e.counters.rejected_families_total));
    gauge("reeve_plugin_series", "Series the plugin holds.", {"plugin"}, {name}, e.live_series);
    if (!s) continue;
    gauge("reeve_plugin_sample_duration_seconds", "How long the last finished run took.", {"plugin"}, {name},
          seconds(s->last_duration));
    gauge("reeve_plugin_last_sample_timestamp_seconds",
          "When the samples being served were taken; 0 before the first.", {"plugin"}, {name},
          seconds(e.last_success_unix));
    counter("reeve_plugin_overruns",
            "Ticks missed because a run was still in flight or the agent came too late.", {"plugin"}, {name},
            static_cast<double>(s->overruns_total));
    counter("reeve_plugin_failures", "Runs that ended in an error or passed their deadline.",
            {"plugin", "reason"}, {name, failed_reason}, static_cast<double>(s->failures_total));
    counter("reeve_plugin_failures", "Runs that ended in an error or passed their deadline.",
            {"plugin", "reason"}, {name, late_reason}, static_cast<double>(s->late_total));
    gauge("reeve_plugin_quarantined", "1 while the plugin is not run because it kept failing.", {"plugin"},
          {name}, s->now == schedule::state::quarantined ? 1 : 0);
  }
}

void self_metrics::collect_table(std::string_view table, const plugin_host::table_stats& t) {
  gauge("reeve_table_duration_seconds", "How long the last reading of the table took.", {"table"}, {table},
        seconds(t.last_duration));
  gauge("reeve_table_rows", "Rows of the last reading.", {"table"}, {table}, static_cast<double>(t.rows));
  counter("reeve_table_readings", "Readings of the table.", {"table"}, {table},
          static_cast<double>(t.readings_total));
  info("reeve_table_backend", "By which interface of the system the table is read.", {"table", "backend"},
       {table, t.backend});
}

void self_metrics::collect_unreadable(std::string_view table, os::unreadable_reason reason,
                                      std::uint64_t count) {
  gauge("reeve_table_unreadable", "Fields of the last reading that could not be read.", {"table", "reason"},
        {table, os::name_of(reason)}, static_cast<double>(count));
}

void self_metrics::collect_tables() {
  if (const auto t = from_.tables.processes.stats(); !t.backend.empty()) {
    constexpr std::string_view table = "processes";
    collect_table(table, t);
    for (std::size_t i = 0; i < os::unreadable_reasons; ++i)
      collect_unreadable(table, static_cast<os::unreadable_reason>(i), t.unreadable[i]);
    gauge("reeve_table_short_lived_available",
          "1 when a plugin asked for processes that live between two readings and the system tells of them.",
          {"table"}, {table}, t.short_lived_unavailable.empty() ? 1 : 0);
    counter("reeve_table_short_lived_lost", "Starts and exits the system told of that were lost.", {"table"},
            {table}, static_cast<double>(t.short_lived_lost_total));
  }
  if (const auto t = from_.tables.sockets.stats(); !t.backend.empty()) {
    constexpr std::string_view table = "sockets";
    collect_table(table, t);
    collect_unreadable(table, os::unreadable_reason::access_denied, t.unreadable_processes);
    gauge("reeve_table_processes_elsewhere",
          "Processes in other network namespaces, whose sockets are not in the table.", {"table"}, {table},
          static_cast<double>(t.processes_elsewhere));
  }
  if (const auto t = from_.tables.file_locks.stats(); !t.backend.empty()) {
    constexpr std::string_view table = "file_locks";
    collect_table(table, t);
    collect_unreadable(table, os::unreadable_reason::access_denied, t.unreadable_processes);
    collect_unreadable(table, os::unreadable_reason::failed, t.unanswered_handles);
  }
  if (const auto t = from_.tables.counters.stats(); !t.backend.empty()) {
    constexpr std::string_view table = "counters";
    const auto requests = [&t](os::counter_state s) { return t.requests[static_cast<std::size_t>(s)]; };
    collect_table(table, t);
    collect_unreadable(table, os::unreadable_reason::access_denied, requests(os::counter_state::denied));
    collect_unreadable(table, os::unreadable_reason::failed, requests(os::counter_state::failed));
  }
  if (const auto t = from_.tables.open_files.stats(); !t.backend.empty()) {
    constexpr std::string_view table = "open_files";
    collect_table(table, t);
    for (std::size_t i = 0; i < os::unreadable_reasons; ++i)
      collect_unreadable(table, static_cast<os::unreadable_reason>(i), t.unreadable[i]);
  }
}

void self_metrics::collect_log() {
  const log_counters lines = from_.log.counters();
  for (std::size_t i = 0; i < log_level_count; ++i) {
    const char* level = name_of(static_cast<log_level>(i));
    counter("reeve_log_lines", "Lines of the agent's log.", {"level", "result"}, {level, "written"},
            static_cast<double>(lines.written[i]));
    counter("reeve_log_lines", "Lines of the agent's log.", {"level", "result"}, {level, "suppressed"},
            static_cast<double>(lines.suppressed[i]));
    counter("reeve_log_lines", "Lines of the agent's log.", {"level", "result"}, {level, "dropped"},
            static_cast<double>(lines.dropped[i]));
  }
}

void self_metrics::collect_server() {
  if (from_.scrapes) {
    counter("reeve_scrapes", "Requests for /metrics.", {}, {},
            static_cast<double>(from_.scrapes->count().scrapes_total));
    counter("reeve_scrape_refreshes_missed",
            "Scrapes that served older samples because a run did not end in time.", {}, {},
            static_cast<double>(from_.scrapes->count().refreshes_missed_total));
    constexpr std::string_view help =
        "Families and series left out of responses because another plugin had their name.";
    counter("reeve_scrape_dropped", help, {"what"}, {"family"},
            static_cast<double>(from_.scrapes->count().dropped_families_total));
    counter("reeve_scrape_dropped", help, {"what"}, {"series"},
            static_cast<double>(from_.scrapes->count().dropped_series_total));
  }
  if (!from_.server) return;
  const http::server_counters c = from_.server->counters();
  counter("reeve_http_accept_failures",
          "Connections that the system could not hand over, for want of descriptors or memory.", {}, {},
          static_cast<double>(c.accept_failures));
  counter("reeve_http_cut_responses",
          "Responses that were begun and not ended, because the client left or was too slow, or their source "
          "failed.",
          {}, {}, static_cast<double>(c.responses_cut));
  gauge("reeve_http_connections", "Open connections.", {}, {}, static_cast<double>(c.connections_current));
  counter("reeve_http_accepted_connections", "Connections accepted.", {}, {},
          static_cast<double>(c.connections_total));
  counter("reeve_http_refused_connections", "Connections refused because too many were open.", {}, {},
          static_cast<double>(c.connections_refused));
  static constexpr std::string_view classes[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
  for (std::size_t i = 1; i < c.responses.size(); ++i)
    counter("reeve_http_responses", "Responses begun, by class of their status.", {"code"}, {classes[i]},
            static_cast<double>(c.responses[i]));
  counter("reeve_http_sent_bytes", "Bytes sent, headers included.", {}, {},
          static_cast<double>(c.bytes_sent));
}

} // namespace reeve::app
