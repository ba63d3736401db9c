// SPDX-License-Identifier: Apache-2.0
#include "reeve/app/agent.hpp"
#include "reeve/app/check_rules.hpp"

#include "control_answers.hpp"
#include "event_queue.hpp"
#include "event_router.hpp"
#include "managed_processes.hpp"
#include "plugin_set.hpp"
#include "reload.hpp"
#include "remedies.hpp"
#include "routes.hpp"
#include "rule_runner.hpp"
#include "scrape.hpp"
#include "self_metrics.hpp"
#include "service_bridge.hpp"
#include "signals.hpp"
#include "webhook_endpoint.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/config/load.hpp"
#include "reeve/config/print.hpp"
#include "reeve/os/control_channel.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/os/service_host.hpp"
#include "reeve/plugin_host/tables.hpp"
#include "reeve/supervise/jobs.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <utility>

namespace reeve::app {

namespace {

namespace asio = boost::asio;

constexpr nanoseconds stop_grace = std::chrono::seconds(2);        // for replies that are being sent
constexpr nanoseconds plugin_stop_bound = std::chrono::seconds(5); // for plugins to stop
constexpr nanoseconds repeats_interval = std::chrono::seconds(10);

result<std::unique_ptr<logger>> open_log(const config::log_settings& s, const os::service_host& service,
                                         const clock& time) {
  log_options o;
  o.level = log_level_from(s.level).value_or(log_level::info);
  o.json = s.format == "json";
  o.file = s.file.empty() ? service.log_file() : s.file;
  o.max_size_bytes = s.max_size;
  o.max_files = s.max_files;
  o.repeat_window = s.repeat_window;
  o.time = &time;
  return logger::create(o);
}

void print_problems(const std::vector<diagnostic>& problems) {
  const bool colour = os::is_terminal(2);
  std::string out;
  for (const diagnostic& d : problems)
    out += config::format(d, colour);
  std::fwrite(out.data(), 1, out.size(), stderr);
}

// What the configuration cannot say of itself.
std::vector<diagnostic> check_rest(const config::loaded& l) {
  std::vector<diagnostic> out = supervise::check_jobs(l.value->jobs);
  std::ranges::move(check_rules(l), std::back_inserter(out));
  for (diagnostic& d : out)
    d.excerpt = l.texts.line(d.where);
  return out;
}

// For a service that has no standard error.
void log_problems(const std::vector<diagnostic>& problems, const os::service_host& service) {
  if (service.log_file().empty()) return;
  const auto log = open_log({}, service, system_clock());
  if (!log) return;
  for (const diagnostic& d : problems)
    (*log)->write(log_level::error, "config", d.message,
                  {{"file", d.where.file}, {"line", cat(d.where.line)}, {"hint", d.hint}});
}

class agent {
 public:
  agent(run_options options, logger& log, os::service_host& service)
      : config_(options.config_path), log_(log),
        events_([this] { asio::post(loop_, [this] { log_events(); }); }),
        tables_(time_), services_{time_, log_, tables_,
                                  [this](plugin_host::event&& e) { return events_.push(std::move(e)); },
                                  version()},
        router_(loop_, time_, log_),
        plugins_(loop_, services_, board_, router_, [this](const std::string& name) { on_ran(name); }),
        processes_(loop_, time_, router_, tables_.sockets),
        remedies_(loop_, time_, router_, log_, processes_, tables_.sockets),
        rules_(
            loop_, time_, board_, router_, [this] { return self_.collect(); },
            [this](const rules::alert_change& change) { remedies_.on_change(change); }),
        webhook_(loop_, time_, router_, log_,
                 [this](const webhook::delivery& d) { return is_managing_ && remedies_.take(d); }),
        self_({time_, log_, plugins_, tables_, events_, router_, reload_state_, processes_}),
        scrapes_(loop_, time_, plugins_, board_, [this] { return self_.collect(); }),
        reload_(
            options.config_path, options.plugin_dir, plugins_, router_, time_, reload_state_,
            [this](const config::settings& s) { apply(s); },
            [this](const config::settings& s) { return processes_.apply(s); }),
        answers_({loop_, time_, board_, tables_.sockets, processes_, remedies_, rules_, reload_,
                  [this](bool with_processes) {
                    end_processes_ = end_processes_ || with_processes;
                    if (!stopping_) stop("asked by the command line");
                  }}),
        signals_(
            loop_, [this](int number) { stop(cat("signal ", number)); },
            [this] { reload_.reload([](const auto&) {}); }),
        service_(
            loop_, service,
            [this](std::string_view why) {
              if (!stopping_) stop(why);
            },
            [this] { reload_.reload([](const auto&) {}); }),
        repeats_(loop_), is_log_all_(!service.log_file().empty()) {
    remedies_.ask_conditions_of([this](const std::string& rule, const rules::label_list& labels) {
      return rules_.last_held(rule, labels);
    });
    self_.sources().scrapes = &scrapes_;
    self_.sources().webhook = &webhook_;
    self_.sources().rules = &rules_;
    self_.sources().actions = &remedies_;
    reload_.watch({[this] { service_.reloading(); }, [this](bool ok) { service_.reloaded(ok); }});
  }

  int run(config::loaded first) {
    const config::settings s = *first.value;
    if (!open_server(s) || !open_control(s)) return exit_failed;
    report_repeats();
    reload_.begin(std::move(first), [this](const reload_report& report) {
      if (report.ok) {
        router_.report(events::started, {{"version", version()}, {"config", config_}});
        if (!stopping_) manage();
        if (!stopping_) service_.ready();
        return;
      }
      std::fwrite(report.text.data(), 1, report.text.size(), stderr);
      if (is_log_all_) log_.write(log_level::error, "config", report.text);
      status_ = exit_bad_config;
      stop("the configuration has errors");
    });
    loop_.run();
    control_.reset();
    log_.write(log_level::info, "agent", "stopped");
    log_.flush();
    if (!plugins_.empty() || remedies_.waits_for_service()) {
      // A stuck plugin, or who asked of a service, may wake at any time and use what the destructors would take down.
      service_.stopped(status_);
      os::leave(status_);
    }
    return status_;
  }

 private:
  bool open_server(const config::settings& s) {
    http::server_options o;
    o.listen.clear();
    for (const config::endpoint& e : s.http.listen)
      o.listen.push_back(config::format_endpoint(e));
    o.max_connections = s.http.max_connections;
    o.gzip = s.http.gzip;
    o.request_timeout = s.http.request_timeout;
    auto made = http::server::create(loop_, std::move(o));
    if (!made) {
      log_.write(log_level::error, "http", "cannot listen", {{"reason", made.error().message}});
      return false;
    }
    server_ = *std::move(made);
    self_.sources().server = server_.get();
    add_routes(*server_, {plugins_, scrapes_, reload_, time_, rules_, remedies_, s.http.reload_endpoint});
    for (const std::string& sentence : server_->skipped())
      log_.write(log_level::warn, "http", "address skipped", {{"reason", sentence}});
    for (const http::endpoint& e : server_->addresses())
      log_.write(
          log_level::info, "http", "listening",
          {{"address", http::to_string(e)}, {"metrics", cat("http://", http::to_string(e), "/metrics")}});
    return true;
  }

  bool open_control(const config::settings& s) {
    if (!s.agent.control) return true;
    auto made = os::control_server::create(
        s.agent.instance, [this](std::string_view request) { return answers_.answer(request); });
    if (!made) {
      log_.write(log_level::error, "control", "cannot open the control channel",
                 {{"reason", made.error().message},
                  {"hint", "give each agent its own [agent] instance, or set control = false"}});
      return false;
    }
    control_ = *std::move(made);
    log_.write(log_level::debug, "control", "listening", {{"address", control_->address()}});
    return true;
  }

  void manage() {
    const auto begun = processes_.begin(reload_.settings());
    if (begun) {
      is_managing_ = true;
      respond(reload_.settings());
      return;
    }
    log_.write(log_level::error, "process", "nothing can be managed", {{"reason", begun.error().message}});
    status_ = exit_failed;
    stop("the managed processes cannot be started");
  }

  void apply(const config::settings& s) {
    scrapes_.set({s.scrape.refresh_deadline});
    log_.set_level(log_level_from(s.log.level).value_or(log_level::info));
    webhook_.apply(s, *server_);
    if (is_managing_) respond(s);
  }

  // To rules and alerts, once there are processes to act on.
  void respond(const config::settings& s) {
    remedies_.apply(s);
    rules_.apply(s);
  }

  void on_ran(const std::string& plugin) {
    scrapes_.on_ran(plugin);
    if (short_lived_told_) return;
    const std::string why = tables_.processes.stats().short_lived_unavailable;
    if (why.empty()) return;
    short_lived_told_ = true;
    router_.report(events::short_lived_unseen, {{"reason", why}});
  }

  // Into the log, and on to the sinks.
  void log_events() {
    for (plugin_host::event& e : events_.take()) {
      const auto level = static_cast<log_level>(std::min<std::uint32_t>(e.severity, REEVE_ERROR));
      std::string fields;
      for (const auto& [key, value] : e.fields)
        fields += cat(fields.empty() ? "" : " ", key, "=", value);
      log_.write(level, e.source, e.message, {{"event", e.name}, {"fields", fields}});
      router_.publish(std::move(e));
    }
  }

  void report_repeats() {
    repeats_.expires_after(repeats_interval);
    repeats_.async_wait([this](const boost::system::error_code& cancelled) {
      if (cancelled) return;
      log_.report_repeats();
      report_repeats();
    });
  }

  void stop(std::string_view why) {
    if (stopping_) {
      log_.write(log_level::warn, "agent", "second stop request: leaving at once");
      loop_.stop();
      return;
    }
    stopping_ = true;
    service_.stopping(why);
    router_.report(events::stopping, {{"reason", std::string(why)}});
    rules_.cancel();
    webhook_.cancel();
    remedies_.cancel();
    // First the processes that are to end, so that metrics and sinks hear of it.
    processes_.leave(end_processes_ || reload_.settings().agent.processes_on_stop == "stop", [this] {
      server_->stop(stop_grace, [this] {
        plugins_.close_all(plugin_stop_bound, [this] {
          signals_.cancel();
          repeats_.cancel();
          loop_.stop();
        });
      });
    });
  }

  const std::string config_;
  const clock& time_ = system_clock();
  logger& log_;
  asio::io_context loop_{1};
  store::board board_;
  event_queue events_;
  plugin_host::tables tables_;
  plugin_host::services services_;
  event_router router_;
  plugin_set plugins_;
  managed_processes processes_;
  remedies remedies_; // acts on the processes
  rule_runner rules_; // tells the remedies
  webhook_endpoint webhook_;
  reload_state reload_state_;
  self_metrics self_;
  scraper scrapes_;
  reloader reload_;
  control_answers answers_;
  signals signals_;
  service_bridge service_; // after the signals: its handler of console events goes before theirs
  asio::steady_timer repeats_;
  std::unique_ptr<http::server> server_;
  std::unique_ptr<os::control_server> control_;
  const bool is_log_all_;    // nobody sees standard error
  bool is_managing_ = false; // the processes of the configuration
  bool stopping_ = false;
  bool end_processes_ = false; // with the agent
  bool short_lived_told_ = false;
  int status_ = exit_ok;
};

} // namespace

int run(const run_options& options) {
  os::tune_allocator();
  const std::unique_ptr<os::service_host> service = os::service_host::create();
  config::loaded first = config::load(options.config_path);
  if (first.value) first.problems = check_rest(first);
  if (!first.value || !first.problems.empty()) {
    print_problems(first.problems);
    log_problems(first.problems, *service);
    return exit_bad_config;
  }
  auto log = open_log(first.value->log, *service, system_clock());
  if (!log) {
    std::fprintf(stderr, "reeve: %s\n", log.error().message.c_str());
    return exit_failed;
  }
  (*log)->write(log_level::info, "agent", "starting",
                {{"version", version()}, {"revision", revision()}, {"config", options.config_path}});
  return std::make_unique<agent>(options, **log, *service)->run(std::move(first));
}

} // namespace reeve::app
