// SPDX-License-Identifier: Apache-2.0
#include "reload.hpp"

#include "plugin_dir.hpp"

#include "reeve/app/check_rules.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/config/print.hpp"
#include "reeve/supervise/jobs.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace reeve::app {

namespace {

std::string text_of(std::vector<diagnostic> problems, const config::source_texts& texts) {
  std::string out;
  for (diagnostic& d : problems) {
    if (d.excerpt.empty()) d.excerpt = texts.line(d.where);
    out += config::format(d, false);
  }
  return out;
}

bool same_sampling(const config::plugin_settings& a, const config::plugin_settings& b) {
  return a.interval == b.interval && a.deadline == b.deadline && a.max_age == b.max_age &&
         a.library == b.library && a.failures_before_quarantine == b.failures_before_quarantine &&
         a.quarantine_min == b.quarantine_min && a.quarantine_max == b.quarantine_max &&
         a.max_series == b.max_series && a.max_families == b.max_families;
}

std::vector<std::string> frozen_changes(const config::settings& a, const config::settings& b) {
  std::vector<std::string> out;
  if (a.http.listen != b.http.listen) out.emplace_back("http.listen");
  if (a.http.max_connections != b.http.max_connections) out.emplace_back("http.max_connections");
  if (a.http.gzip != b.http.gzip) out.emplace_back("http.gzip");
  if (a.http.request_timeout != b.http.request_timeout) out.emplace_back("http.request_timeout");
  if (a.http.reload_endpoint != b.http.reload_endpoint) out.emplace_back("http.reload_endpoint");
  if (a.agent.instance != b.agent.instance) out.emplace_back("agent.instance");
  if (a.agent.control != b.agent.control) out.emplace_back("agent.control");
  if (a.log.format != b.log.format) out.emplace_back("log.format");
  if (a.log.file != b.log.file) out.emplace_back("log.file");
  if (a.log.max_size != b.log.max_size) out.emplace_back("log.max_size");
  if (a.log.max_files != b.log.max_files) out.emplace_back("log.max_files");
  if (a.log.repeat_window != b.log.repeat_window) out.emplace_back("log.repeat_window");
  if (a.agent.state_dir != b.agent.state_dir) out.emplace_back("agent.state_dir");
  return out;
}

// An address that others can reach, where nobody would be asked who he is.
std::optional<config::endpoint> wide_open(const config::settings& s,
                                          const std::vector<config::endpoint>& listening) {
  if (!s.webhook || !s.webhook->allow_unauthenticated) return std::nullopt;
  const auto found = std::ranges::find_if_not(listening, config::is_loopback);
  return found == listening.end() ? std::nullopt : std::optional(*found);
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += cat(out.empty() ? "" : ", ", word);
  return out;
}

} // namespace

std::string to_text(const supervise::process_changes& c) {
  std::string out;
  for (const auto& [what, names] : {std::pair("started", &c.added), std::pair("stopped", &c.removed),
                                    std::pair("restarted", &c.restarted), std::pair("adjusted", &c.adjusted)})
    if (!names->empty()) out += cat("processes ", what, ": ", joined(*names), "\n");
  for (const auto& [what, names] : {std::pair("added", &c.jobs_added), std::pair("removed", &c.jobs_removed),
                                    std::pair("changed", &c.jobs_changed)})
    if (!names->empty()) out += cat("jobs ", what, ": ", joined(*names), "\n");
  return out;
}

namespace {

std::vector<config::plugin_settings> enabled(const config::settings& s) {
  std::vector<config::plugin_settings> out;
  std::copy_if(s.plugins.begin(), s.plugins.end(), std::back_inserter(out),
               [](const auto& p) { return p.enabled; });
  return out;
}

} // namespace

reloader::reloader(std::string path, std::string plugin_dir_override, plugin_set& plugins,
                   event_router& events, const clock& time, reload_state& state, apply a, apply_processes p)
    : path_(std::move(path)), plugin_dir_override_(std::move(plugin_dir_override)), plugins_(plugins),
      events_(events), time_(time), state_(state), apply_(std::move(a)), apply_processes_(std::move(p)) {}

void reloader::begin(config::loaded first, std::function<void(reload_report)> done) {
  settings_ = *std::move(first.value);
  listening_ = settings_.http.listen;
  apply_(settings_);
  busy_ = true;
  plugins_.prepare(enabled(settings_), plugin_dir_of(settings_, plugin_dir_override_),
                   [this, texts = std::move(first.texts), done = std::move(done)](plugin_set::candidates c) {
                     busy_ = false;
                     reload_report report;
                     report.ok = c.problems.empty();
                     if (report.ok) {
                       plugins_.adopt(std::move(c));
                       state_.last_success_unix = time_.unix_time();
                     } else {
                       report.text = text_of(std::move(c.problems), texts);
                       for (plugin_entry& e : c.entries)
                         plugins_.discard(std::move(e));
                     }
                     const bool ok = report.ok;
                     done(std::move(report));
                     if (ok) serve_waiting(); // else the agent ends
                   });
}

void reloader::finish(reload_report report, const std::function<void(reload_report)>& done) {
  ++state_.reloads_total;
  if (watcher_.ended) watcher_.ended(report.ok);
  state_.last_successful = report.ok;
  if (report.ok) {
    state_.last_success_unix = time_.unix_time();
    events_.report(events::config_reloaded, {{"file", path_},
                                             {"restarted", joined(report.restarted)},
                                             {"needs_restart", joined(report.needs_restart)}});
  } else {
    events_.report(events::config_refused, {{"file", path_}, {"reason", report.text}});
  }
  done(std::move(report));
  serve_waiting();
}

void reloader::serve_waiting() {
  if (waiting_.empty()) return;
  reload([asked = std::exchange(waiting_, {})](const reload_report& report) {
    for (const auto& done : asked)
      done(report);
  });
}

void reloader::reload(std::function<void(reload_report)> done) {
  if (busy_) {
    if (waiting_.size() < most_waiting)
      waiting_.push_back(std::move(done));
    else
      done({false, "too many reloads wait for the one that is at work; try again later\n", {}, {}});
    return;
  }
  if (watcher_.begun) watcher_.begun();
  config::loaded next = config::load(path_);
  if (next.value) {
    next.problems = supervise::check_jobs(next.value->jobs);
    std::ranges::move(check_rules(next), std::back_inserter(next.problems));
  }
  if (!next.value || !next.problems.empty()) {
    finish({false, text_of(std::move(next.problems), next.texts), {}, {}}, done);
    return;
  }

  if (const auto open = wide_open(*next.value, listening_)) {
    finish({false,
            cat("webhook.allow_unauthenticated is true, and the agent listens on ",
                config::format_endpoint(*open),
                ", which others can reach, until it is started anew: restart it instead\n"),
            {},
            {}},
           done);
    return;
  }

  const std::vector<config::plugin_settings> wanted = enabled(*next.value);
  const std::string dir = plugin_dir_of(*next.value, plugin_dir_override_);
  const bool moved = dir != plugin_dir_of(settings_, plugin_dir_override_);
  std::vector<config::plugin_settings> changed;
  for (const config::plugin_settings& p : wanted) {
    const auto running = plugins_.entries().find(p.name);
    // One that does not run gets another try with every reload.
    if (moved || running == plugins_.entries().end() || !running->second.failure.empty() ||
        !same_sampling(running->second.settings, p) ||
        !same_value(running->second.settings.options, p.options))
      changed.push_back(p);
  }

  busy_ = true;
  plugins_.prepare(
      changed, dir,
      [this, wanted, next = std::move(next), done = std::move(done)](plugin_set::candidates c) mutable {
        busy_ = false;
        reload_report report;
        if (!c.problems.empty()) report.text = text_of(std::move(c.problems), next.texts);
        for (const plugin_entry& e : c.entries)
          if (!e.failure.empty())
            report.text += cat("plugin ", e.settings.name, " cannot run: ", e.failure, "\n");
        result<supervise::process_changes> processes = supervise::process_changes{};
        if (report.text.empty()) processes = apply_processes_(*next.value);
        if (!processes) report.text = cat(processes.error().message, "\n");
        if (!report.text.empty()) {
          for (plugin_entry& e : c.entries)
            plugins_.discard(std::move(e));
          finish(std::move(report), done);
          return;
        }
        report.ok = true;
        std::vector<std::string> gone;
        for (const auto& running : plugins_.entries())
          if (std::none_of(wanted.begin(), wanted.end(),
                           [&](const auto& p) { return p.name == running.first; }))
            gone.push_back(running.first);
        for (const std::string& name : gone)
          plugins_.remove(name);
        for (const plugin_entry& e : c.entries)
          report.restarted.push_back(e.settings.name);
        plugins_.adopt(std::move(c));
        report.needs_restart = frozen_changes(settings_, *next.value);
        settings_ = *std::move(next.value);
        apply_(settings_);
        report.text = cat("reloaded ", path_, "\n");
        if (!report.restarted.empty()) report.text += cat("restarted: ", joined(report.restarted), "\n");
        if (!gone.empty()) report.text += cat("removed: ", joined(gone), "\n");
        report.text += to_text(*processes);
        if (!report.needs_restart.empty())
          report.text += cat(
              "changed but in force only after a restart of the agent: ", joined(report.needs_restart), "\n");
        finish(std::move(report), done);
      });
}

} // namespace reeve::app
