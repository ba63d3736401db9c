// SPDX-License-Identifier: Apache-2.0
// Brings a configuration file into force, or leaves everything as it was. Loop thread only.
#pragma once

#include "plugin_set.hpp"
#include "self_metrics.hpp"

#include "reeve/config/load.hpp"
#include "reeve/supervise/process_report.hpp"

#include <functional>
#include <string>
#include <vector>

namespace reeve::app {

struct reload_report {
  bool ok = false;
  std::string text;                       // for a person: the problems, or what was done
  std::vector<std::string> restarted;     // plugins
  std::vector<std::string> needs_restart; // settings that changed and only a new start brings into force
};

// "processes restarted: web, db" and its like, a line each.
std::string to_text(const supervise::process_changes& c);

class reloader {
 public:
  using apply = std::function<void(const config::settings&)>; // the settings that may change while running
  // The same of managed processes; an error refuses the reload.
  using apply_processes = std::function<result<supervise::process_changes>(const config::settings&)>;

  reloader(std::string path, std::string plugin_dir_override, plugin_set& plugins, event_router& events,
           const clock& time, reload_state& state, apply a, apply_processes p);

  // The first load: `done` gets false, after the problems were printed, when the configuration has errors. Plugins that
  // cannot run are reported in the log and do not count.
  void begin(config::loaded first, std::function<void(reload_report)> done);
  // One at a time: those that ask while one is at work, or before the first load has ended, share the next one, which
  // reads the file anew. Beyond `most_waiting` they are answered with `ok` false.
  static constexpr std::size_t most_waiting = 64;
  void reload(std::function<void(reload_report)> done);

  // Called when a reload begins and when it has ended, whoever asked for it.
  struct watcher {
    std::function<void()> begun;
    std::function<void(bool ok)> ended;
  };
  void watch(watcher w) { watcher_ = std::move(w); }

  const config::settings& settings() const noexcept { return settings_; }

 private:
  void finish(reload_report report, const std::function<void(reload_report)>& done);
  void serve_waiting();

  std::string path_, plugin_dir_override_;
  plugin_set& plugins_;
  event_router& events_;
  const clock& time_;
  reload_state& state_;
  apply apply_;
  apply_processes apply_processes_;
  watcher watcher_;
  config::settings settings_;
  std::vector<config::endpoint> listening_; // from the first load on: a reload does not change where
  bool busy_ = false;
  std::vector<std::function<void(reload_report)>> waiting_;
};

} // namespace reeve::app
