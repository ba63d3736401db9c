// SPDX-License-Identifier: Apache-2.0
// The agent's own metrics, in the same shape as a plugin's. Loop thread only.
#pragma once

#include "event_queue.hpp"
#include "event_router.hpp"
#include "managed_processes.hpp"
#include "plugin_set.hpp"
#include "scrape.hpp"
#include "webhook_endpoint.hpp"

#include "reeve/http/server.hpp"
#include "reeve/plugin_host/tables.hpp"
#include "reeve/store/batch.hpp"
#include "reeve/telemetry/log.hpp"

#include <initializer_list>
#include <string_view>

namespace reeve::app {

class remedies;
class rule_runner;

struct reload_state {
  bool last_successful = true;
  nanoseconds last_success_unix{0};
  std::uint64_t reloads_total = 0;
};

struct self_sources {
  const clock& time;
  const logger& log;
  const plugin_set& plugins;
  const plugin_host::tables& tables;
  const event_queue& events;
  const event_router& router;
  const reload_state& reload;
  const managed_processes& processes;
  const http::server* server = nullptr; // null until it listens
  const scraper* scrapes = nullptr;
  const webhook_endpoint* webhook = nullptr;
  const rule_runner* rules = nullptr;
  const remedies* actions = nullptr;
};

class self_metrics {
 public:
  explicit self_metrics(self_sources from);
  self_sources& sources() noexcept { return from_; }
  store::snapshot_ptr collect();

 private:
  void gauge(std::string_view name, std::string_view help, std::initializer_list<std::string_view> keys,
             std::initializer_list<std::string_view> values, double value);
  void counter(std::string_view name, std::string_view help, std::initializer_list<std::string_view> keys,
               std::initializer_list<std::string_view> values, double value);
  void info(std::string_view name, std::string_view help, std::initializer_list<std::string_view> keys,
            std::initializer_list<std::string_view> values);
  void put(store::metric_kind kind, std::string_view name, std::string_view help,
           std::initializer_list<std::string_view> keys, std::initializer_list<std::string_view> values,
           double value);
  void collect_build();
  void collect_process();
  void collect_plugins();
  void collect_table(std::string_view table, const plugin_host::table_stats& t);
  void collect_unreadable(std::string_view table, os::unreadable_reason reason, std::uint64_t count);
  void collect_tables();
  void collect_events();    // event_metrics.cpp
  void collect_processes(); // process_metrics.cpp
  void collect_jobs();      // job_metrics.cpp
  void collect_webhook();   // webhook_metrics.cpp
  void collect_rules();     // rule_metrics.cpp
  void collect_remedies();  // rule_metrics.cpp
  void collect_log();
  void collect_server();

  self_sources from_;
  store::batch batch_;
  std::uint64_t cycle_ = 0;
};

} // namespace reeve::app
